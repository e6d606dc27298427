"""What every answer tells a browser: to run nothing but ours, to tell nobody where it was."""

from collections.abc import Callable, Mapping

from flask import Response

from app.config import Settings

# Scripts and styles are files of ours: none stands in a page, so none of a stranger's words runs.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers older than frame-ancestors
    # To ourselves, because over https a form of the desk has to say which page it came from; to
    # nobody else.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A year, for this host alone: what else runs below its name is not ours to decide.
HTTPS_ALONE = {"Strict-Transport-Security": "max-age=31536000"}


def headers_of(settings: Settings) -> Mapping[str, str]:
    """The headers of every answer of this service."""
    public = settings.public_base_url
    is_https = public is not None and public.scheme == "https"
    return HEADERS | HTTPS_ALONE if is_https else HEADERS


def adding(headers: Mapping[str, str]) -> Callable[[Response], Response]:
    """Put them on an answer, but for what a view decided otherwise."""

    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return add

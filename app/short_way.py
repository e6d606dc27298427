"""The hop that comes most, answered before the framework is asked, in the same words.

To find a view, read a form and send a line of text takes Flask 0.12 ms, an eighth of a hop. Only
what is plain goes this way: a form as Africa's Talking posts it, whole, to the address that holds
our secret. Whatever else comes, Flask answers, which has the same view and says what is wrong.
"""

from collections.abc import Iterable, Mapping
from hmac import compare_digest
from time import perf_counter
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from app.gateway_addresses import comes_from
from app.metrics.counting import APOLOGY, BEGAN, Counts
from app.service import Service
from app.webhooks import Apology, answer_form
from messaging.gateways import africastalking

FORM = "application/x-www-form-urlencoded"
ENDPOINT = "africastalking.ussd_from_africastalking"  # as errors name it, whichever way it came


class ShortWay:
    """Answers plain hops by itself and gives everything else to the application."""

    def __init__(
        self,
        application: WSGIApplication,
        service: Service,
        counts: Counts,
        *,
        headers: Mapping[str, str],
        most_bytes: int,
    ) -> None:
        self._application, self._service, self._counts = application, service, counts
        self._headers = [("Content-Type", "text/plain; charset=utf-8"), *headers.items()]
        self._most_bytes = most_bytes
        secret = service.settings.at_webhook_secret
        self._theirs = service.settings.addresses_of(africastalking.NAME)
        self._path = None if secret is None else _path_of(secret.get_secret_value())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        began = perf_counter()
        form = self._plain_form(environ) if self._is_hop(environ) else None
        if form is None:
            environ[BEGAN] = began
            return self._application(environ, start_response)
        answer = answer_form(self._service, africastalking.parse_ussd, form, endpoint=ENDPOINT)
        body = africastalking.render_ussd(answer).encode()
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(body)))])
        outcome = APOLOGY if isinstance(answer, Apology) else "2xx"
        self._counts.hook(africastalking.NAME, "ussd", outcome, perf_counter() - began)
        return [body]

    def _is_hop(self, environ: WSGIEnvironment) -> bool:
        # The whole path is compared, for it holds the secret: in a time that tells nothing of it.
        return (
            self._path is not None
            and environ["REQUEST_METHOD"] == "POST"
            and compare_digest(environ["PATH_INFO"].encode("latin-1", "replace"), self._path)
            and (self._theirs is None or comes_from(environ.get("REMOTE_ADDR"), self._theirs))
        )

    def _plain_form(self, environ: WSGIEnvironment) -> Mapping[str, str] | None:
        """The fields that were posted, of two with one name the first; none where it is broken.

        None for what is odd: Flask may know what it is.
        """
        kind, length = environ.get("CONTENT_TYPE", ""), environ.get("CONTENT_LENGTH", "")
        if kind.partition(";")[0].strip().lower() != FORM or not _is_number(length):
            return None
        if int(length) > self._most_bytes:
            return None
        body = environ["wsgi.input"].read(int(length))
        if len(body) < int(length):  # who hung up half-way has said nothing
            return {}
        try:
            # Werkzeug's own way with bytes that are no letters: they stay as they were written.
            fields = parse_qsl(body.decode(), keep_blank_values=True, errors="werkzeug.url_quote")
        except ValueError:
            return {}
        return dict(reversed(fields))


def _path_of(secret: str) -> bytes:
    return f"/webhooks/africastalking/{secret}/ussd".encode()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()

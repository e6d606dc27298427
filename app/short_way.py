"""The hops and texts that come most, answered before the framework is asked, in the same words.

To find a view, read a form and send a line of text takes Flask an eighth of a hop. Only what is
plain goes this way: a form as Africa's Talking posts it, whole, to the address that holds our
secret. Whatever else comes, Flask answers, which has the same view and says what is wrong.
"""

from collections.abc import Iterable, Mapping
from hmac import compare_digest
from io import BytesIO
from time import perf_counter
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from app.gateway_addresses import comes_from
from app.metrics.counting import APOLOGY, BEGAN, Counts
from app.service import Service
from app.webhooks import Apology, answer_form, keep_text
from messaging.gateways import africastalking

FORM = "application/x-www-form-urlencoded"
# As errors name them, whichever way they came.
HOP = "africastalking.ussd_from_africastalking"
TEXT = "africastalking.text_from_africastalking"


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
        self._paths = {} if secret is None else _paths(secret.get_secret_value())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        began = perf_counter()
        said = self._say(environ)
        if said is None:
            environ[BEGAN] = began
            return self._application(environ, start_response)
        hook, outcome, words = said
        body = words.encode()
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(body)))])
        self._counts.hook(africastalking.NAME, hook, outcome, perf_counter() - began)
        return [body]

    def _say(self, environ: WSGIEnvironment) -> tuple[str, str, str] | None:
        """What was called, what came of it, and what is said; None for what is Flask's."""
        hook = self._hook(environ)
        form = None if hook is None else self._plain_form(environ)
        if form is None:
            return None
        if hook == "sms":
            said = self._keep(form)
            return None if said is None else (hook, "2xx", said)
        answer = answer_form(self._service, africastalking.parse_ussd, form, endpoint=HOP)
        outcome = APOLOGY if isinstance(answer, Apology) else "2xx"
        return "ussd", outcome, africastalking.render_ussd(answer)

    def _keep(self, form: Mapping[str, str]) -> str | None:
        """Keep a text; what is broken or cannot be kept is Flask's, which says what the matter is.

        Half a text must not be acknowledged: its gateway brings it again, whole.
        """
        if not form:
            return None
        try:
            return keep_text(self._service, form, endpoint=TEXT)
        except Exception:
            return None  # it is tried once more, and said 500 to

    def _hook(self, environ: WSGIEnvironment) -> str | None:
        """Which of ours is called, by a gateway that knows our secret."""
        if environ["REQUEST_METHOD"] != "POST":
            return None
        path = environ["PATH_INFO"].encode("latin-1", "replace")
        # The whole path is compared, for it holds the secret: in a time that tells nothing of it.
        found = [hook for hook, ours in self._paths.items() if compare_digest(path, ours)]
        is_theirs = self._theirs is None or comes_from(environ.get("REMOTE_ADDR"), self._theirs)
        return found[0] if found and is_theirs else None

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
        environ["wsgi.input"] = BytesIO(body)  # for Flask, where it turns out to be its
        if len(body) < int(length):  # who hung up half-way has said nothing
            return {}
        try:
            # Werkzeug's own way with bytes that are no letters: they stay as they were written.
            fields = parse_qsl(body.decode(), keep_blank_values=True, errors="werkzeug.url_quote")
        except ValueError:
            return {}
        return dict(reversed(fields))


def _paths(secret: str) -> Mapping[str, bytes]:
    return {hook: f"/webhooks/africastalking/{secret}/{hook}".encode() for hook in ("ussd", "sms")}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()

"""Where gateways call us: authenticate, one gateway call, one handler call, one transaction."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, NoReturn, cast
from urllib.parse import quote

import structlog
from flask import Blueprint, Response, abort, current_app, make_response, request

from app.errors import plain
from app.gateway_addresses import comes_from
from app.intake import take_call, take_hop
from app.metrics.counting import apologised
from app.outage import AwayError
from app.receiving import receive
from app.service import Service
from handlers.screens.screen import closing
from messaging.airtime_reports import approve_airtime
from messaging.gateways import (
    africastalking,
    africastalking_airtime,
    africastalking_voice,
    twilio,
)
from messaging.gateways.gateway import GatewayError
from messaging.message import OptOut, SessionEnd, UssdAnswer, UssdRequest
from messaging.phrases import languages, say

log = structlog.get_logger()

# What a gateway's form says: its own file knows; GatewayError where that is nothing.
ParseHop = Callable[[Mapping[str, str]], UssdRequest]


class Apology(UssdAnswer):
    """What is said where nothing else can be: counted apart, for the gateway hears 200."""


from_africastalking = Blueprint(
    "africastalking", __name__, url_prefix="/webhooks/africastalking/<secret>"
)
from_twilio = Blueprint("twilio", __name__, url_prefix="/webhooks/twilio")


@from_africastalking.url_value_preprocessor
def _know_the_secret(_: str | None, values: dict[str, Any] | None) -> None:
    """Let in who knows our address: Africa's Talking signs nothing. To all others it is not there.

    Before anything is read: the views never see the secret, and a stranger leaves no trace.
    """
    expected = _service().settings.at_webhook_secret
    given = (values or {}).pop("secret", "")
    if expected is None or not africastalking.is_secret(given, expected.get_secret_value()):
        _turn_away(404)
    if not _comes_from(africastalking.NAME):
        _turn_away(404)


@from_twilio.before_request
def _know_the_signature() -> None:
    """Let in what Twilio signed, for the address it called: ours in public, not the one behind."""
    settings = _service().settings
    if settings.twilio_auth_token is None:
        abort(404)
    if not _comes_from(twilio.NAME):
        _turn_away(403)
    query = request.query_string.decode("ascii", "replace")
    url = _base_url() + request.path + (f"?{query}" if query else "")
    is_signed = twilio.is_signed(
        settings.twilio_auth_token.get_secret_value(),
        url,
        request.form,
        request.headers.get("X-Twilio-Signature"),
    )
    if not is_signed:
        _turn_away(403)


def _comes_from(gateway: str) -> bool:
    """Whether the address that calls is one of a gateway's, where the operator named them."""
    theirs = _service().settings.addresses_of(gateway)
    return theirs is None or comes_from(request.remote_addr, theirs)


def _turn_away(status: int) -> NoReturn:
    """Answer a stranger; one who does not leave off is told to wait, whatever comes next.

    Whoever has the secret is let in all the same: a farmer's text may come from behind the same
    proxy. A secret of 24 random bytes is not guessed; this is for the noise.
    """
    limits, now = _service().limits, _now()
    if limits.bears_stranger(request.remote_addr or "", now):
        abort(status)
    wait = plain("Too Many Requests\n", 429)
    wait.headers["Retry-After"] = str(limits.strangers.seconds_left(now))
    abort(wait)


@from_africastalking.post("/sms")
def text_from_africastalking() -> Response:
    """A text. They repeat it every minute for twelve hours until they hear 200."""
    return plain(keep_text(_service(), request.form, endpoint=request.endpoint))


@from_africastalking.post("/delivery")
def report_from_africastalking() -> Response:
    """A delivery report."""
    try:
        notice = africastalking.parse_delivery_report(request.form)
    except GatewayError as error:
        return _ignored(error)
    receive(_service(), notice, _now())
    return plain("")


@from_africastalking.post("/opt-out")
def opt_out_from_africastalking() -> Response:
    """Somebody left us through their network's menu."""
    try:
        msisdn = africastalking.parse_opt_out(request.form)
    except GatewayError as error:
        return _ignored(error)
    receive(_service(), OptOut(africastalking.NAME, msisdn), _now())
    return plain("")


@from_africastalking.post("/airtime")
def airtime_report_from_africastalking() -> Response:
    """What became of airtime we paid."""
    try:
        notice = africastalking_airtime.parse_airtime_report(_fields())
    except GatewayError as error:
        return _ignored(error)
    receive(_service(), notice, _now())
    return plain("")


@from_africastalking.post("/airtime/validation")
def airtime_check_from_africastalking() -> Response:
    """They are about to pay airtime in our name: only what is ours is approved."""
    is_ours = False
    try:
        check = africastalking_airtime.parse_airtime_check(_fields())
    except GatewayError as error:
        log.warning("form_not_understood", endpoint=request.endpoint, reason=str(error))
    else:
        with _service().database.begin() as session:
            is_ours = approve_airtime(session, check, _now())
        log.info("airtime_check", id=check.gateway_transaction_id, is_ours=is_ours)
    return make_response(africastalking_airtime.render_airtime_check(is_ours))


@from_africastalking.post("/ussd")
def ussd_from_africastalking() -> Response:
    """A hop of a USSD session."""
    return plain(africastalking.render_ussd(answer_hop(africastalking.parse_ussd, request.form)))


@from_africastalking.post("/ussd-end")
def session_end_from_africastalking() -> Response:
    """How a USSD session ended: told late, twice or never."""
    try:
        notice = africastalking.parse_session_end(request.form)
    except GatewayError as error:
        return _ignored(error)
    receive(_service(), notice, _now())
    return plain("")


@from_africastalking.post("/voice")
def call_from_africastalking() -> Response:
    """A step of a call, or its end: whatever happens, the caller hears a sentence."""
    try:
        came = africastalking_voice.parse_voice(request.form, request.args)
    except GatewayError as error:
        log.warning("form_not_understood", endpoint=request.endpoint, reason=str(error))
        apologised()
        return _xml(africastalking_voice.render_voice(_apology().text))
    if isinstance(came, SessionEnd):
        receive(_service(), came, _now())
        return plain("")
    try:
        return _xml(_spoken(came))
    except Exception:
        log.exception("call_not_handled")
        apologised()
        return _xml(africastalking_voice.render_voice(_apology().text))


@from_twilio.route("/sms", methods=["GET", "POST"])
def text_from_twilio() -> Response:
    """A text; Twilio can be set to call by GET."""
    try:
        sms = twilio.parse_inbound_sms(request.form if request.method == "POST" else request.args)
    except GatewayError as error:
        _ignored(error)
    else:
        receive(_service(), sms, _now())
    return _nothing_to_twilio()


@from_twilio.post("/status")
def report_from_twilio() -> Response:
    """A delivery report."""
    try:
        notice = twilio.parse_delivery_report(request.form)
    except GatewayError as error:
        _ignored(error)
    else:
        receive(_service(), notice, _now())
    return _nothing_to_twilio()


def answer_hop(parse: ParseHop, form: Mapping[str, str]) -> UssdAnswer:
    """The answer to a hop, whichever gateway brings it: whatever happens, there is a sentence."""
    answer = answer_form(_service(), parse, form, endpoint=request.endpoint)
    if isinstance(answer, Apology):
        apologised()
    return answer


def answer_form(
    service: Service, parse: ParseHop, form: Mapping[str, str], *, endpoint: str | None
) -> UssdAnswer:
    """The same outside of a request of Flask's; `endpoint` is what a log calls its address."""
    try:
        hop, now = parse(form), _now()
        if not service.limits.takes_hop(hop.msisdn, now):
            return _too_fast()
        return take_hop(service, hop, now)
    except GatewayError as error:
        log.warning("form_not_understood", endpoint=endpoint, reason=str(error))
    except AwayError as error:
        log.warning("hop_not_handled", reason=str(error))
    except Exception:
        log.exception("hop_not_handled")
    return _apology()


def keep_text(service: Service, form: Mapping[str, str], *, endpoint: str | None) -> str:
    """Take in a text as Africa's Talking posts it, and what it is told: mostly nothing.

    Also outside of a request of Flask's. It raises where the text could not even be kept.
    """
    try:
        sms = africastalking.parse_inbound_sms(form)
    except GatewayError as error:
        return _not_used(error, endpoint)
    receive(service, sms, _now())
    return ""


def _spoken(hop: africastalking_voice.VoiceHop) -> str:
    """What the caller hears now, and where the next key is brought."""
    answer = take_call(_service(), hop.request, _now())
    if answer.ends or hop.is_over:
        return africastalking_voice.render_voice(answer.text if answer.ends else answer.farewell)
    keys_to = africastalking_voice.callback_url(
        _base_url() + quote(request.path), next_input=answer.next_input, silences=hop.silences
    )
    return africastalking_voice.render_voice(
        answer.text, farewell=answer.farewell, keys_to=keys_to, most_keys=answer.most_keys
    )


def _fields() -> Mapping[str, str]:
    """What was posted, as a form or as JSON: their documents say both of airtime."""
    if not request.is_json:
        return request.form
    try:
        posted = request.get_json(silent=True)
    except RecursionError:  # lists in lists, thousands deep
        return {}
    if not isinstance(posted, dict):
        return {}
    return {str(name): str(value) for name, value in posted.items() if value is not None}


@cache
def _apology() -> Apology:
    # The database that knows the caller's language may be what failed: every language we speak.
    return Apology(
        _one_screen(
            say(language, "Sorry, something went wrong. Please dial again.")
            for language in languages()
        ),
        ends=True,
    )


@cache
def _too_fast() -> UssdAnswer:
    # Nothing is looked up for whoever floods us, their language neither.
    return UssdAnswer(
        _one_screen(say(language, "Too fast. Please wait a minute.") for language in languages()),
        ends=True,
    )


def _one_screen(sentences: Iterable[str]) -> str:
    return closing(" ".join(sentences)).text


def _ignored(error: GatewayError) -> Response:
    """Say 200 to a form we cannot use: it would come back each minute and be no better."""
    return plain(_not_used(error, request.endpoint))


def _not_used(error: GatewayError, endpoint: str | None) -> str:
    log.warning("form_not_understood", endpoint=endpoint, reason=str(error))
    return f"Ignored: {error}\n"


def _nothing_to_twilio() -> Response:
    return _xml(twilio.EMPTY_ANSWER)


def _xml(text: str) -> Response:
    response = make_response(text)
    response.mimetype = "text/xml"
    return response


def _base_url() -> str:
    """Where gateways reach us: our own address in public, not the one behind."""
    return str(_service().settings.public_base_url or request.host_url).rstrip("/")


def _service() -> Service:
    return cast(Service, current_app.extensions["bei"])


def _now() -> datetime:
    return datetime.now(UTC)

"""Where gateways call us: authenticate, one gateway call, one handler call, one transaction."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote

import structlog
from flask import Blueprint, Response, abort, current_app, make_response, request

from app.errors import plain
from app.intake import take_call, take_hop, take_text
from app.service import Service
from handlers.screens.screen import closing
from messaging.airtime_reports import approve_airtime, record_airtime_notice
from messaging.consent import opt_out
from messaging.delivery_reports import record_delivery_notice
from messaging.gateways import (
    africastalking,
    africastalking_airtime,
    africastalking_voice,
    twilio,
)
from messaging.gateways.gateway import GatewayError
from messaging.kinds import Channel
from messaging.message import DeliveryNotice, SessionEnd, UssdAnswer, UssdRequest
from messaging.phrases import languages, say
from messaging.session_ends import record_session_end
from messaging.subscribers import get_or_create_subscriber

log = structlog.get_logger()

# What a gateway's form says: its own file knows; GatewayError where that is nothing.
ParseHop = Callable[[Mapping[str, str]], UssdRequest]

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
        abort(404)


@from_twilio.before_request
def _know_the_signature() -> None:
    """Let in what Twilio signed, for the address it called: ours in public, not the one behind."""
    settings = _service().settings
    if settings.twilio_auth_token is None:
        abort(404)
    query = request.query_string.decode("ascii", "replace")
    url = _base_url() + request.path + (f"?{query}" if query else "")
    is_signed = twilio.is_signed(
        settings.twilio_auth_token.get_secret_value(),
        url,
        request.form,
        request.headers.get("X-Twilio-Signature"),
    )
    if not is_signed:
        abort(403)


@from_africastalking.post("/sms")
def text_from_africastalking() -> Response:
    """A text. They repeat it every minute for twelve hours until they hear 200."""
    try:
        sms = africastalking.parse_inbound_sms(request.form)
    except GatewayError as error:
        return _ignored(error)
    take_text(_service(), sms, _now())
    return plain("")


@from_africastalking.post("/delivery")
def report_from_africastalking() -> Response:
    """A delivery report."""
    try:
        notice = africastalking.parse_delivery_report(request.form)
    except GatewayError as error:
        return _ignored(error)
    _take_report(notice)
    return plain("")


@from_africastalking.post("/opt-out")
def opt_out_from_africastalking() -> Response:
    """Somebody left us through their network's menu."""
    try:
        msisdn = africastalking.parse_opt_out(request.form)
    except GatewayError as error:
        return _ignored(error)
    service, now = _service(), _now()
    with service.database.begin() as session:
        subscriber = get_or_create_subscriber(
            session, msisdn, default_country=service.settings.country, now=now
        )
        if subscriber.opted_out_at is None:
            wording = f"{africastalking.NAME}: opt-out"
            opt_out(session, subscriber, channel=Channel.SMS, wording=wording, now=now)
    return plain("")


@from_africastalking.post("/airtime")
def airtime_report_from_africastalking() -> Response:
    """What became of airtime we paid."""
    try:
        notice = africastalking_airtime.parse_airtime_report(_fields())
    except GatewayError as error:
        return _ignored(error)
    with _service().database.begin() as session:
        has_payout = record_airtime_notice(session, notice, _now())
    log.info(
        "airtime_report",
        id=notice.gateway_request_id,
        status=notice.status,
        detail=notice.detail,
        has_payout=has_payout,
    )
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
    _take_session_end(notice)
    return plain("")


@from_africastalking.post("/voice")
def call_from_africastalking() -> Response:
    """A step of a call, or its end: whatever happens, the caller hears a sentence."""
    try:
        came = africastalking_voice.parse_voice(request.form, request.args)
    except GatewayError as error:
        log.warning("form_not_understood", endpoint=request.endpoint, reason=str(error))
        return _xml(africastalking_voice.render_voice(_apology().text))
    if isinstance(came, SessionEnd):
        _take_session_end(came)
        return plain("")
    try:
        return _xml(_spoken(came))
    except Exception:
        log.exception("call_not_handled")
        return _xml(africastalking_voice.render_voice(_apology().text))


@from_twilio.route("/sms", methods=["GET", "POST"])
def text_from_twilio() -> Response:
    """A text; Twilio can be set to call by GET."""
    try:
        sms = twilio.parse_inbound_sms(request.form if request.method == "POST" else request.args)
    except GatewayError as error:
        _ignored(error)
    else:
        take_text(_service(), sms, _now())
    return _nothing_to_twilio()


@from_twilio.post("/status")
def report_from_twilio() -> Response:
    """A delivery report."""
    try:
        notice = twilio.parse_delivery_report(request.form)
    except GatewayError as error:
        _ignored(error)
    else:
        _take_report(notice)
    return _nothing_to_twilio()


def answer_hop(parse: ParseHop, form: Mapping[str, str]) -> UssdAnswer:
    """The answer to a hop, whichever gateway brings it: whatever happens, there is a sentence."""
    return answer_form(_service(), parse, form, endpoint=request.endpoint)


def answer_form(
    service: Service, parse: ParseHop, form: Mapping[str, str], *, endpoint: str | None
) -> UssdAnswer:
    """The same outside of a request of Flask's; `endpoint` is what a log calls its address."""
    try:
        return take_hop(service, parse(form), _now())
    except GatewayError as error:
        log.warning("form_not_understood", endpoint=endpoint, reason=str(error))
    except Exception:
        log.exception("hop_not_handled")
    return _apology()


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


def _take_report(notice: DeliveryNotice) -> None:
    with _service().database.begin() as session:
        has_message = record_delivery_notice(session, notice, _now())
    log.info(
        "delivery_report",
        gateway=notice.gateway,
        id=notice.gateway_message_id,
        status=notice.status,
        has_message=has_message,
    )


def _take_session_end(notice: SessionEnd) -> None:
    with _service().database.begin() as session:
        has_session = record_session_end(session, notice, _now())
    log.info(
        "session_end",
        gateway=notice.gateway,
        id=notice.gateway_session_id,
        status=notice.status,
        has_session=has_session,
    )


def _fields() -> Mapping[str, str]:
    """What was posted, as a form or as JSON: their documents say both of airtime."""
    if not request.is_json:
        return request.form
    posted = request.get_json(silent=True)
    if not isinstance(posted, dict):
        return {}
    return {str(name): str(value) for name, value in posted.items() if value is not None}


def _apology() -> UssdAnswer:
    # The database that knows the caller's language may be what failed: every language we speak.
    sentences = [
        say(language, "Sorry, something went wrong. Please dial again.") for language in languages()
    ]
    return UssdAnswer(closing(" ".join(sentences)).text, ends=True)


def _ignored(error: GatewayError) -> Response:
    """Say 200 to a form we cannot use: it would come back each minute and be no better."""
    log.warning("form_not_understood", endpoint=request.endpoint, reason=str(error))
    return plain(f"Ignored: {error}\n")


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

"""The page and what it asks for: the same handlers that a gateway's webhook calls."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from app.intake import take_hop, take_text
from app.phone import asked
from app.phone.dialled import network_transcript
from app.phone.examples import EXAMPLES
from app.phone.people import DemoPerson, demo_people, first_group_of, newcomers_number
from app.phone.thread import PhoneText, find_text, read_thread, received_key
from app.service import Service
from messaging.gateways import simulator
from messaging.message import UssdAnswer
from messaging.msisdn import mask
from scheduler.bulletins import publish_now

# Nothing from elsewhere, nothing inline: whatever a text says, it stays a text.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
# Another site cannot send this header without our leave, so it cannot text as somebody.
OWN_HEADER = "X-Bei-Phone"
# What a phone shows when a dialled code leads nowhere: the network's words, not ours.
UNKNOWN_CODE = UssdAnswer("UNKNOWN APPLICATION", ends=True)

phone = Blueprint(
    "phone", __name__, url_prefix="/phone", template_folder="templates", static_folder="static"
)


@phone.before_request
def _only_this_page() -> tuple[Response, int] | None:
    if request.method == "POST" and request.headers.get(OWN_HEADER) != "1":
        return _refusal("Only the phone page itself can text and dial here.", 403)
    return None


@phone.after_request
def _keep_to_ourselves(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


@phone.errorhandler(asked.AskError)
def _say_what_is_wrong(wrong: asked.AskError) -> tuple[Response, int]:
    return _refusal(str(wrong), 400)


@phone.errorhandler(HTTPException)
def _say_what_failed(failure: HTTPException) -> tuple[Response, int]:
    return _refusal(failure.description or failure.name, failure.code or 500)


@phone.get("")
def page() -> str:
    """The phone itself."""
    settings = _service().settings
    return render_template(
        "phone/page.html",
        examples=EXAMPLES,
        service_code=settings.ussd_code,
        newcomers_number=newcomers_number(settings.country),
        longest_text=asked.LONGEST_TEXT,
        longest_input=asked.LONGEST_INPUT,
    )


@phone.get("/people")
def people() -> Response:
    """The demo people whose phones can be picked up."""
    with _service().database.read() as session:
        return jsonify(people=[_person_json(person) for person in demo_people(session)])


@phone.get("/thread")
def thread() -> Response:
    """A phone's newest texts; with the last answer's ETag, 304 and nothing when none changed."""
    service = _service()
    msisdn = asked.msisdn(request.args, service.settings.country)
    with service.database.read() as session:
        found = read_thread(
            session,
            msisdn,
            gateway=simulator.NAME,
            is_default=service.default_gateway == simulator.NAME,
            now=_now(),
        )
    response = jsonify(
        msisdn=msisdn,
        masked=mask(msisdn),
        name=found.name,
        is_demo=found.is_demo,
        texts=[_text_json(text) for text in found.texts],
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return cast(Response, response.make_conditional(request))


@phone.post("/text")
def text() -> tuple[Response, int]:
    """Write a text to Bei. `reply` is the key of the promised reply, null when there is none."""
    service = _service()
    sent = _asked()
    msisdn = asked.msisdn(sent, service.settings.country)
    sms = simulator.inbound_sms(sender=msisdn, text=asked.text(sent))
    reply = take_text(service, sms, _now())
    with service.database.read() as session:
        stored = find_text(session, sms.gateway, sms.gateway_message_id)
    return jsonify(text=stored, reply=reply and received_key(reply.id), msisdn=msisdn), 201


@phone.post("/dial")
def dial() -> Response:
    """One hop of a call to a code: `text` to show, and whether the network hangs up after it."""
    service = _service()
    sent = _asked()
    msisdn = asked.msisdn(sent, service.settings.country)
    code, session_id, inputs = asked.code(sent), asked.session_id(sent), asked.inputs(sent)
    transcript = network_transcript(code, inputs, service.settings.ussd_code)
    answer = UNKNOWN_CODE
    if transcript is not None:
        hop = simulator.ussd_request(
            msisdn=msisdn,
            session_id=session_id,
            service_code=service.settings.ussd_code,
            transcript=transcript,
        )
        answer = take_hop(service, hop, _now())
    return jsonify(text=answer.text, ends=answer.ends, msisdn=msisdn)


@phone.post("/bulletin")
def bulletin() -> tuple[Response, int]:
    """Send the bulletin of this phone's group now, instead of waiting a week for it."""
    service = _service()
    msisdn = asked.msisdn(_asked(), service.settings.country)
    with service.database.read() as session:
        group_code = first_group_of(session, msisdn)
    if group_code is None:
        return _refusal("This phone is in no group yet: text JOIN KIRIMA first.", 400)
    publish_now(service.database, service.catalogue, group_code, _now())
    return jsonify(group=group_code), 201


def _asked() -> dict[str, Any]:
    """The request's fields, from JSON or from a form; anything else counts as empty."""
    try:
        sent = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    except RecursionError:  # lists in lists, thousands deep
        return {}
    return sent if isinstance(sent, dict) else {}


def _person_json(person: DemoPerson) -> dict[str, Any]:
    return {**asdict(person), "masked": mask(person.msisdn)}


def _text_json(text: PhoneText) -> dict[str, Any]:
    return {**asdict(text), "at": text.at.isoformat()}


def _refusal(sentence: str, status: int) -> tuple[Response, int]:
    return jsonify(error=sentence), status


def _service() -> Service:
    return cast(Service, current_app.extensions["bei"])


def _now() -> datetime:
    return datetime.now(UTC)

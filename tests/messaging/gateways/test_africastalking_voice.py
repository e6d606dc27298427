"""What Africa's Talking posts of a call, as data, and the XML it is answered with."""

from dataclasses import dataclass
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from messaging.gateways.africastalking_voice import (
    VoiceHop,
    callback_url,
    parse_voice,
    render_voice,
)
from messaging.gateways.gateway import GatewayError
from messaging.kinds import Channel, SessionOutcome
from messaging.message import LastInput, SessionEnd, UssdRequest
from tests.cast import WANJIKU

STEP = {
    "isActive": "1",
    "sessionId": "ATVId_5d3b",
    "direction": "Inbound",
    "callerNumber": WANJIKU,
    "destinationNumber": "+254711082000",
}
END = {
    "isActive": "0",
    "sessionId": "ATVId_5d3b",
    "direction": "Inbound",
    "callerNumber": WANJIKU,
    "destinationNumber": "+254711082000",
    "durationInSeconds": "48",
    "currencyCode": "KES",
    "amount": "1.6000",
    "hangupCause": "NORMAL_CLEARING",
    "callSessionState": "Completed",
}


def but(form: dict[str, str], **changes: str | None) -> dict[str, str]:
    changed = {**form, **changes}
    return {name: value for name, value in changed.items() if value is not None}


@dataclass(frozen=True)
class Came:
    """A step by its label: form and query, and what was typed and the silences that come of it."""

    label: str
    form: dict[str, str]
    query: dict[str, str]
    typed: LastInput
    silences: int = 0


STEPS = [
    Came("the call", STEP, {}, LastInput("", 0)),
    Came("no keys yet", but(STEP, dtmfDigits=""), {}, LastInput("", 0)),
    Came("the first key", but(STEP, dtmfDigits="1"), {"step": "1"}, LastInput("1", 1)),
    Came("a later key", but(STEP, dtmfDigits="9"), {"step": "12"}, LastInput("9", 12)),
    Came("a star", but(STEP, dtmfDigits="*"), {"step": "1"}, LastInput("*", 1)),
    Came("spaces", but(STEP, dtmfDigits=" 1 "), {"step": "1"}, LastInput("1", 1)),
    Came("silence", STEP, {"step": "3"}, LastInput("", 2), silences=1),
    Came("silence again", STEP, {"step": "3", "silences": "1"}, LastInput("", 2), silences=2),
    Came(
        "a key after silence",
        but(STEP, dtmfDigits="1"),
        {"step": "3", "silences": "1"},
        LastInput("1", 3),
    ),
    Came("an address without a step", but(STEP, dtmfDigits="1"), {}, LastInput("1", None)),
    Came("a step that is none", but(STEP, dtmfDigits="1"), {"step": "x"}, LastInput("1", 0)),
    Came("a step in another script", but(STEP, dtmfDigits="1"), {"step": "٣"}, LastInput("1", 0)),
    Came("a huge step", but(STEP, dtmfDigits="1"), {"step": "9" * 30}, LastInput("1", 0)),
    Came("a negative step", but(STEP, dtmfDigits="1"), {"step": "-1"}, LastInput("1", 0)),
    Came("a step of nothing", but(STEP, dtmfDigits="1"), {"step": ""}, LastInput("1", 0)),
    Came("silences that are none", STEP, {"step": "3", "silences": "x"}, LastInput("", 2), 1),
    Came("NUL among the keys", but(STEP, dtmfDigits="1\0"), {"step": "1"}, LastInput("1", 1)),
    Came("far too many", but(STEP, dtmfDigits="1" * 99), {"step": "1"}, LastInput("1" * 20, 1)),
    Came("a call that is active somehow", but(STEP, isActive="true"), {}, LastInput("", 0)),
    Came("no word whether it is active", but(STEP, isActive=None), {}, LastInput("", 0)),
    Came("unknown fields", but(STEP, somethingNew="\0"), {"utm": "x"}, LastInput("", 0)),
]


@pytest.mark.parametrize("came", STEPS, ids=[came.label for came in STEPS])
def test_a_step_of_a_call(came: Came) -> None:
    assert parse_voice(came.form, came.query) == VoiceHop(
        UssdRequest(
            gateway="africastalking",
            gateway_session_id="ATVId_5d3b",
            msisdn=WANJIKU,
            service_code="+254711082000",
            typed=came.typed,
            channel=Channel.VOICE,
        ),
        silences=came.silences,
    )


@pytest.mark.parametrize("missing", ["sessionId", "callerNumber"])
@pytest.mark.parametrize("value", [None, "", "\0"])
def test_a_step_without_its_fields_is_none(missing: str, value: str | None) -> None:
    with pytest.raises(GatewayError, match=missing):
        parse_voice(but(STEP, **{missing: value}), {})


@pytest.mark.parametrize("hidden", ["anonymous", "Restricted", "MTN", "0", "21512"])
def test_a_caller_who_hides_cannot_be_answered(hidden: str) -> None:
    with pytest.raises(GatewayError, match="callerNumber"):
        parse_voice(but(STEP, callerNumber=hidden), {})


def test_nobody_waits_for_keys_for_ever() -> None:
    over = []
    for silences in ("", "1", "2"):
        hop = parse_voice(STEP, {"step": "1", "silences": silences})
        assert isinstance(hop, VoiceHop)
        over.append(hop.is_over)
    assert over == [False, True, True]


# The end


def end(**changes: str | None) -> SessionEnd:
    came = parse_voice(but(END, **changes), {"step": "4"})
    assert isinstance(came, SessionEnd)
    return came


def test_what_a_call_took_and_cost() -> None:
    assert end() == SessionEnd(
        gateway="africastalking",
        gateway_session_id="ATVId_5d3b",
        channel=Channel.VOICE,
        status="Completed",
        outcome=SessionOutcome.FINISHED,
        cost=Decimal("1.6000"),
        cost_currency="KES",
        duration_seconds=Decimal(48),
        hops=None,
        error=None,
        msisdn=WANJIKU,
        payload={
            "isActive": "0",
            "sessionId": "ATVId_5d3b",
            "direction": "Inbound",
            "durationInSeconds": "48",
            "currencyCode": "KES",
            "amount": "1.6000",
            "hangupCause": "NORMAL_CLEARING",
            "callSessionState": "Completed",
        },
    )


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"amount": "KES 1.60"}, {"cost": Decimal("1.60"), "cost_currency": "KES"}),
        ({"amount": "1.60", "currencyCode": None}, {"cost_currency": None}),
        ({"currencyCode": "shillings"}, {"cost_currency": None}),
        ({"amount": "free"}, {"cost": None, "cost_currency": "KES"}),
        ({"amount": None, "durationInSeconds": None}, {"cost": None, "duration_seconds": None}),
        ({"durationInSeconds": "-5"}, {"duration_seconds": None}),
        ({"callSessionState": "Ringing"}, {"status": "Ringing", "outcome": None}),
        ({"callSessionState": None}, {"status": "NORMAL_CLEARING", "outcome": None}),
        ({"callSessionState": None, "hangupCause": None}, {"status": "", "error": None}),
        ({"hangupCause": "NO_ANSWER"}, {"error": "NO_ANSWER"}),
        ({"callSessionState": "x" * 99, "hangupCause": "y" * 99},
         {"status": "x" * 40, "error": "y" * 80}),
        ({"callerNumber": "anonymous"}, {"msisdn": None}),
        ({"callerNumber": None}, {"msisdn": None}),
    ],
)  # fmt: skip
def test_whatever_is_said_of_the_end_is_kept(
    changes: dict[str, str | None], kept: dict[str, object]
) -> None:
    told = end(**changes)
    assert {name: getattr(told, name) for name in kept} == kept


def test_nobodys_number_stands_in_what_is_kept_of_the_end() -> None:
    told = end(
        clientDialedNumber="+254711000001", dtmfDigits="1", dialDestinationNumbers="+254711000001"
    )
    assert "254711" not in str(told.payload)
    assert "dtmfDigits" not in told.payload


def test_an_end_that_names_no_call_is_none() -> None:
    with pytest.raises(GatewayError, match="sessionId"):
        end(sessionId=None)


# The answer


def test_the_answer_is_as_their_documents_say() -> None:
    answer = render_voice(
        "Bonyeza moja",
        farewell="Kwaheri",
        keys_to=callback_url("https://bei.example.org/voice", next_input=3, silences=0),
    )
    assert answer == (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Response><GetDigits timeout="30" finishOnKey="#" numDigits="1" '
        'callbackUrl="https://bei.example.org/voice?step=3"><Say>Bonyeza moja</Say></GetDigits>'
        "<Say>Kwaheri</Say></Response>"
    )


def test_what_ends_a_call_waits_for_no_key() -> None:
    assert render_voice("Kwaheri") == (
        '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Kwaheri</Say></Response>'
    )


def test_silence_is_counted_in_the_address() -> None:
    address = callback_url("https://bei.example.org/voice", next_input=3, silences=1)
    assert address == "https://bei.example.org/voice?step=3&silences=1"
    (keys,) = ElementTree.fromstring(render_voice("Bei", keys_to=address)).iter("GetDigits")
    assert keys.get("callbackUrl") == address


def test_words_are_never_markup() -> None:
    said = "</Say><Dial phoneNumbers='+254711000001'/>&<Say>"
    response = ElementTree.fromstring(render_voice(said, farewell=said, keys_to=f'"{said}'))
    assert [one.text for one in response.iter("Say")] == [said, said]
    assert not list(response.iter("Dial"))


def test_a_figure_takes_several_keys() -> None:
    answer = ElementTree.fromstring(render_voice("Bei", keys_to="/voice", most_keys=7))
    (keys,) = answer.iter("GetDigits")
    assert (keys.get("numDigits"), keys.get("finishOnKey")) == ("7", "#")

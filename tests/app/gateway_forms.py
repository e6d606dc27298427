"""What gateways post, as data: one line each for what is posted and what has to come of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.cast import WANJIKU

SIX_O_CLOCK = datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)

AT = {
    "linkId": "03090445075804249226",
    "text": "BEI mahindi",
    "to": "21512",
    "id": "ec9adc86-51d5-4bc8-8eb0-d8ab0bb53dc3",
    "date": "2017-05-03T06:04:45Z",
    "from": WANJIKU,
}
TWILIO = {
    "ToCountry": "KE",
    "SmsMessageSid": "SMe287",
    "NumMedia": "0",
    "SmsSid": "SMe287",
    "SmsStatus": "received",
    "Body": "BEI mahindi",
    "FromCountry": "KE",
    "To": "+12028831111",
    "NumSegments": "1",
    "MessageSid": "SMe287",
    "AccountSid": "AC1",
    "From": WANJIKU,
    "ApiVersion": "2010-04-01",
}


def _but(form: dict[str, str], **changes: str | None) -> dict[str, str]:
    changed = {**form, **{name.rstrip("_"): value for name, value in changes.items()}}
    return {name: value for name, value in changed.items() if value is not None}


@dataclass(frozen=True)
class Posted:
    """A form, and the row it has to become (None: none); whatever it is, the answer is 200."""

    label: str
    form: dict[str, str]
    row: dict[str, Any] | None = field(default_factory=dict)


def _at(label: str, row: dict[str, Any] | None = None, **changes: str | None) -> Posted:
    return Posted(label, _but(AT, **changes), row or {})


def _twilio(label: str, row: dict[str, Any] | None = None, **changes: str | None) -> Posted:
    return Posted(label, _but(TWILIO, **changes), row or {})


TEXTS = {
    "africastalking": [
        _at(
            "as documented",
            {
                "gateway": "africastalking",
                "gateway_message_id": "ec9adc86-51d5-4bc8-8eb0-d8ab0bb53dc3",
                "recipient": "21512",
                "text": "BEI mahindi",
                "link_id": "03090445075804249226",
                "network_code": None,
                "gateway_sent_at": SIX_O_CLOCK,
                "sender_label": None,
            },
        ),
        _at("newer fields", {"network_code": "63902"}, networkCode="63902", cost="KES 0.80"),
        _at("no link", {"link_id": None}, linkId=None),
        _at("empty link", {"link_id": None}, linkId=""),
        _at("milliseconds", {"gateway_sent_at": SIX_O_CLOCK}, date="2017-05-03T06:04:45.000Z"),
        _at("bare time is UTC", {"gateway_sent_at": SIX_O_CLOCK}, date="2017-05-03 06:04:45"),
        _at("a date that is none", {"gateway_sent_at": None}, date="yesterday"),
        _at("no date", {"gateway_sent_at": None}, date=None),
        _at("an id of the other kind", {"gateway_message_id": "ATXid_1"}, id="ATXid_1"),
        _at("an integer as id", {"gateway_message_id": "28374"}, id="28374"),
        _at("a + that became a space", {"sender_label": None}, from_=WANJIKU.replace("+", " ")),
        _at("a label that nobody can answer", {"sender_label": "MTN"}, from_="MTN"),
        _at("a short code as sender", {"sender_label": "21512"}, from_="21512"),
        _at("an empty text", {"text": ""}, text=""),
        _at("no text at all", {"text": ""}, text=None),
        _at("letters of everywhere", {"text": "ማሳ ŋ 🐄"}, text="ማሳ ŋ 🐄"),
        _at("an apostrophe", {"text": "'; DROP TABLE price;--"}, text="'; DROP TABLE price;--"),
        _at("NUL", {"text": "BEI mahindi"}, text="BEI\0 mahindi"),
        _at("unknown fields", {"text": "BEI mahindi"}, somethingNew="\0", another="x"),
        _at("a very long text", {"text": "a" * 5000}, text="a" * 5000),
        _at("a very long id", {"gateway_message_id": "9" * 120}, id="9" * 500),
        _at("a recipient that is too long", {"recipient": "1" * 20}, to="1" * 50),
        Posted("no id", _but(AT, id=None), None),
        Posted("empty id", _but(AT, id=""), None),
        Posted("no sender", _but(AT, from_=None), None),
        Posted("nothing", {}, None),
    ],
    "twilio": [
        _twilio(
            "as documented",
            {
                "gateway": "twilio",
                "gateway_message_id": "SMe287",
                "recipient": "+12028831111",
                "text": "BEI mahindi",
                "link_id": None,
                "sender_label": None,
            },
        ),
        _twilio("only the old name of the id", {"gateway_message_id": "SMe287"}, MessageSid=None),
        _twilio("an empty text", {"text": ""}, Body=""),
        _twilio("unknown fields", {"text": "BEI mahindi"}, SomethingNew="x"),
        _twilio("a stop in another word", {"text": "STOP"}, Body="Unsubscribe "),
        _twilio("a stop as Twilio tells it", {"text": "STOP"}, Body="Acha", OptOutType="STOP"),
        Posted("no id", _but(TWILIO, MessageSid=None, SmsSid=None), None),
        Posted("no sender", _but(TWILIO, From=None), None),
        Posted("nothing", {}, None),
    ],
}

"""A carrier between phones and the webhook: every answer is held to what was promised."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from hypothesis import note
from werkzeug.test import TestResponse

from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage
from messaging.phrases import languages, say
from messaging.segments import GSM_7, measure
from tests.app.gateways import Gateways
from tests.conftest import NOON
from tests.handlers.texting import rows
from tests.journeys.ussd_callers import Phone
from tests.journeys.ussd_worlds import World

CODE, WRONG_CODE = "*384*123#", "*999#"
SECOND = timedelta(seconds=1)
MOST = 156  # septets after the prefix


@dataclass
class Line:
    """A call as the carrier knows it: what was typed so far, and what that was answered."""

    phone: Phone
    session_id: str
    transcript: str = ""
    body: str = ""
    earlier: list[str] = field(default_factory=list)  # hops before the last one, in their order

    @property
    def is_over(self) -> bool:
        return self.body.startswith("END ")


@dataclass
class Carrier:
    """Brings hops for the first time, once more, late, or with somebody else's number."""

    world: World
    gateways: Gateways
    now: datetime = NOON
    hops: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    texts: int = 0  # in the outbox when one was last said to be there

    def begin_anew(self) -> None:
        """Nobody has called yet."""
        self.now, self.numbers, self.texts = NOON, count(1), 0

    def dial(self, phone: Phone, typed: str) -> Line:
        """A call begins; what is dialled at once with the code is typed already."""
        line = Line(phone, f"ATUid_{next(self.numbers)}", typed)
        line.body = self._post_first(line, typed)
        return line

    def press(self, line: Line, typed: str) -> None:
        """Something is typed."""
        self.bring(line, f"{line.transcript}*{typed}" if line.transcript else typed)

    def bring(self, line: Line, transcript: str) -> None:
        """A hop for the first time; of a call that is over nothing comes any more."""
        if line.is_over:
            assert self._post_in_vain(line, transcript).startswith("END ")
        elif transcript == line.transcript:
            self.repeat(line, transcript)
        else:
            before = [*line.earlier, line.transcript]
            line.earlier = [one for one in before if not one or transcript.startswith(f"{one}*")]
            line.transcript, line.body = transcript, self._post_first(line, transcript)

    def repeat(self, line: Line, transcript: str) -> None:
        """A hop that came before: it is answered as the last one was, and does nothing."""
        self.hops["repeats"] += 1
        assert self._post_in_vain(line, transcript) == line.body

    def bring_late(self, line: Line, which: int) -> None:
        """An earlier hop comes after those that followed it: the last but one, or one before."""
        came = [line.transcript, *line.earlier]
        self.repeat(line, came[-1 - which % len(came)])

    def step_in(self, line: Line, phone: Phone, code: str) -> None:
        """Somebody comes with the id of this call, from another phone or by another code."""
        stranger = Line(phone, line.session_id)
        body = self._post_in_vain(stranger, f"{line.transcript}*1", code)
        assert body.startswith("END ")

    def _post_first(self, line: Line, transcript: str) -> str:
        body = self._post(line, transcript)
        if body[4:].startswith(_SENT):
            with self.world.service.database.read() as session:
                texts = rows(session, OutboundMessage, kind=OutboundKind.REPLY)
            assert texts > self.texts, "no text was promised"
            self.texts = texts
        return body

    def _post_in_vain(self, line: Line, transcript: str, code: str = CODE) -> str:
        before = self.world.seal()
        body = self._post(line, transcript, code)
        assert self.world.seal() == before, "something was written"
        return body

    def _post(self, line: Line, transcript: str, code: str = CODE) -> str:
        self.now += SECOND
        self.hops["hops"] += 1
        form = {
            "sessionId": line.session_id,
            "phoneNumber": line.phone.msisdn,
            "networkCode": "63902",
            "serviceCode": code,
            "text": transcript,
        }
        response = self.gateways.africastalking("ussd", form)
        shown = f"{transcript[:60]!r}… ({len(transcript)})" if transcript[60:] else repr(transcript)
        note(f"{line.session_id} {line.phone.msisdn} {shown}: {response.text!r}")
        return screen_of(response)


_SENT = tuple(say(language, "Sent by SMS.") for language in languages())
_APOLOGIES = [
    say(language, "Sorry, something went wrong. Please dial again.") for language in languages()
]


def screen_of(response: TestResponse) -> str:
    """The body of an answer, which every network shows whole."""
    assert (response.status_code, response.mimetype) == (200, "text/plain")
    body = response.text
    assert body[:4] in {"CON ", "END "}
    assert body[4:].strip()
    assert GSM_7.issuperset(body)
    assert measure(body[4:]).length <= MOST
    assert not any(apology in body for apology in _APOLOGIES)
    return body

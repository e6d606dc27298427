"""What callers press: one table of calls, and where each of them ought to end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from random import Random

from bench.ussd_load import Heard

SERVICE_CODE = "*384*123#"

# Not keys: a price near the usual is typed; the carrier brings the last hop once more.
PRICE, AGAIN = "price", "again"

# How the screens begin that calls lead to, in the languages that the farmers chose.
MILK = r"(Milk|Maziwa), .+ (1 litre|lita 1)\n.*KES \d"
MAIZE = r"(Maize|Mahindi), .+ (1 kg|kilo 1)\n.*KES \d"
COMMODITIES = r"(Prices|Bei), .+\n1 (Milk|Maziwa)\n2 (Maize|Mahindi)\n"
DETAILS = r"(My details|Taarifa zangu)\n1 "
THANKS = r"(Thank you|Asante)\. "


@dataclass(frozen=True)
class Script:
    """One kind of call: what is pressed after the dial, and what the last screen shows."""

    name: str
    share: int  # of a hundred calls
    keys: tuple[str, ...]
    shows: str  # how that one begins

    @property
    def reports(self) -> bool:
        """Whether a price is told in it."""
        return PRICE in self.keys


SCRIPTS = (
    Script("a price", 40, ("1", "1"), MILK),
    Script("a price, then another", 20, ("1", "1", "0", "2"), MAIZE),
    Script("a report", 20, ("3", "1", "1", PRICE), THANKS),
    Script("a price in another county", 10, ("1", "1", "8", "3", "2"), MILK),
    Script("my details", 5, ("6",), DETAILS),
    Script("a price, every hop twice", 3, (AGAIN, "1", AGAIN, "1", AGAIN), MILK),
    Script("hung up half-way", 2, ("1",), COMMODITIES),
)


@dataclass(frozen=True)
class Farmer:
    """Somebody who calls, and what milk usually sells for at home."""

    msisdn: str
    usual: int


@dataclass(frozen=True)
class Call:
    """One call: `transcripts` are what the gateway sends, hop by hop."""

    script: Script
    session_id: str
    farmer: Farmer
    transcripts: tuple[str, ...]

    def form(self, transcript: str) -> dict[str, str]:
        """One hop as Africa's Talking posts it."""
        return {
            "sessionId": self.session_id,
            "phoneNumber": self.farmer.msisdn,
            "networkCode": "63902",
            "serviceCode": SERVICE_CODE,
            "text": transcript,
        }

    @property
    def name(self) -> str:
        """Which kind it is."""
        return self.script.name

    def hear(self, body: bytes) -> Heard:
        """The screen, behind what says whether the call goes on."""
        kind = body[:4]
        return Heard(body[4:].decode(), kind != b"CON ", kind in {b"CON ", b"END "})

    def arrived(self, screens: Sequence[str]) -> bool:
        """Whether each hop was answered, a repeat as before, and the last screen is the one."""
        if len(screens) < len(self.transcripts):
            return False
        hops = list(zip(self.transcripts, screens, strict=True))
        answers = dict(hops)
        if any(answers[typed] != screen for typed, screen in hops):
            return False
        return re.match(self.script.shows, screens[-1], re.DOTALL) is not None


def calls(farmers: Sequence[Farmer], *, name: str, seed: int) -> Iterator[Call]:
    """Calls without end in the table's proportions, each by somebody else until all have called."""
    chance = Random(seed)
    weights = [script.share for script in SCRIPTS]
    for number, farmer in enumerate(cycle(farmers), start=1):
        script = chance.choices(SCRIPTS, weights)[0]
        yield call(script, f"{name}-{number}", farmer, chance)


def call(script: Script, session_id: str, farmer: Farmer, chance: Random) -> Call:
    """One call of a kind."""
    transcripts, typed = [""], ""
    for key in script.keys:
        if key != AGAIN:
            pressed = str(_near(farmer.usual, chance)) if key == PRICE else key
            typed = f"{typed}*{pressed}" if typed else pressed
        transcripts.append(typed)
    return Call(script, session_id, farmer, tuple(transcripts))


def _near(usual: int, chance: Random) -> int:
    return round(usual * chance.gauss(1, 0.03))

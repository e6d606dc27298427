"""What passes between the stand-in and the two gateways' own words: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.stand_in.plan import Word


class Refused(Exception):  # noqa: N818 – it is an answer, no error of ours
    """A call that no gateway would take: a wrong path, no key, a field that is missing."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Call:
    """Texts as a client handed them over."""

    gateway: str
    numbers: tuple[str, ...]
    text: str
    # Where the client wants to hear of them, and with whose signature, where it says so.
    callback: str | None = None
    account: str = ""
    token: str = ""


@dataclass(frozen=True)
class Recipient:
    """One number of a call, and what became of it; without an id it was not taken."""

    number: str
    word: Word
    id: str | None


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: str
    type: str = "application/json"
    headers: Mapping[str, str] | None = None


PAGE = Answer(200, "<!DOCTYPE html><html><body>Welcome to the network</body></html>", "text/html")


def segments(text: str) -> int:
    """How many parts a network makes of a text (of GSM-7: the stand-in does not look closer)."""
    return 1 if len(text) <= 160 else -(-len(text) // 153)

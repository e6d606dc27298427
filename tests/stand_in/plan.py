"""What goes wrong, and how often: drawn from a seed, the same each time (pure)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import accumulate
from random import Random
from typing import Any, TypeVar

_Kind = TypeVar("_Kind", bound=StrEnum)


class Fault(StrEnum):
    """What becomes of a call."""

    NONE = "none"
    SLOW = "slow"  # answered, but within the client's patience only just
    HANGS = "accepts, then hangs"  # the answer never comes
    CUTS = "accepts, then cuts"  # the line breaks instead of an answer
    HALF = "accepts, then half an answer"
    HTML = "accepts, then a page"  # of HTML, with status 200
    PAGE = "a page, and nothing accepted"  # a captive portal, a maintenance page
    ERROR = "5xx, and nothing accepted"
    TIMEOUT = "accepts, then 504"  # a proxy of theirs waited in vain
    LIES = "accepts, then 500"
    TOO_MANY = "429"  # with Retry-After
    NO_BALANCE = "no balance"

    @property
    def accepts(self) -> bool:
        """True where the messages are taken, whatever the client hears of it."""
        return self not in {Fault.PAGE, Fault.ERROR, Fault.TOO_MANY, Fault.NO_BALANCE}

    @property
    def answers(self) -> bool:
        """True where the client hears the whole truth."""
        return self in {Fault.NONE, Fault.SLOW}

    @property
    def says_no(self) -> bool:
        """True where the client hears that nothing was taken."""
        return self in {Fault.ERROR, Fault.LIES, Fault.TOO_MANY, Fault.NO_BALANCE}


class Word(StrEnum):
    """What an answered call says of one recipient."""

    TAKEN = "taken"
    NO_SUCH_NUMBER = "no such number"
    BLACKLISTED = "blacklisted"
    INTERNAL = "internal error"  # this one may come again
    LEFT_OUT = "left out"  # taken, but the answer does not name it


LASTING = frozenset({Word.NO_SUCH_NUMBER, Word.BLACKLISTED})
PASSING = frozenset({Word.INTERNAL, Word.LEFT_OUT})


class Manner(StrEnum):
    """How delivery reports of one accepted message come."""

    PROMPT = "prompt"
    EARLY = "early"  # before the answer to the call
    TWICE = "twice"
    BACKWARDS = "backwards"  # the last one first
    ODD = "odd"  # a status nobody documents, and then the true one
    LATE = "late"  # when it is told to
    NEVER = "never"  # of a call that was answered; of any other it comes late


@dataclass(frozen=True)
class Plan:
    """Shares are between 0 and 1; what they leave over goes well (of reports: comes promptly).

    `script` is what the first calls meet, before chance decides; a text that contains `hangs_on`
    always hangs.
    """

    seed: int = 47
    script: Sequence[Fault] = ()
    faults: Mapping[Fault, float] = field(default_factory=dict)
    words: Mapping[Word, float] = field(default_factory=dict)
    manners: Mapping[Manner, float] = field(default_factory=dict)
    hangs_on: str | None = None
    answers_after_seconds: tuple[float, float] = (0.0, 0.0)
    slow_seconds: float = 2.0
    hangs_seconds: float = 60.0
    retry_after_seconds: int = 1

    def fault(self, call: int, text: str) -> Fault:
        """What becomes of the so-manieth call, counted from 0."""
        if self.hangs_on is not None and self.hangs_on in text:
            return Fault.HANGS
        if call < len(self.script):
            return self.script[call]
        return self._drawn("fault", call, self.faults, Fault.NONE)

    def word(self, call: int, number: str) -> Word:
        """What is said of a recipient; a number that is wrong or blacklisted stays so."""
        lasting = self._drawn("number", number, _only(self.words, LASTING), Word.TAKEN)
        if lasting is not Word.TAKEN:
            return lasting
        return self._drawn("word", (call, number), _only(self.words, PASSING), Word.TAKEN)

    def manner(self, number: str) -> Manner:
        """How the reports of a message to this number come."""
        return self._drawn("manner", number, self.manners, Manner.PROMPT)

    def answers_after(self, call: int) -> float:
        """Seconds that a call takes which meets no fault."""
        return self._chance("answer", call).uniform(*self.answers_after_seconds)

    def _drawn(
        self, what: str, of: object, shares: Mapping[_Kind, float], otherwise: _Kind
    ) -> _Kind:
        if not shares:  # a bench has none, and would measure the drawing
            return otherwise
        drawn, kinds = self._chance(what, of).random(), list(shares)
        for kind, end in zip(kinds, accumulate(shares[kind] for kind in kinds), strict=True):
            if drawn < end:
                return kind
        return otherwise

    def _chance(self, what: str, of: object) -> Random:
        return Random(f"{self.seed}:{what}:{of}")


def _only(words: Mapping[Word, float], wanted: frozenset[Word]) -> dict[Word, float]:
    return {word: share for word, share in words.items() if word in wanted}


def as_json(plan: Plan) -> str:
    """The plan as a line, to be handed to another process."""
    return json.dumps(asdict(plan))


def from_json(line: str) -> Plan:
    """The plan that somebody wrote with `as_json`."""
    told: dict[str, Any] = json.loads(line)
    return replace(
        Plan(**told),
        script=tuple(Fault(name) for name in told["script"]),
        faults={Fault(name): share for name, share in told["faults"].items()},
        words={Word(name): share for name, share in told["words"].items()},
        manners={Manner(name): share for name, share in told["manners"].items()},
        answers_after_seconds=tuple(told["answers_after_seconds"]),
    )

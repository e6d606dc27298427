"""One labelled text beside what was read of it: what is right, what is wrong, what was asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bench.labels import SLOTS, Line, accepts, accepts_intent, intent_as_labelled, scores

# What the program asks back for; a grade that it overlooks is overlooked.
_ASKED_FOR = frozenset({"commodity", "place", "price", "unit"})


class Mark(StrEnum):
    """What became of one thing that a label says."""

    RIGHT = "right"
    WRONG = "wrong"
    ASKED = "asked"


@dataclass(frozen=True)
class Judged:
    """One labelled text beside its reading."""

    label: Line
    read: Line
    intent_read: str
    # None where the label leaves the intent open.
    intent: Mark | None
    # Only where the intent is the labelled one, and without what the label leaves open.
    slots: Mapping[str, Mark] = field(default_factory=dict)
    item: Line = field(default_factory=dict)
    more: tuple[Mark, ...] = ()
    extras: tuple[Mark, ...] = ()

    @property
    def asks(self) -> bool:
        """True when the program asks back instead of acting."""
        return self.read.get("ask") is not None

    @property
    def whole(self) -> Mark:
        """The intent and each slot together."""
        marks = {*self.slots.values(), self.intent or Mark.RIGHT}
        return next((mark for mark in (Mark.WRONG, Mark.ASKED) if mark in marks), Mark.RIGHT)


def judge(label: Line, read: Line, usual_units: Mapping[str, str]) -> Judged:
    """Compare one reading with its label; `usual_units` maps a commodity to its usual unit.

    `unsure` in the reading: the person is asked what was meant. "Which place?" excuses no
    misreading.
    """
    intent_read = intent_as_labelled(read["intent"], label)
    is_right, asks = accepts_intent(label, intent_read), read.get("ask") is not None
    items = list(read.get("items") or ())
    item = _main_item(label, items, usual_units)
    more = _others(label, [one for one in items if one is not item], usual_units)
    return Judged(
        label=label,
        read=read,
        intent_read=label["intent"] if is_right else intent_read,
        intent=mark(is_right, asks=bool(read.get("unsure"))) if scores(label, "intent") else None,
        slots={
            slot: mark(
                accepts(label, slot, item.get(slot), usual_units),
                asks=asks and item.get(slot) is None and slot in _ASKED_FOR,
            )
            for slot in SLOTS
            if intent_read == label["intent"] and scores(label, slot)
        },
        item=item,
        more=tuple(mark(found and is_right, asks=asks) for found in more[0]),
        extras=tuple(mark(found and is_right, asks=False) for found in more[1]),
    )


def mark(is_right: bool, *, asks: bool) -> Mark:
    """A question is no error."""
    if is_right:
        return Mark.RIGHT
    return Mark.ASKED if asks else Mark.WRONG


def _main_item(label: Line, items: list[Line], usual_units: Mapping[str, str]) -> Line:
    """The item the line's own slots speak of: the one that fits best, the first of equals."""
    if not items:
        return {}
    return max(items, key=lambda item: _fit(label, item, SLOTS, usual_units))


def _fit(label: Line, item: Line, slots: Iterable[str], usual_units: Mapping[str, str]) -> int:
    return sum(accepts(label, slot, item.get(slot), usual_units) for slot in slots)


def _others(
    label: Line, items: list[Line], usual_units: Mapping[str, str]
) -> tuple[list[bool], list[bool]]:
    """Of each further item of the label, was it found; of each further item read, is it there."""
    left = dict(enumerate(items))
    found = []
    for wanted in label.get("more", ()):
        said = [slot for slot in SLOTS if slot in wanted]
        match = next(
            (at for at, item in left.items() if _fit(wanted, item, said, usual_units) == len(said)),
            None,
        )
        found.append(match is not None)
        if match is not None:
            del left[match]
    return found, [at not in left for at in range(len(items))]

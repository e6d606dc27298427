"""What is said where not everything has room: the most needed first (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from messaging.segments import measure, to_gsm7


@dataclass(frozen=True)
class Slot:
    """One thing to say, in each of its wordings, the fullest first."""

    wordings: tuple[str, ...]
    is_demo: bool = False
    is_sentence: bool = False  # else it is a part of the first one
    # Said at the end, and its briefest wording before anything else but the lead's.
    is_closing: bool = False


def filled(lead: Slot, besides: Sequence[Slot], segments: int, mark: Callable[[str], str]) -> str:
    """The lead, and of the slots behind it as many and as fully worded as the segments hold.

    They are given in the order of their use. Each segment more only adds: first whatever the
    smaller text had to say briefly is said in full, then whatever it left out is said. So nobody
    is told less for paying more. The lead is always said, in its briefest wording at least.
    """
    slots = (lead, *besides)
    unsaid = tuple(len(slot.wordings) for slot in slots)
    chosen = (unsaid[0] - 1, *unsaid[1:])
    for allowed in range(1, segments + 1):
        for number in _unsaid_closing(slots, chosen):
            chosen = _reworded(slots, chosen, number, allowed, mark, first=unsaid[number] - 1)
        for number in range(len(slots)):
            chosen = _reworded(slots, chosen, number, allowed, mark)
    return _text(slots, chosen, mark)


Chosen = tuple[int, ...]  # of each slot which wording is said; past the last one: it is not said


def _unsaid_closing(slots: Sequence[Slot], chosen: Chosen) -> list[int]:
    return [
        number
        for number, slot in enumerate(slots)
        if slot.is_closing and chosen[number] == len(slot.wordings)
    ]


def _reworded(
    slots: Sequence[Slot],
    chosen: Chosen,
    number: int,
    allowed: int,
    mark: Callable[[str], str],
    *,
    first: int = 0,
) -> Chosen:
    """With the fullest wording of one slot, from the first on, that has room beside the others."""
    for wording in range(first, chosen[number]):
        fuller = (*chosen[:number], wording, *chosen[number + 1 :])
        if measure(_text(slots, fuller, mark)).segments <= allowed:
            return fuller
    return chosen


def _text(slots: Sequence[Slot], chosen: Chosen, mark: Callable[[str], str]) -> str:
    in_order = sorted(zip(slots, chosen, strict=True), key=lambda one: one[0].is_closing)
    said = [
        (slot.wordings[wording], slot.is_sentence)
        for slot, wording in in_order
        if wording < len(slot.wordings)
    ]
    first = ", ".join(words for words, is_sentence in said if not is_sentence)
    sentences = [words for words, is_sentence in said if is_sentence]
    return to_gsm7(mark(f"{'. '.join([first, *sentences])}."))

"""How much of the labelled texts was read right: values in, figures out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.judging import Judged, Mark, mark
from bench.labels import SLOTS


@dataclass(frozen=True)
class Tally:
    """Right and wrong; what was asked back is neither."""

    right: int = 0
    wrong: int = 0
    asked: int = 0

    @property
    def count(self) -> int:
        """All of which something was claimed."""
        return self.right + self.wrong

    @property
    def share(self) -> float | None:
        """The share that is right; None of nothing."""
        return self.right / self.count if self.count else None


def tally(marks: Iterable[Mark | None]) -> Tally:
    """Count marks; None is not scored."""
    counts = Counter(marks)
    return Tally(counts[Mark.RIGHT], counts[Mark.WRONG], counts[Mark.ASKED])


@dataclass(frozen=True)
class Figures:
    """What `make score` prints of a set of texts."""

    lines: int
    asked: int
    intent: Tally
    reports: Tally  # of what was read as a price report
    silent: Tally  # labelled unknown, and no price made of it
    said: Mapping[str, Tally]
    unsaid: Mapping[str, Tally]
    whole: Tally
    more: Tally
    extras: Tally
    confusion: Mapping[tuple[str, str], int]


def figures(judged: Iterable[Judged]) -> Figures:
    """Add up what was judged."""
    lines = list(judged)
    return Figures(
        lines=len(lines),
        asked=sum(line.asks for line in lines),
        intent=tally(line.intent for line in lines),
        reports=tally(line.intent for line in lines if line.intent_read == "price_report"),
        silent=tally(map(_silence, lines)),
        said={slot: tally(_slot_marks(lines, slot, is_said=True)) for slot in SLOTS},
        unsaid={slot: tally(_slot_marks(lines, slot, is_said=False)) for slot in SLOTS},
        whole=tally(line.whole for line in lines),
        more=tally(found for line in lines for found in line.more),
        extras=tally(found for line in lines for found in line.extras),
        confusion=Counter(
            (line.label["intent"], line.intent_read) for line in lines if line.intent is not None
        ),
    )


def _silence(line: Judged) -> Mark | None:
    if line.label["intent"] != "unknown":
        return None
    return mark(line.intent_read != "price_report", asks=False)


def _slot_marks(lines: Iterable[Judged], slot: str, *, is_said: bool) -> list[Mark]:
    return [
        line.slots[slot]
        for line in lines
        if slot in line.slots and (line.label.get(slot) is not None) == is_said
    ]


def by(judged: Iterable[Judged], name: str) -> dict[str, Figures]:
    """The figures of each language, or each country; "–" where a label leaves it open."""
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for line in judged:
        groups[line.label[name] or "–"].append(line)
    return {group: figures(groups[group]) for group in sorted(groups)}

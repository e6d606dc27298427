"""The figures of a set of labelled texts, laid out for a person to read."""

from collections.abc import Iterator, Mapping

from bench.figures import Figures, Tally
from bench.labels import INTENTS, SLOTS


def sheet(figures: Figures) -> Iterator[str]:
    """All the figures of one set, and the confusion table."""
    yield f"{figures.lines} texts; the program asked back in {figures.asked}"
    yield ""
    yield _line("intent", figures.intent)
    yield _line("price_report precision", figures.reports)
    yield _line("  no price made of an unknown", figures.silent)
    yield _line("full line", figures.whole)
    yield _line("further items found", figures.more)
    yield _line("further items invented", _turned(figures.extras))
    yield ""
    yield f"{'slot, the intent being right':<30} {'said':<34} not said"
    for slot in SLOTS:
        yield f"  {slot:<28} {_shown(figures.said[slot]):<34} {_shown(figures.unsaid[slot])}"
    yield ""
    yield from _confusion(figures.confusion)


def _line(name: str, tally: Tally) -> str:
    return f"{name:<30} {_shown(tally)}"


def _turned(tally: Tally) -> Tally:
    return Tally(right=tally.wrong, wrong=tally.right)


def _shown(tally: Tally) -> str:
    share = "      " if tally.share is None else f"{tally.share:6.1%}"
    asked = f", asked back {tally.asked}" if tally.asked else ""
    return f"{share}  {_count(tally)}{asked}"


def _count(tally: Tally) -> str:
    return f"{tally.right}/{tally.count}" if tally.count else "–"


def _confusion(pairs: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Rows are labels, columns what was read; an accepted reading counts as the label."""
    read = [*INTENTS, *sorted({read for _, read in pairs} - set(INTENTS))]
    labelled = [*INTENTS, *sorted({label for label, _ in pairs} - set(INTENTS))]
    yield f"{'labelled, read as':<18}" + "".join(f"{name:>13}" for name in read)
    for label in labelled:
        counts = (pairs.get((label, name), 0) for name in read)
        yield f"{label:<18}" + "".join(f"{count or '·':>13}" for count in counts)


_COLUMNS = (
    "texts", "asked", "intent", "reports", "unknown", *SLOTS, "full line", "more", "invented",
)  # fmt: skip


def groups(name: str, figures: Mapping[str, Figures]) -> Iterator[str]:
    """One line for each language or country; a slot's cell is said, then not said."""
    rows = [(name, *_COLUMNS), *((group, *_cells(one)) for group, one in figures.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _cells(figures: Figures) -> list[str]:
    counted = (figures.intent, figures.reports, figures.silent)
    last = (figures.whole, figures.more, _turned(figures.extras))
    return [
        str(figures.lines),
        str(figures.asked),
        *map(_count, counted),
        *(f"{_count(figures.said[slot])} {_count(figures.unsaid[slot])}" for slot in SLOTS),
        *map(_count, last),
    ]

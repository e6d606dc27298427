"""The course of a price with every report of it, drawn on the server (pure).

The scale is that of what is believed: a report that is ten times as much would press all else to
the floor. What lies beyond stands at the edge, with an arrow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.web.charts import scale, steps
from messaging.phrases.formats import amount
from prices.board import Charted
from prices.kinds import ObservationStatus
from prices.report_lines import ReportLine

# In the units of the drawing: on a phone its letters stay readable.
WIDTH, HEIGHT = 480, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 14, 24
TICKS = 5
# Beyond so much of what was ever believed a report stands at the edge.
ROOM = Decimal("1.25")


@dataclass(frozen=True)
class Tick:
    """A figure at the edge."""

    at: float
    words: str


@dataclass(frozen=True)
class Dot:
    """A report: where it stands, how it looks, and which way off the chart it lies."""

    x: float
    y: float
    look: str  # counts, doubtful, out, instead
    way: str  # "", up, down
    words: str


@dataclass(frozen=True)
class CellChart:
    """What the page draws."""

    line: str
    band: str
    dots: Sequence[Dot]
    across: Sequence[Tick]
    along: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def look_of(line: ReportLine, instead: Mapping[int, int]) -> str:
    """Counts, is doubtful, is out, or something else stands for it: each another sign."""
    match line.status:
        case ObservationStatus.DROPPED:
            return "out"
        case ObservationStatus.HELD | ObservationStatus.UNANSWERED | ObservationStatus.FLAGGED:
            return "doubtful"
    return "instead" if line.id in instead else "counts"


def draw(
    course: Sequence[Charted],
    lines: Sequence[ReportLine],
    instead: Mapping[int, int],
    since: date,
    today: date,
    words: Callable[[ReportLine], str],
) -> CellChart | None:
    """A chart from the first day of which anything is known, at the earliest `since`.

    None where nothing is believed and nothing was told.
    """
    ends = _ends(course, lines)
    if ends is None:
        return None
    known = [*(one.day for one in course), *(line.reported_on for line in lines)]
    since = max(since, min(known))
    figures = steps(float(ends[0]), float(ends[1]), TICKS)
    x_of = scale(since.toordinal(), today.toordinal(), LEFT + 6, WIDTH - RIGHT - 6)
    y_of = scale(figures[0], figures[-1], HEIGHT - BOTTOM, TOP)
    middle = [(x_of(one.day.toordinal()), y_of(float(one.price))) for one in course]
    high = [(x_of(one.day.toordinal()), y_of(float(one.high))) for one in course]
    low = [(x_of(one.day.toordinal()), y_of(float(one.low))) for one in course]

    def dot(line: ReportLine) -> Dot:
        price = float(line.price_per_base_unit)
        way = "up" if price > figures[-1] else "down" if price < figures[0] else ""
        y = y_of(min(max(price, figures[0]), figures[-1]))
        return Dot(x_of(line.reported_on.toordinal()), y, look_of(line, instead), way, words(line))

    return CellChart(
        line=_path(middle),
        band=_path([*high, *low[::-1]]),
        dots=[dot(line) for line in lines],
        across=[Tick(y_of(step), amount(Decimal(repr(step)), "en")) for step in figures],
        along=[
            Tick(LEFT, f"{since.day} {since:%b}"),
            Tick(WIDTH - RIGHT, f"{today.day} {today:%b}"),
        ],
    )


def _ends(course: Sequence[Charted], lines: Sequence[ReportLine]) -> tuple[Decimal, Decimal] | None:
    believed = [end for one in course for end in (one.low, one.high)]
    told = [one.price_per_base_unit for one in lines if one.status is ObservationStatus.ACCEPTED]
    if not believed:
        every = told or [one.price_per_base_unit for one in lines]
        return (min(every), max(every)) if every else None
    low, high = min(believed) / ROOM, max(believed) * ROOM
    near = [one for one in told if low <= one <= high]
    return min([*believed, *near]), max([*believed, *near])


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)

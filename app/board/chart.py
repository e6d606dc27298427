"""A chart drawn on the server: a line, its range as a band, a few figures at the edge (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.web.charts import scale, steps

# In the units of the drawing, which is as wide as the narrowest phone: letters stay readable there.
WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 8, 18
TICKS = 4


@dataclass(frozen=True)
class Point:
    """A price on a day; of a published one there is no range."""

    day: date
    price: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Tick:
    """A figure at the edge."""

    at: float
    words: str


@dataclass(frozen=True)
class Chart:
    """What the page draws; `band` is empty where no range is known."""

    line: str
    band: str
    dots: Sequence[tuple[float, float]]
    across: Sequence[Tick]
    along: Sequence[Tick]
    points: Sequence[Point]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def draw(
    points: Sequence[Point], figure: Callable[[Decimal], str], day: Callable[[date], str]
) -> Chart | None:
    """A chart of two points and more; one alone is no course."""
    if len(points) < 2:
        return None
    ends = [
        one for point in points for one in (point.price, point.low, point.high) if one is not None
    ]
    figures = steps(float(min(ends)), float(max(ends)), TICKS)
    first, last = points[0].day, points[-1].day
    x_of = scale(first.toordinal(), last.toordinal(), LEFT, WIDTH - RIGHT)
    y_of = scale(figures[0], figures[-1], HEIGHT - BOTTOM, TOP)
    at = [(x_of(point.day.toordinal()), point) for point in points]
    ranged = [
        (x, y_of(float(point.low)), y_of(float(point.high)))
        for x, point in at
        if point.low is not None and point.high is not None
    ]
    dots = [(x, y_of(float(point.price))) for x, point in at]
    return Chart(
        line=_path(dots),
        band=_path([(x, high) for x, _, high in ranged] + [(x, low) for x, low, _ in ranged[::-1]]),
        dots=dots,
        across=[Tick(y_of(step), figure(Decimal(repr(step)))) for step in figures],
        along=[Tick(LEFT, day(first)), Tick(WIDTH - RIGHT, day(last))],
        points=points,
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)

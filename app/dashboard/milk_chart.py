"""A group's litres of some days as bars, drawn on the server (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from groups.book_looks import DayOfMilk

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 180, 44, 20, 10


@dataclass(frozen=True)
class Bar:
    """A day: where it stands, and each milking's part of it, in steps of the drawing."""

    day: DayOfMilk
    x: float
    width: float
    morning: float
    evening: float
    other: float


@dataclass(frozen=True)
class MilkChart:
    """All of it; `most` is the litres of the highest line."""

    bars: Sequence[Bar]
    most: Decimal
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM


def milk_chart(days: Sequence[DayOfMilk]) -> MilkChart | None:
    """The chart; None where nothing was brought on any day."""
    most = _round_up(max((day.litres for day in days), default=Decimal(0)))
    if not most:
        return None
    step = (WIDTH - LEFT) / len(days)

    def high(litres: Decimal) -> float:
        return round(float(litres / most) * (HEIGHT - BOTTOM - TOP), 1)

    return MilkChart(
        [
            Bar(
                day,
                x=round(LEFT + number * step + step * 0.12, 1),
                width=round(step * 0.76, 1),
                morning=high(day.morning),
                evening=high(day.evening),
                other=high(day.other),
            )
            for number, day in enumerate(days)
        ],
        most,
    )


def _round_up(litres: Decimal) -> Decimal:
    """To one figure and noughts: 1, 2, 5, 10, 20 …"""
    if litres <= 0:
        return Decimal(0)
    power = Decimal(10) ** litres.adjusted()
    return next(step * power for step in (1, 2, 5, 10) if step * power >= litres)

"""What the backtest is about: cells with their true prices, and who reports them how.

All are values; `bench/quality_simulation.py` makes them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bench.quality_series import Floats

START = date(2023, 3, 1)
DAYS = 92  # 1 March to 31 May
WARM_UP_DAYS = 21  # simulated, not scored
CELLS = 24


@dataclass(frozen=True)
class Scenario:
    """How many people report how often, and what goes wrong."""

    name: str
    people: int = 12  # in the pool of a cell
    reports_a_day: float | None = None  # mean of a Poisson draw; None: one, two or three
    bad_share: float = 0.2
    swapped_share: float = 0.0  # reports that are another market's price
    is_flooded: bool = False  # on some days one phone shouts a wrong price
    is_always_loud: bool = False  # and on the others its right one
    has_pair: bool = False
    shifts: bool = False


SCENARIOS = {
    one.name: one
    for one in (
        Scenario("full"),
        Scenario("thin", people=6, reports_a_day=1 / 3),
        Scenario("flood", is_flooded=True),
        Scenario("loud", is_flooded=True, is_always_loud=True),
        Scenario("pair", has_pair=True),
        Scenario("swap", swapped_share=0.05),
        Scenario("shift", shifts=True),
        Scenario("clean", bad_share=0.0),
    )
}


@dataclass(frozen=True)
class SimReport:
    """One report as it reaches the service: a price per the cell's unit, at a moment in UTC.

    `factor` is what turned the truth into it beside the reporter's own bias and noise: 1 in an
    honest one, 10 where a digit slipped. Estimators may not look at it, nor at `is_bad`.
    """

    cell: int
    reporter: int  # one person has one number in all cells
    at: datetime
    price: float
    is_bad: bool
    factor: float = 1.0


@dataclass(frozen=True)
class Cell:
    """What may be known of a cell before its first report.

    `unit_ratios` are the factors by which a price is off when it was said for another unit.
    `published` are the months that were out when the span begins, oldest first, per `unit`.
    """

    commodity: str
    market: str
    unit: str
    unit_ratios: tuple[float, ...]
    price_type: str
    currency: str
    latitude: float
    longitude: float
    published: tuple[tuple[date, float], ...]


@dataclass(frozen=True)
class World:
    """Cells, days, the true price of each (`truth[cell, day]`), and all reports in their order.

    `shift_days` holds the index of the day on which each cell's price shifted; -1 for none.
    """

    cells: tuple[Cell, ...]
    days: list[date]
    truth: Floats
    reports: list[SimReport]
    shift_days: tuple[int, ...]
    scenario: Scenario
    seed: int

    def end_of(self, day: int) -> datetime:
        """The moment at which an estimate of that day is made: the midnight after it, UTC."""
        return datetime.combine(self.days[day], datetime.min.time(), UTC) + timedelta(days=1)

    def day_of(self, report: SimReport) -> int:
        """The index of the day on which a report came in."""
        return (report.at.date() - self.days[0]).days

"""The world of the backtest: a published price as the truth of each day, and people reporting it.

Pure: the same series, scenario and seed give the same world.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, default_rng

from bench.quality_series import Floats, Series, unit_ratios
from bench.quality_world import (
    CELLS,
    DAYS,
    SCENARIOS,
    START,
    WARM_UP_DAYS,
    Cell,
    Scenario,
    SimReport,
    World,
)

# A month's price is published some weeks after it: what a cell may know when its span begins.
PUBLISHING_DELAY = timedelta(days=30)

BIAS_SD = 0.03  # of log price, one draw per person
NOISE_CV = (0.05, 0.15)  # of a person's single reports
TRAVELLERS = 1 / 3  # of all people serve two cells
OPEN_HOURS = (6, 18)  # by the clock on the wall
UTC_OFFSET = timedelta(hours=3)  # East Africa

DIGIT_SLIPS = (10.0, 0.1)
BROAD_ERRORS = (1.8, 0.5, 2.5)

SHOUTS_A_DAY, SHOUTED, WRONG_DAYS = 15, 2.5, 0.2
COLLUDED, COLLUDING_DAYS = 1.5, 10
SHIFTS = (1.4, 0.6)
BEFORE_SHIFT_DAYS, AFTER_SHIFT_DAYS = 10, 25  # room for it to be noticed, inside what is scored


class Person(NamedTuple):
    """Somebody who reports, and how wrong they are on log price."""

    id: int
    bias: float
    sigma: float


def simulate(
    series: Sequence[Series],
    scenario: Scenario | str,
    seed: int,
    *,
    cells: int = CELLS,
    start: date | None = START,
    days: int = DAYS,
) -> World:
    """A world of so many cells drawn from the series; start None: a span drawn by the seed too.

    One seed gives the same cells in every scenario, and those of one pool size the same people.
    """
    plan = SCENARIOS[scenario] if isinstance(scenario, str) else scenario
    draws = _draws(seed)
    first = start or _random_start(series, cells, days, draws("start"))
    span = [first + timedelta(days=index) for index in range(days)]
    complete = [one for one in series if one.is_complete(span[0], span[-1])]
    if len(complete) < cells:
        raise ValueError(f"{len(complete)} series are complete from {span[0]} to {span[-1]}")
    drawn = draws("cells").permutation(len(complete))[:cells]
    chosen = [complete[index] for index in drawn]
    truth = np.array([one.daily(span) for one in chosen])
    shift_days = _shift(truth, draws("shift")) if plan.shifts else (-1,) * cells
    pools = _pools(cells, plan.people, draws("people"))
    reports = [
        report
        for index, one in enumerate(chosen)
        for report in _Reporting(
            index, span, truth[index], pools[index], plan, unit_ratios(one.unit), draws
        ).reports(_elsewhere(one, complete, span) if plan.swapped_share else ())
    ]
    reports.sort(key=lambda report: (report.at, report.cell, report.reporter))
    known = tuple(_cell(one, first) for one in chosen)
    return World(known, span, truth, reports, shift_days, plan, seed)


# Each thing is drawn from a stream of its own: one thing more or less leaves the others as they
# were, so that scenarios differ in nothing but what they are about.
_STREAMS = ("start", "cells", "shift", "people", "reports", "bad", "swapped", "flood", "pair")
Draws = Callable[..., Generator]


def _draws(seed: int) -> Draws:
    def of(what: str, cell: int = 0) -> Generator:
        return default_rng([seed, _STREAMS.index(what), cell])

    return of


def _random_start(series: Sequence[Series], cells: int, days: int, rng: Generator) -> date:
    """A day from which enough series are complete for the span."""
    months = sorted({month for one in series for month in one.prices})
    able = [
        month
        for month in months
        if sum(one.is_complete(month, month + timedelta(days=days + 26)) for one in series) >= cells
    ]
    if not able:
        raise ValueError(f"at no time are {cells} series complete for {days} days")
    return able[rng.integers(len(able))] + timedelta(days=int(rng.integers(28)))


def _cell(one: Series, first: date) -> Cell:
    published = tuple(
        (month, price) for month, price in one.prices.items() if month + PUBLISHING_DELAY < first
    )
    return Cell(
        one.commodity,
        one.market,
        one.unit,
        unit_ratios(one.unit),
        one.price_type,
        one.currency,
        one.latitude,
        one.longitude,
        published,
    )


def _shift(truth: Floats, rng: Generator) -> tuple[int, ...]:
    """Shift each cell's truth at a day of its own, in place; the indexes of those days."""
    cells, days = truth.shape
    earliest, latest = WARM_UP_DAYS + BEFORE_SHIFT_DAYS, days - AFTER_SHIFT_DAYS
    at = rng.integers(earliest, latest, endpoint=True, size=cells)
    for cell, day in enumerate(at):
        truth[cell, day:] *= rng.choice(SHIFTS)
    return tuple(map(int, at))


def _pools(cells: int, size: int, rng: Generator) -> list[list[Person]]:
    """The people of each cell; a third of all serve a second one.

    Of a cell's places some are for people from elsewhere: so many that a third of the others
    travel. Those of one cell go to different ones, as far as there are any.
    """
    guests = round(size * TRAVELLERS / (1 + TRAVELLERS)) if cells > 1 else 0
    residents = size - guests
    pools: list[list[Person]] = [
        [_person(cell * residents + place, rng) for place in range(residents)]
        for cell in range(cells)
    ]
    travelling = [pool[:guests] for pool in pools]
    for cell, people in enumerate(travelling):
        for place, person in enumerate(people):
            pools[(cell + 1 + place % (cells - 1)) % cells].append(person)
    return pools


def _person(number: int, rng: Generator) -> Person:
    variation = rng.uniform(*NOISE_CV)
    return Person(number, rng.normal(0, BIAS_SD), math.sqrt(math.log1p(variation**2)))


def _elsewhere(one: Series, complete: Sequence[Series], span: Sequence[date]) -> Sequence[Floats]:
    """What the same thing costs at the other markets, day by day."""
    return [
        other.daily(span)
        for other in complete
        if (other.commodity, other.unit, other.price_type)
        == (one.commodity, one.unit, one.price_type)
        and other.market != one.market
    ]


@dataclass(frozen=True)
class _Reporting:
    """All that is reported in one cell."""

    cell: int
    span: Sequence[date]
    truth: Floats
    pool: Sequence[Person]
    plan: Scenario
    ratios: Sequence[float]
    draws: Draws

    def reports(self, elsewhere: Sequence[Floats]) -> Iterator[SimReport]:
        """The day-by-day reports, and what the scenario adds."""
        colluding = list(self._colluded()) if self.plan.has_pair else []
        busy = {(report.reporter, report.at.date()) for report in colluding}
        for report in self._swapped(self._plain(), elsewhere):
            if (report.reporter, report.at.date()) not in busy:
                yield report
        yield from colluding
        if self.plan.is_flooded:
            yield from self._shouted()

    def _plain(self) -> Iterator[SimReport]:
        rng, slips = self.draws("reports", self.cell), self.draws("bad", self.cell)
        for day in range(len(self.span)):
            for who in rng.choice(len(self.pool), self._count(rng), replace=False):
                factor = self._slip(slips)
                yield self._report(self.pool[who], day, _minute(rng), factor, rng.normal())

    def _count(self, rng: Generator) -> int:
        mean = self.plan.reports_a_day
        count = rng.integers(1, 3, endpoint=True) if mean is None else rng.poisson(mean)
        return min(int(count), len(self.pool))

    def _slip(self, rng: Generator) -> float:
        """By what a report is off: 1 for a good one. Each kind of slip is as likely as the next."""
        is_bad = rng.random() < self.plan.bad_share
        kinds: Sequence[float] = (*DIGIT_SLIPS, *BROAD_ERRORS, rng.choice(self.ratios))
        slip = kinds[int(rng.integers(len(kinds)))]
        return float(slip) if is_bad else 1.0

    def _swapped(
        self, reports: Iterator[SimReport], elsewhere: Sequence[Floats]
    ) -> Iterator[SimReport]:
        """Some of the reports as another market's price; all as they are where there is none."""
        rng = self.draws("swapped", self.cell)
        for report in reports:
            if not elsewhere or rng.random() >= self.plan.swapped_share:
                yield report
                continue
            day = (report.at.date() - self.span[0]).days
            factor = float(elsewhere[int(rng.integers(len(elsewhere)))][day] / self.truth[day])
            price = report.price / report.factor * factor
            yield SimReport(report.cell, report.reporter, report.at, price, True, factor)

    def _shouted(self) -> Iterator[SimReport]:
        """One of the pool repeats one price all day long; on some days it is a wrong one."""
        rng = self.draws("flood", self.cell)
        person = self.pool[int(rng.integers(len(self.pool)))]
        for day in range(len(self.span)):
            factor, noise = SHOUTED if rng.random() < WRONG_DAYS else 1.0, rng.normal()
            if factor != 1 or self.plan.is_always_loud:
                for _ in range(SHOUTS_A_DAY):
                    yield self._report(person, day, _minute(rng), factor, noise)

    def _colluded(self) -> Iterator[SimReport]:
        """Two of the pool agree on a price and text it within minutes, ten days of each month."""
        rng = self.draws("pair", self.cell)
        first, second = rng.choice(len(self.pool), 2, replace=False)
        for day in _stretches(self.span, rng):
            moment, noise = _minute(rng), rng.normal()
            later = moment + timedelta(seconds=int(rng.integers(60, 600)))
            agreed = self._report(self.pool[first], day, moment, COLLUDED, noise)
            echo = self._report(self.pool[second], day, later, COLLUDED, noise)
            yield agreed
            yield SimReport(self.cell, echo.reporter, echo.at, agreed.price, True, COLLUDED)

    def _report(
        self, person: Person, day: int, moment: timedelta, factor: float, noise: float
    ) -> SimReport:
        at = datetime.combine(self.span[day], datetime.min.time(), UTC) + moment
        error = math.exp(person.bias + person.sigma * noise)
        price = float(self.truth[day]) * error * factor
        return SimReport(self.cell, person.id, at, price, factor != 1, factor)


def _minute(rng: Generator) -> timedelta:
    """A moment of the day in UTC, to the second, while markets are open."""
    opens, closes = (timedelta(hours=hour) // timedelta(seconds=1) for hour in OPEN_HOURS)
    return timedelta(seconds=int(rng.integers(opens, closes))) - UTC_OFFSET


def _stretches(span: Sequence[date], rng: Generator) -> Iterator[int]:
    """The indexes of ten days on end in each month that has as many in the span."""
    months: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, day in enumerate(span):
        months[day.year, day.month].append(index)
    for days in months.values():
        if len(days) >= COLLUDING_DAYS:
            begin = rng.integers(len(days) - COLLUDING_DAYS, endpoint=True)
            yield from days[begin : begin + COLLUDING_DAYS]

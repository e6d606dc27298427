"""Our own estimator in the backtest: the filter, day by day, as the service runs it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import exp, log

import numpy as np

from bench.quality_series import Floats
from bench.quality_world import World
from prices.filter import Belief, Reporter, Score, kept, pass_days, unknown
from prices.reputation import LAST, reporter_of
from prices.votes import REPEATS_WITHIN, Report, counted, hear_day


class FilterEstimator:
    """What `bei export estimates --at` publishes of the same reports, without the database."""

    name = "filter"

    def estimate(self, world: World) -> Floats:
        """Median, 10 % and 90 % of the belief at the end of each day."""
        estimates = np.full((*world.truth.shape, 3), np.nan)
        for index, cells in enumerate(_days(world)):
            for number, cell in cells.items():
                belief = cell.believed_on(world.days[index])
                estimates[number, index] = np.exp(belief.quantiles(0.5, 0.1, 0.9))
        return estimates

    def follow(self, world: World) -> Floats:
        """The median after each report: its day is heard anew, as far as it had been told then."""
        prices = np.full(len(world.reports), np.nan)
        for cells in _days(world):
            for cell in cells.values():
                for until in range(1, len(cell.told) + 1):
                    belief, _ = cell.listen(cell.told[:until])
                    prices[cell.told[until - 1].id] = exp(belief.quantiles(0.5)[0])
        return prices


@dataclass(eq=False)
class _Cell:
    """A cell on its way through the days."""

    ratios: tuple[float, ...]
    day: date  # of the last reports,
    start: Belief  # what was believed before them,
    end: Belief  # and after
    told: Sequence[Report] = ()  # the reports of that day,
    reporters: Mapping[int, Reporter] = field(default_factory=dict)
    repeats: Mapping[int, int] = field(default_factory=dict)
    votes: list[Report] = field(default_factory=list)  # all that counted so far

    def believed_on(self, day: date) -> Belief:
        """What is believed at the end of a day without reports."""
        return pass_days(self.end, (day - self.day).days)

    def listen(self, told: Sequence[Report]) -> tuple[Belief, list[tuple[Report, Score]]]:
        """The belief when so much had been told that day, and how each vote looked."""
        votes = counted(told)
        belief, scores = hear_day(
            self.start, votes, reporters=self.reporters, repeats=self.repeats, ratios=self.ratios
        )
        return belief, list(zip(votes, scores, strict=True))

    def hear(
        self, day: date, told: Sequence[Report], reporters: Mapping[int, Reporter]
    ) -> list[tuple[Report, Score]]:
        """Go on to the end of a day with reports, and forget that of the one before."""
        self.start, self.day = self.believed_on(day), day
        self.told, self.reporters = told, reporters
        self.repeats = Counter(
            vote.reporter_id for vote in self.votes if day - vote.reported_on <= REPEATS_WITHIN
        )
        belief, scores = self.listen(told)
        self.end = kept(belief)
        self.votes += [vote for vote, _ in scores]
        return scores


def _days(world: World) -> Iterator[dict[int, _Cell]]:
    """The cells at the end of each day; those without any report yet are not among them."""
    told = _by_day(world)
    cells: dict[int, _Cell] = {}
    scores: defaultdict[int, list[Score]] = defaultdict(list)
    for day in world.days:
        heard: list[tuple[Report, Score]] = []
        for cell in cells.values():
            cell.told = ()
        for number, reports in told[day].items():
            if number not in cells:
                nothing = unknown(reports[0].price)
                ratios = tuple(map(log, world.cells[number].unit_ratios))
                cells[number] = _Cell(ratios, day, nothing, nothing)
            known = {one.reporter_id: reporter_of(scores[one.reporter_id]) for one in reports}
            heard += cells[number].hear(day, reports, known)
        for report, score in heard:
            scores[report.reporter_id] = [*scores[report.reporter_id], score][-LAST:]
        yield cells


def _by_day(world: World) -> Mapping[date, Mapping[int, list[Report]]]:
    """The reports by day and cell, as the filter sees them."""
    told: defaultdict[date, defaultdict[int, list[Report]]] = defaultdict(lambda: defaultdict(list))
    for number, one in enumerate(world.reports):
        report = Report(number, log(one.price), one.reporter, one.at, one.at.date())
        told[report.reported_on][one.cell].append(report)
    return told

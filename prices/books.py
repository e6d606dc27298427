"""Cells at work: their reports, what is believed of them day by day, and what is published.

A *book* is a cell in memory, from some day on. Whoever adds a report or takes one out opens the
books of its cells, lets them hear the days from that one on, and writes them back. The belief is a
function of the reports alone: a day heard again gives the same.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from prices.cells import Cell
from prices.estimates import Estimate, estimate_of
from prices.filter import Belief, Reporter, Score, around, later, pack, unpack
from prices.kinds import Buyer, Pace
from prices.votes import REPEATS_WITHIN, Report, counted, hear_day

DAY = timedelta(days=1)
# A buyer's price is about that of all; how far off is the standard deviation of logarithms.
WITHIN_CELL = 0.15


class Told(NamedTuple):
    """A report with what was known of its reporter when it came; None: nobody has looked yet."""

    report: Report
    reporter: Reporter | None = None
    buyer: Buyer | None = None
    grade: str | None = None

    def is_in(self, cell: Cell) -> bool:
        """Whether it has a part in a cell of its commodity, place and price type."""
        return cell.buyer in {None, self.buyer} and cell.grade in {None, self.grade}


@dataclass(eq=False)
class Book:
    """A cell from a day on: what was believed before it, and the reports since."""

    id: int
    cell: Cell
    pace: Pace
    ratios: tuple[float, ...]  # by which a slip of the unit is off: see prices.slips
    estimated_on: date | None = None  # the day of what is published
    # The last checkpoint, packed, and its day; None: nothing is believed yet.
    kept: bytes | None = None
    day: date | None = None
    last_kept: date | None = None  # the day of the last checkpoint there is
    is_outdated: bool = False  # the checkpoint is another filter's
    # Those that speak, by day, from some weeks before the first day to be heard.
    told: dict[date, list[Told]] = field(default_factory=lambda: defaultdict(list))
    # The checkpoints made since it was opened, packed.
    heard: dict[date, bytes] = field(default_factory=dict)
    # What was believed before its very first day: see `bookkeeping.beginning_of`.
    prior: tuple[date, Belief] | None = None
    _votes: dict[date, list[Report]] = field(default_factory=dict)
    _start: tuple[date, Belief] | None = None
    _listened: tuple[date, Belief, Belief, list[tuple[Report, Score]]] | None = None

    @property
    def belief(self) -> Belief | None:
        """The last checkpoint."""
        return None if self.kept is None else unpack(self.kept)

    @property
    def newest_at(self) -> datetime | None:
        """When the newest of its reports came."""
        told = (one.report.reported_at for day in self.told.values() for one in day)
        return max(told, default=None)

    @property
    def has_demo(self) -> bool:
        """Whether any of its reports was made up to show how Bei works."""
        return any(one.report.is_demo for day in self.told.values() for one in day)

    def leave_out_demo(self) -> None:
        """Forget what was made up."""
        real = {
            day: [one for one in told if not one.report.is_demo] for day, told in self.told.items()
        }
        self.told = defaultdict(list, {day: told for day, told in real.items() if told})
        self._votes.clear()

    def votes(self, day: date) -> list[Report]:
        """The votes of a day."""
        known = self._votes.get(day)
        if known is None:
            known = self._votes[day] = counted(one.report for one in self.told.get(day, ()))
        return known

    def add(self, told: Told) -> None:
        """One more report that speaks."""
        self._listened = self.prior = None
        self._votes.pop(told.report.reported_on, None)
        self.told[told.report.reported_on].append(told)

    def start_of(self, day: date) -> Belief | None:
        """What is believed before the reports of a day; None: nothing yet."""
        if self.kept is None or self.day is None:
            return None
        if self._start is None or self._start[0] != day:
            days = (day - self.day).days
            start = later(self.kept, days, self.pace, self.id) if days > 0 else unpack(self.kept)
            self._start = day, start
        return self._start[1]

    def listen(self, day: date, start: Belief) -> tuple[Belief, list[tuple[Report, Score]]]:
        """What is believed at the end of a day, and how each of its votes looked when it came."""
        if self._listened is not None and self._listened[:2] == (day, start):
            return self._listened[2:]
        votes = self.votes(day)
        belief, scores = hear_day(
            start,
            votes,
            reporters={
                one.report.reporter_id: one.reporter
                for one in self.told[day]
                if one.reporter is not None
            },
            repeats=self._repeats(day),
            ratios=self.ratios,
        )
        self._listened = day, start, belief, list(zip(votes, scores, strict=True))
        return self._listened[2:]

    def _repeats(self, day: date) -> dict[int, int]:
        """How many votes each person had in the days before."""
        had: dict[int, int] = {}
        for age in range(1, REPEATS_WITHIN.days + 1):
            before = day - DAY * age
            for vote in self.votes(before) if before in self.told else ():
                had[vote.reporter_id] = had.get(vote.reporter_id, 0) + 1
        return had

    def hear(self, day: date, start: Belief) -> list[tuple[Report, Score]]:
        """Go on to the end of a day, and keep a checkpoint of it; a day without votes is none."""
        belief, scores = self.listen(day, start)
        if scores:
            # As it is read again from the database: so it matters not who goes on from it.
            self.kept = self.heard[day] = pack(belief)
            self.day, self._start, self.prior = day, None, None
        return scores

    def estimate(self, on: date) -> Estimate | None:
        """What is published at the end of a day that lies after all that was heard."""
        start = self.start_of(on)
        if start is None:
            return None
        votes = [vote for day in self.told if day <= on for vote in self.votes(day)]
        return estimate_of(start, votes, on=on, pace=self.pace)


def part_of(whole: Belief) -> Belief:
    """What a buyer's or a grade's price begins with: that of all, less certain."""
    low, middle, high = whole.quantiles(0.16, 0.5, 0.84)
    return around(middle, max(WITHIN_CELL, (high - low) / 2))

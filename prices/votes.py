"""Which reports of a day count, and how much: one vote per person, copies once (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from prices.filter import CONFIRMED, Belief, Reporter, Score, Vote, hear

# Phones that tell the same price within minutes have it from one another.
COPIED_WITHIN = timedelta(minutes=10)
# A person's votes of so many days share what is wrong with them: after n others of theirs a vote
# weighs 1 / (1 + n²/20). The second is nearly a new one, the eighth is worth less than a third:
# so two who agree on a lie every day do not outweigh ten who speak once a week.
REPEATS_WITHIN = timedelta(days=7)
REPEAT = 1 / 20


class Report(NamedTuple):
    """A report as the filter sees it: the logarithm of its price per base unit, who, when."""

    id: int
    price: float
    reporter_id: int
    reported_at: datetime
    reported_on: date
    is_confirmed: bool = False
    is_demo: bool = False


def counted(reports: Iterable[Report]) -> list[Report]:
    """The votes of a day: of each person the latest, and of copies the first; in their order."""
    latest: dict[int, Report] = {}
    for report in sorted(reports, key=by_time):
        latest[report.reporter_id] = report
    votes: list[Report] = []
    told: dict[float, Report] = {}  # at each price the vote that came last
    for report in sorted(latest.values(), key=by_time):
        other = told.get(report.price)
        if other is None or not _is_copy(report, other):
            votes.append(report)
            told[report.price] = report
    return votes


def hear_day(
    belief: Belief,
    votes: Sequence[Report],
    *,
    reporters: Mapping[int, Reporter],
    repeats: Mapping[int, int],
    ratios: tuple[float, ...],
) -> tuple[Belief, list[Score]]:
    """The belief after a day's votes, and how each looked when it came.

    `reporters` says what is known of each person, `repeats` how many votes they had in this cell in
    the seven days before.
    """
    return hear(
        belief,
        [
            Vote(
                vote.price,
                _confirmed(reporters.get(vote.reporter_id, Reporter()), vote),
                1 / (1 + REPEAT * repeats.get(vote.reporter_id, 0) ** 2),
            )
            for vote in votes
        ],
        ratios,
    )


def _confirmed(reporter: Reporter, vote: Report) -> Reporter:
    if not vote.is_confirmed:
        return reporter
    return Reporter(reporter.bias, reporter.noise, reporter.slip_share * CONFIRMED)


def _is_copy(report: Report, other: Report) -> bool:
    """Whether a report has its price from one that told the same before."""
    # A file that knows only the hour writes many a report at one moment: that proves nothing.
    is_rough = not (report.reported_at.minute or report.reported_at.second)
    return not is_rough and report.reported_at - other.reported_at <= COPIED_WITHIN


def by_time(report: Report) -> tuple[datetime, int]:
    """The order in which reports came."""
    return report.reported_at, report.id

"""Whose reports of a day count, and how much."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from math import exp, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prices.filter import Belief, Reporter, Score, kept, pass_days, unknown
from prices.reputation import reporter_of
from prices.votes import REPEATS_WITHIN, Report, counted, hear_day

MORNING = datetime(2026, 11, 24, 6, 12, 30, tzinfo=UTC)
ALICE, BOB, CAROL = 1, 2, 3


def report(
    id_: int, price: float, who: int, minutes: float = 0, *, is_confirmed: bool = False
) -> Report:
    at = MORNING + timedelta(minutes=minutes)
    return Report(id_, log(price), who, at, at.date(), is_confirmed)


def prices(votes: list[Report]) -> list[float]:
    return [round(exp(vote.price), 6) for vote in votes]


def heard(
    belief: Belief, *votes: Report, repeats: int = 0, reporter: Reporter | None = None
) -> float:
    """The median after votes of people who all have so many before."""
    who = {vote.reporter_id for vote in votes}
    reporters = dict.fromkeys(who, reporter or Reporter())
    after, _ = hear_day(
        belief, votes, reporters=reporters, repeats=dict.fromkeys(who, repeats), ratios=()
    )
    return exp(after.quantiles(0.5)[0])


def settled(price: float) -> Belief:
    belief = unknown(log(price))
    for day in range(10):
        votes = [report(1, price * 0.97, 10 + day), report(2, price * 1.03, 30 + day)]
        belief, _ = hear_day(pass_days(belief, 1), votes, reporters={}, repeats={}, ratios=())
    return belief


# --- one person, one vote ----------------------------------------------------------------------


def test_who_shouts_fifteen_times_has_one_vote_the_latest() -> None:
    shouts = [report(number, 100 + number, ALICE, number) for number in range(15)]
    votes = counted([*shouts, report(99, 45, BOB, 3)])
    assert prices(votes) == [45, 114]


def test_who_shouts_moves_a_price_no_more_than_who_says_it_once() -> None:
    shouts = [report(number, 60, ALICE, 20 * number) for number in range(15)]
    once = report(99, 60, BOB)
    assert heard(settled(45), *counted(shouts)) == heard(settled(45), *counted([once]))


def test_of_one_moment_the_later_written_is_the_latest() -> None:
    first, second = report(7, 44, ALICE), report(8, 46, ALICE)
    assert prices(counted([second, first])) == prices(counted([first, second])) == [46]


@given(
    st.lists(
        st.builds(
            report,
            st.integers(1, 9_999),
            st.sampled_from([44, 45, 46.5, 450]),
            st.integers(1, 5),
            st.integers(0, 40),
        ),
        unique_by=lambda one: one.id,
        max_size=12,
    ),
    st.randoms(),
)
def test_the_order_in_which_reports_are_read_does_not_matter(
    reports: list[Report], random: Random
) -> None:
    votes = counted(reports)
    shuffled = sorted(reports, key=lambda _: random.random())
    assert counted(shuffled) == votes
    assert max(Counter(vote.reporter_id for vote in votes).values(), default=1) == 1
    assert votes == sorted(votes, key=lambda one: (one.reported_at, one.id))


# --- copies ------------------------------------------------------------------------------------


def test_phones_that_tell_one_price_within_minutes_are_one_vote() -> None:
    votes = counted([report(1, 60, ALICE), report(2, 60, BOB, 4), report(3, 60, CAROL, 9)])
    assert [vote.reporter_id for vote in votes] == [ALICE]


@pytest.mark.parametrize(("price", "minutes"), [(60, 11), (60.5, 4)])
def test_another_price_or_another_hour_is_another_vote(price: float, minutes: float) -> None:
    assert len(counted([report(1, 60, ALICE), report(2, price, BOB, minutes)])) == 2


def test_a_file_that_knows_only_the_hour_holds_no_copies() -> None:
    noon = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    rows = [Report(who, log(45), who, noon, noon.date()) for who in (ALICE, BOB, CAROL)]
    assert len(counted(rows)) == 3


# --- weights -----------------------------------------------------------------------------------


def test_each_further_vote_of_a_week_counts_for_less() -> None:
    moved = [heard(settled(45), report(1, 50, ALICE), repeats=n) for n in range(8)]
    assert moved == sorted(moved, reverse=True)
    assert moved[1] - 45 > 0.9 * (moved[0] - 45)
    assert moved[7] - 45 < 0.4 * (moved[0] - 45)


def test_who_stands_by_a_price_when_asked_is_believed_more() -> None:
    doubted = heard(settled(45), report(1, 63, ALICE))
    confirmed = heard(settled(45), report(1, 63, ALICE, is_confirmed=True))
    assert doubted < confirmed


def test_of_whom_nothing_is_known_the_vote_is_anybodys() -> None:
    vote = report(1, 50, ALICE)
    _, (known,) = hear_day(
        settled(45), [vote], reporters={ALICE: Reporter()}, repeats={ALICE: 0}, ratios=()
    )
    _, (unheard,) = hear_day(settled(45), [vote], reporters={}, repeats={}, ratios=())
    assert known == unheard


def test_two_who_agree_on_a_lie_every_day_do_not_outvote_the_many() -> None:
    """Alice and Bob say 68 on each of ten days, an hour apart; of ten others one a day says 45."""
    belief = settled(45)
    votes: list[Report] = []
    scores: dict[int, list[Score]] = {}
    for day in range(10):
        today = [
            Report(
                one.id,
                one.price,
                one.reporter_id,
                one.reported_at + timedelta(days=day),
                one.reported_on + timedelta(days=day),
            )
            for one in (report(1, 68, ALICE), report(2, 68, BOB, 60), report(3, 45, 10 + day, 90))
        ]
        new, looks = hear_day(
            pass_days(belief, 1),
            today,
            reporters={one: reporter_of(found) for one, found in scores.items()},
            repeats=Counter(
                one.reporter_id
                for one in votes
                if today[0].reported_on - one.reported_on <= REPEATS_WITHIN
            ),
            ratios=(),
        )
        for vote, look in zip(today, looks, strict=True):
            scores.setdefault(vote.reporter_id, []).append(look)
        belief, votes = kept(new), votes + today
    assert exp(belief.quantiles(0.5)[0]) < 52  # the median of all those reports is 68

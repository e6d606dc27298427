"""The filter's promises, in prices that can be checked in the head."""

from itertools import pairwise
from math import exp, isfinite, log
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prices.filter import (
    NOISE,
    RECENTRE,
    Belief,
    Reporter,
    Score,
    Vote,
    around,
    between,
    hear,
    kept,
    later,
    pack,
    pass_days,
    unknown,
    unpack,
)
from prices.kinds import Pace

UNITS = tuple(way * log(size) for size in (2, 20, 90) for way in (1, -1))


def told(belief: Belief, *prices: float, reporter: Reporter | None = None) -> Belief:
    """The belief after reports of so much, all on one day."""
    return hear(belief, [Vote(log(one), reporter or Reporter()) for one in prices], UNITS)[0]


def looked_at(belief: Belief, price: float) -> Score:
    return hear(belief, [Vote(log(price))], UNITS)[1][0]


def median(belief: Belief) -> float:
    return exp(belief.quantiles(0.5)[0])


def width(belief: Belief) -> float:
    """How far the 10–90 % range reaches, on the logarithm."""
    low, high = belief.quantiles(0.1, 0.9)
    return high - low


def settled(price: float, days: int = 10) -> Belief:
    """A cell where two people told much the same price on each of some days."""
    belief = unknown(log(price))
    for _ in range(days):
        belief = told(pass_days(belief, 1), price * 0.97, price * 1.03)
    return belief


reporters = st.builds(
    Reporter,
    bias=st.floats(-0.3, 0.3),
    noise=st.floats(NOISE / 2, NOISE * 2),
    slip_share=st.floats(0.03, 0.9),
)
votes = st.builds(
    Vote, price=st.floats(-40, 40), reporter=reporters, weight=st.floats(0, 1, exclude_min=True)
)
days_of_votes = st.lists(
    st.tuples(st.integers(0, 40), st.lists(votes, max_size=4), st.sampled_from(Pace)), max_size=6
)


@given(st.floats(-10, 15), days_of_votes)
def test_whatever_comes_the_mass_is_one_and_never_negative(
    start: float, days: list[tuple[int, list[Vote], Pace]]
) -> None:
    belief = unknown(start)
    for passed, heard, pace in days:
        belief, scores = hear(pass_days(belief, passed, pace), heard, UNITS)
        belief = kept(belief)
        assert belief.mass.sum() == pytest.approx(1)
        assert belief.mass.min() >= 0
        assert all(map(isfinite, belief.quantiles(0.1, 0.5, 0.9)))
        assert all(isfinite(one.error) and one.deviation > 0 for one in scores)
        assert all(0 <= one.slip_probability <= 1 for one in scores)


# --- a report ----------------------------------------------------------------------------------


@pytest.mark.parametrize("price", [0.02, 45, 47.3, 1_000, 2_750_000])
@pytest.mark.parametrize("ratios", [(), UNITS])
def test_of_one_honest_report_the_median_is_that_report(
    price: float, ratios: tuple[float, ...]
) -> None:
    belief, _ = hear(unknown(log(price)), [Vote(log(price))], ratios)
    assert median(belief) == pytest.approx(price, rel=0.001)


def test_ten_agreeing_reports_narrow_the_range() -> None:
    one = told(unknown(log(45)), 45)
    ten = told(one, *[45] * 9)
    assert width(ten) < width(one) / 2.5  # √10 is 3.2
    assert median(ten) == pytest.approx(45, rel=0.001)


def test_a_digit_too_many_moves_nothing_and_is_seen() -> None:
    belief = settled(45)
    after, (score,) = hear(belief, [Vote(log(450))], UNITS)
    assert median(after) == pytest.approx(median(belief), rel=0.01)
    assert score.slip_probability > 0.95
    assert score.error == pytest.approx(log(10), abs=0.01)


@pytest.mark.parametrize("price", [22.5, 4.5, 450, 45 * 90, 45 / 20])
def test_a_price_in_another_unit_is_a_slip_and_one_nearby_is_none(price: float) -> None:
    assert looked_at(settled(45), price).slip_probability > 0.9
    assert looked_at(settled(45), 48).slip_probability < 0.1


@pytest.mark.parametrize("factor", [1.4, 0.6])
def test_three_people_who_agree_on_a_new_price_are_believed(factor: float) -> None:
    belief = pass_days(settled(45), 1)
    for _ in range(3):
        belief = pass_days(told(belief, 45 * factor), 1)
    assert median(belief) == pytest.approx(45 * factor, rel=0.12)


@pytest.mark.parametrize("slip", [10, 0.1, 2.5])
def test_two_slips_that_agree_prove_nothing(slip: float) -> None:
    belief = told(settled(45), 45 * slip, 45 * slip)
    assert median(belief) == pytest.approx(45, rel=0.03)


def test_a_first_report_that_was_wrong_is_outvoted() -> None:
    belief = told(unknown(log(4_000)), 4_000)  # somebody told of a bag
    for _ in range(3):
        belief = pass_days(told(belief, 45), 1)
    assert median(belief) == pytest.approx(45, rel=0.02)


@pytest.mark.parametrize("price", [1e-9, 0.45, 4.5, 150, 1_000, 2_000, 6_000, 20_000, 1e15])
@pytest.mark.parametrize("ratios", [(), UNITS])
def test_nobody_alone_moves_a_price_however_far_off(
    price: float, ratios: tuple[float, ...]
) -> None:
    belief, stands_by_it = pass_days(settled(45, days=2), 1), Reporter(slip_share=0.05)
    after, _ = hear(belief, [Vote(log(price), stands_by_it)], ratios)
    assert median(after) == pytest.approx(median(belief), rel=0.1)


def test_a_bias_that_is_known_is_taken_off() -> None:
    dear = Reporter(bias=log(1.08))
    belief = told(unknown(log(45)), 45 * 1.08, reporter=dear)
    assert median(belief) == pytest.approx(45, rel=0.001)


def test_who_is_exact_counts_for_more_than_who_guesses() -> None:
    exact, guessing = Reporter(noise=NOISE / 1.4), Reporter(noise=NOISE * 1.4)
    belief = told(told(unknown(log(45)), 44, reporter=exact), 50, reporter=guessing)
    assert 44 < median(belief) < 46


def test_who_mostly_slips_counts_for_little() -> None:
    belief = told(unknown(log(45)), 45)
    trusted = median(told(belief, 60))
    doubted = median(told(belief, 60, reporter=Reporter(slip_share=0.8)))
    assert 45 < doubted < (45 + trusted) / 2


def test_half_a_vote_moves_half_as_far() -> None:
    belief = around(log(45), NOISE, doubt=0)
    whole, half = (hear(belief, [Vote(log(47), weight=w)], UNITS)[0] for w in (1, 0.5))
    assert 45 < median(half) < median(whole) < 47


def test_the_order_of_a_days_votes_changes_how_they_look_but_not_the_belief() -> None:
    belief, dear, dearer = settled(45), Vote(log(63)), Vote(log(66))
    there, (dear_first, dearer_second) = hear(belief, [dear, dearer], UNITS)
    back, (dearer_first, dear_second) = hear(belief, [dearer, dear], UNITS)
    assert there.quantiles(0.1, 0.5, 0.9) == pytest.approx(back.quantiles(0.1, 0.5, 0.9))
    assert dearer_second.slip_probability < dearer_first.slip_probability
    assert dear_second.slip_probability < dear_first.slip_probability


def test_without_votes_nothing_changes() -> None:
    belief = settled(45)
    assert hear(belief, []) == (belief, [])
    assert pass_days(belief, 0) is belief


# --- days --------------------------------------------------------------------------------------


def test_a_day_widens_the_range() -> None:
    belief = settled(45)
    widths = [width(pass_days(belief, days)) for days in range(60)]
    assert all(before < after for before, after in pairwise(widths))


def test_tomatoes_grow_uncertain_faster_than_goats() -> None:
    belief = settled(45)
    slow, staple, perishable = (
        width(pass_days(belief, 10, pace)) for pace in (Pace.SLOW, Pace.STAPLE, Pace.PERISHABLE)
    )
    assert slow < staple < perishable


def test_a_month_at_once_is_thirty_days_one_by_one() -> None:
    belief = one_by_one = settled(45)
    for _ in range(30):
        one_by_one = pass_days(one_by_one, 1)
    shares = (0.01, 0.1, 0.5, 0.9, 0.99)
    assert pass_days(belief, 30).quantiles(*shares) == pytest.approx(
        one_by_one.quantiles(*shares), abs=1e-5
    )


def test_a_drift_that_was_seen_goes_on() -> None:
    belief = unknown(log(45))
    price = 45.0
    for _ in range(30):
        price *= 1.01
        belief = told(pass_days(belief, 1), price * 0.98, price * 1.02)
    assert median(belief) == pytest.approx(price, rel=0.02)
    assert median(pass_days(belief, 5)) > price * 1.02


def test_after_ten_years_anything_is_possible() -> None:
    belief = pass_days(settled(45), 3_650)
    assert width(belief) > log(5)
    assert median(told(belief, 300)) == pytest.approx(300, rel=0.02)


# --- the lattice -------------------------------------------------------------------------------


def test_a_price_that_rises_thirtyfold_is_followed() -> None:
    random = Random(1)
    start = belief = settled(45)
    price = 45.0
    while price < 45 * 30:
        price *= 1.015
        belief = kept(told(pass_days(belief, 1), price * random.lognormvariate(0, NOISE)))
    assert median(belief) == pytest.approx(price, rel=0.1)
    assert belief.origin > start.origin + 2 * RECENTRE


def test_moving_the_lattice_moves_no_price() -> None:
    belief = settled(45)
    aside = Belief(belief.origin - 100, np.roll(belief.mass, 100, axis=1))
    shares = (0.01, 0.1, 0.5, 0.9, 0.99)
    assert aside.quantiles(*shares) == pytest.approx(belief.quantiles(*shares))
    nothing_told = Vote(log(45), weight=0)
    back, _ = hear(aside, [nothing_told], UNITS)
    assert abs(back.origin - belief.origin) <= RECENTRE
    assert back.quantiles(*shares) == pytest.approx(belief.quantiles(*shares))


@given(
    st.lists(
        st.tuples(
            st.lists(
                st.builds(
                    Vote,
                    st.sampled_from([log(one) for one in (44, 45, 46, 60, 450)]),
                    st.sampled_from([Reporter(), Reporter(bias=0.02, slip_share=0.3)]),
                    st.sampled_from([1.0, 0.5]),
                ),
                max_size=5,
            ),
            st.sampled_from([UNITS, ()]),
        ),
        max_size=5,
    )
)
def test_what_was_heard_before_changes_nothing(
    heard: list[tuple[list[Vote], tuple[float, ...]]],
) -> None:
    """A day grows by a vote, another is taken back, and each time it is as if heard at once."""
    morning = later(pack(settled(45)), 1, Pace.STAPLE, 7)
    before: list[Vote] = []
    for votes, ratios in heard:
        for so_far in (votes, [*before, *votes], votes[1:], [*votes[1:], *votes[:1]]):
            again, scores = hear(morning, so_far, ratios)
            at_once, seen = hear(Belief(morning.origin, morning.mass.copy()), so_far, ratios)
            assert (again.mass == at_once.mass).all()
            assert (again.origin, scores) == (at_once.origin, seen)
        before = votes


def test_the_morning_of_a_cell_is_worked_out_once() -> None:
    kept_belief = pack(settled(45))
    morning = later(kept_belief, 1, Pace.STAPLE, 7)
    assert later(kept_belief, 1, Pace.STAPLE, 7) is morning
    assert later(kept_belief, 1, Pace.STAPLE, 8) is not morning  # what is heard there is another's
    assert (morning.mass == pass_days(unpack(kept_belief), 1).mass).all()
    with pytest.raises(ValueError, match="read-only"):
        morning.mass[0, 0] = 1


# --- checkpoints -------------------------------------------------------------------------------


@given(
    st.floats(log(0.01), log(1e6)),
    st.lists(st.tuples(st.integers(0, 9), st.floats(-1, 1)), max_size=8),
)
def test_a_checkpoint_changes_no_figure_that_anybody_sees(
    level: float, days: list[tuple[int, float]]
) -> None:
    belief = unknown(level)
    for passed, off in days:
        belief, _ = hear(pass_days(belief, passed), [Vote(level + off)], UNITS)
    read = unpack(pack(belief))
    assert read.quantiles(0.1, 0.5, 0.9) == pytest.approx(
        belief.quantiles(0.1, 0.5, 0.9), abs=0.001
    )


def test_a_checkpoint_is_small() -> None:
    assert len(pack(settled(45))) < 2_500


def test_who_goes_on_in_memory_and_who_reads_a_checkpoint_believe_the_same() -> None:
    in_memory = kept(told(unknown(log(45)), 45))
    read = unpack(pack(told(unknown(log(45)), 45)))
    for price in (47, 46, 450, 44, 60, 61):
        in_memory = kept(told(pass_days(in_memory, 2), price))
        read = unpack(pack(told(pass_days(read, 2), price)))
        assert (in_memory.mass == read.mass).all()
        assert in_memory.origin == read.origin


def test_a_rare_possibility_survives_a_checkpoint() -> None:
    """A price far off that one person told must be able to win, however long it takes."""
    belief = settled(45)
    for _ in range(6):
        belief = kept(told(pass_days(belief, 1), 4_000))
    assert median(belief) == pytest.approx(4_000, rel=0.05)


# --- beginnings --------------------------------------------------------------------------------


def test_a_beginning_around_a_price() -> None:
    low, middle, high = map(exp, around(log(45), 0.25).quantiles(0.1, 0.5, 0.9))
    assert middle == pytest.approx(45, rel=0.001)
    assert high / 45 == pytest.approx(45 / low, rel=0.01)
    assert 1.38 < high / middle < 1.5  # 0.25 × 1.28 is 38 %, and some more for the doubt


def test_a_beginning_between_two_prices() -> None:
    belief = between(log(20), log(80))
    low, middle, high = map(exp, belief.quantiles(0.1, 0.5, 0.9))
    assert middle == pytest.approx(40, rel=0.01)
    assert 20 < low < 25
    assert 64 < high < 80
    assert median(told(belief, 30)) == pytest.approx(30, rel=0.02)
    assert looked_at(belief, 450).slip_probability > 0.7


def test_a_beginning_between_two_equal_prices_is_that_price() -> None:
    assert median(between(log(45), log(45))) == pytest.approx(45, rel=0.02)

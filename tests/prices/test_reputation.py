"""What is learnt of somebody by their last reports."""

from math import exp, log, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prices.filter import NOISE, SLIP_SHARE, Reporter, Score, Vote, hear, pass_days, unknown
from prices.reputation import FEWEST_SLIPS, LAST, MOST, MOST_SLIPS, reporter_of

HONEST = 0.02  # how probably an honest report is a slip all the same


def scores(*errors: float, deviation: float = 0.02, slip: float = HONEST) -> list[Score]:
    return [Score(error, deviation, slip) for error in errors]


def test_of_a_stranger_the_common_is_expected() -> None:
    assert reporter_of([]) == Reporter(0, NOISE, SLIP_SHARE)


def test_who_is_always_eight_per_cent_dear_is_known_for_it_by_and_by() -> None:
    biases = [reporter_of(scores(*[0.08] * n)).bias for n in (1, 5, 20)]
    assert biases == sorted(biases)
    assert biases[0] < 0.01  # one report proves nothing
    assert 0.03 < biases[2] < 0.08


def test_an_error_beside_an_uncertain_belief_says_less() -> None:
    sure, unsure = (
        reporter_of(scores(*[0.08] * 20, deviation=off)).bias for off in (0.02, 2 * NOISE)
    )
    assert unsure < sure / 2


def test_who_is_exact_and_who_guesses_are_told_apart() -> None:
    exact = reporter_of(scores(*[0.03, -0.03] * 10))
    guessing = reporter_of(scores(*[0.2, -0.2] * 10))
    assert NOISE / MOST <= exact.noise < NOISE < guessing.noise <= NOISE * MOST
    assert exact.bias == pytest.approx(0, abs=0.01)


def test_a_slip_says_nothing_of_bias_and_noise() -> None:
    clean = reporter_of(scores(*[0.05] * 8))
    with_slips = reporter_of([*scores(*[0.05] * 8), *scores(log(10), -log(10), slip=1.0)])
    assert with_slips.bias == pytest.approx(clean.bias)
    assert with_slips.noise == pytest.approx(clean.noise)
    assert with_slips.slip_share > clean.slip_share


def test_who_mostly_slips_is_expected_to() -> None:
    assert reporter_of(scores(*[log(2.5)] * 20, slip=0.99)).slip_share > 0.6


def test_only_the_last_twenty_reports_speak() -> None:
    past = scores(*[log(10)] * 30, slip=1.0)
    recent = scores(*[0.01] * LAST)
    assert reporter_of([*past, *recent]) == reporter_of(recent)


@given(
    st.lists(
        st.builds(
            Score,
            error=st.floats(-40, 40),
            deviation=st.floats(0, 5),
            slip_probability=st.floats(0, 1),
        ),
        max_size=30,
    )
)
def test_nobody_is_beyond_belief(told: list[Score]) -> None:
    """A report weighs between half and twice the common one, whatever was told before."""
    reporter = reporter_of(told)
    assert 0.5 - 1e-9 <= (NOISE / reporter.noise) ** 2 <= 2 + 1e-9
    assert FEWEST_SLIPS <= reporter.slip_share <= MOST_SLIPS
    assert abs(reporter.bias) <= max((abs(one.error) for one in told), default=0)


def test_a_bias_that_was_learnt_is_corrected() -> None:
    """One who is 8 % dear reports beside many: the price is nearer the truth for knowing them."""
    random = Random(3)
    learning = trusting = unknown(log(45))
    told: list[Score] = []
    for _ in range(30):
        others = Vote(log(45) + random.gauss(0, NOISE))
        dear = log(45) + 0.08 + random.gauss(0, 0.03)
        learning, (_, score) = hear(pass_days(learning, 1), [others, Vote(dear, reporter_of(told))])
        trusting, _ = hear(pass_days(trusting, 1), [others, Vote(dear)])
        told.append(score)
    off, off_when_trusting = (exp(one.quantiles(0.5)[0]) / 45 - 1 for one in (learning, trusting))
    assert reporter_of(told).bias > 0.01
    assert abs(off) < abs(off_when_trusting)


def test_the_vote_of_who_mostly_slips_weighs_little() -> None:
    slipping = reporter_of(scores(*[log(2.5)] * 20, slip=0.99))
    belief, _ = hear(unknown(log(45)), [Vote(log(45))])
    trusted, doubted = (
        exp(hear(belief, [Vote(log(60), who)])[0].quantiles(0.5)[0])
        for who in (Reporter(), slipping)
    )
    assert 45 < doubted < 45 + (trusted - 45) * 0.7


def test_noise_stays_within_its_bounds() -> None:
    assert pytest.approx(sqrt(2)) == MOST

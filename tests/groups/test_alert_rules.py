"""A price passes a mark once, and once more only after it has come back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.alert_rules import (
    FAR_FROM_WEEKS,
    MARGINS,
    AlertWay,
    Mark,
    Usually,
    Zone,
    speaks,
    zone_at_mark,
    zone_by_usual,
)
from prices.estimates import Confidence

WITHIN, HIGH, LOW = Zone.WITHIN, Zone.HIGH, Zone.LOW
GOOD, FEW = Confidence.GOOD, Confidence.FEW
FIFTY_UP, FORTY_DOWN = Mark(AlertWay.ABOVE, Decimal(50)), Mark(AlertWay.BELOW, Decimal(40))
# Far from 45 is 20 % away, about as a season's standard deviation is.
USUALLY = Usually(Decimal(45), 0.18)


def zones(mark: Mark, prices: list[str], confidence: Confidence = GOOD) -> list[Zone]:
    """Where the price stands after each of these, one after the other."""
    zone, found = WITHIN, []
    for price in prices:
        zone = zone_at_mark(zone, mark, Decimal(price), confidence)
        found.append(zone)
    return found


def zones_by_usual(
    prices: list[str], usually: Usually = USUALLY, confidence: Confidence = GOOD
) -> list[Zone]:
    zone, found = WITHIN, []
    for price in prices:
        zone = zone_by_usual(zone, usually, Decimal(price), confidence)
        found.append(zone)
    return found


def test_reports_that_are_too_few_or_too_old_say_nothing() -> None:
    assert [one for one in Confidence if speaks(one)] == [GOOD, FEW]


def test_at_the_mark_is_there() -> None:
    assert zones(FIFTY_UP, ["49.95"]) == [WITHIN]
    assert zones(FIFTY_UP, ["50"]) == [HIGH]
    assert zones(FORTY_DOWN, ["40.05", "40"]) == [WITHIN, LOW]


def test_a_price_is_compared_as_it_is_told() -> None:
    # An estimate of 49.63 is told as 50: whoever reads that has what they wait for.
    assert zones(FIFTY_UP, ["49.63"]) == [HIGH]
    assert zones(FIFTY_UP, ["49.4321"]) == [WITHIN]


def test_around_the_mark_it_is_told_once() -> None:
    assert zones(FIFTY_UP, ["51", "49", "50", "48", "52"]) == [HIGH] * 5


def test_after_it_came_back_it_is_told_again() -> None:
    assert zones(FIFTY_UP, ["51", "47.50", "50"]) == [HIGH, WITHIN, HIGH]
    assert zones(FORTY_DOWN, ["39", "41", "42", "40"]) == [LOW, LOW, WITHIN, LOW]


def test_fewer_reports_have_to_come_back_farther() -> None:
    assert zones(FIFTY_UP, ["51", "47", "46", "45"], FEW) == [HIGH, HIGH, HIGH, WITHIN]


def test_a_mark_for_a_bag_is_held_against_the_price_of_a_bag() -> None:
    bag = Mark(AlertWay.BELOW, Decimal(3600), Decimal(90))
    assert zones(bag, ["41", "40", "41", "42"]) == [WITHIN, LOW, LOW, WITHIN]


def test_what_is_unusual_has_no_mark() -> None:
    with pytest.raises(ValueError, match="no mark"):
        zone_at_mark(WITHIN, Mark(AlertWay.UNUSUAL, Decimal(50)), Decimal(50), GOOD)


def test_far_from_usual_is_told_on_either_side() -> None:
    assert zones_by_usual(["45", "53", "54"]) == [WITHIN, WITHIN, HIGH]
    assert zones_by_usual(["38", "37"]) == [WITHIN, LOW]


def test_it_is_back_when_it_is_half_as_far() -> None:
    assert zones_by_usual(["54", "50", "49", "54"]) == [HIGH, HIGH, WITHIN, HIGH]
    assert zones_by_usual(["37", "40", "42", "37"]) == [LOW, LOW, WITHIN, LOW]


def test_from_a_shortage_to_a_glut_at_once() -> None:
    assert zones_by_usual(["60", "30"]) == [HIGH, LOW]


def test_where_prices_hardly_stray_it_has_to_come_back_by_the_margin() -> None:
    fixed = Usually(Decimal(100), 0.05)
    assert zones_by_usual(["106", "102", "100"], fixed) == [HIGH, HIGH, WITHIN]
    assert zones_by_usual(["106", "101", "100"], fixed, FEW) == [HIGH, HIGH, WITHIN]


def test_beside_the_last_weeks_a_seventh_is_far() -> None:
    lately = Usually(Decimal(100), FAR_FROM_WEEKS)
    assert zones_by_usual(["114", "116"], lately) == [WITHIN, HIGH]


prices = st.decimals(Decimal("0.5"), Decimal(5000), places=2)
few_or_good = st.sampled_from(sorted(MARGINS))


@given(st.lists(st.tuples(prices, few_or_good)), prices, st.sampled_from(["above", "below"]))
def test_between_two_crossings_it_was_back_by_the_margin(
    told: list[tuple[Decimal, Confidence]], price: Decimal, way: str
) -> None:
    mark = Mark(AlertWay(way), price)
    zone, was_told, came_back = WITHIN, False, True
    for seen, confidence in told:
        after = zone_at_mark(zone, mark, seen, confidence)
        margin = MARGINS[confidence]
        is_far_back = seen < price * (1 - margin / 2) or seen > price * (1 + margin / 2)
        came_back = came_back or (after is WITHIN and is_far_back)
        if after is not WITHIN and zone is WITHIN:
            assert came_back
            was_told, came_back = True, False
        zone = after
    assert zone is WITHIN or was_told


@given(st.lists(st.tuples(prices, few_or_good)), prices, st.floats(0.05, 1))
def test_beyond_what_is_usual_is_never_taken_for_usual(
    told: list[tuple[Decimal, Confidence]], usual: Decimal, far: float
) -> None:
    usually = Usually(usual, far)
    zone = WITHIN
    for seen, confidence in told:
        zone = zone_by_usual(zone, usually, seen, confidence)
        off = usually.off(seen)
        assert zone is (HIGH if off > 0 else LOW) if abs(off) >= 1 else True
        # Whatever it was before, on the other side of usual it is not any more.
        assert not (zone is HIGH and off < 0)
        assert not (zone is LOW and off > 0)

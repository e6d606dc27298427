"""An honest book has no finding; a leak is found on its day, and nothing else is."""

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.audit_of_group import (
    Audit,
    Finding,
    FindingKind,
    Period,
    audit,
    last_closed,
    period_of,
)
from groups.book_kinds import Milking
from groups.book_lines import Line
from tests.groups.milk_days import brought, lost, own, sold

PERIOD = Period(date(2026, 11, 1), date(2026, 11, 15))


def audited(lines: list[Line], through: int = 15) -> Audit:
    return audit(lines, PERIOD, date(2026, 11, through))


def found(lines: list[Line], through: int = 15) -> list[tuple[str, int, int]]:
    """Each finding, its day, and the litres that are missing."""
    findings = audited(lines, through).findings
    return [(one.kind.value, one.day.day, int(one.missing)) for one in findings]


def same_day(days: int = 15, **leaks: float) -> list[Line]:
    """Each day 100 litres in the morning, 80 in the evening, all sold; `d3=40`: 40 fewer."""
    lines: list[Line] = []
    for day in range(1, days + 1):
        lines += [*brought(day, 100, 80), sold(day, 180 - leaks.get(f"d{day}", 0))]
    return lines


def overnight(days: int = 15, **leaks: float) -> list[Line]:
    """The same by a group that keeps the evening's milk in a cooler until the next morning."""
    lines = brought(0, 100, 80)
    lines.append(sold(0, 100))
    for day in range(1, days + 1):
        evening = 60 + day  # never twice the same, so that no other habit fits by chance
        before = 80 if day == 1 else evening - 1
        leak = leaks.get(f"d{day}", 0)
        lines += [*brought(day, 100, evening), sold(day, 100 + before - leak)]
    return lines


@pytest.mark.parametrize("habit", [same_day, overnight])
def test_an_honest_book_has_no_finding(habit: object) -> None:
    assert callable(habit)
    result = audited(habit())
    assert result.findings == ()
    assert result.missing == 0
    assert len(result.spans) == 15


@pytest.mark.parametrize("habit", [same_day, overnight])
def test_a_leak_is_found_on_its_day_and_no_other(habit: object) -> None:
    assert callable(habit)
    assert found(habit(d7=40)) == [("before_sale", 7, 40)]


def test_drops_and_froth_are_no_finding() -> None:
    drops = {f"d{day}": day % 4 for day in range(1, 16)}  # at most 3 of 180 litres
    assert found(same_day(**drops)) == []


def test_milk_that_was_written_as_lost_is_not_missing() -> None:
    assert found([*same_day(d7=40), lost(7, 40)]) == []
    assert audited([*same_day(d7=40), lost(7, 40)]).lost == 40


def test_what_the_buyer_did_not_take_is_said_to_be_theirs() -> None:
    lines = [*brought(3, 100, 80), sold(3, 180, accepted=160)]
    assert found(lines) == [("at_buyer", 3, 20)]


def test_what_was_refused_and_written_as_lost_is_even() -> None:
    assert found([*brought(3, 180), sold(3, 180, accepted=160), lost(3, 20)]) == []


def test_milk_that_left_before_it_was_sent_is_the_groups_own() -> None:
    assert found([*brought(3, 180), sold(3, 150, accepted=145)]) == [("before_sale", 3, 35)]


def test_more_sold_than_received_is_a_finding_too() -> None:
    """Water, or members who got no receipt."""
    assert found(same_day(d4=-30)) == [("before_sale", 4, -30)]


def test_days_without_a_sale_are_sold_with_the_next() -> None:
    lines = [*brought(1, 100), *brought(2, 90), sold(2, 190), *brought(3, 95), sold(3, 60)]
    (finding,) = audited(lines).findings
    assert (finding.since.day, finding.day.day, int(finding.missing)) == (3, 3, 35)
    lines = [*brought(1, 100), *brought(2, 90), sold(2, 150)]
    (finding,) = audited(lines).findings
    assert (finding.since.day, finding.day.day, int(finding.missing)) == (1, 2, 40)


def test_what_is_not_sold_yet_is_not_missing() -> None:
    assert found([*brought(1, 100), sold(1, 100), *brought(2, 90)]) == []
    assert audited(brought(1, 100)).spans == ()


def test_what_is_later_than_the_last_closed_day_waits() -> None:
    assert found(same_day(d7=40), through=6) == []
    assert found(same_day(d7=40), through=7) == [("before_sale", 7, 40)]


def test_a_drip_is_found_when_the_period_is_over() -> None:
    lines: list[Line] = []
    for day in range(1, 16):
        lines += [*brought(day, 40), sold(day, 38.5)]  # 1.5 of 40: less than a can can tell
    assert found(lines, through=14) == []
    assert found(lines) == [("drip", 15, 22)]


def test_a_day_that_was_found_is_not_found_again_in_the_whole() -> None:
    assert found(same_day(d3=170)) == [("before_sale", 3, 170)]


def test_the_period_begins_with_the_evening_before() -> None:
    result = audited(overnight())
    assert result.spans[0].since == date(2026, 10, 31)
    assert result.spans[0].received == 180


# Both sides


def test_own_side_that_differs_from_the_receipt() -> None:
    (finding,) = audited([*brought(2, 12), own(2, 15)]).findings
    expected = Finding(
        FindingKind.OWN_SIDE, date(2026, 11, 2), date(2026, 11, 2), Decimal(12), Decimal(15), 1
    )
    assert finding == expected


@pytest.mark.parametrize("told", [11.5, 12, 12.5])
def test_a_cup_more_or_less_is_no_finding(told: float) -> None:
    assert found([*brought(2, 12), own(2, told)]) == []


def test_own_side_of_one_milking_or_of_the_whole_day() -> None:
    day = brought(2, 12, 8)
    assert found([*day, own(2, 12, milking=Milking.MORNING)]) == []
    assert found([*day, own(2, 20)]) == []
    # Written of both at once in the evening.
    assert found([*day, own(2, 20, milking=Milking.EVENING)]) == []
    assert found([*day, own(2, 10, milking=Milking.MORNING)]) == [("own_side", 2, 2)]


def test_milk_without_a_receipt_and_a_receipt_without_own_side() -> None:
    assert found([own(2, 9)]) == [("own_side", 2, -9)]
    assert found(brought(2, 9)) == []


def test_each_member_by_themselves_and_a_dispute_without_litres_is_none() -> None:
    lines = [*brought(2, 12, member=1), *brought(2, 20, member=2), own(2, 12), own(2, 25, member=2)]
    assert [one.member_id for one in audited(lines).findings] == [2]
    assert found([*brought(2, 12), own(2, None)]) == []


# Days


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 1), 1, 15),
        (date(2026, 11, 15), 1, 15),
        (date(2026, 11, 16), 16, 30),
        (date(2026, 12, 31), 16, 31),
        (date(2028, 2, 20), 16, 29),
    ],
)
def test_half_months(day: date, first: int, last: int) -> None:
    period = period_of(day)
    assert (period.first.day, period.last.day) == (first, last)
    assert period.first.month == period.last.month == day.month


def test_whoever_writes_has_the_day_after() -> None:
    assert last_closed(date(2026, 11, 17)) == date(2026, 11, 15)


# Any book


@given(
    litres=st.lists(st.integers(30, 300), min_size=15, max_size=15),
    leaks=st.dictionaries(st.integers(1, 15), st.integers(10, 30), max_size=4),
    seed=st.integers(0, 1000),
)
def test_exactly_the_planted_leaks_are_found(
    litres: list[int], leaks: dict[int, int], seed: int
) -> None:
    chance = random.Random(seed)
    lines: list[Line] = []
    for day, milk in enumerate(litres, 1):
        drops = milk * chance.randint(0, 10) / 1000
        # In the same day: of the morning alone, so that there is one habit to see.
        lines += [*brought(day, milk), sold(day, milk - drops - leaks.get(day, 0))]
    assert {day for _, day, _ in found(lines)} == set(leaks)
    result = audited(lines)
    assert result.received - result.accepted - result.lost == result.missing

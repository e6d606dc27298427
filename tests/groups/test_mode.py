"""The steps of a group: each need has its measure, and no step is skipped."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from groups.mode import NEEDS, Need, Record, Standing, is_met, standing

D = Decimal
GOOD = Record(
    days=90, days_written=90, members=40, members_bringing=40, litres=D(36000),
    litres_by_milking=D(36000), graded=D(36000), rejected=D(360), lost=D(180), sold=D(35820),
    sold_with_price=D(35820), worth=D(1647720), paid=D(1400000), charges=12, buyers=2,
    months_of_steadiest=3, sale_days=90, sale_days_even=88, litres_last_month=D(12000),
    litres_month_before=D(12100), price=D(46), market_price=D(47), feed_price=D(2944),
)  # fmt: skip
NOTHING = Record(
    days=90, days_written=0, members=3, members_bringing=0, litres=D(0), litres_by_milking=D(0),
    graded=D(0), rejected=D(0), lost=D(0), sold=D(0), sold_with_price=D(0), worth=D(0), paid=D(0),
    charges=0, buyers=0, months_of_steadiest=0, sale_days=0, sale_days_even=0,
    litres_last_month=D(0), litres_month_before=D(0),
)  # fmt: skip

# Of each need, what is just not enough.
TOO_LITTLE: Mapping[Need, Mapping[str, Any]] = {
    Need.RECORDS: {"days_written": 71},
    Need.MILK_MAP: {"members_bringing": 19},
    Need.LOSSES: {"lost": D(2000)},
    Need.PRICES: {"sold_with_price": D(28000)},
    Need.ACCOUNTS: {"paid": D(800000)},
    Need.QUALITY: {"graded": D(28000)},
    Need.COSTS: {"charges": 0},
    Need.NEGOTIATION: {"price": D(44)},
    Need.AUDIT: {"sale_days_even": 80},
    Need.MARKET: {"buyers": 1},
    Need.CONTRACTS: {"months_of_steadiest": 2},
    Need.INVESTMENT: {"litres_last_month": D(10000)},
}


def test_a_group_that_does_all_is_through() -> None:
    assert standing(GOOD) == Standing(3, NEEDS[3], ())
    assert standing(GOOD).next is None


def test_a_group_that_begins_is_told_to_write() -> None:
    found = standing(NOTHING)
    assert (found.step, found.done, found.next) == (1, (), Need.RECORDS)
    assert not [need for need in Need if is_met(need, NOTHING)]
    assert [NOTHING.litres_per_member_and_day, NOTHING.wasted] == [0, 0]
    assert NOTHING.litres_for_feed is None


@pytest.mark.parametrize("need", Need)
def test_each_need_alone_holds_a_group_on_its_step(need: Need) -> None:
    record = replace(GOOD, **TOO_LITTLE[need])
    found = standing(record)
    assert found.missing == (need,)
    assert need in NEEDS[found.step]
    assert found.next is need


@pytest.mark.parametrize(
    ("need", "other"),
    [
        (Need.MILK_MAP, {"litres_by_milking": D(28000)}),
        (Need.LOSSES, {"lost": D(0), "rejected": D(0)}),  # nobody loses nothing in 90 days
        (Need.NEGOTIATION, {"market_price": None}),
        (Need.NEGOTIATION, {"price": None}),
        (Need.AUDIT, {"sale_days": 19, "sale_days_even": 19}),
        (Need.INVESTMENT, {"litres_month_before": D(0)}),
    ],
)
def test_other_ways_to_lack_it(need: Need, other: Mapping[str, Any]) -> None:
    assert not is_met(need, replace(GOOD, **other))


def test_what_is_missing_of_a_later_step_waits() -> None:
    record = replace(GOOD, charges=0, buyers=1)
    assert standing(record) == Standing(
        2, (Need.ACCOUNTS, Need.QUALITY, Need.NEGOTIATION), (Need.COSTS,)
    )


def test_every_need_is_of_one_step() -> None:
    assert sorted(need for needs in NEEDS.values() for need in needs) == sorted(Need)


def test_figures() -> None:
    assert GOOD.litres_per_member_and_day == 10
    assert round(GOOD.wasted, 4) == D("0.0149")
    assert GOOD.litres_for_feed == 64

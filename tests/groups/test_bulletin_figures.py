"""What a meeting is told to decide: one thing, by figures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from groups.book_kinds import Reason
from groups.bulletin_figures import (
    AskForPay,
    Bargain,
    Begin,
    BuyTogether,
    CareForMilk,
    FeedCost,
    GroupFigures,
    Milk,
    Overdue,
    OwnBuyer,
    Sold,
    decide,
)
from groups.mode import Need, Record, Standing
from prices.kinds import Buyer

NOTHING = Decimal(0)
RECORD = Record(
    days=90, days_written=90, members=6, members_bringing=4, litres=Decimal(9000),
    litres_by_milking=NOTHING, graded=NOTHING, rejected=NOTHING, lost=NOTHING, sold=NOTHING,
    sold_with_price=NOTHING, worth=NOTHING, paid=NOTHING, charges=0, buyers=1,
    months_of_steadiest=3, sale_days=90, sale_days_even=90, litres_last_month=NOTHING,
    litres_month_before=NOTHING,
)  # fmt: skip
SECOND = Standing(2, (), (Need.ACCOUNTS,))
DONE = Standing(3, (Need.AUDIT,), ())
FEED = FeedCost("dairy_meal", Decimal(70), Decimal(62))


def of(**more: Any) -> GroupFigures:
    return GroupFigures(**{"standing": SECOND, "record": RECORD, **more})


def buyer(name: str, litres: int, price: str, kind: Buyer | None = None) -> OwnBuyer:
    return OwnBuyer(name, kind, Decimal(litres), Decimal(price))


def milk(litres: int, refused: int, why: Reason | None = Reason.SOUR, members: int = 4) -> Milk:
    return Milk(Decimal(litres), members, 7, Decimal(refused), why=why if refused else None)


LATE = Overdue("KCC", Decimal(12_400), date(2026, 11, 10))
CHEAP = Sold((buyer("KCC", 400, "45"), buyer("Brookside", 300, "41")))
SOUR = {"week": milk(950, 50), "usual": milk(3960, 40)}


def test_what_is_lost_if_nobody_acts_comes_first() -> None:
    """Each of them stands aside for what cannot wait as long."""
    every: dict[str, Any] = {"overdue": (LATE,), "sold": CHEAP, **SOUR}
    assert decide(of(**every), Decimal(46), FEED) == AskForPay(LATE)
    every["overdue"] = ()
    sour = CareForMilk(Reason.SOUR, Decimal("0.05"), Decimal("0.01"))
    assert decide(of(**every), Decimal(46), FEED) == sour
    every["week"] = milk(1000, 0)
    assert decide(of(**every), Decimal(46), FEED) == Bargain("Brookside", Decimal(41), Decimal(45))
    every["sold"] = Sold((buyer("KCC", 400, "45"),))
    assert decide(of(**every), Decimal(46), FEED) == BuyTogether(FEED)
    assert decide(of(**every), Decimal(46), None) == Begin(Need.ACCOUNTS)
    assert decide(of(**every, standing=DONE), Decimal(46), None) is None


def test_of_two_who_are_late_whoever_owes_more() -> None:
    less = replace(LATE, buyer="Sammy", amount=Decimal(900), since=date(2026, 10, 1))
    assert decide(of(overdue=(less, LATE)), None, None) == AskForPay(LATE)


@pytest.mark.parametrize(
    ("week", "usual"),
    [
        (milk(985, 15), milk(4000, 0)),  # one can on a bad morning
        (milk(970, 30), milk(3900, 100)),  # much, but no more than ever
        (milk(950, 50), Milk()),  # nothing is usual yet
        (milk(950, 50, members=2), milk(3960, 40)),  # one of the two knows whose it was
    ],
)
def test_refused_milk_that_is_nothing_to_decide_about(week: Milk, usual: Milk) -> None:
    assert decide(of(week=week, usual=usual), None, None) == Begin(Need.ACCOUNTS)


def test_whoever_is_furthest_below_the_others() -> None:
    three = Sold((buyer("KCC", 400, "45"), buyer("Sammy", 300, "41"), buyer("Rehema", 300, "36")))
    found = decide(of(sold=three), None, None)
    assert isinstance(found, Bargain)
    assert found.buyer == "Rehema"
    # 400 litres at 45 and 300 at 41.
    assert found.others == Decimal(30_300) / 700


def test_a_jug_to_a_neighbour_is_no_price() -> None:
    jug = Sold((buyer("KCC", 400, "45"), buyer("Mama Ann", 10, "30")))
    assert decide(of(sold=jug), Decimal(46), None) == Begin(Need.ACCOUNTS)
    # Nor does a dear jug make the others cheap.
    dear = Sold((buyer("KCC", 400, "45"), buyer("Mama Ann", 10, "70")))
    assert decide(of(sold=dear), Decimal(46), None) == Begin(Need.ACCOUNTS)


def test_where_all_pay_the_same_others_there_are_the_measure() -> None:
    alike = Sold((buyer("KCC", 400, "42"), buyer("Brookside", 300, "42")))
    assert decide(of(sold=alike), Decimal(46), None) == Bargain("KCC", Decimal(42), Decimal(46))
    assert decide(of(sold=alike), Decimal(43), None) == Begin(Need.ACCOUNTS)
    assert decide(of(sold=alike), None, None) == Begin(Need.ACCOUNTS)


@pytest.mark.parametrize(("before", "is_worse"), [("63", True), ("66", False), (None, False)])
def test_feed_that_takes_more_milk(before: str | None, *, is_worse: bool) -> None:
    feed = FeedCost("dairy_meal", Decimal(70), None if before is None else Decimal(before))
    found = decide(of(), None, feed)
    assert found == (BuyTogether(feed) if is_worse else Begin(Need.ACCOUNTS))


def test_prices_by_litres_and_by_kind_of_buyer() -> None:
    sold = Sold(
        (
            buyer("KCC", 300, "45", Buyer.PROCESSOR),
            buyer("Union", 100, "41", Buyer.COOPERATIVE),
            buyer("Sammy", 200, "50", Buyer.TRADER),
            buyer("Somebody", 400, "60"),
        )
    )
    assert sold.litres == 1000
    assert sold.price == Decimal("51.6")
    assert sold.spread == (Decimal(44), Decimal(50))
    assert Sold(sold.buyers[:2]).spread is None
    assert Sold().price is None


def test_shares() -> None:
    week = Milk(Decimal(190), 3, 7, Decimal(10), Decimal(19))
    assert (week.refused_share, week.lost_share) == (Decimal("0.05"), Decimal("0.1"))
    assert (Milk().refused_share, Milk().lost_share) == (0, 0)
    assert week.may_be_told
    assert not replace(week, members=2).may_be_told

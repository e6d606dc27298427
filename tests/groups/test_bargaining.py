"""What speaks for a better price, and what the book says of each buyer: plain values."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from groups.alert_rules import Usually
from groups.bargaining import (
    Aim,
    Card,
    Ground,
    Supply,
    aim,
    arguments,
    buyers_of,
    mean_price,
    meant,
    net_of,
    supply_of,
)
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line
from prices.estimates import Confidence
from prices.kinds import PlaceKind
from prices.vocabulary import PlaceEntry
from tests.groups.milk_days import line
from tests.handlers.screens.bargains import NO_MILK, TODAY, buyer, offer, told_at

HERE = PlaceEntry(1, "here", "Githunguri", PlaceKind.MARKET, None, None, None, None, None)
THERE = replace(HERE, id=2, code="there", name="Molo")
MORNING, EVENING = Milking.MORNING, Milking.EVENING
ByDay = dict[tuple[date, Milking | None], Decimal]
STEADY = Supply(30, 30, Decimal(200), Decimal(190), Decimal(230))


def card(**more: object) -> Card:
    values: dict[str, object] = {"today": TODAY, "supply": NO_MILK, "target": buyer("KCC", 44, 14)}
    return Card(**(values | more))  # type: ignore[arg-type]


def grounds(of: Card) -> list[Ground]:
    return [one.ground for one in arguments(of)]


def sale(
    day: int, name: str, litres: int, price: int, took: int | None = None, id_: int = 0
) -> Line:
    return line(
        EntryKind.SALE, day, litres, buyer=name, price_per_litre=Decimal(price), id=id_,
        accepted_litres=None if took is None else Decimal(took),
    )  # fmt: skip


def paid(day: int, amount: int, of: int) -> Line:
    return line(EntryKind.PAID, day, None, amount=Decimal(amount), of_line_id=of)


# Arguments


def test_nothing_is_known_and_nothing_is_said() -> None:
    assert arguments(card()) == ()
    assert aim(card()) == Aim(None, None)
    assert arguments(card(target=None)) == ()


def test_the_dearest_way_out_comes_first() -> None:
    found = arguments(
        card(
            others=(buyer("Brookside", 46, 7), buyer("Ali", 45)),
            elsewhere=offer(THERE, 50, transport=3),
            told=told_at(HERE),
        )
    )
    assert [(one.ground, one.figure, one.name) for one in found] == [
        (Ground.ELSEWHERE, Decimal(47), "Molo"),
        (Ground.OTHER_PAYS, Decimal(46), "Brookside"),
        (Ground.PAYS_LATE, Decimal(7), "Brookside"),
    ]


@pytest.mark.parametrize(("paid_there", "is_argument"), [("44.5", False), ("44.9", True)])
def test_less_than_a_shilling_in_fifty_is_no_argument(
    paid_there: str, *, is_argument: bool
) -> None:
    others = (buyer("Brookside", Decimal(paid_there)),)
    assert bool(arguments(card(others=others))) is is_argument


def test_what_was_paid_long_ago_is_no_way_out() -> None:
    others = (buyer("Brookside", 60, is_lately=False, last_on=TODAY - timedelta(days=90)),)
    assert grounds(card(others=others)) == []
    assert aim(card(others=others)).elsewhere is None


def test_before_transport_no_market_is_held_against_a_buyer() -> None:
    assert grounds(card(elsewhere=offer(THERE, 60), is_net=False)) == []


def test_below_what_nearly_all_others_get() -> None:
    told = told_at(HERE)
    assert grounds(card(target=buyer("KCC", 43), told=told)) == [Ground.BELOW_RANGE]
    # As told both are 44: nobody would understand that one is below the other.
    low = replace(told.estimate, low=Decimal("44.32"))
    assert grounds(card(told=replace(told, estimate=low))) == []


@pytest.mark.parametrize(
    "told",
    [
        told_at(HERE, people=1),
        told_at(THERE, 18.0),
        replace(told_at(HERE), estimate=replace(told_at(HERE).estimate, confidence=Confidence.OLD)),
    ],
)
def test_of_one_person_of_elsewhere_and_old_is_no_range(told: object) -> None:
    of = card(target=buyer("KCC", 30), told=told)
    assert grounds(of) == []
    assert aim(of).begin is None


def test_below_what_is_usual() -> None:
    usual = Usually(Decimal(48), 0.1, date(2026, 11, 1))
    assert grounds(card(usual=usual)) == [Ground.BELOW_USUAL]


def test_money_that_is_owed_for_longer_than_usual() -> None:
    since = TODAY - timedelta(days=40)
    late = buyer("KCC", 44, owed=Decimal(8800), owed_since=since)
    (found,) = arguments(card(target=late))
    assert (found.ground, found.figure, found.since) == (Ground.OWES, Decimal(8800), since)
    # Who always takes six weeks is not late after forty days.
    assert arguments(card(target=replace(late, days_to_pay=45))) == ()


def test_who_pays_best_is_told_so_and_only_then() -> None:
    best = card(target=buyer("KCC", 50), told=told_at(HERE))
    assert grounds(best) == [Ground.PAYS_WELL]
    others = (buyer("Brookside", 55),)
    assert grounds(replace(best, others=others)) == [Ground.OTHER_PAYS]


def test_steady_milk_is_an_argument_of_its_own() -> None:
    assert grounds(card(supply=STEADY)) == [Ground.STEADY]
    assert not replace(STEADY, low=Decimal(100)).is_steady
    assert not replace(STEADY, days_written=20).is_steady
    assert not replace(STEADY, low=None).is_steady


# What to ask


def test_ask_for_the_upper_end_of_what_others_get() -> None:
    of = card(told=told_at(HERE), others=(buyer("Brookside", 46),))
    assert aim(of) == Aim(Decimal(50), Decimal(46))


def test_nobody_asks_for_less_than_they_get() -> None:
    of = card(target=buyer("KCC", 52), told=told_at(HERE), others=(buyer("Brookside", 46),))
    assert aim(of) == Aim(None, Decimal(46))


def test_with_a_new_buyer_all_that_is_known_counts() -> None:
    of = card(target=None, asked="Ali", others=(buyer("Brookside", 46),))
    assert (aim(of), of.buyer) == (Aim(Decimal(46), Decimal(46)), "Ali")


# Buyers


def test_a_buyer_by_litres_days_and_what_was_refused() -> None:
    lines = [
        sale(1, "KCC", 100, 44, 98, id_=1),
        sale(10, "kcc", 100, 46, 100, id_=2),
        sale(11, "Ali", 50, 45, id_=3),
        paid(15, 4312, of=1),
        paid(20, 2300, of=2),
        line(EntryKind.PAID, 20, None, amount=Decimal(500), member_id=7),
    ]
    kcc, ali = buyers_of(lines, TODAY)
    assert (kcc.name, kcc.litres, kcc.is_lately) == ("kcc", Decimal(198), True)
    assert round(kcc.price, 2) == Decimal("45.01")
    assert kcc.refused == Decimal("0.01")
    assert kcc.days_to_pay == 13  # two thirds of the money after 14 days, a third after 10
    assert (kcc.owed, kcc.owed_since) == (Decimal(2300), date(2026, 11, 10))
    assert (ali.days_to_pay, ali.owed, ali.owed_since) == (None, Decimal(2250), date(2026, 11, 11))
    assert mean_price([kcc, ali]) == (kcc.price * 198 + 45 * 50) / 248


def test_a_buyer_of_more_than_thirty_days_ago_has_a_last_price() -> None:
    (record,) = buyers_of([sale(-60, "KCC", 100, 40), sale(-50, "KCC", 100, 42)], TODAY)
    assert (record.price, record.litres, record.is_lately) == (Decimal(42), Decimal(0), False)
    assert mean_price([record]) is None


def test_a_sale_without_a_price_or_a_name_says_nothing() -> None:
    nameless = line(EntryKind.SALE, 1, 100, price_per_litre=Decimal(44))
    assert buyers_of([nameless, line(EntryKind.SALE, 1, 100, buyer="KCC")], TODAY) == ()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("KCC", "KCC"),
        ("kcc", "KCC"),
        ("bro", "Brookside"),
        ("b", None),
        ("?", None),
        ("Molo", None),
    ],
)
def test_a_buyer_by_name(asked: str, found: str | None) -> None:
    records = [buyer("KCC", 44), buyer("Brookside", 46), buyer("Bio", 45)]
    record = meant(records, asked)
    assert (None if record is None else record.name) == found


# Milk


def test_how_much_and_how_steady() -> None:
    by_day: ByDay = {
        (date(2026, 11, day), milking): Decimal(litres)
        for day in range(1, 11)
        for milking, litres in ((MORNING, 120 + day), (EVENING, 80))
    }
    supply = supply_of(by_day, Decimal(20), 30)
    assert (supply.days, supply.days_written) == (30, 10)
    assert supply.litres == Decimal("205.5")
    assert (supply.low, supply.high) == (Decimal("201.5"), Decimal("209.5"))
    assert round(supply.morning or 0, 2) == Decimal("0.61")
    assert round(supply.refused, 4) == Decimal("0.0096")


def test_of_few_days_no_range_is_told_and_of_unsaid_milkings_no_share() -> None:
    by_day: ByDay = {(date(2026, 11, day), None): Decimal(100) for day in range(1, 4)}
    supply = supply_of(by_day, Decimal(0), 30)
    assert (supply.litres, supply.low, supply.high, supply.morning) == (
        Decimal(100),
        None,
        None,
        None,
    )


def test_no_milk_at_all() -> None:
    assert supply_of({}, Decimal(0), 30) == NO_MILK


def test_what_is_told_of_a_market_adds_up() -> None:
    assert net_of(offer(THERE, Decimal("49.87"), transport=2)) == 48

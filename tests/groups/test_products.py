"""Yields, packaging and local prices: what a litre would bring."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from db.session import Database
from groups.products import (
    LITRES,
    PACKAGING,
    Figure,
    Making,
    Sold,
    choice,
    figures,
    makings,
    products,
)
from prices.catalogue import load_vocabulary
from prices.kinds import PlaceKind, PriceType
from prices.vocabulary import PlaceEntry

HERE = PlaceEntry(1, "here", "Githunguri", PlaceKind.MARKET, None, None, None, None, None)
CHEESE = Making("cheese", ("cheese",), Decimal(10), Decimal(30))
BUTTER = Making("butter", ("butter", "ghee"), Decimal(30), None)


def sold(price: int, *, is_demo: bool = False) -> Sold:
    when = datetime(2026, 11, 24, 7, tzinfo=UTC)
    return Sold(Decimal(price), PriceType.RETAIL, HERE, 0.0, 3, when, is_demo)


@pytest.mark.parametrize("line", figures(), ids=lambda one: f"{one.product}-{one.figure}")
def test_every_line_says_where_it_comes_from(line: Figure) -> None:
    assert line.low <= line.amount <= line.high
    assert line.low > 0
    assert date.fromisoformat(line.dated) <= date(2026, 11, 26)
    assert len(line.source) > 40
    assert line.figure in {LITRES, PACKAGING}
    # What packaging costs depends on the country, how much milk it takes does not.
    assert (line.country == "*") is (line.figure == LITRES)


def test_what_packaging_is_known_of_has_a_yield() -> None:
    yields = {one.product for one in figures() if one.figure == LITRES}
    assert {one.product for one in figures()} == yields


def test_every_product_is_a_commodity_of_ours(database: Database) -> None:
    with database.read() as session:
        kenya = load_vocabulary(session, "KE")
    assert products() <= kenya.commodities.keys()
    for one in makings("KE"):
        base_unit = kenya.commodities[one.commodity].base_unit
        assert base_unit in {"kg", "litre"}


def test_of_two_things_with_one_price_the_cautious_figures_count() -> None:
    made = {one.commodity: one for one in makings("KE")}
    assert made["butter"] == Making("butter", ("butter", "ghee"), Decimal(30), Decimal(40))
    assert made["milk_fermented"].litres == Decimal("1.05")


def test_abroad_packaging_is_not_known() -> None:
    assert {one.packaging for one in makings("PE")} == {None}


def test_a_litre_as_cheese() -> None:
    found = choice(Decimal(1), Decimal(45), None, [CHEESE], {"cheese": sold(900)}, {})
    (cheese,) = found.outcomes
    assert cheese.per_litre == 87  # (900 - 30) / 10
    assert found.over_fresh(cheese) == 42
    assert found.best == cheese
    assert cheese.units_of(Decimal(105)) == Decimal("10.5")


def test_ones_own_cost_takes_the_place_of_packaging() -> None:
    costs = {"cheese": Decimal(200), "butter": Decimal(0)}
    prices = {"cheese": sold(900), "butter": sold(1500)}
    found = choice(Decimal(1), Decimal(45), None, [CHEESE, BUTTER], prices, costs)
    assert [one.per_litre for one in found.outcomes] == [70, 50]


def test_the_best_first_and_the_unknown_last() -> None:
    prices = {"cheese": sold(400)}
    found = choice(Decimal(1), None, sold(45), [BUTTER, CHEESE], prices, {})
    assert [one.making for one in found.outcomes] == [CHEESE, BUTTER]
    assert ([*found.known], [*found.unknown]) == ([found.outcomes[0]], [found.outcomes[1]])
    # (400 - 30) / 10 is less than fresh milk brings.
    assert found.best is None


def test_without_a_price_of_fresh_milk_nothing_is_over_it() -> None:
    found = choice(Decimal(1), None, None, [CHEESE], {"cheese": sold(900)}, {})
    assert (found.fresh_price, found.best) == (None, None)


def test_what_was_made_up_marks_the_whole() -> None:
    made_up = {"cheese": sold(900, is_demo=True)}
    assert choice(Decimal(1), None, None, [CHEESE], made_up, {}).is_demo
    # The group's own sales stand for fresh milk: what others get has no part in it.
    fresh = sold(45, is_demo=True)
    assert not choice(Decimal(1), Decimal(45), fresh, [CHEESE], {}, {}).is_demo
    assert choice(Decimal(1), None, fresh, [CHEESE], {}, {}).is_demo

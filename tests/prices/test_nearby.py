"""Markets side by side: what leaves most comes first, and honestly when the nearest is best."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from prices.cells import Cell, CellEstimate
from prices.estimates import Confidence, Estimate
from prices.kinds import Buyer, PlaceKind, PriceType, TransportMode
from prices.nearby import Offer, best_first, is_nearest_best, sellable
from prices.netback import Carriage, Terms, netback
from prices.vocabulary import PlaceEntry

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FARM_GATE, WHOLESALE, RETAIL = PriceType.FARM_GATE, PriceType.WHOLESALE, PriceType.RETAIL


def estimated(price: str, reports: int = 1, confidence: Confidence = Confidence.FEW) -> Estimate:
    figure = Decimal(price)
    return Estimate(figure, figure, figure, reports, reports, NOW, confidence, is_demo=False)


def offer(
    id_: int,
    price: str,
    km: float,
    *,
    reports: int = 1,
    fare: int = 0,
    buyer: Buyer | None = None,
) -> Offer:
    place = PlaceEntry(id_, f"m{id_}", f"M{id_}", PlaceKind.MARKET, None, None, None, None, None)
    way = Carriage(Decimal(fare), TransportMode.BUS) if fare else None
    left = netback(Decimal(price), Terms(), way, Decimal(20))
    return Offer(place, km, FARM_GATE, buyer, Terms(), estimated(price, reports), left)


def order(*offers: Offer) -> list[int]:
    return [one.place.id for one in best_first(offers)]


def test_what_leaves_most_comes_first() -> None:
    assert order(offer(1, "45", 0), offer(2, "50", 38), offer(3, "47", 18)) == [2, 3, 1]
    paid = [offer(1, "45", 0), offer(2, "50", 38, fare=140), offer(3, "47", 18, fare=20)]
    assert order(*paid) == [3, 1, 2]


def test_of_what_leaves_as_much_the_nearest_comes_first() -> None:
    assert order(offer(1, "45", 30), offer(2, "45", 5)) == [2, 1]
    assert order(offer(1, "45", 5), offer(2, "45", 5, reports=3)) == [2, 1]
    assert order(offer(2, "45", 5), offer(1, "45", 5)) == [1, 2]


def test_nearest_is_best() -> None:
    assert is_nearest_best(best_first([offer(1, "50", 0), offer(2, "45", 10)]))
    assert not is_nearest_best(best_first([offer(1, "45", 0), offer(2, "50", 10)]))
    assert not is_nearest_best([offer(1, "45", 0)])  # nothing to be better than
    one_market = [offer(1, "45", 0, buyer=Buyer.TRADER), offer(1, "44", 0, buyer=Buyer.DIRECT)]
    assert not is_nearest_best(one_market)
    assert not is_nearest_best([offer(1, "45", 0), offer(2, "44", 0)])  # both lie in the county
    assert not is_nearest_best([])


def cell(
    price_type: PriceType,
    buyer: Buyer | None = None,
    *,
    place_id: int = 1,
    grade: str | None = None,
    confidence: Confidence = Confidence.FEW,
) -> CellEstimate:
    which = Cell("milk", place_id, price_type, buyer, grade)
    return CellEstimate(which, estimated("45", confidence=confidence))


def kept(
    *cells: CellEstimate,
    own: PriceType = FARM_GATE,
    asked: PriceType | None = None,
    grade: str | None = None,
) -> list[tuple[PriceType, Buyer | None]]:
    found = sellable(cells, own_type=own, price_type=asked, grade=grade)
    return [(one.cell.price_type, one.cell.buyer) for one in found]


def test_a_farmer_sells_at_the_gate_and_wholesale_and_to_no_shop() -> None:
    every = [cell(FARM_GATE), cell(WHOLESALE), cell(RETAIL)]
    assert kept(*every) == [(FARM_GATE, None), (WHOLESALE, None)]


def test_who_sells_to_the_eater_gets_the_price_of_a_shop() -> None:
    every = [cell(RETAIL), cell(RETAIL, Buyer.TRADER), cell(RETAIL, Buyer.DIRECT)]
    assert kept(*every) == [(RETAIL, Buyer.DIRECT)]


def test_flour_is_sold_in_shops() -> None:
    assert kept(cell(RETAIL), own=RETAIL) == [(RETAIL, None)]


@pytest.mark.parametrize("asked", list(PriceType))
def test_what_is_asked_for_is_all_that_is_compared(asked: PriceType) -> None:
    every = [cell(FARM_GATE), cell(WHOLESALE), cell(RETAIL), cell(RETAIL, Buyer.DIRECT, place_id=2)]
    assert {price_type for price_type, _ in kept(*every, asked=asked)} == {asked}


def test_buyers_stand_for_their_market_where_they_are_told_of() -> None:
    here = [cell(FARM_GATE), cell(FARM_GATE, Buyer.TRADER), cell(FARM_GATE, Buyer.COOPERATIVE)]
    there = cell(FARM_GATE, place_id=2)
    assert kept(*here, there) == [
        (FARM_GATE, Buyer.TRADER),
        (FARM_GATE, Buyer.COOPERATIVE),
        (FARM_GATE, None),
    ]


def test_a_buyer_nobody_told_of_lately_does_not_hide_his_market() -> None:
    old = cell(FARM_GATE, Buyer.TRADER, confidence=Confidence.OLD)
    assert kept(cell(FARM_GATE), old) == [(FARM_GATE, None)]
    assert kept(old) == []


def test_a_grade_is_told_apart_where_it_is_asked_for() -> None:
    every = [cell(FARM_GATE), cell(FARM_GATE, grade="A")]
    assert len(kept(*every)) == 1
    graded = sellable(every, own_type=FARM_GATE, price_type=None, grade="A")
    assert [one.cell.grade for one in graded] == ["A"]
    other = sellable(every, own_type=FARM_GATE, price_type=None, grade="B")
    assert [one.cell.grade for one in other] == [None]

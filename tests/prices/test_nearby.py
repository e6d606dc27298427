"""Markets side by side: the highest price first, and honestly when the nearest is best."""

from datetime import UTC, datetime
from decimal import Decimal

from prices.estimates import Report, estimate
from prices.kinds import PlaceKind
from prices.nearby import MarketPrice, best_first, is_nearest_best
from prices.vocabulary import PlaceEntry

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def market(id_: int, price: str, km: float, reports: int = 1) -> MarketPrice:
    place = PlaceEntry(id_, f"m{id_}", f"M{id_}", PlaceKind.MARKET, None, None, None, None, None)
    found = estimate([Report(Decimal(price), who, NOW) for who in range(reports)], NOW)
    assert found is not None
    return MarketPrice(place, km, found)


def order(*markets: MarketPrice) -> list[int]:
    return [one.place.id for one in best_first(markets)]


def test_the_highest_price_comes_first() -> None:
    assert order(market(1, "45", 0), market(2, "50", 38), market(3, "47", 18)) == [2, 3, 1]


def test_of_equal_prices_the_nearest_comes_first() -> None:
    assert order(market(1, "45", 30), market(2, "45", 5)) == [2, 1]
    assert order(market(1, "45", 5), market(2, "45", 5, reports=3)) == [2, 1]
    assert order(market(2, "45", 5), market(1, "45", 5)) == [1, 2]


def test_nearest_is_best() -> None:
    assert is_nearest_best(best_first([market(1, "50", 0), market(2, "45", 10)]))
    assert not is_nearest_best(best_first([market(1, "45", 0), market(2, "50", 10)]))
    assert not is_nearest_best([market(1, "45", 0)])  # nothing to be better than
    assert not is_nearest_best([])

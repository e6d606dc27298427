"""Where it sells best: the fresh prices of all markets within reach."""

from datetime import datetime

from sqlalchemy.orm import Session

from prices import reads
from prices.estimates import WINDOW, estimate
from prices.geography import distances, trading_places
from prices.kinds import PriceType
from prices.nearby import MarketPrice, best_first
from prices.queries import NEAR_KM
from prices.vocabulary import PlaceEntry, Vocabulary


def best_markets(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
) -> list[MarketPrice]:
    """The markets with reports of the last 7 days within 100 km, the best price first.

    Only one price type is compared, the commodity's own where none is asked for: a shop's price
    is nothing that a shop pays.
    """
    wanted = price_type or vocabulary.commodities[commodity].price_type
    reach = _within_reach(vocabulary, vocabulary.places[place_id])
    cells = reads.reports_by_cell(
        session,
        vocabulary,
        commodity=commodity,
        place_ids=reach,
        since=now - WINDOW,
        now=now,
    )
    return best_first(
        MarketPrice(vocabulary.places[market_id], reach[market_id], found)
        for (of_type, market_id), reports in cells.items()
        if of_type is wanted and (found := estimate(reports, now)) is not None
    )


def _within_reach(vocabulary: Vocabulary, place: PlaceEntry) -> dict[int, float]:
    """How far every trading place within reach is; 0 for the place itself and what lies in it."""
    every = (entry.id for entry in vocabulary.places.values() if entry.kind.is_trading_place)
    near = distances(vocabulary, place, every, within_km=NEAR_KM)
    return near | {entry.id: 0.0 for entry in trading_places(vocabulary, place)}

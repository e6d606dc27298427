"""The four shapes an answer to "what does it cost there?" takes: plain values for any channel."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from prices.estimates import Estimate
from prices.kinds import PriceType
from prices.vocabulary import PlaceEntry


@dataclass(frozen=True)
class LastKnown:
    """The last price anybody reported at a place, too old to be an answer."""

    price: Decimal  # per base unit
    reported_at: datetime
    is_demo: bool = False


@dataclass(frozen=True)
class OwnPrice:
    """People reported it there: the best answer. `place` may be a county: then `markets` > 1."""

    commodity: str
    place: PlaceEntry
    price_type: PriceType
    currency: str
    estimate: Estimate
    markets: int = 1


@dataclass(frozen=True)
class NearestPrice:
    """Nobody reported it there, but not far away."""

    commodity: str
    asked_place: PlaceEntry
    place: PlaceEntry
    distance_km: float
    price_type: PriceType
    currency: str
    estimate: Estimate
    last_known: LastKnown | None


@dataclass(frozen=True)
class Published:
    """No reports near: the newest month of a published series, named as such."""

    asked_commodity: str
    commodity: str  # may be what shops sell instead: packet milk for milk
    asked_place: PlaceEntry
    place: PlaceEntry
    distance_km: float
    price_type: PriceType
    currency: str
    price: Decimal  # per base unit
    priced_on: date
    source: str
    last_known: LastKnown | None


@dataclass(frozen=True)
class NoPrice:
    """An honest nothing, with the last price known there."""

    commodity: str
    place: PlaceEntry
    price_type: PriceType
    currency: str
    last_known: LastKnown | None


PriceAnswer = OwnPrice | NearestPrice | Published | NoPrice

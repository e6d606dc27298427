"""What is known of carrying goods: tariffs, what people told, and what buyers do besides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import inf

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from prices.fares import WINDOW, Learnt, ToldFare, learn
from prices.geography import distances
from prices.kinds import Buyer
from prices.loads import Goods, Weighed, weigh
from prices.models import BuyerTerms, CommodityLoad, TransportFare, TransportTariff
from prices.netback import Carriage, Load, Tariff, Terms, road_km
from prices.vocabulary import PlaceEntry, Vocabulary

# Of a county's fares so many of the newest are looked at: what they say is known long before.
MOST_FARES = 500


@dataclass(frozen=True)
class Roads:
    """What carrying goods costs from one place."""

    start: PlaceEntry
    learnt: Learnt

    def to(self, goal_id: int, great_circle_km: float, load: Load) -> Carriage | None:
        """What a load costs to a place so far away; None where nobody knows."""
        route = frozenset({self.start.id, goal_id})
        return self.learnt.carriage(route, road_km(great_circle_km), load)


def roads_from(session: Session, vocabulary: Vocabulary, start: PlaceEntry, now: datetime) -> Roads:
    """The tariffs of the country, and the fares of the last 90 days in the county of a place."""
    county = [one.id for one in vocabulary.places.values() if one.admin1_id == start.admin1_id]
    tariffs = tariffs_on(session, vocabulary.country.code, now.date())
    return Roads(start, learn(tariffs, _fares_at(session, vocabulary, county, now)))


@dataclass(frozen=True)
class KnownFare:
    """What carrying so much of a unit costs."""

    carriage: Carriage
    quantity: Decimal
    unit: str


def known_fare(
    session: Session,
    vocabulary: Vocabulary,
    *,
    from_place_id: int,
    to_place_id: int,
    goods: Goods,
    now: datetime,
) -> KnownFare | None:
    """What carrying goods between two places costs; None where nobody knows."""
    weighed = weigh(session, vocabulary, goods, place_id=from_place_id, now=now)
    start = vocabulary.places[from_place_id]
    away = distances(vocabulary, start, [to_place_id], within_km=inf).get(to_place_id)
    if away is None or not isinstance(weighed, Weighed):
        return None
    found = roads_from(session, vocabulary, start, now).to(to_place_id, away, weighed.load)
    return None if found is None else KnownFare(found, weighed.quantity, weighed.unit)


def tariffs_on(session: Session, country: str, day: date) -> list[Tariff]:
    """The tariff of each way of carrying that holds on a day."""
    row = TransportTariff
    valid = session.execute(
        select(row.mode, row.base_fare, row.fare_per_km, row.load_kg, row.most_loads)
        .where(row.country == country, row.valid_from <= day)
        .order_by(row.valid_from)
    )
    newest = {found.mode: Tariff(*found) for found in valid}
    return list(newest.values())


def terms_of_buyers(
    session: Session, vocabulary: Vocabulary, commodity: str, place_ids: Collection[int]
) -> Mapping[tuple[int, Buyer], Terms]:
    """What each kind of buyer does there: at the place, else in its county, else anywhere."""
    row = BuyerTerms
    told = {
        (one.place_id, one.buyer): Terms(one.reject_share, one.bonus, one.days_to_pay, one.name)
        for one in session.scalars(select(row).where(row.commodity_code == commodity))
    }
    return {
        (place_id, buyer): told[where, buyer]
        for place_id in place_ids
        for where in reversed(_around(vocabulary, vocabulary.places[place_id]))
        for buyer in Buyer
        if (where, buyer) in told
    }


def _around(vocabulary: Vocabulary, place: PlaceEntry) -> list[int]:
    """A place and what it lies in, from the inside out, the country last."""
    around = [place.id]
    while place.parent_id is not None and place.parent_id in vocabulary.places:
        place = vocabulary.places[place.parent_id]
        around.append(place.id)
    return around


def _fares_at(
    session: Session, vocabulary: Vocabulary, place_ids: Collection[int], now: datetime
) -> list[ToldFare]:
    """What was told of roads that begin or end at these places, the newest of it."""
    row = TransportFare
    found = session.execute(
        select(
            row.reporter_id,
            row.from_place_id,
            row.to_place_id,
            row.fare,
            row.load_kg,
            row.commodity_code,
            row.mode,
            row.reported_at,
            row.is_demo,
        )
        .where(or_(row.from_place_id.in_(place_ids), row.to_place_id.in_(place_ids)))
        .where(row.reported_at > now - WINDOW, row.reported_at <= now)
        .where(row.currency == vocabulary.country.currency)
        .order_by(row.reported_at.desc(), row.id.desc())
        .limit(MOST_FARES)
    ).all()
    pieces = _pieces(session)
    roads = {(one.from_place_id, one.to_place_id) for one in found}
    km = {road: road_between(vocabulary, *road) for road in roads}
    return [
        ToldFare(
            reporter_id=one.reporter_id,
            route=frozenset({one.from_place_id, one.to_place_id}),
            fare=one.fare,
            load=Load(one.load_kg, pieces.get(one.commodity_code or "", Decimal(1))),
            km=km[one.from_place_id, one.to_place_id],
            mode=one.mode,
            reported_at=one.reported_at,
            is_demo=one.is_demo,
        )
        for one in reversed(found)
    ]


def road_between(vocabulary: Vocabulary, start_id: int, goal_id: int) -> Decimal | None:
    """How far it is by road between two places; None where the map lacks one of them."""
    start = vocabulary.places.get(start_id)
    if start is None:
        return None
    found = distances(vocabulary, start, [goal_id], within_km=inf).get(goal_id)
    return None if found is None else road_km(found)


def _pieces(session: Session) -> dict[str, Decimal]:
    """How heavy a piece of each commodity is."""
    row = CommodityLoad
    return dict(session.execute(select(row.commodity_code, row.kg_per_base_unit)).all())

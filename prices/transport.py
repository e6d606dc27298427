"""What is known of carrying goods: tariffs, what people told, and what buyers do besides."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import inf
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.committed import PlacesTold, sees_only_committed
from prices.fares import WINDOW, Learnt, ToldFare, learn
from prices.geography import distances
from prices.kinds import Buyer, TransportMode
from prices.lists import Among, as_list
from prices.loads import Goods, Weighed, weigh
from prices.models import BuyerTerms, CommodityLoad, TransportFare, TransportTariff
from prices.netback import Carriage, Load, Tariff, Terms, road_km
from prices.remembered import Remembered
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
    """The tariffs of the country, and the fares of the last 90 days in the county of a place.

    What a fare is does not change, only which there are: with the same ones the same is learnt.
    """
    day, fare_ids = now.date(), _fares_in(session, vocabulary, start.admin1_id, now)

    def work_out() -> Learnt:
        tariffs = tariffs_on(session, vocabulary.country.code, day)
        return learn(tariffs, _told(session, vocabulary, fare_ids))

    if not sees_only_committed(session):
        return Roads(start, work_out())
    return Roads(start, _LEARNT.answer(vocabulary, (day, fare_ids), work_out))


# As many as a country has counties, more or less: some 500 kB each where very many told.
_LEARNT: Remembered[Learnt] = Remembered(most=64)


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
    valid = (Tariff(*row) for row in _TARIFFS.rows(session, {"country": country, "day": day}))
    return list({one.mode: one for one in valid}.values())


_TARIFFS = Prepared(
    select(
        TransportTariff.mode,
        TransportTariff.base_fare,
        TransportTariff.fare_per_km,
        TransportTariff.load_kg,
        TransportTariff.most_loads,
    )
    .where(TransportTariff.country == bindparam("country"))
    .where(TransportTariff.valid_from <= bindparam("day"))
    .order_by(TransportTariff.valid_from)
)


def terms_of_buyers(
    session: Session, vocabulary: Vocabulary, commodity: str, place_ids: Collection[int]
) -> Mapping[tuple[int, Buyer], Terms]:
    """What each kind of buyer does there: at the place, else in its county, else anywhere."""
    told = _TERMS_OF_BUYERS.answer(vocabulary, commodity, lambda: _terms(session, commodity))
    if not told:
        return {}
    return {
        (place_id, buyer): told[where, buyer]
        for place_id in place_ids
        for where in reversed(_around(vocabulary, vocabulary.places[place_id]))
        for buyer in Buyer
        if (where, buyer) in told
    }


def _terms(session: Session, commodity: str) -> Mapping[tuple[int, Buyer], Terms]:
    row = BuyerTerms
    return {
        (one.place_id, one.buyer): Terms(one.reject_share, one.bonus, one.days_to_pay, one.name)
        for one in session.scalars(select(row).where(row.commodity_code == commodity))
    }


_TERMS_OF_BUYERS: Remembered[Mapping[tuple[int, Buyer], Terms]] = Remembered()


def _around(vocabulary: Vocabulary, place: PlaceEntry) -> list[int]:
    """A place and what it lies in, from the inside out, the country last."""
    around = [place.id]
    while place.parent_id is not None and place.parent_id in vocabulary.places:
        place = vocabulary.places[place.parent_id]
        around.append(place.id)
    return around


def _fares_in(
    session: Session, vocabulary: Vocabulary, county_id: int | None, now: datetime
) -> tuple[int, ...]:
    """The newest fares that were told of roads that begin or end in a county, by their ids."""
    places = _ends_in(session, vocabulary, county_id, now)
    if not places:
        return ()
    asked = {
        "places": places,
        "since": now - WINDOW,
        "until": now,
        "currency": vocabulary.country.currency,
    }
    return tuple(fare_id for (fare_id,) in _FARES_IN.rows(session, asked))


def _ends_in(session: Session, vocabulary: Vocabulary, county_id: int | None, now: datetime) -> str:
    """The places of a county where a road may end that somebody told of, as a statement takes them.

    Nothing where there are none.
    """
    told = _ENDS.of(session, vocabulary, vocabulary.country.currency, now)

    def work_out() -> Mapping[int | None, str]:
        found: defaultdict[int | None, list[int]] = defaultdict(list)
        for one in vocabulary.places.values():
            if one.admin1_id is not None and (told is None or one.id in told):
                found[one.admin1_id].append(one.id)
        return {county: as_list(places) for county, places in found.items()}

    by_county = _ENDS_IN.answer(vocabulary, None if told is None else len(told), work_out)
    return by_county.get(county_id, "")


# Of each country as often anew as fares are told of another place.
_ENDS_IN: Remembered[Mapping[int | None, str]] = Remembered(most=4)
_ENDS = PlacesTold(
    select(
        TransportFare.id,
        TransportFare.currency,
        TransportFare.from_place_id,
        TransportFare.to_place_id,
    )
    .where(TransportFare.id > bindparam("newest"))
    .order_by(TransportFare.id)
)
_FARES_IN = Prepared(
    select(TransportFare.id)
    .where(
        or_(
            Among(TransportFare.__table__.c.from_place_id, "places"),
            Among(TransportFare.__table__.c.to_place_id, "places"),
        )
    )
    .where(TransportFare.reported_at > bindparam("since"))
    .where(TransportFare.reported_at <= bindparam("until"))
    .where(TransportFare.currency == bindparam("currency"))
    .order_by(TransportFare.reported_at.desc(), TransportFare.id.desc())
    .limit(MOST_FARES)
)


def _told(session: Session, vocabulary: Vocabulary, fare_ids: Sequence[int]) -> list[ToldFare]:
    """What was told, the oldest first."""
    if not fare_ids:
        return []
    rows = _FARES.rows(session, {"fares": as_list(fare_ids)})
    found = sorted((_Fare(*row) for row in rows), key=lambda one: (one.reported_at, one.id))
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
        for one in found
    ]


class _Fare(NamedTuple):
    """A row of what was told."""

    id: int
    reporter_id: int
    from_place_id: int
    to_place_id: int
    fare: Decimal
    load_kg: Decimal
    commodity_code: str | None
    mode: TransportMode | None
    reported_at: datetime
    is_demo: bool


_FARES = Prepared(
    select(*(getattr(TransportFare, name) for name in _Fare._fields)).where(
        Among(TransportFare.__table__.c.id, "fares")
    )
)


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

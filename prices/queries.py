"""What is asked of the price store: the best honest answer, and what a menu can offer."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from prices import reads
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.estimates import OLDEST, WINDOW, Confidence, estimate, estimate_region
from prices.geography import distances, trading_places
from prices.kinds import PlaceKind, PriceType
from prices.vocabulary import PlaceEntry, Vocabulary

__all__ = [
    "LastKnown",
    "NearestPrice",
    "NoPrice",
    "OthersThisWeek",
    "OwnPrice",
    "PriceAnswer",
    "Published",
    "answer_price",
    "counties",
    "markets_with_prices",
    "others_this_week",
    "own_price",
    "priced_commodities",
    "published_price",
]

# About two hours on a matatu: farther away nobody would carry milk, or trust its price.
NEAR_KM = 100.0


class OthersThisWeek(NamedTuple):
    """What other people reported in the last 7 days: how many they are, and their range."""

    reporters: int
    low: Decimal
    high: Decimal
    is_demo: bool


@dataclass(frozen=True)
class _Question:
    """One question, with the price types that may answer it, the wanted one first."""

    session: Session
    vocabulary: Vocabulary
    commodity: str
    place: PlaceEntry
    price_types: tuple[PriceType, ...]
    now: datetime

    @property
    def price_type(self) -> PriceType:
        return self.price_types[0]

    @property
    def currency(self) -> str:
        return self.vocabulary.country.currency

    @property
    def place_ids(self) -> list[int] | None:
        return _place_ids(self.vocabulary, self.place)


def answer_price(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
) -> PriceAnswer:
    """The best honest answer: own market, else nearest, else published series, else nothing.

    1. Reports of the last 7 days at the place itself; for a county or the country, the
       population-weighted median of its markets.
    2. Those of the nearest trading place within 100 km, in the same country and for the same price
       type, named with its distance. A ward's next town is found this way too.
    3. Reports of 8–30 days at the place itself, said to be old.
    4. The newest month of a published series not older than two years: of the place, else of the
       nearest within 100 km; of the commodity, else of what shops sell in its stead.
    5. An honest nothing.

    The fresh neighbour comes before the own old price because its answer carries the own one along
    (`last_known`, with its date): who reads it has both and can judge. The other way round the
    fresh number would never be seen. An old price still beats a published one, which is a month's
    average from shops and mostly older still.

    A price type not said is the commodity's own; when only another type has reports at the place,
    that one answers, and its name is in the answer. No border and no price type is ever mixed.
    """
    question = _question(session, vocabulary, commodity, place_id, price_type, now)
    own = _own_prices(question)
    for price in own:
        if price.estimate.confidence is not Confidence.OLD:
            return price
    last_known = reads.last_known(
        session,
        vocabulary,
        commodity=commodity,
        price_type=question.price_type,
        place_ids=question.place_ids,
        now=now,
    )
    return (
        _nearest_price(question, last_known)
        or next(iter(own), None)
        or _published(question, last_known)
        or NoPrice(commodity, question.place, question.price_type, question.currency, last_known)
    )


def own_price(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
) -> OwnPrice | None:
    """What people there said in the 7 days up to a moment, past moments too; None for nothing."""
    question = _question(session, vocabulary, commodity, place_id, price_type, now)
    prices = _own_prices(question)
    fresh = (one for one in prices if one.estimate.confidence is not Confidence.OLD)
    return next(fresh, None)


def published_price(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
) -> Published | None:
    """The newest month of the published series that would answer if nobody had reported."""
    question = _question(session, vocabulary, commodity, place_id, price_type, now)
    return _published(question, None)


def priced_commodities(
    session: Session, vocabulary: Vocabulary, place_id: int, now: datetime
) -> list[str]:
    """The commodities for which a question at this place has an answer, in the order of menus."""
    place, every = vocabulary.places[place_id], vocabulary.commodities
    inside, near = _place_ids(vocabulary, place), None
    if inside is not None:
        near = {*inside, *distances(vocabulary, place, vocabulary.places, within_km=NEAR_KM)}
    fresh = reads.reported_commodities(
        session, vocabulary, place_ids=near, since=now - WINDOW, now=now
    )
    own = reads.reported_commodities(
        session, vocabulary, place_ids=inside, since=now - OLDEST, now=now
    )
    months = reads.newest_months(session, vocabulary, commodities=every, place_ids=near, now=now)
    sold = {series.commodity for series in months}
    priced = fresh | own | sold
    return [
        entry.code
        for entry in sorted(every.values(), key=lambda entry: (entry.rank, entry.name))
        if entry.code in priced or entry.shop_code in sold
    ]


def markets_with_prices(
    session: Session, vocabulary: Vocabulary, admin1_id: int, commodity: str, now: datetime
) -> list[PlaceEntry]:
    """The trading places of a county, or of the country, with a price: the most reported first."""
    admin1 = vocabulary.places[admin1_id]
    place_ids = _place_ids(vocabulary, admin1)
    cells = reads.cells_with_reports(
        session,
        vocabulary,
        commodities=[commodity],
        place_ids=place_ids,
        since=now - OLDEST,
        now=now,
    )
    reports = {place_id: count for (_, place_id), count in cells.items()}
    sold_as = _sold_as(vocabulary, commodity)
    months = reads.newest_months(
        session, vocabulary, commodities=sold_as, place_ids=place_ids, now=now
    )
    priced = reports.keys() | {series.place_id for series in months}
    return sorted(
        (place for place in trading_places(vocabulary, admin1) if place.id in priced),
        key=lambda place: (-reports.get(place.id, 0), -(place.population or 0), place.name),
    )


def counties(vocabulary: Vocabulary) -> list[PlaceEntry]:
    """The counties, districts or regions of the country, by name."""
    found = (place for place in vocabulary.places.values() if place.kind is PlaceKind.ADMIN1)
    return sorted(found, key=lambda place: place.name)


def others_this_week(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType,
    reporter_id: int,
    now: datetime,
) -> OthersThisWeek | None:
    """What everybody but this reporter says there, for the thank-you; None when nobody else did."""
    cells = reads.reports_by_cell(
        session,
        vocabulary,
        commodity=commodity,
        place_ids=[place_id],
        since=now - WINDOW,
        now=now,
    )
    reports = cells.get((price_type, place_id), [])
    found = estimate([one for one in reports if one.reporter_id != reporter_id], now)
    if found is None:
        return None
    return OthersThisWeek(found.reporters, found.low, found.high, found.is_demo)


def _question(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
) -> _Question:
    return _Question(
        session=session,
        vocabulary=vocabulary,
        commodity=commodity,
        place=vocabulary.places[place_id],
        price_types=_price_types(vocabulary, commodity, price_type),
        now=now,
    )


def _place_ids(vocabulary: Vocabulary, place: PlaceEntry) -> list[int] | None:
    """The trading places that speak for a place; None for every one of the country."""
    if place.kind is PlaceKind.COUNTRY:
        return None
    return [entry.id for entry in trading_places(vocabulary, place)]


def _price_types(
    vocabulary: Vocabulary, commodity: str, asked: PriceType | None
) -> tuple[PriceType, ...]:
    if asked is not None:
        return (asked,)
    own = vocabulary.commodities[commodity].price_type
    return (own, *(other for other in PriceType if other is not own))


def _sold_as(vocabulary: Vocabulary, commodity: str) -> list[str]:
    """The commodity, and what shops sell in its stead."""
    shop_code = vocabulary.commodities[commodity].shop_code
    return [commodity] if shop_code is None else [commodity, shop_code]


def _own_prices(question: _Question) -> list[OwnPrice]:
    """What people at the place itself say, the wanted price type first."""
    cells = reads.reports_by_cell(
        question.session,
        question.vocabulary,
        commodity=question.commodity,
        place_ids=question.place_ids,
        since=question.now - OLDEST,
        now=question.now,
    )
    places = question.vocabulary.places
    prices = []
    for price_type in question.price_types:
        markets = [
            (places[place_id].population, reports)
            for (of_type, place_id), reports in cells.items()
            if of_type is price_type and place_id in places
        ]
        if region := estimate_region(markets, question.now):
            price = OwnPrice(
                commodity=question.commodity,
                place=question.place,
                price_type=price_type,
                currency=question.currency,
                estimate=region[0],
                markets=region[1],
            )
            prices.append(price)
    return prices


def _nearest_price(question: _Question, last_known: LastKnown | None) -> NearestPrice | None:
    session, vocabulary, now = question.session, question.vocabulary, question.now
    cells = reads.cells_with_reports(
        session,
        vocabulary,
        commodities=[question.commodity],
        price_type=question.price_type,
        since=now - WINDOW,
        now=now,
    )
    reported_at = (place_id for _, place_id in cells)
    near = distances(vocabulary, question.place, reported_at, within_km=NEAR_KM)
    if not near:
        return None
    place_id = min(near, key=lambda place_id: (near[place_id], place_id))
    reports = reads.reports_by_cell(
        session,
        vocabulary,
        commodity=question.commodity,
        place_ids=[place_id],
        since=now - WINDOW,
        now=now,
    )
    found = estimate(reports[question.price_type, place_id], now)
    assert found is not None  # noqa: S101 – the cell has reports in the window
    return NearestPrice(
        commodity=question.commodity,
        asked_place=question.place,
        place=vocabulary.places[place_id],
        distance_km=near[place_id],
        price_type=question.price_type,
        currency=question.currency,
        estimate=found,
        last_known=last_known,
    )


def _published(question: _Question, last_known: LastKnown | None) -> Published | None:
    session, vocabulary = question.session, question.vocabulary
    for code in _sold_as(vocabulary, question.commodity):
        months = reads.newest_months(session, vocabulary, commodities=[code], now=question.now)
        best = _best_series(question, months)
        if best is None:
            continue
        series, km = best
        row = reads.published_price(session, vocabulary, series, months[series])
        return Published(
            asked_commodity=question.commodity,
            commodity=code,
            asked_place=question.place,
            place=vocabulary.places[series.place_id],
            distance_km=km,
            price_type=series.price_type,
            currency=question.currency,
            price=row.price_per_base_unit,
            priced_on=row.priced_on,
            source=row.source,
            last_known=last_known,
        )
    return None


def _best_series(
    question: _Question, months: dict[reads.Series, date]
) -> tuple[reads.Series, float] | None:
    """The nearest series with its distance, 0 within the place; then the wanted price type."""
    places = question.vocabulary.places
    candidates = {series.place_id for series in months}
    inside = candidates if question.place_ids is None else candidates & set(question.place_ids)
    km = distances(question.vocabulary, question.place, candidates, within_km=NEAR_KM)
    km |= dict.fromkeys(inside, 0.0)
    wanted = (question.price_type, *PriceType)

    def rank(series: reads.Series) -> tuple[float, int, int, int, int]:
        return (
            km[series.place_id],
            wanted.index(series.price_type),
            -months[series].toordinal(),
            -(places[series.place_id].population or 0),
            series.place_id,
        )

    reachable = [series for series in months if series.place_id in km]
    if not reachable:
        return None
    best = min(reachable, key=rank)
    return best, km[best.place_id]

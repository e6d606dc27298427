"""What is asked of the price store: the best honest answer, and what a menu can offer."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from prices import reads
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.cells import CellEstimate
from prices.estimates import (
    OLDEST,
    RECENT,
    Confidence,
    estimate_region,
    with_reporters,
)
from prices.geography import NEAR_KM, distances, neighbours, trading_places
from prices.kinds import PlaceKind, PriceType
from prices.published import CLOSE, estimates_of, fresh_cells, local_day
from prices.remembered import Remembered
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
    "others_this_week",
    "own_price",
    "published_price",
]


class OthersThisWeek(NamedTuple):
    """What other people lately reported: how many they are, and their range."""

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
    # What is told at the place itself, where that was read already.
    known: Sequence[CellEstimate] | None = None

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
    known: Sequence[CellEstimate] | None = None,
) -> PriceAnswer:
    """The best honest answer: own market, else nearest, else published series, else nothing.

    1. What recent reports of the place itself tell; for a county or the country, the
       population-weighted median of its markets. Recent are 3, 7 or 14 days, by the commodity.
    2. That of the nearest trading place within 100 km, in the same country and for the same price
       type, named with its distance. A ward's next town is found this way too.
    3. Older reports at the place itself, up to 30 days, said to be old.
    4. The newest month of a published series not older than two years: of the place, else of the
       nearest within 100 km; of the commodity, else of what shops sell in its stead.
    5. An honest nothing.

    The fresh neighbour comes before the own old price because its answer carries the own one along
    (`last_known`, with its date): who reads it has both and can judge. The other way round the
    fresh number would never be seen. An old price still beats a published one, which is a month's
    average from shops and mostly older still.

    A price type not said is the commodity's own; when only another type has reports at the place,
    that one answers, and its name is in the answer. No border and no price type is ever mixed.

    `known` is what is told at the place itself (`told_there`, or `told_in_all`), from whoever has
    read it already.
    """
    question = _question(session, vocabulary, commodity, place_id, price_type, now, known)
    old: list[OwnPrice] = []
    for price in _own_prices(question):
        if price.estimate.confidence is not Confidence.OLD:
            return price
        old.append(price)
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
        or next(iter(old), None)
        or _published(question, last_known)
        or NoPrice(commodity, question.place, question.price_type, question.currency, last_known)
    )


def told_in_all(
    session: Session, vocabulary: Vocabulary, *, commodity: str, place_id: int, now: datetime
) -> list[CellEstimate]:
    """The estimates over all buyers and grades at a place, or at the markets that lie in it."""
    place_ids = _place_ids(vocabulary, vocabulary.places[place_id])
    return _cells(session, vocabulary, commodity, place_ids, now)


def price_there(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType,
    now: datetime,
    known: Sequence[CellEstimate],
) -> OwnPrice | Published | None:
    """What people lately told of a place itself, else what is published of it: to be said beside.

    No other place answers for it, and nothing that is too old to be said without its age.
    """
    question = _question(session, vocabulary, commodity, place_id, price_type, now, known)
    told = _fresh_own_price(question)
    if told is not None:
        return told
    published = _published(question, None)
    is_there = published is not None and published.place == question.place
    return published if is_there else None


def told_there(
    session: Session, vocabulary: Vocabulary, *, commodity: str, place_id: int, now: datetime
) -> list[CellEstimate]:
    """Every estimate of a commodity at a trading place: by price type, buyer and grade."""
    return estimates_of(session, vocabulary, commodity=commodity, place_ids=[place_id], now=now)


def own_price(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
) -> OwnPrice | None:
    """What people there lately said at a moment, past moments too; None for nothing."""
    question = _question(session, vocabulary, commodity, place_id, price_type, now)
    return _fresh_own_price(question)


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


def others_this_week(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType,
    reporter_id: int,
    now: datetime,
    known: Sequence[reads.OthersVote] | None = None,
) -> OthersThisWeek | None:
    """What everybody but this reporter says there, for the thank-you; None when nobody else did.

    `known` is what they told, from whoever has read it already.
    """
    pace = vocabulary.commodities[commodity].pace
    votes = known
    if votes is None:
        votes = reads.votes_of_others(
            session,
            commodity=commodity,
            place_id=place_id,
            price_type=price_type,
            reporter_id=reporter_id,
            since=local_day(vocabulary, now) - RECENT[pace],
            until=local_day(vocabulary, now),
        )
    if not votes:
        return None
    prices = sorted(vote.price for vote in votes)
    # Prices that somebody really told; of many the outermost tenth at either end is left out.
    outermost = round(len(prices) / 10)
    return OthersThisWeek(
        reporters=len({vote.reporter_id for vote in votes}),
        low=prices[outermost],
        high=prices[-1 - outermost],
        is_demo=any(vote.is_demo for vote in votes),
    )


def _cells(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    place_ids: Collection[int] | None,
    now: datetime,
) -> list[CellEstimate]:
    return estimates_of(
        session, vocabulary, commodity=commodity, place_ids=place_ids, now=now, is_whole=True
    )


def _question(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
    known: Sequence[CellEstimate] | None = None,
) -> _Question:
    return _Question(
        session=session,
        vocabulary=vocabulary,
        commodity=commodity,
        place=vocabulary.places[place_id],
        price_types=_price_types(vocabulary, commodity, price_type),
        now=now,
        known=known,
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


def _fresh_own_price(question: _Question) -> OwnPrice | None:
    prices = _own_prices(question)
    return next((one for one in prices if one.estimate.confidence is not Confidence.OLD), None)


def _own_prices(question: _Question) -> Iterator[OwnPrice]:
    """What people at the place itself say, the wanted price type first."""
    places = question.vocabulary.places
    cells = question.known
    if cells is None:
        cells = _cells(
            question.session,
            question.vocabulary,
            question.commodity,
            question.place_ids,
            question.now,
        )
    for price_type in question.price_types:
        of_type = [one for one in cells if one.cell.price_type is price_type and one.cell.is_whole]
        markets = [(places[one.cell.place_id].population, one.estimate) for one in of_type]
        if region := estimate_region(markets):
            estimate, count = region
            if count > 1:
                people = _people(question, price_type, of_type, estimate.confidence)
                estimate = with_reporters(estimate, people)
            yield OwnPrice(
                commodity=question.commodity,
                place=question.place,
                price_type=price_type,
                currency=question.currency,
                estimate=estimate,
                markets=count,
            )


def _people(
    question: _Question,
    price_type: PriceType,
    cells: Collection[CellEstimate],
    confidence: Confidence,
) -> int:
    """How many different people speak for a region: whoever reports at two markets is one."""
    pace = question.vocabulary.commodities[question.commodity].pace
    today = local_day(question.vocabulary, question.now)
    return reads.reporters(
        question.session,
        commodity=question.commodity,
        price_type=price_type,
        place_ids=[one.cell.place_id for one in cells],
        since=today - (OLDEST if confidence is Confidence.OLD else RECENT[pace]),
        until=today,
    )


def _nearest_price(question: _Question, last_known: LastKnown | None) -> NearestPrice | None:
    """The nearest place with fresh reports; only its own cell is read."""
    session, vocabulary = question.session, question.vocabulary
    near = neighbours(vocabulary, question.place)
    for place_id in _fresh_first(question, near):
        found = estimates_of(
            session,
            vocabulary,
            commodity=question.commodity,
            place_ids=[place_id],
            now=question.now,
            price_type=question.price_type,
            is_whole=True,
        )
        if found and found[0].estimate.confidence is not Confidence.OLD:
            return NearestPrice(
                commodity=question.commodity,
                asked_place=question.place,
                place=vocabulary.places[place_id],
                distance_km=near[place_id],
                price_type=question.price_type,
                currency=question.currency,
                estimate=found[0].estimate,
                last_known=last_known,
            )
    return None


def _fresh_first(question: _Question, near: Iterable[reads.Place]) -> Iterator[reads.Place]:
    """Those of the neighbours that may have a recent price, the nearest first.

    Mostly one of the closest has: the cells of a whole country are read where none of them has.
    """
    fresh = partial(
        fresh_cells,
        question.session,
        question.vocabulary,
        question.commodity,
        question.price_type,
        now=question.now,
    )
    coming = iter(near)
    close = list(islice(coming, CLOSE))
    found = fresh(among=close)
    yield from (one for one in close if one in found)
    if beyond := list(coming):
        found = fresh()
        yield from (one for one in beyond if one in found)


def _published(question: _Question, last_known: LastKnown | None) -> Published | None:
    asked = question.commodity, question.place.id, question.price_types, question.now.date()
    found = _SERIES.answer(question.vocabulary, asked, lambda: _newest_published(question))
    if found is None or last_known is None:
        return found
    return replace(found, last_known=last_known)


_SERIES: Remembered[Published | None] = Remembered()


def _newest_published(question: _Question) -> Published | None:
    session, vocabulary = question.session, question.vocabulary
    for code in _sold_as(vocabulary, question.commodity):
        months = _newest_months(question, code)
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
            last_known=None,
        )
    return None


def _newest_months(question: _Question, code: str) -> dict[reads.Series, date]:
    """Of all series of a commodity, whatever the place: many places ask for the same ones."""
    session, vocabulary, now = question.session, question.vocabulary, question.now

    def read() -> dict[reads.Series, date]:
        return reads.newest_months(session, vocabulary, commodities=[code], now=now)

    return _MONTHS.answer(vocabulary, (code, now.date()), read)


_MONTHS: Remembered[dict[reads.Series, date]] = Remembered()


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

"""What the price store knows, as rows for other programs: made-up demo prices are left out."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from prices.cells import CellEstimate
from prices.importers.words import NotUnderstoodError, Words
from prices.models import Place, PriceObservation
from prices.published import commodities_with_cells, estimates_of
from prices.vocabulary import CountryEntry, Vocabulary

Value: TypeAlias = str | int | Decimal | None

BATCH = 1_000
PSEUDONYM_LENGTH = 16
# Somebody may have typed a phone number where a grade belongs.
_PHONE = re.compile(r"\+?\d(?:[ .-]?\d){8,}")

ESTIMATE_COLUMNS = (
    "commodity", "market", "price_type", "grade", "buyer", "price", "currency", "unit",
    "reports", "reporters", "low", "high", "confidence", "as_of",
)  # fmt: skip
OBSERVATION_COLUMNS = (
    "reported_at", "reporter", "commodity", "market", "price", "unit", "currency", "price_type",
    "grade", "buyer", "quantity", "price_per_base_unit", "base_unit", "status", "side",
)  # fmt: skip


class Moment(NamedTuple):
    """When a price is asked for: now, or the end of a day by the clock of each country."""

    now: datetime
    day: date | None = None

    def by_clock_of(self, country: CountryEntry) -> datetime:
        """The moment itself; a report of midnight is the next day's."""
        if self.day is None:
            return self.now
        return datetime.combine(self.day, time.max, ZoneInfo(country.timezone))


class MarketNames:
    """How a market is written so that our own import finds it again."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = Words(vocabulary)
        self.of = cache(self._of)

    def _of(self, place_id: int) -> str:
        known = self._words.vocabulary
        place, admin1 = known.places[place_id], known.admin1_of(place_id)
        names = [place.name, f"{place.name}, {admin1.name}"] if admin1 else [place.name]
        return next((name for name in names if self._is(name, place_id)), place.code)

    def _is(self, name: str, place_id: int) -> bool:
        try:
            return self._words.market(name) == place_id
        except NotUnderstoodError:
            return False


def estimates(
    session: Session, vocabularies: Sequence[Vocabulary], moment: Moment
) -> Iterator[Sequence[Value]]:
    """Every cell's price as published at a moment: reports after it do not count.

    One row for each commodity, market and price type over all grades and buyers, which are empty;
    and one for each grade and buyer of which anybody told.
    """
    for vocabulary in vocabularies:
        names = MarketNames(vocabulary)
        at = moment.by_clock_of(vocabulary.country)
        for commodity in commodities_with_cells(session, vocabulary):
            rows = [
                _estimate_row(vocabulary, names.of(one.cell.place_id), one)
                for one in estimates_of(
                    session, vocabulary, commodity=commodity, place_ids=None, now=at, is_real=True
                )
            ]
            yield from sorted(rows, key=lambda row: [row[1], row[2], row[3] or "", row[4] or ""])


def _estimate_row(vocabulary: Vocabulary, market: str, one: CellEstimate) -> tuple[Any, ...]:
    cell, found = one.cell, one.estimate
    return (
        cell.commodity,
        market,
        cell.price_type.value,
        open_grade(cell.grade),
        cell.buyer.value if cell.buyer else None,
        found.price,
        vocabulary.country.currency,
        vocabulary.commodities[cell.commodity].base_unit,
        found.reports,
        found.reporters,
        found.low,
        found.high,
        found.confidence.value,
        found.newest_at.isoformat(),
    )


def observations(
    session: Session, vocabularies: Sequence[Vocabulary], moment: Moment, *, key: bytes
) -> Iterator[Sequence[Value]]:
    """Every report until a moment, in the order they were kept, whatever became of it.

    The reporter is a keyed hash of their number with us, the words they wrote are left out: who
    they are cannot be told from it, only which reports are one person's.
    """
    names = {one.country.code: MarketNames(one) for one in vocabularies}
    base_units = {code: entry.base_unit for code, entry in vocabularies[0].commodities.items()}
    pseudonym = cache(lambda reporter_id: pseudonym_of(reporter_id, key))
    ends = {one.country.code: moment.by_clock_of(one.country) for one in vocabularies}
    for row, place_country in _observations(session, max(ends.values())):
        if row.reported_at > ends[place_country]:
            continue
        yield (
            row.reported_at.isoformat(),
            pseudonym(row.reporter_id),
            row.commodity_code,
            names[place_country].of(row.place_id),
            row.price,
            row.unit_code,
            row.currency,
            row.price_type.value,
            open_grade(row.grade),
            row.buyer.value if row.buyer else None,
            row.quantity,
            row.price_per_base_unit,
            base_units[row.commodity_code],
            row.status.value,
            row.side.value if row.side else None,
        )


def _observations(session: Session, until: datetime) -> Iterator[Any]:
    row = PriceObservation
    return iter(
        session.execute(
            select(row, Place.country)
            .join(Place, Place.id == row.place_id)
            .where(row.reported_at <= until, row.is_demo.is_(False))
            .order_by(row.id)
            .execution_options(yield_per=BATCH)
        )
    )


def open_grade(grade: str | None) -> str | None:
    """A grade as it was said, without the number of a phone in it."""
    return _PHONE.sub("***", grade) if grade else None


def pseudonym_of(reporter_id: int, key: bytes) -> str:
    """A reporter as others may know them: the same for the same key, and no way back from it."""
    message = f"reporter:{reporter_id}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH]

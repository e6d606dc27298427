"""The lines of the board's tables: a price in words, and the same in figures for a download."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.board.reader import Reader
from app.board.words import basis_words, place_words, range_words, source_words, surety_words
from app.board.words import week_words as moved_in_a_week
from app.tables import Value
from handlers.keywords.plain_words import buyer_words, price_type_words
from handlers.keywords.price_notes import price_per_unit
from messaging.phrases.formats import as_told, month_year, price
from prices.board import BoardPrice, PublishedMonth, RegionalPrice
from prices.cells import Cell
from prices.estimates import Estimate
from prices.exporters import open_grade
from prices.kinds import PriceType
from prices.vocabulary import PlaceEntry

COLUMNS = (
    "commodity", "commodity_name", "place", "place_name", "county", "price_type", "buyer", "grade",
    "price", "low", "high", "currency", "unit", "markets", "reports", "confidence", "newest",
    "week_ago", "source", "demo",
)  # fmt: skip
PUBLISHED = "published"


@dataclass(frozen=True)
class Line:
    """One price: `told` and what follows are words, the rest figures as they are told."""

    commodity: str
    commodity_name: str
    place: PlaceEntry
    place_name: str
    county: PlaceEntry | None
    price_type: PriceType
    step: str  # farm gate
    told: str  # KES 47/L
    spread: str  # 45-49
    label: str  # good, few, one, old, published
    surety: str
    basis: str
    moved: str
    price: Decimal
    currency: str
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    week_ago: Decimal | None = None
    markets: int | None = None
    reports: int | None = None
    newest: datetime | date | None = None
    source: str = ""
    part: str = ""  # co-op, grade A
    buyer: str = ""
    grade: str = ""
    is_demo: bool = False

    @property
    def values(self) -> Sequence[Value]:
        """The line of a download: the figures of the page."""
        return (
            self.commodity, self.commodity_name, self.place.code, self.place.name,
            self.county.name if self.county else None, self.price_type.value,
            self.buyer or None, self.grade or None, self.price, self.low, self.high, self.currency,
            self.unit, self.markets, self.reports, self.label,
            self.newest.isoformat() if self.newest else None, self.week_ago, self.source,
            int(self.is_demo),
        )  # fmt: skip


def line_of_cell(reader: Reader, one: BoardPrice) -> Line:
    """What people tell of a cell."""
    cell, estimate = one.cell, one.estimate
    place = reader.vocabulary.places[cell.place_id]
    moved = moved_in_a_week(reader.language, estimate.price, one.week_ago)
    week_ago = None if one.week_ago is None else as_told(one.week_ago)
    return _told(reader, cell, place, estimate, moved=moved, week_ago=week_ago)


def line_of_region(reader: Reader, place: PlaceEntry, one: RegionalPrice) -> Line:
    """What people tell of all the markets of a county."""
    cell = Cell(one.commodity, place.id, one.price_type)
    return _told(reader, cell, place, one.estimate, markets=one.markets)


def line_of_month(reader: Reader, one: PublishedMonth) -> Line:
    """What was published of a place."""
    language, vocabulary = reader.language, reader.vocabulary
    place, entry = vocabulary.places[one.place_id], vocabulary.commodities[one.commodity]
    currency = vocabulary.country.currency
    return Line(
        commodity=one.commodity,
        commodity_name=vocabulary.commodity_name(one.commodity, language),
        place=place,
        place_name=place_words(reader, place),
        county=vocabulary.admin1_of(place.id),
        price_type=one.price_type,
        step=price_type_words(language, one.price_type),
        told=price_per_unit(
            reader.conversation, price(one.price, language), currency, entry.base_unit
        ),
        spread="",
        label=PUBLISHED,
        surety=month_year(one.priced_on, language),
        basis=source_words(language, one.source),
        moved="",
        price=as_told(one.price),
        currency=currency,
        unit=entry.base_unit,
        newest=one.priced_on,
        source=one.source,
    )


def _told(
    reader: Reader,
    cell: Cell,
    place: PlaceEntry,
    estimate: Estimate,
    *,
    moved: str = "",
    week_ago: Decimal | None = None,
    markets: int = 1,
) -> Line:
    language, vocabulary = reader.language, reader.vocabulary
    entry, currency = vocabulary.commodities[cell.commodity], vocabulary.country.currency
    figure, grade = price(estimate.price, language), open_grade(cell.grade) or ""
    buyer = buyer_words(language, cell.buyer) if cell.buyer else ""
    is_one = estimate.reports == 1
    return Line(
        commodity=cell.commodity,
        commodity_name=vocabulary.commodity_name(cell.commodity, language),
        place=place,
        place_name=place_words(reader, place),
        county=vocabulary.admin1_of(place.id),
        price_type=cell.price_type,
        step=price_type_words(language, cell.price_type),
        told=price_per_unit(reader.conversation, figure, currency, entry.base_unit),
        # A text tells no range of a single report either: it is no more than a guess.
        spread="" if is_one else range_words(language, estimate.low, estimate.high),
        label=estimate.confidence.value,
        surety=surety_words(language, estimate.confidence),
        basis=basis_words(reader, estimate, markets),
        moved=moved,
        price=as_told(estimate.price),
        currency=currency,
        unit=entry.base_unit,
        low=None if is_one else as_told(estimate.low),
        high=None if is_one else as_told(estimate.high),
        week_ago=week_ago,
        markets=markets,
        reports=estimate.reports,
        newest=estimate.newest_at,
        part=", ".join(filter(None, (buyer, grade))),
        buyer=cell.buyer.value if cell.buyer else "",
        grade=grade,
        is_demo=estimate.is_demo,
    )

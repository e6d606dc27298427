"""Published prices whose markets, things and units are named in words, into the price store."""

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from db.session import Database
from prices.catalogue import load_vocabulary
from prices.conversion_table import load_conversion_table
from prices.importers.csv_file import BrokenLine, CsvFile
from prices.importers.published import (
    PRODUCT_LENGTH,
    SOURCE_LENGTH,
    UNIT_LENGTH,
    LeftOut,
    PricedLine,
    PriceKey,
    PriceValues,
    SkippedLine,
    SkipReason,
    date_of,
    metric,
    per_base_unit,
    price_of,
    price_type_of,
)
from prices.importers.reference import SEED_DATA
from prices.importers.series import ImportSummary, Progress, import_series
from prices.importers.series_files import BEI, KAMIS, SeriesLine, read_bei, read_kamis
from prices.importers.wfp_markets import Market
from prices.importers.words import NotUnderstoodError, Words, plain_number
from prices.models import Country
from prices.vocabulary import fold

Line = SeriesLine | BrokenLine


def import_bei(
    database: Database,
    path: Path,
    *,
    country: str,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportSummary:
    """Bring the published series to what a file in our own form says; as `import_wfp` does."""
    file = CsvFile(path, BEI)
    return import_series(
        database,
        read_bei(file),
        _Reader(database, country=country, products={}),
        total=file.count(),
        dry_run=dry_run,
        progress=progress,
    )


def import_kamis(
    database: Database, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> ImportSummary:
    """Bring the published series to what a KAMIS file says; as `import_wfp` does."""
    file = CsvFile(path, KAMIS)
    return import_series(
        database,
        read_kamis(file),
        _Reader(database, country="KE", products=_kamis_products()),
        total=file.count(),
        dry_run=dry_run,
        progress=progress,
    )


def _kamis_products() -> dict[str, str]:
    with (SEED_DATA / "kamis_products.csv").open(encoding="utf-8", newline="") as lines:
        return {fold(row["product"]): row["commodity_code"] for row in csv.DictReader(lines)}


class _Reader:
    new_markets: Sequence[Market] = ()  # a name alone says not where it lies

    def __init__(self, database: Database, *, country: str, products: Mapping[str, str]) -> None:
        self._database = database
        self._home = country
        with database.read() as session:
            self._currencies = dict(session.execute(select(Country.code, Country.currency)).all())
            self._conversions = load_conversion_table(session)
        self._products = products  # by folded name, where the catalogue's words do not tell
        self._words: dict[str, Words] = {}

    def understand(self, line: Line) -> PricedLine | SkippedLine:
        """The price a line tells, or why none."""
        if isinstance(line, BrokenLine):
            return SkippedLine(SkipReason.BROKEN, f"line {line.number}")
        try:
            return self._priced(line)
        except LeftOut as left:
            return left.skipped

    def _priced(self, line: SeriesLine) -> PricedLine:
        price = price_of(plain_number(line.price), line.number)
        priced_on = date_of(line.date, line.number)
        price_type = price_type_of(line.price_type)
        if not line.source:
            raise LeftOut(SkipReason.SOURCE, f"line {line.number}")
        words = self._words_for(line.currency)
        commodity = self._commodity(line, words)
        place_id = self._place(line, words)
        quantity = self._quantity(line, words, commodity, place_id)
        key = PriceKey(
            line.source[:SOURCE_LENGTH],
            place_id,
            line.product[:PRODUCT_LENGTH],
            price_type,
            (line.unit or words.vocabulary.commodities[commodity].base_unit)[:UNIT_LENGTH],
            line.currency,
            priced_on,
        )
        one = per_base_unit(price, quantity, line.unit, line.number)
        return key, PriceValues(commodity, price, one, "")

    def _words_for(self, currency: str) -> Words:
        """The words of the country that pays in a currency: our own, else the only one served."""
        payers = [code for code, own in self._currencies.items() if own == currency]
        country = self._home if self._home in payers else payers[0] if len(payers) == 1 else None
        if country is None:
            raise LeftOut(SkipReason.COUNTRY, currency)
        if country not in self._words:
            with self._database.read() as session:
                self._words[country] = Words(load_vocabulary(session, country))
        return self._words[country]

    def _commodity(self, line: SeriesLine, words: Words) -> str:
        """By its name, else without what stands in brackets: Beans (Rosecoco) are beans."""
        if known := self._products.get(fold(line.commodity)):
            return known
        bare = line.commodity.partition("(")[0].strip()
        for name in (line.commodity, bare):
            try:
                return words.commodity(name)
            except NotUnderstoodError:
                continue
        raise LeftOut(SkipReason.PRODUCT, line.commodity)

    def _place(self, line: SeriesLine, words: Words) -> int:
        try:
            return words.market_in(line.market, line.county)
        except NotUnderstoodError:
            raise LeftOut(SkipReason.NO_MARKET, line.market) from None

    def _quantity(self, line: SeriesLine, words: Words, commodity: str, place_id: int) -> Decimal:
        """How many of the commodity's base units the unit holds."""
        base_unit = words.vocabulary.commodities[commodity].base_unit
        size_unit, quantity = metric(line.unit)
        if size_unit == base_unit and quantity:
            return quantity
        try:
            units = words.units(line.unit) if line.unit else (base_unit,)
        except NotUnderstoodError:
            units = ()
        fitting = [
            conversion.quantity
            for unit in units
            if (
                conversion := self._conversions.convert(
                    commodity=commodity,
                    unit=unit,
                    country=words.vocabulary.country.code,
                    place_id=place_id,
                    on=date_of(line.date, line.number),
                )
            )
        ]
        if len(fitting) != 1:
            raise LeftOut(SkipReason.UNIT, f"{line.commodity} per {line.unit}")
        return fitting[0]

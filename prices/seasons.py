"""The series behind one question for a norm: read when they are needed, and once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from prices.geography import neighbours, trading_places
from prices.kinds import PlaceKind, PriceType
from prices.models import PublishedPrice
from prices.norms import (
    REACH,
    Month,
    Months,
    Norm,
    first_day,
    fitted_norm,
    month_number,
    pooled_norm,
    series_of,
)
from prices.reads import Place
from prices.remembered import Remembered
from prices.vocabulary import PlaceEntry, Vocabulary

Product = tuple[str, str]  # the source, and its own words for the thing
SeriesAt = Mapping[Place, Mapping[Product, Months]]


@dataclass(frozen=True)
class Season:
    """A commodity at a place for a price type, in the month of a day."""

    session: Session
    vocabulary: Vocabulary
    commodity: str
    place: PlaceEntry
    price_type: PriceType
    on: date
    product: Product | None = None  # any, unless one is told of

    @property
    def month(self) -> Month:
        """The month the norm is for."""
        return month_number(self.on)

    @cached_property
    def near(self) -> Mapping[Place, float]:
        """The trading places within 100 km, with their distance."""
        return neighbours(self.vocabulary, self.place)

    @cached_property
    def inside(self) -> SeriesAt:
        """The series of the place, mostly a single market."""
        if self.place.kind is PlaceKind.COUNTRY:
            return self._read(None)
        inside = self._read([one.id for one in trading_places(self.vocabulary, self.place)])
        if self.product is None:
            return inside
        return {
            place_id: {product: one for product, one in series.items() if product == self.product}
            for place_id, series in inside.items()
        }

    @cached_property
    def region(self) -> SeriesAt:
        """The series of the county and of all within reach: they share their harvests."""
        if self.place.kind is PlaceKind.COUNTRY:
            return self.inside
        above = self.vocabulary.admin1_of(self.place.id) or self.place
        county = (one.id for one in trading_places(self.vocabulary, above))
        return self._read({*county, *self.near})

    def fit(self, series: Months) -> Norm | None:
        """The norm of a long series."""
        return fitted_norm(series, self.month)

    def pool(self, series: Months) -> Norm | None:
        """The norm of a shorter one, with the region's help."""
        every = (one for at_place in self.region.values() for one in at_place.values())
        return pooled_norm(series, every, self.month)

    def _read(self, place_ids: Collection[Place] | None) -> SeriesAt:
        """The series of these places, of all where none are named; many places share them."""
        asked = self.commodity, self.price_type, self.month
        everywhere = _EVERYWHERE.answer(self.vocabulary, asked, self._read_all)
        if place_ids is None:
            return everywhere
        return {place_id: everywhere[place_id] for place_id in {*place_ids} & everywhere.keys()}

    def _read_all(self) -> SeriesAt:
        row = PublishedPrice
        since = first_day(self.month - REACH)
        query = (
            select(row.place_id, row.source, row.product, row.priced_on, row.price_per_base_unit)
            .where(row.commodity_code == self.commodity, row.price_type == self.price_type)
            .where(row.currency == self.vocabulary.country.currency)
            .where(row.priced_on >= since, row.priced_on < first_day(self.month))
        )
        return _by_place(self.session.execute(query), self.vocabulary)


# Each holds some hundred figures, of a large country some thousand.
_EVERYWHERE: Remembered[SeriesAt] = Remembered(most=100)


def _by_place(
    rows: Iterable[tuple[Place, str, str, date, Decimal]], vocabulary: Vocabulary
) -> SeriesAt:
    prices: dict[Place, dict[Product, list[tuple[date, Decimal]]]]
    prices = defaultdict(lambda: defaultdict(list))
    for place_id, source, product, priced_on, price in rows:
        if place_id in vocabulary.places:
            prices[place_id][source, product].append((priced_on, price))
    return {
        place_id: {product: series_of(told) for product, told in products.items()}
        for place_id, products in prices.items()
    }

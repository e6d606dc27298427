"""What is usual there at this time of the year: the norm of the published series that speaks."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from prices import reads
from prices.answers import Published
from prices.comparisons import Usual
from prices.estimates import SMALL_MARKET_POPULATION
from prices.kinds import PriceType
from prices.norms import Months, Norm, first_day, month_number
from prices.reads import Place, Series
from prices.remembered import Remembered
from prices.seasons import Product, Season, SeriesAt
from prices.statistics import weighted_median
from prices.vocabulary import PlaceEntry, Vocabulary

Way = Callable[[Months], Norm | None]


def usual_price(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType,
    on: date,
) -> Usual | None:
    """The seasonal norm for the month of a day; None where no series is long enough.

    1. The series of the place itself, fitted where it has 36 months, else by the region's ratio;
       for a county or the country the population-weighted median of the norms of its markets.
    2. That of the nearest place within 100 km which has one.
    3. For a place that lies farther from all: the median of its county.

    Price types, moneys and the products of one publisher are never mixed.
    """

    def work_out() -> Usual | None:
        place = vocabulary.places[place_id]
        season = Season(session, vocabulary, commodity, place, price_type, on)
        return _own(season) or _nearest(season) or _of_county(season)

    asked = commodity, place_id, price_type, month_number(on)
    return _NORMS.answer(vocabulary, asked, work_out)


def usual_for_published(
    session: Session, vocabulary: Vocabulary, published: Published
) -> Usual | None:
    """The norm of a published price, of its own series alone and without that price."""
    told = published.commodity, published.place.id, published.price_type, published.priced_on
    return _NORMS.answer(vocabulary, told, lambda: _of_series(session, vocabulary, published))


# They rest on published prices of past months alone.
_NORMS: Remembered[Usual | None] = Remembered()


def _of_series(session: Session, vocabulary: Vocabulary, published: Published) -> Usual | None:
    series = Series(published.commodity, published.price_type, published.place.id)
    row = reads.published_price(session, vocabulary, series, published.priced_on)
    season = Season(
        session,
        vocabulary,
        published.commodity,
        published.place,
        published.price_type,
        published.priced_on,
        product=(row.source, row.product),
    )
    return _own(season)


def _own(season: Season) -> Usual | None:
    if not season.inside:
        return None
    return _median(season, season.place, season.inside, season.fit) or _median(
        season, season.place, season.inside, season.pool
    )


def _nearest(season: Season) -> Usual | None:
    near = season.near
    within = sorted(near.keys() & season.region.keys(), key=lambda one: (near[one], one))
    for place_id in within:
        found = _best(season.region[place_id], season.fit) or _best(
            season.region[place_id], season.pool
        )
        if found is not None:
            place = season.vocabulary.places[place_id]
            return Usual(found, first_day(season.month), place, near[place_id])
    return None


def _of_county(season: Season) -> Usual | None:
    # Nothing near has a norm: whatever of the region has one lies in the county, farther away.
    county = season.vocabulary.admin1_of(season.place.id)
    if county is None:
        return None
    return _median(season, county, season.region, season.fit) or _median(
        season, county, season.region, season.pool
    )


def _median(season: Season, place: PlaceEntry, series: SeriesAt, way: Way) -> Usual | None:
    """The norm of a place from those of its markets, by how many people each of them has."""
    found = [(at, best) for at, products in series.items() if (best := _best(products, way))]
    if not found:
        return None
    weighted = partial(_weighted, season.vocabulary, found)
    years = [norm.years for _, norm in found if norm.years is not None]
    norm = Norm(
        price=weighted(lambda one: one.price),
        deviation=float(weighted(lambda one: Decimal(one.deviation))),
        months=min(one.months for _, one in found),
        years=min(years, default=None),
    )
    return Usual(norm, first_day(season.month), place, 0, len(found))


def _weighted(
    vocabulary: Vocabulary,
    norms: Iterable[tuple[Place, Norm]],
    figure: Callable[[Norm], Decimal],
) -> Decimal:
    people = (vocabulary.places[at].population or SMALL_MARKET_POPULATION for at, _ in norms)
    figures = (figure(norm) for _, norm in norms)
    return weighted_median([(one, Decimal(of)) for one, of in zip(figures, people, strict=True)])


def _best(products: Mapping[Product, Months], way: Way) -> Norm | None:
    """The norm of the product that is known best: of the most months, then the newest, by name."""
    ranked = sorted(
        products, key=lambda one: (-len(products[one]), -max(products[one], default=0), one)
    )
    return next((norm for one in ranked if (norm := way(products[one]))), None)

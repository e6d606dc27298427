"""What a price usually is at a time of the year."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import log

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from prices.comparisons import Usual
from prices.kinds import PriceType
from prices.norms import (
    Norm,
    Standing,
    first_day,
    fitted_norm,
    month_number,
    pooled_norm,
    series_of,
    standing,
)
from prices.usual import usual_price
from prices.vocabulary import Vocabulary
from tests.prices.stories import kenya, place_named, publish_price

NOVEMBER = month_number(date(2026, 11, 1))
Prices = Mapping[int, float]


def seasonal(first: int, last: int, *, harvest: float = 60, growth: float = 0) -> dict[int, float]:
    """Log prices: 40 in every month, another price in November, growing by so much a month."""
    return {
        month: log(harvest if month % 12 == 10 else 40) + growth * (month - first)
        for month in range(first, last + 1)
    }


def as_price(norm: Norm | None) -> float:
    assert norm is not None
    return round(float(norm.price), 2)


def test_months_are_counted() -> None:
    assert month_number(date(2026, 1, 31)) - month_number(date(2025, 12, 1)) == 1
    assert first_day(NOVEMBER) == date(2026, 11, 1)
    assert first_day(NOVEMBER + 2) == date(2027, 1, 1)


def test_a_month_published_twice_has_the_geometric_mean_and_zero_says_nothing() -> None:
    told = [(date(2026, 1, 1), Decimal(10)), (date(2026, 1, 15), Decimal(40))]
    series = series_of([*told, (date(2026, 2, 15), Decimal(0))])
    assert series == {NOVEMBER - 10: pytest.approx(log(20))}


def test_three_years_tell_the_season() -> None:
    series = seasonal(NOVEMBER - 36, NOVEMBER - 1)
    norm = fitted_norm(series, NOVEMBER)
    assert norm == Norm(Decimal("60.0000"), 0.05, 36, 3)
    assert as_price(fitted_norm(series, NOVEMBER + 1)) == 40


def test_one_month_fewer_does_not() -> None:
    assert fitted_norm(seasonal(NOVEMBER - 35, NOVEMBER - 1), NOVEMBER) is None


def test_the_trend_is_told_apart_from_the_season() -> None:
    series = seasonal(NOVEMBER - 48, NOVEMBER - 1, growth=0.01)
    # The trend is held at the newest month, one before.
    assert as_price(fitted_norm(series, NOVEMBER)) == pytest.approx(60 * 2.718281828**0.47, 1e-4)


def test_a_gap_bends_nothing() -> None:
    whole = seasonal(NOVEMBER - 59, NOVEMBER - 1, growth=0.01)
    gappy = {month: price for month, price in whole.items() if month % 5}
    assert as_price(fitted_norm(gappy, NOVEMBER)) == as_price(fitted_norm(whole, NOVEMBER))


def test_the_month_itself_and_later_ones_do_not_explain_it() -> None:
    series = seasonal(NOVEMBER - 40, NOVEMBER - 1)
    later = {NOVEMBER: log(600), NOVEMBER + 1: log(1)}
    assert fitted_norm(series | later, NOVEMBER) == fitted_norm(series, NOVEMBER)
    assert pooled_norm(series | later, [series | later], NOVEMBER) == pooled_norm(
        series, [series], NOVEMBER
    )


def test_only_the_last_five_years_count() -> None:
    old = dict.fromkeys(range(NOVEMBER - 120, NOVEMBER - 60), log(1))
    recent = seasonal(NOVEMBER - 60, NOVEMBER - 1)
    norm = fitted_norm(old | recent, NOVEMBER)
    assert norm is not None
    assert (norm.price, norm.months, norm.years) == (60, 60, 5)


def test_a_series_that_ended_two_years_ago_is_silent() -> None:
    ended = seasonal(NOVEMBER - 84, NOVEMBER - 25)
    assert fitted_norm(ended, NOVEMBER) is None
    assert pooled_norm(ended, [ended], NOVEMBER) is None
    assert fitted_norm(ended, NOVEMBER - 1) is not None


def test_a_month_seen_once_is_no_season() -> None:
    series = seasonal(NOVEMBER - 48, NOVEMBER - 1)
    for years in (1, 2, 3):
        del series[NOVEMBER - 12 * years]
    assert fitted_norm(series, NOVEMBER) is None


def test_how_far_prices_stray() -> None:
    wild = {
        month: price + (0.3 if month // 12 % 2 else -0.3)
        for month, price in seasonal(NOVEMBER - 48, NOVEMBER - 1).items()
    }
    norm = fitted_norm(wild, NOVEMBER)
    assert norm is not None
    assert 0.25 < norm.deviation < 0.4
    assert standing(norm.price * 2, norm) is Standing.SHORTAGE
    assert standing(norm.price / 2, norm) is Standing.GLUT


@pytest.mark.parametrize(
    ("off", "up", "down"),
    [
        (0.24, Standing.USUAL, Standing.USUAL),
        (0.26, Standing.ABOVE, Standing.BELOW),
        (0.99, Standing.ABOVE, Standing.BELOW),
        (1.01, Standing.FAR_ABOVE, Standing.FAR_BELOW),
        (1.99, Standing.FAR_ABOVE, Standing.FAR_BELOW),
        (2.01, Standing.SHORTAGE, Standing.GLUT),
        (30, Standing.SHORTAGE, Standing.GLUT),
    ],
)
def test_bands_are_the_same_both_ways(off: float, up: Standing, down: Standing) -> None:
    norm = Norm(Decimal(100), 0.1, 36, 3)
    factor = Decimal(2.718281828459045 ** (off / 10))
    assert standing(100 * factor, norm) is up
    assert standing(100 / factor, norm) is down


def test_a_short_series_borrows_the_season_of_its_region() -> None:
    own = dict.fromkeys(range(NOVEMBER - 12, NOVEMBER), log(80))
    region = [own, *(seasonal(NOVEMBER - 40, NOVEMBER - 1) for _ in range(2))]
    norm = pooled_norm(own, region, NOVEMBER)
    # Elsewhere November costs 60, and the twelve months before it hold one November more.
    assert as_price(norm) == pytest.approx(80 * 60 / (40 * 1.5 ** (1 / 12)), 1e-4)
    assert norm is not None
    assert (norm.months, norm.years) == (12, None)


def test_too_few_ratios_are_no_season() -> None:
    own = dict.fromkeys(range(NOVEMBER - 12, NOVEMBER), log(80))
    one_november = seasonal(NOVEMBER - 24, NOVEMBER - 1)
    assert pooled_norm(own, [one_november] * 5, NOVEMBER) is None
    two_novembers = seasonal(NOVEMBER - 36, NOVEMBER - 1)
    assert pooled_norm(own, [two_novembers], NOVEMBER) is None
    assert pooled_norm(own, [two_novembers] * 2, NOVEMBER) is not None


def test_fewer_than_twelve_months_or_a_year_full_of_holes_is_none() -> None:
    region = [seasonal(NOVEMBER - 48, NOVEMBER - 1)] * 2
    eleven = dict.fromkeys(range(NOVEMBER - 11, NOVEMBER), log(80))
    assert pooled_norm(eleven, region, NOVEMBER) is None
    holes = dict.fromkeys(range(NOVEMBER - 35, NOVEMBER, 2), log(80))
    assert pooled_norm(holes, region, NOVEMBER) is None


# Which series speaks for a place.


def publish(
    session: Session,
    words: Vocabulary,
    place: str,
    prices: Prices,
    price_type: PriceType = PriceType.WHOLESALE,
    product: str = "Maize",
) -> None:
    for month, price in prices.items():
        day = first_day(month) + timedelta(days=14)
        told = Decimal(2.718281828459045**price).quantize(Decimal("0.0001"))
        publish_price(session, words, "maize", place, told, day, price_type, product)


def usual(session: Session, words: Vocabulary, place: str) -> Usual | None:
    return usual_price(
        session,
        replace(words),  # read anew, as after every import
        commodity="maize",
        place_id=place_named(words, place).id,
        price_type=PriceType.WHOLESALE,
        on=date(2026, 11, 24),
    )


def found(session: Session, words: Vocabulary, place: str) -> Usual:
    norm = usual(session, words, place)
    assert norm is not None
    return norm


def test_the_places_own_series(database: Database) -> None:
    with database.begin() as session:
        words = kenya(session)
        publish(session, words, "Molo", seasonal(NOVEMBER - 60, NOVEMBER - 1, harvest=99))
        publish(session, words, "Nakuru", seasonal(NOVEMBER - 40, NOVEMBER))
        norm = found(session, words, "Nakuru")
        assert (norm.place.name, norm.distance_km, norm.month) == ("Nakuru", 0, date(2026, 11, 1))
        assert (as_price(norm.norm), norm.norm.years) == (60, 3)


def test_the_nearest_within_reach(database: Database) -> None:
    with database.begin() as session:
        words = kenya(session)
        publish(session, words, "Eldoret", seasonal(NOVEMBER - 60, NOVEMBER - 1, harvest=99))
        assert usual(session, words, "Mombasa") is None
        publish(session, words, "Molo", seasonal(NOVEMBER - 40, NOVEMBER - 1))
        norm = found(session, words, "Nakuru")
        assert (norm.place.name, as_price(norm.norm)) == ("Molo", 60)
        assert 30 < norm.distance_km < 50


def test_a_nearer_series_that_is_too_short_is_passed_by(database: Database) -> None:
    with database.begin() as session:
        words = kenya(session)
        publish(session, words, "Nakuru", seasonal(NOVEMBER - 8, NOVEMBER - 1))
        publish(session, words, "Molo", seasonal(NOVEMBER - 40, NOVEMBER - 1))
        assert found(session, words, "Nakuru").place.name == "Molo"


def test_an_own_short_series_comes_before_a_neighbours_long_one(database: Database) -> None:
    with database.begin() as session:
        words = kenya(session)
        publish(session, words, "Molo", seasonal(NOVEMBER - 60, NOVEMBER - 1))
        publish(session, words, "Nakuru", dict.fromkeys(range(NOVEMBER - 14, NOVEMBER), log(80)))
        norm = found(session, words, "Nakuru")
        assert (norm.place.name, norm.norm.months, norm.norm.years) == ("Nakuru", 14, None)
        assert as_price(norm.norm) > 110


def test_a_county_has_the_median_of_its_markets(database: Database) -> None:
    with database.begin() as session:
        words = kenya(session)
        county = words.admin1_of(place_named(words, "Molo").id)
        assert county is not None
        for place, price in (("Molo", 60), ("Njoro", 66), ("Naivasha", 90)):
            series = seasonal(NOVEMBER - 40, NOVEMBER - 1, harvest=price)
            publish(session, words, place, series)
        norm = usual_price(
            session,
            replace(words),
            commodity="maize",
            place_id=county.id,
            price_type=PriceType.WHOLESALE,
            on=date(2026, 11, 24),
        )
        assert norm is not None
        assert (norm.place, norm.markets) == (county, 3)
        assert 60 < as_price(norm.norm) < 90


def test_far_from_all_the_county_answers(database: Database) -> None:
    with database.begin() as session:
        words = kenya(session)
        publish(session, words, "Lokichoggio", seasonal(NOVEMBER - 40, NOVEMBER - 1))
        norm = found(session, words, "Lodwar")
        assert (norm.place.name, norm.markets) == ("Turkana", 1)


def test_neither_price_types_nor_products_are_mixed(database: Database) -> None:
    with database.begin() as session:
        words = kenya(session)
        retail = seasonal(NOVEMBER - 60, NOVEMBER - 1, harvest=200)
        publish(session, words, "Nakuru", retail, PriceType.RETAIL)
        assert usual(session, words, "Nakuru") is None
        publish(session, words, "Nakuru", seasonal(NOVEMBER - 40, NOVEMBER - 21), product="Red")
        publish(session, words, "Nakuru", seasonal(NOVEMBER - 20, NOVEMBER - 1), product="White")
        norm = usual(session, words, "Nakuru")
        assert norm is None or norm.norm.years is None
        publish(session, words, "Nakuru", seasonal(NOVEMBER - 36, NOVEMBER - 21), product="White")
        assert found(session, words, "Nakuru").norm.months == 36


def test_nobody_publishes(database: Database) -> None:
    with database.begin() as session:
        assert usual(session, kenya(session), "Nakuru") is None

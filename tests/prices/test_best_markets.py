"""Where it sells best, by what was lately reported within reach, less the way there."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.session import Database
from prices.best_markets import best_markets
from prices.kinds import Buyer, PlaceKind, PriceType, TransportMode
from prices.models import BuyerTerms, CommodityLoad, TransportTariff
from prices.nearby import Selling
from prices.vocabulary import Vocabulary
from tests.cast import ACHIENG, MUTISO, NAKATO, OTIENO
from tests.prices.stories import kenya, place_named, report_price


def selling(
    session: Session,
    vocabulary: Vocabulary,
    place: str,
    now: datetime,
    *,
    price_type: PriceType | None = None,
    quantity: int | None = None,
) -> Selling:
    return best_markets(
        session,
        vocabulary,
        commodity="milk",
        place_id=place_named(vocabulary, place).id,
        price_type=price_type,
        quantity=None if quantity is None else Decimal(quantity),
        now=now,
    )


def found(
    session: Session, vocabulary: Vocabulary, place: str, now: datetime, **more: PriceType
) -> list[tuple[str, int]]:
    """The markets with their whole kilometres, best first."""
    offers = selling(session, vocabulary, place, now, price_type=more.get("price_type")).offers
    return [(one.place.name, round(one.distance_km)) for one in offers]


def terms(session: Session, place_id: int, **more: object) -> None:
    """What the traders of a place do."""
    values: dict[str, object] = {
        "place_id": place_id,
        "commodity_code": "milk",
        "buyer": Buyer.TRADER,
        "name": None,
        "reject_share": Decimal(0),
        "bonus": Decimal(0),
        "days_to_pay": None,
        "source": "a story",
    }
    session.add(BuyerTerms(**(values | more)))
    session.flush()


def test_markets_within_reach_the_best_first(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        for place, price in [("Njoro", 45), ("Molo", 60), ("Nakuru", 52), ("Lodwar", 90)]:
            report_price(session, words, OTIENO, "milk", place, price, now)
        assert found(session, words, "Njoro", now) == [("Molo", 25), ("Nakuru", 14), ("Njoro", 0)]


def test_the_way_is_paid_out_of_the_price(database: Database, now: datetime) -> None:
    """25 km are 32.5 by road: 50 and 1.50 a kilometre for a can of 20 litres on a matatu."""
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Molo", 50, now)
        report_price(session, words, OTIENO, "milk", "Njoro", 46, now)
        one_can = selling(session, words, "Njoro", now)
        assert one_can.quantity == 20
        assert [one.place.name for one in one_can.offers] == ["Njoro", "Molo"]
        molo = one_can.offers[1].netback
        assert (molo.transport, molo.mode) == (5, TransportMode.BUS)
        assert one_can.offers[0].netback.costs == 0
        # Forty litres go as one load too, so that each litre pays half.
        (best, _) = selling(session, words, "Njoro", now, quantity=40).offers
        assert (best.place.name, best.netback.transport) == ("Molo", 2)
        by_pickup = selling(session, words, "Njoro", now, quantity=900).offers
        assert {one.netback.mode for one in by_pickup} == {None, TransportMode.PICKUP}


def test_a_county_is_no_place_to_set_out_from(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Molo", 50, now)
        county = words.admin1_of(place_named(words, "Molo").id)
        assert county is not None
        told = best_markets(
            session, words, commodity="milk", place_id=county.id, price_type=None, now=now
        )
        (only,) = told.offers
        assert (only.distance_km, only.netback.costs, told.quantity) == (0, 0, None)


@pytest.mark.parametrize("unknown", [TransportTariff, CommodityLoad])
def test_where_nobody_knows_what_carrying_costs_nothing_is_taken_off(
    database: Database, now: datetime, unknown: type[TransportTariff | CommodityLoad]
) -> None:
    with database.begin() as session:
        words = kenya(session)
        session.execute(delete(unknown))
        report_price(session, words, OTIENO, "milk", "Molo", 50, now)
        told = selling(session, words, "Njoro", now)
        assert told.quantity is None
        assert told.offers[0].netback.costs == 0


def test_more_than_any_lorry_takes_has_no_price(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Molo", 50, now)
        assert selling(session, words, "Njoro", now, quantity=10**9).quantity is None


def test_each_buyer_is_an_offer_of_its_own(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Njoro", 45, now)
        report_price(session, words, ACHIENG, "milk", "Njoro", 48, now, buyer=Buyer.TRADER)
        report_price(session, words, MUTISO, "milk", "Njoro", 41, now, buyer=Buyer.COOPERATIVE)
        offers = selling(session, words, "Njoro", now).offers
        assert [one.buyer for one in offers] == [Buyer.TRADER, Buyer.COOPERATIVE]


def test_rejects_and_bonus_of_the_place_go_before_those_of_the_country(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        words = kenya(session)
        for place in ("Njoro", "Nakuru"):
            report_price(session, words, OTIENO, "milk", place, 50, now, buyer=Buyer.TRADER)
        (country,) = words.place_words["kenya"]
        terms(session, country, reject_share=Decimal("0.1"), days_to_pay=14)
        njoro_id = place_named(words, "Njoro").id
        terms(session, njoro_id, bonus=Decimal(2), days_to_pay=0, name="Mama Njeri")
        by_place = {one.place.name: one for one in selling(session, words, "Njoro", now).offers}
        njoro, nakuru = by_place["Njoro"], by_place["Nakuru"]
        assert (njoro.netback.rejected, njoro.netback.bonus) == (0, 2)
        assert (njoro.terms.days_to_pay, njoro.terms.name) == (0, "Mama Njeri")
        assert (nakuru.netback.rejected, nakuru.terms.days_to_pay) == (5, 14)


def test_old_reports_and_prices_of_shops_are_left_out(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Molo", 50, now - timedelta(days=7))
        report_price(session, words, OTIENO, "milk", "Nakuru", 70, now, price_type=PriceType.RETAIL)
        report_price(session, words, ACHIENG, "milk", "Njoro", 45, now - timedelta(days=6))
        assert found(session, words, "Njoro", now) == [("Njoro", 0)]
        shops = found(session, words, "Njoro", now, price_type=PriceType.RETAIL)
        assert shops == [("Nakuru", 14)]


def test_wholesale_is_an_offer_beside_the_farm_gate(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Njoro", 45, now)
        report_price(
            session, words, OTIENO, "milk", "Nakuru", 60, now, price_type=PriceType.WHOLESALE
        )
        offers = selling(session, words, "Njoro", now).offers
        assert [one.price_type for one in offers] == [PriceType.WHOLESALE, PriceType.FARM_GATE]


def test_the_whole_country(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Lodwar", 90, now)
        report_price(session, words, OTIENO, "milk", "Mombasa", 80, now)
        country = next(p for p in words.places.values() if p.kind is PlaceKind.COUNTRY)
        told = best_markets(
            session, words, commodity="milk", place_id=country.id, price_type=None, now=now
        )
        assert [one.place.name for one in told.offers] == ["Lodwar", "Mombasa"]


@pytest.mark.parametrize("place", ["Lodwar", "Nakuru"])
def test_nothing_within_reach(database: Database, now: datetime, place: str) -> None:
    with database.begin() as session:
        assert found(session, kenya(session), place, now) == []
        report_price(session, kenya(session), NAKATO, "milk", "Mombasa", 50, now)
        assert found(session, kenya(session), place, now) == []

"""A call about where to sell and how a price moves, hop by hop, on a real database."""

from datetime import date, timedelta

from sqlalchemy import select

from db.session import Database
from messaging.models import OutboundMessage
from prices.catalogue import load_vocabulary
from prices.kinds import Buyer, PriceType
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO
from tests.conftest import NOON
from tests.handlers.test_ussd import Call, milk_reported, option, speaks_english
from tests.handlers.texting import Phones
from tests.prices.stories import publish_price, report_price


def told(
    database: Database,
    place: str,
    price: int,
    buyer: Buyer | None = None,
    *,
    days_ago: int = 0,
    price_type: PriceType | None = None,
) -> None:
    """Three people told what is paid there."""
    with database.begin() as session:
        vocabulary = load_vocabulary(session, "KE")
        for person in (OTIENO, ACHIENG, MUTISO):
            moment = NOON - timedelta(days=days_ago, hours=2)
            report_price(
                session, vocabulary, person, "milk", place, price, moment,
                buyer=buyer, price_type=price_type,
            )  # fmt: skip


def texts(database: Database) -> list[str]:
    """What was promised to be sent."""
    with database.read() as session:
        return [one.text for one in session.scalars(select(OutboundMessage))]


def test_a_farmer_finds_where_to_sell_from_home(database: Database) -> None:
    speaks_english(database, home="Njoro")
    told(database, "Molo", 50, Buyer.TRADER)
    told(database, "Nakuru", 47, Buyer.PROCESSOR)
    call = Call(database)
    call.dial()
    products = call.press("2").text
    assert products.startswith("Sell from Njoro\n1 Milk\n")
    assert call.press(option(products, "Milk")).text == (
        "Milk from Njoro, 20 L, net/L\n"
        "Molo trader KES 45\n"
        "50 less 5 bus, 25 km\n"
        "Nakuru processor 43, 14 km\n"
        "3 reports each, today\n"
        "2 SMS me\n"
        "8 Other place\n"
        "0 Back 00 Home"
    )


def test_the_same_is_told_by_text_when_it_is_asked_for(database: Database) -> None:
    speaks_english(database, home="Njoro")
    told(database, "Molo", 50, Buyer.TRADER)
    call = Call(database)
    shown = call.press("2", "1").text
    sent = call.press("2").text
    assert sent.splitlines()[1:4] == shown.splitlines()[:3]
    phones = Phones(database, NOON)
    assert texts(database) == [phones.text(KAMAU, "BEST MILK NJORO")]


def test_where_to_sell_is_one_key_from_the_price_and_back(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    milk_reported(database)
    call = Call(database)
    price = call.press("1", "1").text
    best = call.press("1").text
    assert best.startswith("Milk from Nakuru, 20 L, net/L\nNakuru KES 47\n4 reports, today\n")
    assert call.press("0").text == price
    assert call.press("1", "1").text == price  # "1 Price" leads there too
    assert call.press("00").text.startswith("Bei - Nakuru\n")


def test_from_another_place(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    told(database, "Molo", 50)
    call = Call(database)
    call.press("2", "1")
    assert call.press("8").text.startswith("Milk: where? Or type a name:\n1 Nakuru\n")
    assert call.press("njoro").text.startswith(
        "Milk from Njoro, 20 L, net/L\nMolo KES 45\n50 less 5 bus, 25 km\n3 reports, today\n"
    )


def test_a_whole_county_is_compared_before_transport(database: Database) -> None:
    speaks_english(database)
    told(database, "Molo", 50)
    told(database, "Njoro", 45, days_ago=1)
    call = Call(database)
    counties = call.press("2", "1").text
    markets = call.press(option(counties, "Nakuru")).text
    assert call.press(option(markets, "All of Nakuru")).text.startswith(
        "Milk near Nakuru county, per L before transport\nMolo KES 50\nNjoro 45\n"
        "3 reports each, 1 day old at most\n"
    )


def test_where_nobody_told_a_price_it_is_said_and_can_be_told(database: Database) -> None:
    speaks_english(database, home="Lodwar")
    call = Call(database)
    products = call.press("2").text
    nothing = call.press(option(products, "Milk"))
    assert nothing.text == (
        "Nobody told a milk price within 100 km of Lodwar this week.\n"
        "1 Price\n3 Report a price\n8 Other place\n0 Back 00 Home"
    )
    assert call.press("3").text.startswith("Milk, Lodwar\n")
    assert call.press("0").text == nothing.text


def test_whether_a_price_goes_up_is_one_key_from_it(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    told(database, "Nakuru", 40, days_ago=7)
    milk_reported(database)
    told(database, "Nakuru", 62, price_type=PriceType.RETAIL)
    call = Call(database)
    call.press("1", "1")
    trend = call.press("4").text
    title, now, rests_on, before, *_ = trend.splitlines()
    assert title == "Milk, Nakuru, 1 litre"
    assert now.startswith("Farm gate KES 4")
    assert rests_on == "4 reports, today"
    assert before.startswith("Last week 40, up ")
    assert "\nShops 62\n" in trend
    sent = call.press("2").text
    assert sent.startswith("Sent by SMS.\nMilk, Nakuru, 1 litre\n")
    (text,) = texts(database)
    assert text.startswith("MILK Nakuru farm gate KES 4")
    assert before.removeprefix("Last week 40, ").capitalize() + " in a week, from 40." in text


def test_a_published_series_against_its_own_past(database: Database) -> None:
    speaks_english(database, home="Lodwar")
    with database.begin() as session:
        vocabulary = load_vocabulary(session, "KE")
        for price, month in ((75, date(2026, 10, 15)), (70, date(2026, 9, 15))):
            publish_price(session, vocabulary, "milk", "Lodwar", price, month)
    call = Call(database)
    products = call.press("1").text
    call.press(option(products, "Milk"))
    assert call.press("4").text.startswith(
        "Milk, Lodwar, 1 litre\nShops KES 75\nin October (WFP)\nMonth before 70, up 5\n"
    )


def test_what_nobody_can_tell_is_said(database: Database) -> None:
    speaks_english(database, home="Lodwar")
    call = Call(database)
    products = call.press("1").text
    call.press(option(products, "Milk"))
    assert call.press("4").text.startswith(
        "We cannot tell how milk prices move in Lodwar: too few reports.\n1 Price\n"
    )

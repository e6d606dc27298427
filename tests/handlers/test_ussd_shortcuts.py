"""What a caller wants most is one key away; what is worth keeping comes as a text."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from db.session import Database
from groups.groups import join
from groups.models import AskedPrice, Group, Role
from messaging.kinds import OutboundKind, OutboundState
from messaging.models import OutboundMessage
from messaging.subscribers import get_or_create_subscriber
from prices.catalogue import load_vocabulary
from prices.kinds import Buyer, PriceType
from scheduler.upkeep import count_asked
from tests.cast import KAMAU, NJERI, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.handlers.test_ussd import Call, milk_reported, observations, option, speaks_english
from tests.prices.stories import place_named, report_price

DAY = timedelta(days=1)


def texts(database: Database) -> list[OutboundMessage]:
    """Every text promised."""
    with database.read() as session:
        return list(session.scalars(select(OutboundMessage).order_by(OutboundMessage.id)))


def test_who_asks_for_a_price_sees_it_at_once_the_next_time(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    milk_reported(database, "Molo", 48)
    call = Call(database)
    call.dial()
    call.press("1", "1", "8")
    assert call.press("molo", "0", "molo").text.startswith("Milk, Molo, 1 litre\n")
    call.press("00")
    count_asked(database)
    next_call = Call(database, now=NOON + timedelta(hours=1))
    # Molo was asked for twice, Nakuru once.
    assert next_call.dial().startswith("Bei - Nakuru\n9 Milk KES 48/L, today\n1 Prices\n")
    assert next_call.press("9").text.startswith("Milk, Molo, 1 litre\n")


def test_where_nobody_told_a_price_the_shortcut_names_none(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    call.dial()
    call.press("1", "1", "00")
    count_asked(database)
    assert Call(database).dial().startswith("Bei - Nakuru\n9 Milk, Nakuru\n1 Prices\n")


def test_who_never_asked_has_no_shortcut(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    assert call.dial().startswith("Bei - Nakuru\n1 Prices\n")
    assert call.press("9").text.startswith("Press a number from 1 to 8.\nBei - Nakuru\n")


def test_a_reporter_is_one_key_from_the_next_report(database: Database) -> None:
    speaks_english(database, OTIENO, home="Nakuru")
    with database.begin() as session:
        vocabulary = load_vocabulary(session, "KE")
        for days in (3, 2, 1):
            report_price(session, vocabulary, OTIENO, "milk", "Njoro", 46, NOON - days * DAY)
    call = Call(database, OTIENO)
    assert call.dial().startswith("Bei - Nakuru\n9 My price: Milk, Njoro\n1 Prices\n")
    assert call.press("9").text.startswith("Milk, Njoro\nAt the farm, 1 litre, how many KES?")
    assert call.press("47").ends


def test_who_told_a_price_once_or_long_ago_is_no_reporter(database: Database) -> None:
    speaks_english(database, OTIENO, home="Nakuru")
    with database.begin() as session:
        vocabulary = load_vocabulary(session, "KE")
        for days in (60, 50, 40, 2, 1):
            report_price(session, vocabulary, OTIENO, "milk", "Njoro", 46, NOON - days * DAY)
    assert "My price" not in Call(database, OTIENO).dial()


def test_a_secretary_is_one_key_from_the_group(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    with database.begin() as session:
        wanjiku = get_or_create_subscriber(session, WANJIKU, default_country="KE", now=NOON)
        group = Group(
            code="KIRIMA",
            name="Kirima Dairy Group",
            country="KE",
            place_id=place_named(load_vocabulary(session, "KE"), "Githunguri").id,
            language="en",
            commodity_code="milk",
            bulletin_weekdays=1,
            bulletin_hour=7,
            timezone="Africa/Nairobi",
        )
        session.add(group)
        session.flush()
        join(session, group, wanjiku, NOON, role=Role.SECRETARY)
    call = Call(database)
    assert call.dial().startswith("Bei - Nakuru\n9 KIRIMA\n1 Prices\n")
    assert call.press("9").text.startswith("Kirima Dairy Group")
    # The keys are the same for everybody, whoever calls.
    assert Call(database).hop("3").text.startswith("Which product?")


def test_favourite_places_lead_the_list(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    for _ in range(2):
        Call(database).hop("1*1*8*njoro*00")
    Call(database).hop("1*1*8*molo*00")
    count_asked(database)
    with database.read() as session:
        asked = {row.place_id: row.times for row in session.scalars(select(AskedPrice))}
        vocabulary = load_vocabulary(session, "KE")
    assert asked[place_named(vocabulary, "Njoro").id] == 2
    places = Call(database).hop("1*1*8").text
    assert places.startswith("Milk: where? Or type a name:\n1 Nakuru\n2 Njoro\n3 Molo\n4 ")


def test_what_was_asked_long_ago_is_forgotten(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    Call(database).hop("1*1*8*njoro*00")
    count_asked(database)
    later = Call(database, now=NOON + 91 * DAY)
    assert later.dial().startswith("Bei - Nakuru\n1 Prices\n")


def test_the_price_comes_as_a_text_once(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    milk_reported(database)
    call = Call(database)
    call.dial()
    shown = call.press("1", "1").text
    sent = call.press("2")
    told = shown.split("\n")[:3]
    assert sent.text.split("\n")[:4] == ["Sent by SMS.", *told]
    for _ in range(3):
        assert call.hop(call.transcript) == sent
    (text,) = texts(database)
    assert (text.kind, text.state, text.gateway) == (
        OutboundKind.REPLY,
        OutboundState.QUEUED,
        "simulator",
    )
    assert text.text.startswith("MILK Nakuru farm gate KES 47/L (44-50), 4 reports, today.")
    assert not sent.ends
    call.press("2")  # once more, by a key of its own
    assert len(texts(database)) == 2


def test_a_text_that_was_not_asked_for_is_not_sent(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    milk_reported(database)
    Call(database).hop("1*1*4*0*1*0*00*3*1*1*47")
    assert texts(database) == []


def test_a_price_for_another_unit(database: Database) -> None:
    speaks_english(database, home="Kitale")
    call = Call(database)
    commodities = call.press("3").text
    amount = call.press(option(commodities, "Maize"), "1").text
    assert amount.startswith("Maize, Kitale\nWholesale, 1 kg, how many KES?\n")
    assert "01 Other unit 02 Farm or shop" in amount
    units = call.press("01").text
    assert units.startswith("Maize: price of one?\n1 kg\n")
    while "90 kg bag" not in units:
        units = call.press("9").text
    asked = call.press(option(units, "90 kg bag")).text
    assert asked.startswith("Maize, Kitale\nWholesale, 1 90 kg bag, how many KES?")
    assert call.press("3600").text.startswith("Thank you. Maize Kitale KES 3,600/90 kg bag")
    (kept,) = observations(database)
    assert (kept.price, kept.unit_code, kept.price_per_base_unit) == (3600, "bag_90kg", 40)


def test_a_price_paid_in_a_shop(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    where = call.press("3", "1", "1", "02").text
    assert where == ("Where is this price paid?\n1 At the farm\n2 Wholesale\n3 In the shop\n0 Back")
    assert call.press("3").text.startswith("Milk, Nakuru\nIn the shop, 1 litre, how many KES?")
    assert call.press("62").ends
    (kept,) = observations(database)
    assert (kept.price, kept.price_type) == (Decimal(62), PriceType.RETAIL)


def test_what_buyers_pay_and_shops_take_stands_beside_the_price(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    milk_reported(database)
    with database.begin() as session:
        vocabulary = load_vocabulary(session, "KE")
        for person, buyer, price in (
            (KAMAU, Buyer.TRADER, 50),
            (NJERI, Buyer.COOPERATIVE, 45),
        ):
            report_price(session, vocabulary, person, "milk", "Nakuru", price, NOON, buyer=buyer)
        report_price(
            session, vocabulary, OTIENO, "milk", "Nakuru", 62, NOON, price_type=PriceType.RETAIL
        )
    lines = Call(database).hop("1*1").text.split("\n")
    assert lines[0] == "Milk, Nakuru, 1 litre"
    assert lines[3:6] == ["Co-op 45 Trader 50", "Shops 62", "1 Where to sell 2 SMS me"]

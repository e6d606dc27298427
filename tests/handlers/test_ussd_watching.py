"""Calls that set an alert, see it and end it, on a real database; and what it is to the texts."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from db.session import Database
from groups.alert_rules import AlertWay
from groups.alerts import MOST, Running, Wanted, alerts_of, set_alert
from groups.models import PriceAlert
from groups.own_alerts import own_alerts
from groups.watching import Watch
from handlers.telling_alerts import tell_crossings
from messaging.consent import opt_out
from messaging.kinds import Channel, OutboundKind
from messaging.models import HeldQuestion, OutboundMessage
from prices.catalogue import Catalogue, load_vocabulary
from prices.cells import Cell
from prices.kinds import PriceType
from scheduler.alerts import watch_prices
from tests.cast import KAMAU, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import meet
from tests.groups.watched import tell
from tests.handlers.test_ussd import Call, milk_reported, option, person, speaks_english
from tests.handlers.texting import Phones
from tests.prices.stories import place_named, report_price

HOUR = timedelta(hours=1)
NOTHING = "You have no alerts yet.\n8 Add 0 Back"
SET = (
    "You will be told when milk in Nakuru (farm gate) is KES 50/L or more. Now 47, 4 reports, "
    "today. To end: STOP ALERT MILK NAKURU"
)


@pytest.fixture
def at_nakuru(database: Database) -> Database:
    """Wanjiku lives at Nakuru, where milk stands at 47."""
    speaks_english(database, home="Nakuru")
    milk_reported(database)
    return database


def running(database: Database, msisdn: str = WANJIKU) -> list[Running]:
    """What is watched for somebody."""
    with database.read() as session:
        return alerts_of(session, person(database, msisdn))


def watched(database: Database, msisdn: str = WANJIKU) -> Sequence[tuple[AlertWay, Decimal | None]]:
    return [(one.wanted.way, one.wanted.price) for one in running(database, msisdn)]


def asked(database: Database, **call: object) -> Call:
    """Somebody at the question for the mark of milk at home."""
    at_the_mark = Call(database, **call)  # type: ignore[arg-type]
    at_the_mark.press("5", "8", "2", "1", "1")
    return at_the_mark


def test_a_farmer_sets_an_alert_sees_it_and_ends_it(at_nakuru: Database) -> None:
    call = Call(at_nakuru)
    assert call.press("5").text == NOTHING
    assert call.press("8").text.startswith("What shall we text you?\n1 Weekly prices\n")
    products = call.press("2").text
    places = call.press(option(products, "Milk")).text
    assert call.press(option(places, "Nakuru")).text == (
        "Milk, Nakuru, farm gate\nNow KES 47/L, 4 reports, today.\n"
        "Text you at which price per litre? Type it:\n01 When it is unusual 02 Other unit\n"
        "0 Back 00 Home"
    )
    answer = call.press("50")
    assert (answer.text, answer.ends) == (SET, True)
    later = Call(at_nakuru, now=NOON + HOUR)
    assert later.press("5").text == "Your alerts:\n1 Milk, Nakuru over 50\n8 Add 0 Back"
    assert later.press("1").text == (
        "Milk, Nakuru, farm gate\nText when KES 50/L or more\nNow KES 47/L, 4 reports, today.\n"
        "1 Stop this alert\n0 Back 00 Home"
    )
    ended = later.press("1")
    assert ended.text == f"Saved.\n{NOTHING}"
    assert later.hop(later.transcript) == ended
    assert running(at_nakuru) == []


def test_a_repeated_hop_sets_one_alert(at_nakuru: Database) -> None:
    call = asked(at_nakuru)
    first = call.press("50")
    for _ in range(3):
        assert call.hop(call.transcript) == first
    with at_nakuru.read() as session:
        kept = session.scalars(select(PriceAlert)).one()
        assert (kept.way, kept.price, kept.unit_code) == (AlertWay.ABOVE, Decimal(50), None)
        assert session.scalars(select(OutboundMessage)).all() == []


def test_the_same_dial_a_day_later_takes_the_place_of_the_first(at_nakuru: Database) -> None:
    asked(at_nakuru).press("50")
    asked(at_nakuru, now=NOON + 24 * HOUR).press("52")
    assert watched(at_nakuru) == [(AlertWay.ABOVE, Decimal(52))]


def test_below_where_it_stands_above(at_nakuru: Database) -> None:
    reply = asked(at_nakuru).press("44").text
    assert reply.startswith("You will be told when milk in Nakuru (farm gate) is KES 44/L or less.")
    assert watched(at_nakuru) == [(AlertWay.BELOW, Decimal(44))]


def test_whatever_is_unusual(at_nakuru: Database) -> None:
    reply = asked(at_nakuru).press("01").text
    assert reply.startswith(
        "You will be told when milk in Nakuru (farm gate) is far from usual. Now 47, 4 reports"
    )
    assert watched(at_nakuru) == [(AlertWay.UNUSUAL, None)]
    listed = Call(at_nakuru, now=NOON + HOUR)
    assert listed.press("5").text.startswith("Your alerts:\n1 Milk, Nakuru unusual\n")
    assert "\nUsual not known yet.\n" in listed.press("1").text


def test_where_nobody_told_a_price_the_side_is_asked(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = asked(database)
    assert call.press("50").text == (
        "Milk, Nakuru, farm gate\nNo price from people there yet.\n1 Text when KES 50/L or more\n"
        "2 Text when KES 50/L or less\n0 Back 00 Home"
    )
    answer = call.press("2")
    assert answer.ends
    assert answer.text.startswith(
        "You will be told when milk in Nakuru (farm gate) is KES 50/L or less. "
        "No price from people there yet."
    )
    assert watched(database) == [(AlertWay.BELOW, Decimal(50))]
    with database.read() as session:
        assert session.scalars(select(HeldQuestion)).all() == []


def test_a_slip_is_shown_before_it_counts(at_nakuru: Database) -> None:
    call = asked(at_nakuru)
    assert "\n1 Text when KES 500/L or more\n" in call.press("500").text
    assert "Type it:" in call.press("0").text
    assert call.press("50").text == SET
    assert watched(at_nakuru) == [(AlertWay.ABOVE, Decimal(50))]


def test_a_bag_of_maize(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    with database.begin() as session:
        vocabulary = load_vocabulary(session, "KE")
        report_price(session, vocabulary, KAMAU, "maize", "Nakuru", 40, NOON - HOUR)
    call = Call(database)
    call.press("5", "8", "2", "maize", "1")
    units = call.press("02").text
    while "90 kg bag" not in units:
        units = call.press("9").text
    assert (
        "Now KES 3,600/90 kg bag, 1 report, today." in call.press(option(units, "90 kg bag")).text
    )
    reply = call.press("4000").text
    assert "is KES 4,000/90 kg bag or more. Now 3,600, 1 report, today." in reply
    listed = Call(database, now=NOON + HOUR)
    assert "\n1 Maize, Nakuru over 4,000/90 kg bag\n" in listed.press("5").text


def test_a_county_is_watched_as_a_whole(at_nakuru: Database) -> None:
    call = Call(at_nakuru)
    places = call.press("5", "8", "2", "1").text
    inside = call.press(option(places, "Nakuru county")).text
    assert "1 All of Nakuru\n" in inside
    assert "Now KES 47/L, 4 reports, today." in call.press("1").text
    assert call.press("50").ends
    (alert,) = running(at_nakuru)
    with at_nakuru.read() as session:
        vocabulary = load_vocabulary(session, "KE")
    assert alert.wanted.cell.place_id == place_named(vocabulary, "Nakuru").admin1_id


def test_an_alert_set_by_text_is_on_the_menu_and_the_other_way_round(database: Database) -> None:
    phones = Phones(database, NOON)
    phones.text(WANJIKU, "ENGLISH")
    milk_reported(database)
    phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    call = Call(database)
    assert call.press("5").text == "Your alerts:\n1 Milk, Nakuru over 50\n8 Add 0 Back"
    call.press("8", "2", "milk", "molo", "55", "1")
    assert phones.text(WANJIKU, "ALERTS") == (
        "Watched for you: milk Nakuru 50 or more; milk Molo 55 or more. "
        "To end one send STOP ALERT and its name."
    )


def test_one_of_two_for_the_same_price_is_ended_alone(at_nakuru: Database) -> None:
    asked(at_nakuru).press("50")
    asked(at_nakuru, now=NOON + HOUR).press("44")
    call = Call(at_nakuru, now=NOON + 2 * HOUR)
    assert call.press("5").text.startswith(
        "Your alerts:\n1 Milk, Nakuru over 50\n2 Milk, Nakuru under 44\n"
    )
    left = call.press("1", "1").text
    assert left == "Saved.\nYour alerts:\n1 Milk, Nakuru under 44\n8 Add 0 Back"
    assert watched(at_nakuru) == [(AlertWay.BELOW, Decimal(44))]


def test_nobody_ends_anothers_alert(at_nakuru: Database) -> None:
    """The menu keeps an alert by its number: one that is not the caller's shows nothing."""
    asked(at_nakuru).press("50")
    speaks_english(at_nakuru, KAMAU, home="Nakuru")
    assert Call(at_nakuru, KAMAU).press("5").text == NOTHING
    with at_nakuru.read() as session:
        assert own_alerts(session, person(at_nakuru, KAMAU).id) == []
        (own,) = own_alerts(session, person(at_nakuru).id)
        assert (own.commodity, own.way, own.price) == ("milk", AlertWay.ABOVE, Decimal(50))


def fill(database: Database) -> None:
    """As many alerts as anybody may have, all of them for maize."""
    with database.begin() as session:
        wanjiku, vocabulary = meet(session, WANJIKU, NOON), load_vocabulary(session, "KE")
        places = [one.id for one in vocabulary.places.values() if one.kind.is_trading_place]
        for place_id in places[:MOST]:
            cell = Cell("maize", place_id, PriceType.WHOLESALE)
            watch = Watch(session, vocabulary, cell, is_real=True, now=NOON)
            set_alert(session, wanjiku, Wanted(cell, AlertWay.UNUSUAL), watch, NOON)


def test_ten_are_the_most(at_nakuru: Database) -> None:
    fill(at_nakuru)
    assert (
        Call(at_nakuru)
        .press("5", "8", "2")
        .text.startswith("10 prices are watched for you, and that is the most.\n1 Weekly prices\n")
    )


def test_whoever_was_asked_for_a_mark_before_the_tenth_is_refused_kindly(
    at_nakuru: Database,
) -> None:
    call = asked(at_nakuru)
    fill(at_nakuru)
    answer = call.press("50")
    assert answer.ends
    assert answer.text.startswith("10 prices are watched for you, and that is the most.")
    assert len(running(at_nakuru)) == MOST


def test_who_is_out_comes_back_by_asking_for_an_alert(at_nakuru: Database) -> None:
    with at_nakuru.begin() as session:
        opt_out(
            session, meet(session, WANJIKU, NOON), channel=Channel.SMS, wording="STOP", now=NOON
        )
    assert asked(at_nakuru, now=NOON + HOUR).press("50").ends
    assert person(at_nakuru).opted_out_at is None


def test_an_alert_from_the_menu_is_told_when_the_price_comes_there(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    catalogue, later = Catalogue("KE"), NOON + 24 * HOUR
    with database.begin() as session:
        tell(session, NOON, 47)
    asked(database).press("50")
    watch_prices(database, catalogue, tell_crossings, None, NOON)
    with database.begin() as session:
        tell(session, later, 55, people=9)
    watch_prices(database, catalogue, tell_crossings, None, later)
    with database.read() as session:
        (text,) = session.scalars(select(OutboundMessage)).all()
    assert text.kind is OutboundKind.ALERT
    assert "You asked for 50 or more" in text.text


def test_other_branches_read_no_alerts(at_nakuru: Database) -> None:
    """Only who opens the branch waits for it."""
    read: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        read.append(statement)

    event.listen(at_nakuru.engine, "before_cursor_execute", note)
    Call(at_nakuru).press("1", "1", "4", "00", "6", "00", "2")
    assert not [one for one in read if "price_alert" in one or "watched_price" in one]

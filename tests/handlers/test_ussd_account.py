"""Calls about oneself: the own group, weekly prices, details and help, on a real database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from db.session import Database
from groups.groups import join
from groups.models import GroupMember, Role, Subscription
from messaging.kinds import Channel
from messaging.models import ConsentEvent, HeldQuestion, OutboundMessage
from prices.catalogue import Catalogue, load_vocabulary
from scheduler.bulletins import publish_now
from tests.cast import KAMAU, NJERI, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import found_group, meet
from tests.handlers.test_ussd import Call, milk_reported, option, person, speaks_english
from tests.prices.stories import place_named

CODE_WANTED = "Type the code that your secretary gave you:\n0 Back 00 Home"


def in_group(
    database: Database, *members: str, code: str = "KIRIMA", role: Role = Role.MEMBER
) -> None:
    """A group of these people, who all read English."""
    with database.begin() as session:
        group = found_group(session, code)
        for msisdn in members:
            join(session, group, meet(session, msisdn, NOON, language="en"), NOON, role=role)


def members_left(database: Database) -> list[datetime | None]:
    """When each member left."""
    with database.read() as session:
        return list(session.scalars(select(GroupMember.left_at).order_by(GroupMember.id)))


def texts(database: Database) -> int:
    """How many texts were promised."""
    with database.read() as session:
        return session.scalar(select(func.count(OutboundMessage.id))) or 0


def whole(pages: Iterable[str]) -> str:
    """What several pages say without their keys."""
    return " ".join(page.rsplit("\n", 1)[0] for page in pages)


# My group


def test_a_member_reads_the_last_bulletin_as_it_was_sent_to_her(database: Database) -> None:
    in_group(database, WANJIKU, KAMAU)
    milk_reported(database, "Githunguri")
    with database.begin() as session:
        meet(session, WANJIKU, NOON, language="sw")
    assert publish_now(database, Catalogue("KE"), "KIRIMA", NOON) is not None
    with database.read() as session:
        sent = select(OutboundMessage.text).where(
            OutboundMessage.subscriber_id == person(database).id
        )
        text = session.scalars(sent).one()
    call = Call(database)
    assert call.press("4").text.startswith("Kirima Dairy Group\n1 Ujumbe wa mwisho\n")
    pages = [call.press("1").text]
    while "9 Zaidi" in pages[-1]:
        pages.append(call.press("9").text)
    assert whole(pages) == text
    assert text.startswith("KIRIMA 24 Nov. Maziwa/L:")


def test_who_joined_later_reads_it_in_the_groups_own_language(database: Database) -> None:
    in_group(database, KAMAU)
    milk_reported(database, "Githunguri")
    publish_now(database, Catalogue("KE"), "KIRIMA", NOON)
    with database.begin() as session:
        meet(session, WANJIKU, NOON, language="sw")
    assert Call(database).press("4", "kirima").ends
    read = Call(database, now=NOON + timedelta(hours=1)).press("4", "1").text
    assert read.startswith("KIRIMA 24 Nov. Milk/L:")


def test_where_there_was_no_bulletin_yet_its_time_is_told(database: Database) -> None:
    in_group(database, WANJIKU)
    assert Call(database).press("4", "1").text == (
        "No bulletin yet.\nPrices every Monday, 7 am\n0 Back 00 Home"
    )


def test_somebody_in_no_group_joins_one(database: Database) -> None:
    in_group(database, NJERI)
    speaks_english(database)
    call = Call(database)
    assert call.press("4").text == f"You are in no group.\n{CODE_WANTED}"
    assert call.press("kirma").text == f"There is no group KIRMA.\n{CODE_WANTED}"
    answer = call.press("Kirima")
    assert answer.ends
    assert answer.text == (
        "Welcome to Kirima Dairy Group. Its prices come every Monday at 7 am. "
        "Free. Reply STOP to end."
    )
    assert call.hop(call.transcript) == answer
    assert len(members_left(database)) == 2
    assert texts(database) == 0
    later = Call(database, now=NOON + timedelta(hours=1))
    assert later.press("4", "7").text.startswith("Kirima Dairy Group\n2 members\nCode: KIRIMA\n")


def test_a_code_may_hold_a_star_and_leads_nowhere(database: Database) -> None:
    speaks_english(database)
    assert Call(database).press("4", "4*1").text.startswith("There is no group 4*1.\n")


def test_a_member_leaves_only_when_it_is_meant(database: Database) -> None:
    in_group(database, WANJIKU, KAMAU)
    call = Call(database)
    asked = call.press("4", "7", "1").text
    assert asked.startswith("Leave Kirima Dairy Group?\n")
    assert call.press("2").text == f"Not on the list. Press a number:\n{asked}"
    assert members_left(database) == [None, None]
    answer = call.press("1")
    assert answer.ends
    assert answer.text == "You have left Kirima Dairy Group. To come back send JOIN KIRIMA."
    assert call.hop(call.transcript) == answer
    assert members_left(database) == [NOON, None]
    with database.read() as session:  # and no question is left open
        assert session.scalar(select(func.count(HeldQuestion.id))) == 0


def test_of_two_groups_one_is_chosen_and_left(database: Database) -> None:
    in_group(database, WANJIKU)
    in_group(database, WANJIKU, code="UMOJA")
    call = Call(database)
    listed = call.press("4").text
    assert listed == "Which group?\n1 Kirima Dairy Group\n2 Umoja Dairy Group\n0 Back"
    assert call.press("2", "7", "1", "1").text.startswith("You have left Umoja Dairy Group.")
    assert members_left(database) == [None, NOON]


def test_a_member_joins_another_group(database: Database) -> None:
    in_group(database, WANJIKU)
    in_group(database, NJERI, code="UMOJA")
    answer = Call(database).press("4", "7", "2", "join umoja")
    assert answer.text.startswith("Welcome to Umoja Dairy Group.")


def test_a_secretary_who_leaves_hears_what_she_gives_up(database: Database) -> None:
    in_group(database, NJERI, role=Role.SECRETARY)
    leaving = Call(database, NJERI).press("4", "7", "1").text
    assert "Your office in it ends too." in leaving


# Weekly prices


def test_a_farmer_adds_weekly_prices_and_ends_them(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    assert call.press("5").text == "You have no alerts yet.\n8 Add 0 Back"
    products = call.press("8", "1").text
    places = call.press(option(products, "Milk")).text
    answer = call.press(option(places, "Nakuru"))
    assert answer.ends
    assert answer.text.startswith("You will get milk prices for Nakuru every Monday at 7 am.")
    call = Call(database, now=NOON + timedelta(hours=1))
    listed = "You get every week:\n1 Milk, Nakuru\n8 Add 0 Back"
    assert call.press("5").text == listed
    assert call.press("1").text == (
        "Milk, Nakuru\nPrices every Monday, 7 am\n1 Stop these prices\n0 Back 00 Home"
    )
    ended = call.press("1")
    assert ended.text == "Saved.\nYou have no alerts yet.\n8 Add 0 Back"
    assert call.hop(call.transcript) == ended
    with database.read() as session:
        assert session.scalars(select(Subscription)).one().ended_at == call.now
    assert texts(database) == 0


def test_ending_one_shows_the_others(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    for number, product in enumerate(("Milk", "Maize")):
        call = Call(database, now=NOON + timedelta(hours=number))
        products = call.press("5", "8", "1").text
        while product not in products:
            products = call.press("9").text
        call.press(option(products, product), "1")
    call = Call(database, now=NOON + timedelta(hours=5))
    assert call.press("5", "1", "1").text == (
        "Saved.\nYou get every week:\n1 Maize, Nakuru\n8 Add 0 Back"
    )
    assert call.press("1").text.startswith("Maize, Nakuru\n")


# My details


def test_a_farmer_says_who_she_is(database: Database) -> None:
    speaks_english(database)
    call = Call(database)
    assert call.press("6").text == (
        "My details\n1 Name: ?\n2 Place: ?\n3 Language: English\n4 Product: ?\n5 Messages: on\n"
        "0 Back 00 Home"
    )
    call.press("1")
    assert call.press("12*3").text.startswith("Please use letters.\nWhat is your name?")
    named = call.press("Wanjiku  Kamau 7")
    assert named.text == (
        "Saved.\n1 Name: Wanjiku Kamau\n2 Place: ?\n3 Language: English\n4 Product: ?\n"
        "5 Messages: on\n0 Back 00 Home"
    )
    assert call.hop(call.transcript) == named
    products = call.press("4").text
    assert "\n4 Product: Milk\n" in call.press(option(products, "Milk")).text
    call.press("2", "githunguri")
    shown = call.press("6").text
    assert shown.startswith("My details\n1 Name: Wanjiku Kamau\n2 Place: Githunguri\n")
    wanjiku = person(database)
    assert (wanjiku.name, wanjiku.usual_commodity_code) == ("Wanjiku Kamau", "milk")
    with database.read() as session:
        home = place_named(load_vocabulary(session, "KE"), "Githunguri")
    assert wanjiku.home_place_id == home.id
    assert texts(database) == 0


def test_a_farmer_changes_the_language(database: Database) -> None:
    speaks_english(database)
    call = Call(database)
    languages = call.press("6", "3").text
    assert call.press(option(languages, "Kiswahili")).text.startswith("Imehifadhiwa.\nBei\n")
    assert call.press("6").text.startswith("Taarifa zangu\n1 Jina: ?\n")


def test_a_name_of_eighty_letters_is_kept_and_shown_as_far_as_it_goes(database: Database) -> None:
    speaks_english(database)
    call = Call(database)
    assert "\n1 Name: Wanjiku Wanjiku\n" in call.press("6", "1", "Wanjiku " * 20).text
    assert person(database).name == ("Wanjiku " * 20)[:80]


def test_a_farmer_stops_all_messages_and_comes_back(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    assert call.press("6", "5").text.startswith("Stop all messages from Bei?\n")
    answer = call.press("1")
    assert (answer.ends, answer.text) == (
        True, "You will get no more messages from Bei. Reply START to come back.",
    )  # fmt: skip
    assert call.hop(call.transcript) == answer
    assert person(database).opted_out_at == NOON
    call = Call(database, now=NOON + timedelta(hours=1))
    assert call.press("6").text.endswith("\n5 Messages: off\n0 Back 00 Home")
    assert call.press("5").text == (
        "You stopped all messages from Bei.\n2 Get messages again\n0 Back 00 Home"
    )
    back = call.press("2")
    assert back.ends
    assert back.text.startswith("Welcome back to Bei. Your messages go on.")
    assert person(database).opted_out_at is None
    with database.read() as session:
        events = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id)).all()
        assert [(event.opted_in, event.channel, event.wording) for event in events] == [
            (False, Channel.USSD, "6*5*1"),
            (True, Channel.USSD, "6*5*2"),
        ]


def test_a_dial_that_stops_all_messages_does_so_however_often_it_is_dialled(
    database: Database,
) -> None:
    speaks_english(database, OTIENO)
    for hour in range(3):
        Call(database, OTIENO, now=NOON + timedelta(hours=hour)).hop("6*5*1")
        assert person(database, OTIENO).opted_out_at == NOON


def test_who_wants_no_messages_sees_so_beside_what_would_come(database: Database) -> None:
    in_group(database, WANJIKU)
    speaks_english(database, home="Nakuru")
    Call(database).press("5", "8", "1", "1", "1")
    Call(database, now=NOON + timedelta(hours=1)).press("6", "5", "1")
    off = "All messages are off until you send START."
    for keys in (("4", "7"), ("5",)):
        call = Call(database, now=NOON + timedelta(hours=2))
        assert off in call.press(*keys).text


# Help


def test_help_shows_what_to_write_at_home(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    milk_reported(database)
    call = Call(database)
    pages = [call.press("8").text, call.press("9").text, call.press("9").text]
    assert "Press the number of what you want" in pages[0]
    assert "\nTo ask: PRICE MILK NAKURU.\nTo tell your price: MILK 47.\n" in pages[1]
    assert pages[2].endswith("\nTo get them again send START\n0 Back 00 Home")
    assert call.press("00").text.startswith("Bei - Nakuru\n1 Prices")

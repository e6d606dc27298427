"""`bei bulletin`: what the operator decides, sees and is told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from time_machine import travel

from db.session import Database
from groups.groups import find_group
from groups.models import BulletinList, Edition, EditionState, Group
from groups.subscriptions import subscribe
from messaging.kinds import Channel, OutboundState
from messaging.models import OutboundMessage
from prices.catalogue import Catalogue
from scheduler.bulletins import publish_due
from tests.app.commandline import Ran, bei
from tests.app.test_cli import assert_one_line
from tests.cast import KAMAU, WANJIKU
from tests.groups.stories import NAKURU, found_group, meet, place_id
from tests.scheduler.stories import HOUR, MONDAY, WEEK, kirima

# A Monday, an hour before the bulletins.
EARLY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _group(database: Database) -> None:
    with database.begin() as session:
        kirima(session)


def run(database_url: str, *arguments: str, **environment: str) -> Ran:
    with travel(EARLY, tick=False):
        return bei("bulletin", *arguments, database_url=database_url, **environment)


def group_of(database: Database) -> Group:
    with database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        return group


def test_everything_is_decided_in_one_line(database: Database, database_url: str) -> None:
    ran = run(
        database_url,
        *("set", "kirima", "--days", "thu,mon", "--hour", "8", "--language", "sw"),
        *("--segments", "2", "--secretary-segments", "3", "--commodities", "maize,mahindi,milk"),
        *("--markets", "Nakuru town,ke-nakuru-molo"),
    )
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "KIRIMA: milk, maize at Githunguri, mon,thu at 08:00 (Africa/Nairobi)",
        "language: sw",
        "takes: 2 segments a member, 3 the secretary",
        "compared with: Nakuru, Molo",
        "next: Monday 23 November 2026 08:00",
    ]
    group = group_of(database)
    assert (group.bulletin_weekdays, group.bulletin_hour, group.language) == (9, 8, "sw")
    assert group.bulletin_commodities == ["maize"]
    assert group.next_bulletin_at == MONDAY + HOUR


def test_what_is_not_said_stays(database: Database, database_url: str) -> None:
    run(database_url, "set", "KIRIMA", "--day", "31", "--commodities", "maize")
    ran = run(database_url, "set", "KIRIMA", "--commodities", "", "--timezone", "Europe/Madrid")
    assert ran.out.splitlines()[0] == (
        "KIRIMA: milk at Githunguri, day 31 of the month at 07:00 (Europe/Madrid)"
    )
    group = group_of(database)
    assert (group.bulletin_weekdays, group.bulletin_month_day) == (0, 31)
    assert group.next_bulletin_at == datetime(2026, 11, 30, 6, tzinfo=UTC)
    run(database_url, "set", "KIRIMA", "--days", "daily")
    group = group_of(database)
    assert (group.bulletin_weekdays, group.bulletin_month_day) == (127, None)


def test_a_time_that_stays_is_not_worked_out_anew(database: Database, database_url: str) -> None:
    run(database_url, "set", "KIRIMA", "--segments", "2")
    assert group_of(database).next_bulletin_at == MONDAY


def test_what_is_due_already_is_still_made(database: Database, database_url: str) -> None:
    """The worker is down; the operator puts the next ones off, and not this one away."""
    with travel(MONDAY + HOUR, tick=False):
        bei("bulletin", "set", "KIRIMA", "--days", "fri", database_url=database_url)
    assert group_of(database).next_bulletin_at == MONDAY
    assert publish_due(database, Catalogue(), MONDAY + 2 * HOUR) == 1
    assert group_of(database).next_bulletin_at == MONDAY + timedelta(days=4)


def test_an_hour_at_which_people_sleep_is_warned_of(database: Database, database_url: str) -> None:
    warned = run(database_url, "set", "KIRIMA", "--hour", "4", BEI_QUIET_HOURS="21-6")
    assert warned.out.splitlines()[-1] == (
        "warning: 04:00 is in BEI_QUIET_HOURS: texts wait until 06:00"
    )
    on_the_menu = run(database_url, "set", "KIRIMA", "--channel", "ussd", BEI_QUIET_HOURS="21-6")
    assert "warning" not in on_the_menu.out
    assert "takes: nothing: it is read on the menu" in on_the_menu.out
    assert group_of(database).bulletin_channel is Channel.USSD
    run(database_url, "set", "KIRIMA", "--channel", "sms")
    assert "warning" not in run(database_url, "set", "KIRIMA", BEI_QUIET_HOURS="").out


def test_a_list_is_opened_for_a_market_a_county_or_the_country(
    database: Database, database_url: str
) -> None:
    assert "no list yet" in run(database_url, "lists").out
    for place in ("Nakuru town", "ke-kiambu", "ke"):
        ran = run(database_url, "set", "--list", "milk", place, "--language", "sw", "--day", "1")
        assert (ran.code, ran.err) == (0, "")
    with database.begin() as session:
        subscribe(
            session,
            meet(session, WANJIKU, EARLY),
            commodity="milk",
            place_id=place_id(session, NAKURU),
            timezone="Africa/Nairobi",
            now=EARLY,
        )
    assert sorted(run(database_url, "lists").out.splitlines()) == [
        "milk ke (Kenya): day 1 of the month at 07:00 (Africa/Nairobi), 1 segment, 0 subscribers",
        "milk ke-kiambu (Kiambu): day 1 of the month at 07:00 (Africa/Nairobi), 1 segment,"
        " 0 subscribers",
        "milk ke-nakuru (Nakuru): day 1 of the month at 07:00 (Africa/Nairobi), 1 segment,"
        " 1 subscriber",
    ]
    # Set again, it is the same list.
    again = run(database_url, "set", "--list", "maziwa", "Nakuru town", "--days", "mon,tue")
    assert again.out.splitlines()[0] == "list: milk at Nakuru, mon,tue at 07:00 (Africa/Nairobi)"
    with database.read() as session:
        assert len(session.scalars(select(BulletinList)).all()) == 3


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("set", "NOBODY"), ("there is no group NOBODY",)),
        (("set",), ("GROUP", "COMMODITY PLACE")),
        (("set", "--list", "milk"), ("GROUP", "COMMODITY PLACE")),
        (("set", "KIRIMA", "--days", "someday"), ("someday", "mon,thu")),
        (("set", "KIRIMA", "--days", "mon", "--day", "3"), ("--days", "--day", "not both")),
        (("set", "KIRIMA", "--day", "32"), ("--day", "32")),
        (("set", "KIRIMA", "--hour", "24"), ("--hour", "24")),
        (("set", "KIRIMA", "--segments", "5"), ("--segments", "5")),
        (("set", "KIRIMA", "--timezone", "Nairobi"), ("Nairobi", "Africa/Nairobi")),
        (("set", "KIRIMA", "--timezone", "../etc"), ("../etc",)),
        (("set", "KIRIMA", "--language", "xx"), ("does not speak xx", "en, es")),
        (("set", "KIRIMA", "--channel", "voice"), ("voice",)),
        (("set", "KIRIMA", "--commodities", "maize,unobtainium"), ("unobtainium",)),
        (("set", "KIRIMA", "--markets", "Atlantis"), ("no place Atlantis in Kenya",)),
        (("set", "KIRIMA", "--markets", "ke-nakuru-county,ke"), ("ke",)),
        (("set", "KIRIMA", "--markets", "a,b,c,d,e,f,g"), ("6 at most",)),
        (("set", "--list", "milk", "ke", "--channel", "ussd"), ("--channel",)),
        (("set", "--list", "milk", "ke", "--secretary-segments", "2"), ("no secretary",)),
        (("set", "--list", "milk", "ke", "--commodities", "maize"), ("one commodity",)),
        (("set", "--list", "gold", "ke"), ("no commodity gold",)),
        (("preview", "--list", "milk", "ke"), ("no list of milk at Kenya", "set --list")),
        (("editions", "NOBODY"), ("there is no group NOBODY",)),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    database: Database, database_url: str, arguments: tuple[str, ...], names: tuple[str, ...]
) -> None:
    before = group_of(database)
    assert_one_line(run(database_url, *arguments), *names)
    after = group_of(database)
    assert (after.bulletin_weekdays, after.bulletin_hour) == (
        before.bulletin_weekdays,
        before.bulletin_hour,
    )
    with database.read() as session:
        assert session.scalars(select(BulletinList)).all() == []


def test_a_preview_shows_every_text_and_what_it_takes(
    database: Database, database_url: str
) -> None:
    lines = run(database_url, "preview", "kirima").out.splitlines()
    assert lines[0].startswith("[en short, 1 segment, 1 recipient] KIRIMA 23 Nov. Milk")
    assert lines[1].startswith("[en long, ")
    assert lines[2].startswith("[sw short, 1 segment, 1 recipient] KIRIMA 23 Nov. Maziwa")
    assert lines[3].endswith("cost unknown: BEI_SMS_PRICE says what a segment costs")
    assert lines[4] == "due Monday 23 November 2026 07:00 (Africa/Nairobi)"


def test_a_preview_reckons_the_cost(database: Database, database_url: str) -> None:
    run(database_url, "set", "KIRIMA", "--secretary-segments", "1")
    lines = run(database_url, "preview", "KIRIMA", BEI_SMS_PRICE="KES 0.80").out.splitlines()
    assert "3 recipients, 3 segments, KES 2.40" in lines
    run(database_url, "set", "KIRIMA", "--channel", "ussd")
    told = run(database_url, "preview", "KIRIMA", BEI_SMS_PRICE="KES 0.80").out
    assert "read on the menu by 3 members: no texts, no cost" in told


def test_a_lists_preview(database: Database, database_url: str) -> None:
    run(database_url, "set", "--list", "milk", "ke", "--language", "sw")
    told = run(database_url, "preview", "--list", "milk", "ke").out
    assert told.startswith("[sw short, 1 segment, 0 recipients] Maziwa, Kenya, 23 Nov")
    assert "0 recipients, 0 segments" in told


def test_the_last_editions_and_what_became_of_them(database: Database, database_url: str) -> None:
    assert run(database_url, "editions").out == "no edition yet\n"
    with database.begin() as session:
        found_group(session, "UMOJA", next_bulletin_at=MONDAY - WEEK)
    publish_due(database, Catalogue(), MONDAY)
    with database.begin() as session:
        first, second, _ = session.scalars(
            select(OutboundMessage).order_by(OutboundMessage.id)
        ).all()
        first.state, second.state = OutboundState.DELIVERED, OutboundState.UNKNOWN
    assert sorted(run(database_url, "editions").out.splitlines()) == [
        "Monday 16 November 2026 07:00  UMOJA  MISSED: the next one was due before a worker made"
        " it",
        "Monday 23 November 2026 07:00  KIRIMA  made, 3 recipients: 1 queued, 1 delivered,"
        " 1 unknown",
        "Monday 23 November 2026 07:00  UMOJA  made, 0 recipients",
    ]
    only = run(database_url, "editions", "UMOJA", "--last", "1").out.splitlines()
    assert only == ["Monday 23 November 2026 07:00  UMOJA  made, 0 recipients"]


def test_an_edition_that_is_not_addressed_to_all_says_so(
    database: Database, database_url: str
) -> None:
    with database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        session.add(
            Edition(
                group_id=group.id,
                due_at=MONDAY,
                made_at=MONDAY,
                text="Milk",
                recipients=2,
                state=EditionState.MADE,
            )
        )
    (line,) = run(database_url, "editions").out.splitlines()
    assert line == "Monday 23 November 2026 07:00  KIRIMA  made, 2 recipients, not all yet"


def test_doctor_names_what_was_missed(database: Database, database_url: str) -> None:
    with database.begin() as session:
        milk = subscribe(
            session,
            meet(session, KAMAU, EARLY),
            commodity="milk",
            place_id=place_id(session, NAKURU),
            timezone="Africa/Nairobi",
            now=EARLY,
        )
        milk.next_bulletin_at = MONDAY - 2 * WEEK
    publish_due(database, Catalogue(), MONDAY)
    with travel(MONDAY + HOUR, tick=False):
        told = bei("doctor", database_url=database_url).out
    assert (
        "bulletins: in 30 days 2 were made and 2 MISSED: milk ke-nakuru Monday 16 November 2026"
        " 07:00 (the next one was due before a worker made it)" in told
    )

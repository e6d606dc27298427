"""Calls about a group's people, on a real database: who is in, when they meet, whom they elect."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from db.session import Database
from groups.groups import join, leave
from groups.members import members_of
from groups.models import Group, GroupMember, Role
from groups.office_models import (
    ElectionEnd,
    ElectionNominee,
    ElectionVote,
    GroupElection,
    GroupMeeting,
    MeetingAnswer,
)
from handlers.telling_elections import tell_closed
from messaging.models import HeldQuestion, OutboundMessage, Subscriber
from prices.catalogue import Catalogue
from scheduler.elections import close_elections
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import found_group, meet
from tests.handlers.test_ussd import Call, option
from tests.handlers.texting import Phones, rows

HOUR = timedelta(hours=1)
PEOPLE = {NJERI: "Njeri", KAMAU: "Kamau", WANJIKU: "Wanjiku", OTIENO: "Otieno", MUTISO: "Mutiso"}

# What somebody presses who calls.
Dial = Callable[..., Call]


@pytest.fixture
def kirima(database: Database, now: datetime) -> Database:
    """Njeri is secretary of KIRIMA, Mutiso its collector; they and three others have phones."""
    offices = {NJERI: Role.SECRETARY, MUTISO: Role.COLLECTOR}
    with database.begin() as session:
        group = found_group(session, "KIRIMA", name="Kirima Dairy")
        for msisdn, name in PEOPLE.items():
            person = meet(session, msisdn, now, name=name, language="en")
            join(session, group, person, now, role=offices.get(msisdn, Role.MEMBER))
    return database


def people(database: Database, msisdn: str, *, after: timedelta = timedelta(0)) -> Call:
    """Somebody on the screen of the group's people: the same keys for everybody."""
    call = Call(database, msisdn, now=NOON + after)
    call.press("4", "4")
    return call


def names(database: Database) -> dict[str, Role]:
    with database.read() as session:
        group = session.scalars(select(Group).where(Group.code == "KIRIMA")).one()
        return {one.name: one.role for one in members_of(session, group)}


def texts(database: Database, msisdn: str, kind: str = "") -> list[str]:
    """What somebody was promised as texts; of a kind by the beginning of the key."""
    with database.read() as session:
        query = select(OutboundMessage.text).join(
            Subscriber, Subscriber.id == OutboundMessage.subscriber_id
        )
        theirs = query.where(Subscriber.msisdn == msisdn).order_by(OutboundMessage.id)
        return list(session.scalars(theirs.where(OutboundMessage.dedupe_key.like(f"{kind}%"))))


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return rows(session, table)


def repeated(call: Call) -> None:
    """The carrier brings the last hop again, and again: the answer is the same, nothing is done."""
    first = call.hop(call.transcript)
    for _ in range(2):
        assert call.hop(call.transcript) == first


# Members


def test_the_same_keys_for_everybody_and_more_of_them_for_who_leads(kirima: Database) -> None:
    assert Call(kirima, WANJIKU).press("4", "4").text == (
        "5 members\nSecretary: Njeri\nCollector: Mutiso\n1 Meeting\n2 Elections\n3 Officers\n"
        "0 Back 00 Home"
    )
    assert people(kirima, NJERI).press("0", "4").text == (
        "5 members\nSecretary: Njeri\nCollector: Mutiso\n1 Meeting\n2 Elections\n3 Officers\n"
        "4 Members\n5 Add without a phone\n6 Invite a phone\n0 Back 00 Home"
    )
    assert people(kirima, WANJIKU).press("3").text == (
        "5 members\nSecretary: Njeri\nCollector: Mutiso\n0 Back 00 Home"
    )


def test_the_secretary_adds_members_without_a_phone_one_after_the_other(kirima: Database) -> None:
    call = people(kirima, NJERI)
    call.press("5")
    assert call.press("jane wanjiru").text == (
        "Jane Wanjiru is number 6 in Kirima Dairy, without a phone.\n"
        "Name of a member without a phone? Type it:\n0 Back 00 Home"
    )
    repeated(call)
    call.press("PETER OUMA")
    assert call.press("00").text.startswith("Bei")
    assert set(names(kirima)) == {*PEOPLE.values(), "Jane Wanjiru", "Peter Ouma"}


def test_the_secretary_lets_a_member_go_by_a_second_key(kirima: Database) -> None:
    call = people(kirima, NJERI)
    members = call.press("4").text
    card = call.press(option(members, "Otieno")).text
    assert card == "#4 Otieno\nMember\n1 Give an office\n3 Remove from the group\n0 Back 00 Home"
    assert "Otieno" in names(kirima)
    call.press("3")
    assert "Otieno" in names(kirima)
    assert call.press("1").text == (
        "Otieno, number 4, is no longer in the group. The book keeps what was written.\n"
        "1 Njeri\n2 Kamau\n3 Wanjiku\n4 Mutiso\n0 Back"
    )
    repeated(call)
    assert "Otieno" not in names(kirima)
    assert texts(kirima, OTIENO) == [
        "You are no longer in Kirima Dairy. Questions? Ask its secretary."
    ]
    assert call.press("0").text.startswith("4 members\n")


def test_whoever_was_removed_finds_nothing_of_the_group(kirima: Database) -> None:
    theirs = people(kirima, OTIENO)
    people(kirima, NJERI).press("4", "4", "3", "1")
    assert theirs.press("1").text.startswith("Not on the list. Press a number:\nYou are not in")
    assert "You are in no group." in Call(kirima, OTIENO, now=NOON + HOUR).press("4").text


def test_a_plain_member_cannot(kirima: Database) -> None:
    call = people(kirima, WANJIKU)
    for key, who in (("4", "officers of a group"), ("5", "the chair or the secretary of a group")):
        assert call.press(key).text.startswith(f"Only {who} can do this.\n5 members")
    assert call.press("6").text.startswith("Only officers of a group can do this.\n")
    assert call.press("1", "3").text.startswith("Only the chair or the secretary of a group")
    assert call.press("0", "2", "8").text.startswith("Only officers of a group can do this.\n")
    # A dial that names every key at once finds no other way.
    for keys in ("4*4*5*Kevin", "4*4*4*4*3*1", "4*4*6*0711000111", "4*4*1*3*5*4*1", "4*4*2*8*1"):
        Call(kirima, WANJIKU, now=NOON + HOUR).hop(keys)
    assert set(names(kirima)) == set(PEOPLE.values())
    for table in (GroupMeeting, GroupElection, OutboundMessage, HeldQuestion):
        assert count(kirima, table) == 0


def test_an_officer_who_does_not_lead_sees_members_and_changes_none(kirima: Database) -> None:
    call = people(kirima, MUTISO)
    assert call.press("4", "4").text == "#4 Otieno\nMember\n0 Back 00 Home"
    assert call.press("3").text.startswith("Only the chair or the secretary of a group")


def test_who_leads_appoints_a_collector_and_takes_it_back(kirima: Database) -> None:
    call = people(kirima, NJERI)
    offices = call.press("4", "2", "1").text
    assert offices == "Which office for Kamau?\n1 Collector\n2 Chair\n3 Treasurer\n0 Back"
    assert call.press("1").text == (
        "Kamau is collector now.\n#2 Kamau\nCollector\n2 End the office\n3 Remove from the group\n"
        "0 Back 00 Home"
    )
    repeated(call)
    assert names(kirima)["Kamau"] is Role.COLLECTOR
    assert call.press("2").text.startswith("Kamau is no longer collector.\n#2 Kamau\nMember\n")
    assert names(kirima)["Kamau"] is Role.MEMBER
    assert texts(kirima, KAMAU) == [
        "You are collector of Kirima Dairy now.",
        "You are no longer collector of Kirima Dairy.",
    ]


def test_an_officer_invites_a_phone_once(kirima: Database) -> None:
    call = people(kirima, MUTISO)
    call.press("6")
    assert call.press("0722000005").text == (
        "They are invited to Kirima Dairy, and are in when they answer YES.\n"
        "Phone number of who is invited? Type it:\n0 Back 00 Home"
    )
    repeated(call)
    assert call.press("0722 000 005").text.startswith("They were invited before.")
    (invitation,) = texts(kirima, ACHIENG)
    assert invitation.startswith("Mutiso anakualika katika Kirima Dairy:")
    Phones(kirima, NOON).text(ACHIENG, "NDIO")
    assert len(names(kirima)) == len(PEOPLE) + 1


def test_a_group_of_hundreds_is_listed_and_searched(kirima: Database) -> None:
    with kirima.begin() as session:
        group = session.scalars(select(Group)).one()
        session.add_all(
            GroupMember(group_id=group.id, number=n, name=f"Member {n}", joined_at=NOON)
            for n in range(6, 306)
        )
    call = people(kirima, NJERI)
    page = call.press("4").text
    seen = 0
    while "9 More" in page and seen < 5:
        page, seen = call.press("9").text, seen + 1
    assert "\n1 Member 36\n" in page
    assert call.press("member 300").text.startswith("#300 Member 300\n")
    call.press("0")
    assert call.press("nobody").text.startswith("Nobody in the group is called so.\n")


# Meetings


def test_a_meeting_is_called_by_a_few_keys_and_answered(kirima: Database) -> None:
    chair = people(kirima, NJERI)
    days = chair.press("1", "3").text
    hours = chair.press(option(days, "Saturday 28 Nov")).text
    asked = chair.press(option(hours, "10 am")).text
    assert asked == (
        "Meeting Saturday 28 Nov, 10:00.\nAll members get a text.\n1 Yes, call it\n0 Back 00 Home"
    )
    assert count(kirima, GroupMeeting) == 0
    called = chair.press("1")
    assert called.ends
    assert called.text == (
        "Kirima Dairy: meeting Saturday 28 Nov, 10:00. 4 are asked. To see who comes send MEETING"
    )
    repeated(chair)
    assert count(kirima, GroupMeeting) == 1
    for msisdn in (KAMAU, WANJIKU, OTIENO, MUTISO):
        assert len(texts(kirima, msisdn, "meeting:")) == 1

    member = people(kirima, WANJIKU, after=HOUR)
    assert member.press("1").text == (
        "Meeting Saturday 28 Nov, 10:00.\n1 Coming\n2 Not coming\n0 Back 00 Home"
    )
    coming = member.press("1")
    assert coming.ends
    assert coming.text == (
        "Thank you, you are expected. Kirima Dairy: meeting Saturday 28 Nov, 10:00."
    )
    repeated(member)
    people(kirima, OTIENO, after=HOUR).press("1", "2")
    Phones(kirima, NOON + HOUR).text(KAMAU, "COMING")
    assert "\nComing 2, not coming 1, of 5 with a phone.\n" in (
        people(kirima, MUTISO, after=2 * HOUR).press("1").text
    )
    # Otieno thinks again.
    again = people(kirima, OTIENO, after=2 * HOUR)
    assert "\nYou said: not coming.\n1 Coming\n" in again.press("1").text
    again.press("1")
    assert count(kirima, MeetingAnswer) == 3
    assert "\nComing 3, not coming 0, of 5" in people(kirima, NJERI, after=3 * HOUR).press("1").text


def test_a_meeting_that_is_over_is_none(kirima: Database) -> None:
    people(kirima, NJERI).press("1", "3", "2", "4", "1")
    late = people(kirima, WANJIKU, after=72 * HOUR)
    assert late.press("1").text == "No meeting is called.\n0 Back 00 Home"


# Elections


def test_a_whole_election_by_dials(kirima: Database) -> None:
    officer = people(kirima, MUTISO)
    assert officer.press("2").text == "Nothing is voted on now.\n8 Open an election 0 Back"
    offices = officer.press("8").text
    assert officer.press(option(offices, "Chair")).text == (
        "Kirima Dairy votes for its chair until Thursday 12:00. All members are told.\n"
        "1 Chair until Thursday 12:00\n8 Open an election 0 Back"
    )
    repeated(officer)
    assert count(kirima, GroupElection) == 1
    assert all(len(texts(kirima, msisdn, "election:")) == 1 for msisdn in PEOPLE)

    # Any member nominates, from the list or by name.
    member = people(kirima, WANJIKU, after=HOUR)
    assert member.press("2", "1").text == (
        "Chair until Thursday 12:00\nNobody is nominated yet.\n8 Nominate 0 Back"
    )
    up = member.press("8").text
    assert member.press(option(up, "Kamau")).text == (
        "Kamau is nominated as chair. To vote send VOTE and a name.\nChair until Thursday 12:00\n"
        "Vote for whom?\n1 Kamau\n8 Nominate 0 Back"
    )
    repeated(member)
    assert "\n1 Kamau\n2 Otieno\n" in member.press("8", "otieno").text

    # They vote, and one of them thinks again.
    voted = member.press("1").text
    assert voted == (
        "Your vote for Kamau is counted. Until Thursday 12:00 you may change it: VOTE and a name.\n"
        "1 Chair. Your vote: Kamau\n0 Back"
    )
    repeated(member)
    member.press("1", "2")
    people(kirima, OTIENO, after=HOUR).press("2", "1", "2")
    people(kirima, NJERI, after=HOUR).press("2", "1", "1")
    with kirima.read() as session:
        assert session.scalar(select(func.count()).select_from(ElectionVote)) == 3
        assert session.scalar(select(func.count()).select_from(ElectionNominee)) == 2

    close_elections(kirima, Catalogue(), tell_closed, NOON + 48 * HOUR)
    assert names(kirima)["Otieno"] is Role.CHAIR
    assert texts(kirima, KAMAU, "election:")[-1] == (
        "Kirima Dairy: Otieno is elected chair. Otieno 2, Kamau 1. 3 of 5 voted."
    )
    later = people(kirima, KAMAU, after=50 * HOUR)
    assert later.press("2").text == (
        "Nothing is voted on now.\nChair: Otieno was elected, 26 Nov.\n0 Back"
    )


def test_whoever_votes_last_of_all_ends_it(kirima: Database) -> None:
    people(kirima, NJERI).press("2", "8", "1")
    people(kirima, KAMAU).press("2", "1", "8", "3")
    for msisdn in (NJERI, KAMAU, WANJIKU, OTIENO):
        people(kirima, msisdn).press("2", "1", "1")
    assert people(kirima, MUTISO).press("2", "1", "1").text == (
        "Your vote for Wanjiku is counted. All have voted: the result comes by text.\n"
        "Nothing is voted on now.\n8 Open an election 0 Back"
    )
    assert names(kirima)["Wanjiku"] is Role.CHAIR


def test_an_even_vote_is_voted_on_once_more(kirima: Database) -> None:
    people(kirima, NJERI).press("2", "8", "1")
    people(kirima, KAMAU).press("2", "1", "8", "2", "8", "2")
    open_screen = people(kirima, MUTISO)
    open_screen.press("2", "1")
    for msisdn, key in ((NJERI, "1"), (KAMAU, "2")):
        people(kirima, msisdn).press("2", "1", key)
    close_elections(kirima, Catalogue(), tell_closed, NOON + 48 * HOUR)
    with kirima.read() as session:
        first = session.scalars(select(GroupElection).order_by(GroupElection.id)).first()
        assert first is not None
        assert first.ended is ElectionEnd.RUN_OFF
    again = people(kirima, MUTISO, after=49 * HOUR)
    assert again.press("2").text == "1 Chair until Friday 12:00\n8 Open an election 0 Back"
    view = again.press("1").text
    assert view.startswith("Chair until Friday 12:00\nVote for whom?\n1 ")
    assert "8 " not in view
    assert "is counted" in again.press("1").text


def test_a_nominee_who_leaves_takes_no_others_key(kirima: Database) -> None:
    people(kirima, NJERI).press("2", "8", "1")
    people(kirima, NJERI).press("2", "1", "8", "kamau", "8", "wanjiku")
    voter = people(kirima, OTIENO)
    assert "\n1 Kamau\n2 Wanjiku\n" in voter.press("2", "1").text
    with kirima.begin() as session:
        group = session.scalars(select(Group)).one()
        leave(session, group, meet(session, KAMAU, NOON), NOON)
    gone = voter.press("1").text
    assert gone.startswith("They are no longer in the group.\nChair until")
    assert "\n1 Kamau (left)\n2 Wanjiku\n" in gone
    assert voter.press("2").text.startswith("Your vote for Wanjiku is counted.")


def test_two_elections_at_once_are_two_votes_in_one_call(kirima: Database) -> None:
    secretary = people(kirima, NJERI)
    secretary.press("2", "8", "1", "8", "2")
    secretary.press("1", "8", "kamau", "0", "2", "8", "otieno")
    both = people(kirima, WANJIKU)
    assert both.press("2").text == (
        "1 Chair until Thursday 12:00\n2 Treasurer until Thursday 12:00\n0 Back"
    )
    both.press("1", "1")
    assert both.press("2", "1").text.endswith(
        "\n1 Chair. Your vote: Kamau\n2 Treasurer. Your vote: Otieno\n0 Back"
    )


def test_of_two_groups_each_has_its_own(kirima: Database) -> None:
    """What is pressed is done in the group on the screen: nothing is asked back."""
    with kirima.begin() as session:
        umoja = found_group(session, "UMOJA", name="Umoja Dairy")
        for msisdn in (NJERI, ACHIENG):
            person = meet(session, msisdn, NOON, language="en")
            join(session, umoja, person, NOON, role=Role.SECRETARY)
    call = Call(kirima, NJERI)
    assert call.press("4").text.startswith("Which group?\n1 Kirima Dairy\n2 Umoja Dairy\n")
    call.press("2", "4", "5")
    assert call.press("Jane").text.startswith("Jane is number 3 in Umoja Dairy, without a phone.")
    opened = call.press("0", "2", "8", "1").text
    assert opened.startswith("Umoja Dairy votes for its chair until Thursday 12:00.")
    assert call.press("1", "8", "2").text.startswith("#2 is nominated as chair.")
    assert "is counted" in call.press("1").text
    called = call.press("0", "1", "3", "5", "4", "1")
    assert called.text.startswith("Umoja Dairy: meeting Saturday 28 Nov, 10:00. 1 are asked.")
    assert "Jane" not in names(kirima)
    assert people(kirima, WANJIKU).press("2").text == "Nothing is voted on now.\n0 Back"
    with kirima.read() as session:
        (held,) = session.scalars(select(HeldQuestion)).all()  # whether Achieng comes
        assert held.subscriber_id == meet(session, ACHIENG, NOON).id


def test_a_screen_reads_no_more_than_it_shows(kirima: Database) -> None:
    """Whoever opens the group's people pays for a count and its officers, not for every table."""
    call = Call(kirima, WANJIKU)
    call.press("4")
    read: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        read.append(statement)

    event.listen(kirima.engine, "before_cursor_execute", note)
    call.press("4")
    assert not [one for one in read if "election" in one or "meeting" in one or "milk" in one]

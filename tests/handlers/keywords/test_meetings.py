"""Stories of a meeting that is called, and of who comes."""

from datetime import datetime

import pytest
from sqlalchemy import select

from db.session import Database
from groups.groups import join
from groups.models import Group, Role
from groups.office_models import GroupMeeting
from handlers.keywords.meeting_times import read_when
from messaging.models import OutboundMessage, Subscriber
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import KAMAU, NJERI, OTIENO, WANJIKU
from tests.groups.stories import found_group, meet
from tests.handlers.texting import Phones, rows

CALLED = (
    "Kirima Dairy: meeting Saturday 28 Nov, 10:00. milk prices. "
    "2 are asked. To see who comes send MEETING"
)


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Njeri is secretary of KIRIMA, in which Kamau and Wanjiku are."""
    with database.begin() as session:
        group = found_group(session, "KIRIMA", name="Kirima Dairy")
        join(session, group, meet(session, NJERI, now, language="en"), now, role=Role.SECRETARY)
        join(session, group, meet(session, KAMAU, now, language="en"), now)
        join(session, group, meet(session, WANJIKU, now, language="sw"), now)
    phones = Phones(database, now)
    phones.text(NJERI, "ADD MEMBER JANE")
    return phones


def notices(phones: Phones) -> dict[str, str]:
    with phones.database.read() as session:
        found = session.execute(
            select(Subscriber.msisdn, OutboundMessage.text)
            .join(Subscriber, Subscriber.id == OutboundMessage.subscriber_id)
            .where(OutboundMessage.dedupe_key.like("meeting:%"))
        )
        return dict(found.all())


@pytest.mark.parametrize(
    ("words", "at", "about"),
    [
        ("SAT 10AM", "2026-11-28 10:00", ""),
        ("Saturday 10 am milk prices", "2026-11-28 10:00", "milk prices"),
        ("jumamosi saa 4", "2026-11-28 10:00", ""),
        ("Jmosi saa 4:30 bei mpya", "2026-11-28 10:30", "bei mpya"),
        ("sab 10h", "2026-11-28 10:00", ""),
        ("samedi 14h30", "2026-11-28 14:30", ""),
        ("tomorrow 2pm bring 200", "2026-11-25 14:00", "bring 200"),
        ("kesho saa 10", "2026-11-25 16:00", ""),
        ("28/11 2:00", "2026-11-28 14:00", ""),
        ("5/1 9.30am", "2027-01-05 09:30", ""),
        ("TUE 10AM", "2026-12-01 10:00", ""),  # it is noon on a Tuesday
        ("tue 3pm", "2026-11-24 15:00", ""),
        ("12am sun", "2026-11-29 00:00", ""),
        ("sun 12pm", "2026-11-29 12:00", ""),
    ],
)
def test_day_and_hour_are_read_as_people_write_them(
    now: datetime, words: str, at: str, about: str
) -> None:
    when = read_when(words, now, "Africa/Nairobi")
    assert when is not None
    assert (f"{when.at:%Y-%m-%d %H:%M}", when.about) == (at, about)


@pytest.mark.parametrize(
    "words", ["", "sat", "10am", "31/2 10am", "sat 25:00", "sat saa", "sat saa 13", "kirima", "200"]
)
def test_what_tells_no_day_and_hour(now: datetime, words: str) -> None:
    assert read_when(words, now, "Africa/Nairobi") is None


def test_members_are_asked_and_the_secretary_hears_who_comes(phones: Phones) -> None:
    assert phones.text(NJERI, "MEETING SAT 10AM milk prices") == CALLED
    assert notices(phones) == {
        KAMAU: "Kirima Dairy: meeting Saturday 28 Nov, 10:00. milk prices. "
        "Reply 1 coming, 2 not coming. Later: COMING or NOT COMING",
        WANJIKU: "Kirima Dairy: mkutano Jumamosi 28 Nov, saa 4:00 asubuhi. milk prices. "
        "Jibu 1 nakuja, 2 siji. Baadaye: NAKUJA au SIJI",
    }
    assert phones.text(KAMAU, "1") == (
        "Thank you, you are expected. Kirima Dairy: meeting Saturday 28 Nov, 10:00. milk prices."
    )
    phones.wait(days=1)
    assert (phones.text(WANJIKU, "SIJI") or "").startswith("Asante, hutasubiriwa.")
    assert phones.text(NJERI, "MEETING") == (
        "Kirima Dairy: meeting Saturday 28 Nov, 10:00. milk prices. "
        "Coming 1, not coming 1, of 3 with a phone."
    )


def test_the_last_answer_counts(phones: Phones) -> None:
    phones.text(NJERI, "MEETING SAT 10AM")
    for text in ("1", "NOT COMING", "COMING", "COMING"):
        phones.text(KAMAU, text)
    assert (phones.text(NJERI, "MEETING") or "").endswith(
        "Coming 1, not coming 0, of 3 with a phone."
    )
    assert phones.text(KAMAU, "MEETING KIRIMA") == (
        "Kirima Dairy: meeting Saturday 28 Nov, 10:00. Send COMING or NOT COMING"
    )


def test_when_it_is_over_there_is_none(phones: Phones) -> None:
    none = "Kirima Dairy has called no meeting."
    assert phones.text(KAMAU, "MEETING") == none
    phones.text(NJERI, "MEETING SAT 10AM")
    phones.wait(days=5)
    assert phones.text(KAMAU, "MEETING") == none
    assert phones.text(KAMAU, "COMING") == none


@pytest.mark.parametrize(
    ("sender", "text", "reply"),
    [
        (KAMAU, "MEETING SAT 10AM", "Only the chair or the secretary of a group can do this."),
        (OTIENO, "MEETING", "You are in no group."),
        (OTIENO, "COMING", "You are in no group."),
        (NJERI, "MEETING SAT AT NOON", "Write day and hour: MEETING SAT 10AM"),
        (NJERI, "MEETING TODAY 8AM", "That is over, or more than two months away."),
        (NJERI, "MEETING 5/3 8AM", "That is over, or more than two months away."),
    ],
)
def test_what_calls_no_meeting(phones: Phones, sender: str, text: str, reply: str) -> None:
    assert phones.text(sender, text) == reply
    assert notices(phones) == {}


def test_a_repeat_calls_no_second_meeting(phones: Phones) -> None:
    for _ in range(2):
        phones.text(NJERI, "MEETING SAT 10AM", gateway_message_id="the very same")
    with phones.database.read() as session:
        assert rows(session, GroupMeeting) == 1


@pytest.mark.parametrize("language", languages())
def test_whatever_the_names_it_is_one_segment(phones: Phones, language: str) -> None:
    with phones.database.begin() as session:
        group = session.scalars(select(Group).where(Group.code == "KIRIMA")).one()
        group.name = "Kirima " * 11
        for msisdn in (NJERI, KAMAU, WANJIKU):
            person = meet(session, msisdn, phones.now)
            person.language, person.has_chosen_language = language, True
    replies = [
        phones.text(NJERI, "MEETING SAT 10:30AM the price of milk and of dairy meal next year"),
        phones.text(KAMAU, "1"),
        phones.text(KAMAU, "2"),
        phones.text(KAMAU, "NOT COMING"),
        phones.text(KAMAU, "MEETING"),
        phones.text(NJERI, "MEETING"),
        phones.text(NJERI, "MEETING SAT NOON"),
        phones.text(NJERI, "MEETING 5/3 8AM"),
        *notices(phones).values(),
    ]
    for reply in replies:
        assert measure(reply or "").segments == 1, reply

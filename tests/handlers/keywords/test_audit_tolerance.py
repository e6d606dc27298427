"""AUDIT 3%: how much may be missing untold is what two officers agree on, and all are told."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from db.session import Database
from groups.audit_models import ToleranceProposal
from groups.audits import audit_now
from groups.groups import find_group, join
from groups.models import Group, Role
from handlers.commands import AuditQuery, Deed, GroupDeed, JoinGroup
from handlers.parser import Sender, parse
from messaging.phrases import languages, say
from messaging.segments import measure
from tests.cast import ACHIENG, KAMAU, NJERI, WANJIKU
from tests.groups.milk_books import at, days, kirima_dairy, write
from tests.groups.stories import meet
from tests.handlers.keywords.dairy import PETER, ROSE, Dairy
from tests.handlers.keywords.talking import Talk
from tests.handlers.parser.words import WORDS
from tests.handlers.texting import Phones, sms

ONLY = "Only the chair or the treasurer of a group sets how much may be missing."
SECOND = "Only a second officer of the group can agree to this."


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    return Dairy(Phones(database, now))


def tolerance(dairy: Dairy, code: str = "KIRIMA") -> Decimal | None:
    with dairy.phones.database.read() as session:
        return session.scalars(select(Group.audit_tolerance).where(Group.code == code)).one()


def proposals(dairy: Dairy) -> int:
    with dairy.phones.database.read() as session:
        return session.scalar(select(func.count()).select_from(ToleranceProposal)) or 0


def test_a_second_officer_agrees_and_all_are_told(dairy: Dairy) -> None:
    assert dairy.text(ROSE, "AUDIT 3%") == (
        "You propose that up to 3% of the milk may be missing untold, not 2%. "
        "2 other officers are asked; it holds when one answers YES."
    )
    assert tolerance(dairy) is None
    asked = (
        "Rose Atieno proposes for Kirima Dairy Group: up to 3% of the milk may be missing untold, "
        "not 2%. Agree? Reply YES. Later: AUDIT 3%"
    )
    assert dairy.told(NJERI) == dairy.told(PETER) == [asked]
    agreed = (
        "Kirima Dairy Group: up to 3% of the milk may now be missing untold. "
        "Rose Atieno proposed it, Peter Otieno agreed."
    )
    assert dairy.text(PETER, "YES") == agreed
    assert tolerance(dairy) == 3
    assert dairy.told(NJERI) == [asked, agreed]
    assert dairy.told(ROSE) == [agreed]
    # Njeri is late: it is settled.
    assert dairy.text(NJERI, "YES") == "That is settled already. To see the audit: AUDIT"
    assert len(dairy.told(ROSE)) == 1


def test_nobody_agrees_to_their_own(dairy: Dairy) -> None:
    dairy.text(ROSE, "AUDIT 3%")
    assert "are asked" in dairy.text(ROSE, "AUDIT 3%")
    assert tolerance(dairy) is None
    # The same once more asks nobody once more.
    assert len(dairy.told(NJERI)) == 1
    assert proposals(dairy) == 1


def test_who_answers_later_sends_the_same(dairy: Dairy) -> None:
    dairy.text(ROSE, "AUDIT 2.5%")
    dairy.phones.wait(days=2)
    assert "up to 2.5% of the milk may now" in dairy.text(PETER, "Audit 2,5 %")
    assert tolerance(dairy) == Decimal("2.5")


def test_another_proposal_takes_the_place_of_an_open_one(dairy: Dairy) -> None:
    dairy.text(ROSE, "AUDIT 3%")
    assert "You propose" in dairy.text(NJERI, "AUDIT 4%")
    # Peter was asked about 3 first: that is gone, and 4 is not what he said yes to.
    assert dairy.text(PETER, "YES") == "That is settled already. To see the audit: AUDIT"
    assert tolerance(dairy) is None
    dairy.text(PETER, "AUDIT 4%")
    assert tolerance(dairy) == 4


def test_what_a_gateway_repeats_proposes_nothing(dairy: Dairy) -> None:
    message = sms(ROSE, "AUDIT 3%")
    for _ in range(2):
        dairy.phones.deliver(message)
    assert proposals(dairy) == 1
    assert len(dairy.told(NJERI)) == 1


@pytest.mark.parametrize(
    ("sender", "text", "reply"),
    [
        (PETER, "AUDIT 3%", ONLY),
        (WANJIKU, "AUDIT 3%", ONLY),
        (ROSE, "AUDIT 50%", "Between 0.5 and 10 per cent, please: AUDIT 3%"),
        (ROSE, "AUDIT 0%", "Between 0.5 and 10 per cent, please: AUDIT 3%"),
        (ROSE, "AUDIT 2%", "Up to 2% of the milk may be missing untold already."),
        (ROSE, "AUDIT 3% UMOJA", ONLY),
    ],
)
def test_what_is_not_proposed(dairy: Dairy, sender: str, text: str, reply: str) -> None:
    assert dairy.text(sender, text) == reply
    assert proposals(dairy) == 0
    assert dairy.told(NJERI) == []


def test_where_there_is_a_chair_it_is_not_the_secretary(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        now = dairy.phones.now
        join(session, group, meet(session, ACHIENG, now, language="en"), now, role=Role.CHAIR)
    assert dairy.text(NJERI, "AUDIT 3%") == ONLY
    assert "You propose" in dairy.text(ACHIENG, "AUDIT 3%")


def test_alone_in_office_nobody_sets_it(dairy: Dairy) -> None:
    dairy.text(KAMAU, "CREATE GROUP BIDII")
    dairy.text(KAMAU, "Githunguri")
    assert dairy.text(KAMAU, "AUDIT 3%") == (
        "A second officer has to agree, and your group has none yet. Send MEMBERS"
    )
    assert proposals(dairy) == 0


def test_an_officer_of_two_groups_is_asked_which(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        group = find_group(session, "UMOJA")
        assert group is not None
        now = dairy.phones.now
        join(session, group, meet(session, ROSE, now), now, role=Role.TREASURER)
    assert dairy.text(ROSE, "AUDIT 3%").startswith("Which group? Reply 1 Kirima Dairy Group, 2 ")
    assert "1 other officer is asked" in dairy.text(ROSE, "2")
    assert "2 other officers are asked" in dairy.text(ROSE, "AUDIT 3% KIRIMA")


def test_who_left_the_office_agrees_to_nothing(dairy: Dairy) -> None:
    dairy.text(ROSE, "AUDIT 3%")
    dairy.text(NJERI, "REMOVE COLLECTOR PETER")
    assert dairy.text(PETER, "AUDIT 3%") == ONLY
    with dairy.phones.database.begin() as session:
        open_id = session.scalars(select(ToleranceProposal.id)).one()
        talk = Talk(session, dairy.phones.now)
        assert talk.says(PETER, GroupDeed(Deed.AGREE_TOLERANCE, change_id=open_id)) == SECOND
    assert tolerance(dairy) is None


def test_the_audit_goes_by_what_was_agreed(database: Database, now: datetime) -> None:
    with database.begin() as session:
        talk = Talk(session, at(now, 12))
        own = kirima_dairy(session, talk.now)
        write(session, own, days(own, 1, 11, d3=4, d7=6), talk.now)
        first = audit_now(session, own.group, talk.now)
        assert [one.day.day for one in first.findings] == [3, 7]
        own.group.audit_tolerance = Decimal(5)
        second = audit_now(session, own.group, talk.now)
        assert [one.day.day for one in second.findings] == [7]
        assert "within the agreed 5%" in (talk.says(WANJIKU, AuditQuery()) or "")
        own.group.audit_tolerance = Decimal("0.5")
        assert "10 L missing, more than the agreed 0.5%" in (talk.says(WANJIKU, AuditQuery()) or "")


@pytest.mark.parametrize("language", languages())
def test_whatever_the_names_it_is_two_segments(dairy: Dairy, language: str) -> None:
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        group.name = "Githunguri Mwihoko Dairy Farmers Co-operative Society"
        for msisdn in (NJERI, PETER, ROSE):
            person = meet(session, msisdn, dairy.phones.now, name="Muthoni " * 10)
            person.language, person.has_chosen_language = language, True
    replies = [dairy.text(ROSE, text) for text in ("AUDIT 99%", "AUDIT 2%", "AUDIT 9.75%")]
    replies += [dairy.text(PETER, "AUDIT 4%"), dairy.text(PETER, "AUDIT 9.75%")]
    replies += dairy.told(NJERI) + dairy.told(ROSE)
    assert len(replies) == 8
    for reply in replies:
        assert measure(reply).segments <= 2, reply


@pytest.mark.parametrize("language", languages())
def test_what_we_tell_them_to_send_is_understood(language: str, talk: Talk) -> None:
    country = {"es": "PE", "fr": "SN"}.get(language, "KE")
    there = Talk(talk.session, talk.now, country)
    told = say(language, "Agree? Reply YES. Later: AUDIT {percent}%", percent="2.5")
    words = " ".join(told.rsplit(" ", 2)[1:])
    assert parse(words, there.vocabulary).command == GroupDeed(Deed.TOLERATE, "2.5")


@pytest.mark.parametrize(
    ("text", "words", "group"),
    [
        ("AUDIT 3%", "3", None),
        ("audit 2.5 %", "2.5", None),
        ("Ukaguzi 3", "3", None),
        ("AUDIT 3% kirima", "3", "KIRIMA"),
    ],
)
def test_how_it_is_said(text: str, words: str, group: str | None) -> None:
    said = GroupDeed(Deed.TOLERATE, words, group=group)
    assert parse(text, WORDS, replace(Sender(), keeps_book=True)).command == said


@pytest.mark.parametrize(
    "text", ["audit 500 nakuru", "AUDIT 3 nakuru", "audit 3% of your taxes", "AUDIT 3% ?"]
)
def test_what_only_looks_like_it(text: str) -> None:
    read = parse(text, WORDS).command
    assert not (isinstance(read, GroupDeed) and read.deed is Deed.TOLERATE)
    assert not isinstance(read, JoinGroup)

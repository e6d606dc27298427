"""Ouma collects the milk of UMOJA: whatever he sends, he learns nothing of KIRIMA's affairs.

What anybody may do with a code is left out: with JOIN KIRIMA he would be a member of it, and see
who its officers are, and they him.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from db.session import Database
from groups.adopting import proposal_of
from groups.audit_models import ToleranceProposal
from groups.groups import find_group
from groups.members import find_members, members_of
from groups.models import Group
from groups.office_models import GroupElection, GroupMeeting, SimChange
from handlers.commands import AgreeScheme, Command, Deed, GroupDeed, JoinGroup
from messaging.models import OutboundMessage
from messaging.msisdn import mask
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.handlers.keywords.dairy import OUMA, PETER, ROSE, Dairy
from tests.handlers.keywords.talking import Talk
from tests.handlers.test_stored_commands import COMMANDS
from tests.handlers.texting import Phones

# What KIRIMA's people wrote, in figures and words that stand nowhere else.
WRITTEN = (
    (NJERI, "SCHEME BASE 43.17 LEVY 1%"),
    (PETER, "YES"),
    (PETER, "MILK JANE 17.35 A, HOSEA 9.85"),
    (PETER, "REJECT HOSEA 3.45 SOUR"),
    (PETER, "LOSS 2.65 SOUR"),
    (ROSE, "SOLD 21.55 L TO ZANZICREAM AT 46.15"),
    (ROSE, "PAID ZANZICREAM 994.55"),
    (ROSE, "CHARGE JANE SOAP 123.45"),
    (WANJIKU, "MILK 13.75 L"),
    (NJERI, "MEETING SAT 10AM bargain with zanzicream"),
    (NJERI, "ELECT CHAIR"),
    (NJERI, "NOMINATE JANE"),
    (KAMAU, "VOTE JANE"),
    (WANJIKU, "PIN 4821"),
    ("+254722000029", "NEW SIM KIRIMA 4 4821"),
    (ROSE, "SCHEME BASE 44.87"),
    (ROSE, "AUDIT 3.35%"),
    (NJERI, "INVITE 0711000088 FOR MARY"),
)
SECRETS = (
    *("Njeri", "Mwangi", "Peter", "Otieno", "Rose", "Atieno", "Jane", "Wanjiku", "Hosea", "Kamau"),
    *("Mary", "Achieng", "anzicream", "ANZICREAM", "bargain", "43.17", "44.87", "3.35"),
    *("17.35", "9.85", "3.45", "2.65", "21.55", "46.15", "994.55", "123.45", "13.75", "27.2"),
    *map(mask, (NJERI, PETER, ROSE, WANJIKU, KAMAU)),
)
TEXTS = (
    "MEMBERS KIRIMA", "MEMBERS", "MEMBERS 1", "ADD MEMBER ZIPPORAH", "REMOVE 4", "REMOVE JANE",
    "REMOVE MEMBER JANE", "COLLECTOR JANE", "TREASURER 4", "REMOVE COLLECTOR PETER",
    "MEETING", "MEETING SUN 9AM", "COMING", "COMING KIRIMA", "NOT COMING", "ELECT CHAIR",
    "NOMINATE JANE", "VOTE", "VOTE JANE", "VOTE 4", "NEW SIM KIRIMA 4 1111",
    "NEW SIM KIRIMA 4 4822", "INVITE 0711000099 KIRIMA", "INVITE 0711000099 FOR MARY",
    "INVITE 0711000099 #6",
    "LEAVE GROUP KIRIMA", "MILK JANE 12 A", "MILK #4 12", "MILK 4 12", "REJECT JANE 5 SOUR",
    "LOSS 5 SOUR", "SPILL 3", "CORRECT 1 14", "VOID 1", "VOID 2", "SOLD 180 ZANZIBAR 46",
    "PAID ZANZIBAR 8280", "MILK 13 L", "NO", "NO 10", "YES", "1", "2", "STATEMENT", "STATEMENT 4",
    "STATEMENT JANE", "STATEMENT ALL", "STATEMENT DETAILS", "CHARGE JANE FEED 1200",
    "CHARGE 4 120 SOAP", "CHARGE ALL 50 LEVY", "SCHEME", "SCHEME BASE 45", "WHAT IF 48", "AUDIT",
    "AUDIT KIRIMA", "AUDIT 3%", "AUDIT 3% KIRIMA", "PROGRESS", "PROGRESS KIRIMA", "BARGAIN",
    "BARGAIN ZANZIBAR", "PRODUCTS", "ORDER", "ORDER LIST", "ORDER FEED 3", "BALANCE", "HELP",
)  # fmt: skip


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    """KIRIMA with a full book."""
    dairy = Dairy(Phones(database, now))
    for sender, text in WRITTEN:
        assert dairy.text(sender, text), text
    return dairy


def assert_nothing_is_told(reply: str | None, said: object) -> None:
    leaks = [secret for secret in SECRETS if secret in (reply or "")]
    assert leaks == [], (said, reply)


def affairs(dairy: Dairy) -> tuple[object, ...]:
    """KIRIMA as it stands, and how much its people were told."""
    with dairy.phones.database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        members = tuple(members_of(session, group))
        told = tuple(len(dairy.told(one)) for one in (NJERI, PETER, ROSE, WANJIKU, KAMAU))
        return members, len(dairy.book()), group.audit_tolerance, told


def commands(dairy: Dairy) -> Iterator[Command]:
    """Every command that names a group or what is one's, pointed at KIRIMA."""
    with dairy.phones.database.read() as session:
        group = session.scalars(select(Group).where(Group.code == "KIRIMA")).one()
        jane = find_members(session, group, "#4")[0].id
        meeting = session.scalar(select(func.max(GroupMeeting.id)))
        change = session.scalar(select(func.max(SimChange.id)))
        election = session.scalar(select(func.max(GroupElection.id)))
        scheme = proposal_of(session, group)
        tolerance = session.scalar(select(func.max(ToleranceProposal.id)))
    assert None not in {meeting, change, election, scheme, tolerance}
    for deed in Deed:
        of_jane = GroupDeed(deed, "4", "chair", "KIRIMA", jane, meeting, change)
        yield of_jane
        yield replace(of_jane, group=None)
        yield replace(of_jane, change_id=tolerance)
    yield AgreeScheme(scheme.id if scheme is not None else 0)
    for command in COMMANDS:
        names = {one.name for one in fields(command)}
        if not isinstance(command, JoinGroup | GroupDeed) and names & {"group", "code"}:
            yield replace(command, **{(names & {"group", "code"}).pop(): "KIRIMA"})  # type: ignore[type-var]
    for more in (
        {"is_leaving": True},
        {"is_leaving": True, "is_sure": True, "successor": jane},
        {"invited": "0711000099"},
        {"invited": "0711000099", "place_of": "#6"},
        {"is_declining": True},
    ):
        yield JoinGroup("KIRIMA", **more)  # type: ignore[arg-type]


def test_whatever_he_texts(dairy: Dairy) -> None:
    dairy.text(OUMA, "ADD MEMBER ZEBEDAYO")
    before = affairs(dairy)
    for text in TEXTS:
        assert_nothing_is_told(dairy.text(OUMA, text), text)
    assert affairs(dairy) == before
    for told in dairy.told(OUMA):
        assert_nothing_is_told(told, "unasked")


def test_whoever_may_know_is_told(dairy: Dairy) -> None:
    """Else these texts would prove nothing."""
    told = " ".join(dairy.text(NJERI, text) for text in TEXTS)
    assert {"Jane", "Peter", "anzicream", "44.87", "17.35"} <= {
        secret for secret in SECRETS if secret in told
    }


def test_whatever_his_menu_or_an_old_question_of_his_leads_to(dairy: Dairy) -> None:
    """Commands with the ids of KIRIMA in them, as no question of ours would hold them for him."""
    before = affairs(dairy)
    for command in commands(dairy):
        with dairy.phones.database.begin() as session:
            talk = Talk(session, dairy.phones.now)
            assert_nothing_is_told(talk.says(OUMA, command), command)
    assert affairs(dairy) == before
    with dairy.phones.database.read() as session:
        tolerance = session.scalars(select(ToleranceProposal)).one()
        change = session.scalars(select(SimChange)).one()
        assert tolerance.settled_at is None
        assert change.decided_at is None


def test_what_an_officer_of_both_hears_is_of_one_at_a_time(dairy: Dairy) -> None:
    """Peter collects for UMOJA too: a name of KIRIMA's is asked about, never taken for UMOJA's."""
    dairy.text(PETER, "JOIN UMOJA")
    with dairy.phones.database.read() as session:
        umoja = find_group(session, "UMOJA")
        assert umoja is not None
        assert "Jane" not in {one.name for one in members_of(session, umoja)}
    reply = dairy.text(PETER, "MEMBERS UMOJA")
    assert "Jane" not in reply
    assert "Rose" not in reply


def test_no_text_to_anybody_of_umoja_has_a_word_of_kirima(dairy: Dairy) -> None:
    for text in TEXTS:
        dairy.text(PETER, text)
    with dairy.phones.database.read() as session:
        texts = session.scalars(select(OutboundMessage.text)).all()
    assert len(texts) > len(TEXTS)
    for told in dairy.told(OUMA):
        assert_nothing_is_told(told, "unasked")

"""Whose milk was refused is told what helps against it, once a week and reason."""

from datetime import datetime
from itertools import product

import pytest
from sqlalchemy import select

from db.session import Database
from groups.book_kinds import Reason
from groups.members import Member, add_member, find_members
from handlers.keywords.tips import give_tip, tip
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import NJERI, WANJIKU
from tests.groups.milk_books import Dairy, kirima_dairy
from tests.handlers.keywords.dairy import PETER
from tests.handlers.keywords.dairy import Dairy as DairyByText
from tests.handlers.keywords.talking import Talk
from tests.handlers.texting import Phones

SOUR = (
    "Against sour milk: wash cans with hot water and soap and dry them in the sun. "
    "Deliver within 2 hours of milking, else stand the can in cold water."
)
ADVISED = [Reason.SOUR, Reason.ALCOHOL, Reason.LACTOMETER, Reason.ANTIBIOTICS, Reason.DIRT]


@pytest.fixture
def dairy(talk: Talk) -> Dairy:
    dairy = kirima_dairy(talk.session, talk.now)
    talk.subscriber(WANJIKU).language = "en"
    return dairy


@pytest.fixture
def wanjiku(talk: Talk, dairy: Dairy) -> Member:
    (found,) = find_members(talk.session, dairy.group, "wanjiku")
    return found


def refused(talk: Talk, member: Member, reason: Reason | None) -> list[str]:
    """Milk of hers is refused; all the tips she has so far."""
    give_tip(talk.conversation(NJERI), member, reason)
    tips = select(OutboundMessage).order_by(OutboundMessage.id)
    found = talk.session.scalars(tips).all()
    assert {one.kind for one in found} <= {OutboundKind.BULLETIN}
    assert {one.subscriber_id for one in found} <= {member.subscriber_id}
    return [one.text for one in found]


def test_once_a_week_and_reason(talk: Talk, wanjiku: Member) -> None:
    assert refused(talk, wanjiku, Reason.SOUR) == [SOUR]
    assert refused(talk, wanjiku, Reason.SOUR) == [SOUR]
    assert len(refused(talk, wanjiku, Reason.DIRT)) == 2
    talk.wait(days=7)
    assert len(refused(talk, wanjiku, Reason.SOUR)) == 3


@pytest.mark.parametrize("reason", [Reason.SPILT, Reason.OTHER, None])
def test_where_nothing_is_known_nothing_is_said(
    talk: Talk, wanjiku: Member, reason: Reason | None
) -> None:
    assert refused(talk, wanjiku, reason) == []


def test_who_has_no_phone_gets_none(talk: Talk, dairy: Dairy) -> None:
    mary = add_member(talk.session, dairy.group, "Mary Achieng", talk.now)
    assert refused(talk, mary, Reason.SOUR) == []


@pytest.mark.parametrize(("language", "reason"), list(product(languages(), ADVISED)))
def test_each_is_one_segment(language: str, reason: Reason) -> None:
    said = measure(tip(reason, language))
    assert (said.segments, said.encoding) == (1, "GSM-7")


def test_by_text(database: Database, now: datetime) -> None:
    dairy = DairyByText(Phones(database, now))
    dairy.text(PETER, "REJECT JANE 5 SOUR")
    dairy.text(PETER, "REJECT JANE 6 SOUR")
    assert dairy.told(WANJIKU).count(SOUR) == 1

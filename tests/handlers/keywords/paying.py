"""KIRIMA with its officers, for stories of pay told by text."""

from datetime import date
from decimal import Decimal
from itertools import count

from sqlalchemy import select

from groups.adopting import adopt, propose
from groups.book import write_lines
from groups.book_kinds import EntryKind
from groups.book_lines import NewLine
from groups.groups import join
from groups.members import add_member
from groups.models import Group, GroupMember, Role
from groups.schemes import GradeRate, Scheme
from messaging.models import OutboundMessage
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.handlers.keywords.talking import Talk

SCHEME = Scheme(
    base_price=Decimal(45),
    grades=(GradeRate("A", Decimal(1)),),
    levy_per_litre=Decimal("0.5"),
)
_keys = count(1)


def kirima(talk: Talk, code: str = "KIRIMA") -> Group:
    """Njeri is treasurer, Kamau chair, Wanjiku a member, and Peter has no phone."""
    group = talk.group(code, f"{code.title()} Dairy")
    offices = {NJERI: (Role.TREASURER, "Njeri"), KAMAU: (Role.CHAIR, "Kamau")}
    offices[WANJIKU] = (Role.MEMBER, "Jane Wanjiku")
    for phone, (role, name) in offices.items():
        person = talk.subscriber(phone)
        person.name, person.language = name, "en"
        join(talk.session, group, person, talk.now, role=role)
    add_member(talk.session, group, "Peter Mwangi", talk.now)
    return group


def pays(talk: Talk, group: Group, scheme: Scheme = SCHEME, on: date | None = None) -> None:
    """The group pays by this."""
    row = propose(
        talk.session,
        group,
        scheme,
        words="",
        by=talk.subscriber(NJERI),
        source_key=f"pay:{next(_keys)}",
        now=talk.now,
    )
    day = on or talk.now.date()
    adopt(talk.session, group, row, talk.subscriber(KAMAU), day, talk.now)


def brings(
    talk: Talk, group: Group, number: int, litres: str, day: date, grade: str | None = None
) -> None:
    """A member, by number, brought so much."""
    member = select(GroupMember.id).where(
        GroupMember.group_id == group.id, GroupMember.number == number
    )
    line = NewLine(
        kind=EntryKind.DELIVERY,
        day=day,
        written_by=talk.subscriber(NJERI).id,
        source_key=f"milk:{next(_keys)}",
        raw_text="",
        member_id=talk.session.scalars(member).one(),
        litres=Decimal(litres),
        grade=grade,
    )
    write_lines(talk.session, group, [line], talk.now)


def texts_to(talk: Talk, phone: str) -> list[str]:
    """What was promised to somebody."""
    query = select(OutboundMessage.text).where(
        OutboundMessage.subscriber_id == talk.subscriber(phone).id
    )
    return list(talk.session.scalars(query.order_by(OutboundMessage.id)))

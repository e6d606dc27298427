"""Groups and their members as the desk lists them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keyset import behind
from groups.book_models import MilkBook
from groups.members import Member
from groups.models import Group, GroupMember, Role
from messaging.models import Subscriber
from prices.models import Place


@dataclass(frozen=True)
class GroupLine:
    """A group, where it is, how many are in it, and how many lines its book has; None: no book."""

    group: Group
    place: Place
    members: int
    lines: int | None


@dataclass(frozen=True)
class MemberLine:
    """Somebody in a group. `msisdn` is to be masked; None: no phone of their own."""

    member: Member
    msisdn: str | None
    language: str | None
    joined_at: datetime
    wants_texts: bool
    is_reachable: bool


def groups_page(
    session: Session,
    *,
    words: str | None = None,
    by_name: bool = False,
    is_descending: bool = False,
    after: int | None = None,
    limit: int,
) -> list[GroupLine]:
    """Groups by code or by name; with words in their code, their name or their place's."""
    members = (
        select(func.count())
        .where(GroupMember.group_id == Group.id, GroupMember.left_at.is_(None))
        .correlate(Group)
        .scalar_subquery()
    )
    query = (
        select(Group, Place, members, MilkBook.lines)
        .join(Place, Place.id == Group.place_id)
        .outerjoin(MilkBook, MilkBook.group_id == Group.id)
    )
    if words:
        query = query.where(
            func.lower(Group.code + " " + Group.name + " " + Place.name).contains(
                words.lower(), autoescape=True
            )
        )
    keys = [Group.name if by_name else Group.code]
    found = behind(session, query, keys, Group.id, after=after, is_descending=is_descending)
    return [GroupLine(*row) for row in session.execute(found.limit(limit))]


def members_page(
    session: Session,
    group: Group,
    *,
    words: str | None = None,
    after_number: int | None = None,
    limit: int,
) -> list[MemberLine]:
    """Who is in the group now, by number, from one on; with words in their name."""
    name = func.coalesce(GroupMember.name, Subscriber.name, "")
    query = (
        select(GroupMember, Subscriber)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(GroupMember.group_id == group.id, GroupMember.left_at.is_(None))
        .order_by(GroupMember.number)
        .limit(limit)
    )
    if words:
        query = query.where(func.lower(name).contains(words.lower(), autoescape=True))
    if after_number is not None:
        query = query.where(GroupMember.number > after_number)
    return [_line(row, person) for row, person in session.execute(query)]


def officers_page(session: Session, group: Group) -> list[MemberLine]:
    """Who holds an office, by number."""
    query = (
        select(GroupMember, Subscriber)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(
            GroupMember.group_id == group.id,
            GroupMember.left_at.is_(None),
            GroupMember.role != Role.MEMBER,
        )
        .order_by(GroupMember.number)
    )
    return [_line(row, person) for row, person in session.execute(query)]


def _line(row: GroupMember, person: Subscriber | None) -> MemberLine:
    own_name = None if person is None else person.name
    name = row.name or own_name or f"#{row.number}"
    return MemberLine(
        member=Member(row.id, row.number, name, row.subscriber_id, row.role),
        msisdn=None if person is None else person.msisdn,
        language=None if person is None else person.language,
        joined_at=row.joined_at,
        wants_texts=person is not None and person.opted_out_at is None,
        is_reachable=person is not None and person.unreachable_at is None,
    )

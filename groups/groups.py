"""Groups: found by the code people text, joined and left, with officers among the members."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.prepared import Prepared
from groups.models import Group, GroupMember, Role, fold_code
from messaging.models import Subscriber
from prices.models import Country

# Nobody is in more; a menu that lists them stays short whatever a file brought in.
MOST_OWN = 30


class OwnGroup(NamedTuple):
    """A group as somebody sees it who is in it; its bulletin's hour is by its own clock."""

    id: int
    code: str
    name: str
    bulletin_weekdays: int
    bulletin_month_day: int | None
    bulletin_hour: int
    timezone: str
    currency: str
    is_demo: bool
    role: Role
    members: int


def find_group(session: Session, code: str) -> Group | None:
    """The group of this code, however it was typed: "kirima" finds KIRIMA."""
    return session.scalar(select(Group).where(Group.code == fold_code(code)))


def currency_of(session: Session, group: Group) -> str:
    """The money of a group's book: that of its country, whatever phone an officer has."""
    return session.get_one(Country, group.country).currency


def groups_of(session: Session, subscriber: Subscriber) -> list[Group]:
    """The groups somebody is in, by code."""
    return list(
        session.scalars(
            select(Group)
            .join(GroupMember, GroupMember.group_id == Group.id)
            .where(GroupMember.subscriber_id == subscriber.id, GroupMember.left_at.is_(None))
            .order_by(Group.code)
        )
    )


def active_members(session: Session, group: Group, *, role: Role | None = None) -> list[Subscriber]:
    """Who is in the group now, first joined first; with a role, only those who hold it."""
    members = (
        select(Subscriber)
        .join(GroupMember, GroupMember.subscriber_id == Subscriber.id)
        .where(GroupMember.group_id == group.id, GroupMember.left_at.is_(None))
        .order_by(GroupMember.joined_at, GroupMember.id)
    )
    if role is not None:
        members = members.where(GroupMember.role == role)
    return list(session.scalars(members))


def own_groups(session: Session, subscriber_id: int) -> list[OwnGroup]:
    """The groups somebody is in, by code, with how many are in each."""
    found = _OWN_GROUPS.rows(session, {"subscriber_id": subscriber_id})
    return [OwnGroup(*row) for row in found]


def join(
    session: Session,
    group: Group,
    subscriber: Subscriber,
    now: datetime,
    *,
    role: Role = Role.MEMBER,
) -> bool:
    """Let somebody in, also after they had left; False when they are in already, role unchanged.

    Whoever held an office and left comes back as what `role` says, not as the officer of old.
    """
    membership = _membership(session, group, subscriber)
    if membership is None:
        return _enter(session, group, subscriber, role, now)
    if membership.left_at is None:
        return False
    membership.left_at = None
    membership.joined_at = now
    membership.role = role
    return True


def leave(session: Session, group: Group, subscriber: Subscriber, now: datetime) -> bool:
    """Let somebody go; False when they were not in."""
    membership = _membership(session, group, subscriber)
    if membership is None or membership.left_at is not None:
        return False
    membership.left_at = now
    return True


def next_number(session: Session, group: Group) -> int:
    """The number of whoever comes next; others who come at the same moment wait for it."""
    # NO KEY UPDATE: whoever only refers to the group need not wait.
    session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))
    last = select(func.max(GroupMember.number)).where(GroupMember.group_id == group.id)
    return (session.scalar(last) or 0) + 1


def _membership(session: Session, group: Group, subscriber: Subscriber) -> GroupMember | None:
    return session.scalar(
        select(GroupMember).where(
            GroupMember.group_id == group.id, GroupMember.subscriber_id == subscriber.id
        )
    )


def _enter(
    session: Session, group: Group, subscriber: Subscriber, role: Role, now: datetime
) -> bool:
    member = GroupMember(
        group_id=group.id,
        subscriber_id=subscriber.id,
        number=next_number(session, group),
        role=role,
        joined_at=now,
    )
    try:
        # The savepoint keeps the caller's work when another process let the same person in first.
        with session.begin_nested():
            session.add(member)
    except IntegrityError:
        if _membership(session, group, subscriber) is None:
            raise
        return False
    return True


_groups, _mine = Group.__table__, GroupMember.__table__
_everybody, _countries = GroupMember.__table__.alias(), Country.__table__
_OWN_GROUPS = Prepared(
    select(
        _groups.c.id,
        _groups.c.code,
        _groups.c.name,
        _groups.c.bulletin_weekdays,
        _groups.c.bulletin_month_day,
        _groups.c.bulletin_hour,
        _groups.c.timezone,
        _countries.c.currency,
        _groups.c.is_demo,
        _mine.c.role,
        select(func.count())
        .where(_everybody.c.group_id == _groups.c.id, _everybody.c.left_at.is_(None))
        .scalar_subquery(),
    )
    .join(_mine, _mine.c.group_id == _groups.c.id)
    .join(_countries, _countries.c.code == _groups.c.country)
    .where(_mine.c.subscriber_id == bindparam("subscriber_id"), _mine.c.left_at.is_(None))
    .order_by(_groups.c.code)
    .limit(MOST_OWN)
)

"""Subscribers as the operator looks at them: found by what they are, and what they agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from groups.models import Group, GroupMember, Role
from messaging.models import ConsentEvent, Subscriber
from prices.models import Place

# What has no index is sought among so many of the newest at a time: a page tells how far.
WINDOW = 20_000
MOST_EVENTS = 200


class Standing(StrEnum):
    """Whether our texts go to somebody."""

    ON = "on"
    OUT = "out"  # they said so
    UNREACHABLE = "unreachable"  # none reached them


@dataclass(frozen=True)
class Sought:
    """Whom the operator wants to see; None: all."""

    standing: Standing | None = None
    language: str | None = None
    admin1_id: int | None = None  # whose home is there
    group: Group | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it takes in only some, so that rows are looked at in vain."""
        return bool(self.standing or self.language or self.admin1_id)


@dataclass(frozen=True)
class People:
    """A page of subscribers, the newest first. `after`: where the next begins, None at the end.

    `is_window` where the page is short because few among so many rows fit.
    """

    people: Sequence[Subscriber]
    after: int | None
    is_window: bool = False


def find_people(session: Session, sought: Sought, *, before_id: int | None, limit: int) -> People:
    """Those who are sought, the newest first."""
    is_known = Subscriber.erased_at.is_(None)
    query = select(Subscriber).where(is_known, *_fits(sought)).order_by(Subscriber.id.desc())
    if before_id is not None:
        query = query.where(Subscriber.id < before_id)
    bottom = 0
    if sought.group is not None:
        # A group's members are few, and have an index of their own.
        query = query.join(GroupMember, GroupMember.subscriber_id == Subscriber.id).where(
            GroupMember.group_id == sought.group.id, GroupMember.left_at.is_(None)
        )
    elif sought.is_narrow:
        newest = session.scalar(select(func.max(Subscriber.id))) or 0
        top = newest if before_id is None else min(newest, before_id - 1)
        bottom = max(top - WINDOW, 0)
        query = query.where(Subscriber.id > bottom, Subscriber.id <= top)
    found = session.scalars(query.limit(limit + 1)).all()
    if len(found) > limit:
        return People(found[:limit], found[limit - 1].id)
    return People(found, bottom + 1 if bottom else None, is_window=bool(bottom))


def consent_history(session: Session, subscriber_id: int) -> Sequence[ConsentEvent]:
    """What somebody said to our messages, the newest first."""
    return session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.subscriber_id == subscriber_id)
        .order_by(ConsentEvent.id.desc())
        .limit(MOST_EVENTS)
    ).all()


@dataclass(frozen=True)
class Membership:
    """A group that somebody is or was in."""

    code: str
    name: str
    role: Role
    joined_at: datetime
    left_at: datetime | None


def memberships(session: Session, subscriber_id: int) -> list[Membership]:
    """Every group somebody is or was in, the running ones first."""
    rows = session.execute(
        select(Group.code, Group.name, GroupMember.role, GroupMember.joined_at, GroupMember.left_at)
        .join(Group, Group.id == GroupMember.group_id)
        .where(GroupMember.subscriber_id == subscriber_id)
        .order_by(GroupMember.left_at.is_not(None), Group.code)
    )
    return [Membership(*row) for row in rows]


def _fits(sought: Sought) -> list[ColumnElement[bool]]:
    row = Subscriber
    fits: list[ColumnElement[bool]] = []
    match sought.standing:
        case Standing.ON:
            fits += [row.opted_out_at.is_(None), row.unreachable_at.is_(None)]
        case Standing.OUT:
            fits += [row.opted_out_at.is_not(None)]
        case Standing.UNREACHABLE:
            fits += [row.unreachable_at.is_not(None)]
    if sought.language is not None:
        fits += [row.language == sought.language]
    if sought.admin1_id is not None:
        there = select(Place.id).where(Place.admin1_id == sought.admin1_id)
        fits += [row.home_place_id.in_(there)]
    return fits

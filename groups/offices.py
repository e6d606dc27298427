"""Offices: whom the chair or the secretary may give one, and take it from."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.members import Member, officers_of
from groups.models import Group, GroupMember, Role

# Who leads: until a chair is elected the secretary stands in for one.
LEADERS = (Role.CHAIR, Role.SECRETARY)


@dataclass(frozen=True)
class Appointed:
    """They hold the office now."""


@dataclass(frozen=True)
class IsHeld:
    """Somebody else holds it: only an election takes it from them."""

    holder: Member


@dataclass(frozen=True)
class HasOffice:
    """They hold one already; nobody holds two, so that one can check the other."""

    role: Role


@dataclass(frozen=True)
class HasNoPhone:
    """An office is held by text, and they have no phone."""


def appoint(
    session: Session, group: Group, member: Member, role: Role
) -> Appointed | IsHeld | HasOffice | HasNoPhone:
    """Give a member an office that is free; of collectors there may be many."""
    if member.subscriber_id is None:
        return HasNoPhone()
    if member.role is not Role.MEMBER:
        return HasOffice(member.role)
    hold_group(session, group)
    holders = [] if role is Role.COLLECTOR else officers_of(session, group, role)
    if holders:
        return IsHeld(holders[0])
    session.get_one(GroupMember, member.id).role = role
    return Appointed()


def dismiss(session: Session, member: Member) -> bool:
    """Take a collector's office; False of whoever is none."""
    if member.role is not Role.COLLECTOR:
        return False
    session.get_one(GroupMember, member.id).role = Role.MEMBER
    return True


def hand_over(session: Session, leaver: Member, successor: Member) -> Role:
    """Give whoever follows the office of one who leaves; nobody holds two, so theirs is free.

    Where the leaver led nobody's group, they are its secretary.
    """
    role = leaver.role if leaver.role in LEADERS else Role.SECRETARY
    session.get_one(GroupMember, successor.id).role = role
    session.flush()
    return role


def hold_group(session: Session, group: Group) -> None:
    """Whoever else changes its offices at this moment waits, and then finds what was changed."""
    session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))

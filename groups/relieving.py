"""Offices as the operator takes them, and answers for it: any of them, not a collector's alone."""

from sqlalchemy.orm import Session

from groups.members import Member, member_by_id
from groups.models import Group, GroupMember, Role
from groups.offices import hold_group


def relieve(session: Session, group: Group, member: Member) -> Role | None:
    """Take a member's office, whatever it is, and tell which it was; None of whoever has none.

    By text only an election does that to a chair, a secretary or a treasurer: this is for a group
    whose officer left with the phone, or was entered by mistake.
    """
    hold_group(session, group)
    held = member_by_id(session, group, member.id)
    if held is None or held.role is Role.MEMBER:
        return None
    session.get_one(GroupMember, member.id, populate_existing=True).role = Role.MEMBER
    return held.role

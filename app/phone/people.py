"""Whose phone one can pick up: the demo people, and a number that nobody has."""

from dataclasses import dataclass

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.groups import groups_of
from groups.models import Group, GroupMember
from messaging.models import Subscriber
from messaging.subscribers import find_subscriber


@dataclass(frozen=True)
class DemoPerson:
    """One of the demo cast; `role` and `group`, its code, are None outside groups."""

    msisdn: str
    name: str
    language: str | None
    role: str | None
    group: str | None


def demo_people(session: Session) -> list[DemoPerson]:
    """The demo people by their numbers, each with the first group they are in."""
    rows = session.execute(
        select(Subscriber, GroupMember.role, Group.code)
        .outerjoin(
            GroupMember,
            (GroupMember.subscriber_id == Subscriber.id) & GroupMember.left_at.is_(None),
        )
        .outerjoin(Group, Group.id == GroupMember.group_id)
        .where(Subscriber.is_demo)
        .order_by(Subscriber.msisdn, GroupMember.id)
    )
    people: dict[str, DemoPerson] = {}
    for person, role, group in rows:
        name = person.name or "Demo phone"
        found = DemoPerson(person.msisdn, name, person.language, role and role.value, group)
        people.setdefault(person.msisdn, found)
    return list(people.values())


def first_group_of(session: Session, msisdn: str) -> str | None:
    """The code of the group this phone's owner is in, the first by code; None outside groups."""
    subscriber = find_subscriber(session, msisdn)
    groups = groups_of(session, subscriber) if subscriber else []
    return groups[0].code if groups else None


def newcomers_number(country: str) -> str:
    """A number for somebody Bei has never met: the numbering plan's own example."""
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return ""
    return phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)

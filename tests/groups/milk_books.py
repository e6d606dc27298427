"""A group with a milk book, for stories of whole half months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.book import write_lines
from groups.book_lines import Line, NewLine
from groups.groups import join
from groups.models import Group, GroupMember, Role
from messaging.models import Subscriber
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.groups.milk_days import brought, sold
from tests.groups.stories import found_group, meet

OFFICERS = {
    NJERI: Role.SECRETARY,
    OTIENO: Role.TREASURER,
    ACHIENG: Role.CHAIR,
    MUTISO: Role.COLLECTOR,
}
_keys = count(1)


@dataclass(frozen=True)
class Dairy:
    """KIRIMA, its four officers, and its members Kamau and Wanjiku by their numbers in the book."""

    group: Group
    kamau: int
    wanjiku: int
    secretary: Subscriber


def kirima_dairy(session: Session, now: datetime, code: str = "KIRIMA") -> Dairy:
    """The group as it begins."""
    group = found_group(session, code)
    for msisdn, role in OFFICERS.items():
        join(session, group, meet(session, msisdn, now), now, role=role)
    for msisdn, name in ((KAMAU, "Kamau Njoroge"), (WANJIKU, "Wanjiku")):
        join(session, group, meet(session, msisdn, now, name=name), now)
    secretary = meet(session, NJERI, now)
    return Dairy(group, _id(session, group, KAMAU), _id(session, group, WANJIKU), secretary)


def write(session: Session, dairy: Dairy, lines: Iterable[Line], now: datetime) -> list[Line]:
    """Write lines in the group's book."""
    fields = NewLine.__dataclass_fields__
    new = [
        NewLine(
            **{
                name: getattr(one, name)
                for name in fields
                if name not in ("written_by", "source_key")
            },
            written_by=dairy.secretary.id,
            source_key=f"book:{next(_keys)}",
        )
        for one in lines
    ]
    return [one.line for one in write_lines(session, dairy.group, new, now)]


def days(dairy: Dairy, first: int, last: int, **leaks: float) -> list[Line]:
    """Each day Kamau brings 60 litres and Wanjiku 40, all sold; `d3=20`: 20 fewer."""
    lines: list[Line] = []
    for day in range(first, last + 1):
        lines += brought(day, 30, 30, member=dairy.kamau)
        lines += brought(day, 20, 20, member=dairy.wanjiku)
        lines.append(sold(day, 100 - leaks.get(f"d{day}", 0)))
    return lines


def at(moment: datetime, day: int, hour: int = 9) -> datetime:
    """An hour (UTC) of a day of November."""
    return moment.replace(day=day, hour=hour)


def _id(session: Session, group: Group, msisdn: str) -> int:
    return session.scalars(
        select(GroupMember.id)
        .join(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(GroupMember.group_id == group.id, Subscriber.msisdn == msisdn)
    ).one()

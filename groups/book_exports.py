"""A group's book as rows for other programs: by members' names, without a phone number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.book import every_line
from groups.book_kinds import EntryKind
from groups.book_lines import Line
from groups.book_models import BookLine
from groups.models import GroupMember
from messaging.models import Subscriber

BOOK_COLUMNS = (
    "number", "counts", "day", "milking", "kind", "member_number", "member", "litres", "grade",
    "reason", "buyer", "buyer_kind", "price_per_litre", "accepted_litres", "amount", "currency",
    "what_for", "corrects", "of_line", "written_by", "written_at", "previous_hash", "hash",
)  # fmt: skip
_AS_THEY_ARE = (
    "number", "milking", "kind", "litres", "grade", "reason", "buyer", "buyer_kind",
    "price_per_litre", "accepted_litres", "amount", "currency", "what_for", "previous_hash", "hash",
)  # fmt: skip

Value = str | int | Decimal | None


def book_rows(session: Session, group_id: int) -> Iterator[tuple[Value, ...]]:
    """Every line from the first, also what another line corrects: then `counts` is no.

    What was texted is left out, because a phone number may stand in it.
    """
    people = _people(session, group_id)
    corrected = _corrected(session, group_id)
    numbers: dict[int | None, int] = {}
    for line in every_line(session, group_id):
        numbers[line.id] = line.number
        counts = line.id not in corrected and line.kind is not EntryKind.VOID
        row = _row(line, people, numbers) | {"counts": "yes" if counts else "no"}
        yield tuple(row[column] for column in BOOK_COLUMNS)


@dataclass(frozen=True)
class _People:
    """Everybody who ever was in the group: their numbers and names, and who writes."""

    numbers: Mapping[int | None, int]
    names: Mapping[int | None, str]
    writers: Mapping[int, str]


def _row(line: Line, people: _People, numbers: Mapping[int | None, int]) -> dict[str, Any]:
    return {
        **{column: getattr(line, column) for column in _AS_THEY_ARE},
        "day": _written(line.day),
        "member_number": people.numbers.get(line.member_id),
        "member": people.names.get(line.member_id),
        "corrects": numbers.get(line.corrects_id),
        "of_line": numbers.get(line.of_line_id),
        "written_by": people.writers.get(line.written_by),
        "written_at": _written(line.written_at),
    }


def _written(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _people(session: Session, group_id: int) -> _People:
    rows = session.execute(
        select(GroupMember, Subscriber.name)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(GroupMember.group_id == group_id)
    )
    numbers: dict[int | None, int] = {}
    names: dict[int | None, str] = {}
    writers: dict[int, str] = {}
    for member, own_name in rows:
        numbers[member.id] = member.number
        names[member.id] = member.name or own_name or f"#{member.number}"
        if member.subscriber_id is not None:
            writers[member.subscriber_id] = names[member.id]
    return _People(numbers, names, writers)


def _corrected(session: Session, group_id: int) -> set[int | None]:
    wanted = BookLine.group_id == group_id, BookLine.corrects_id.is_not(None)
    return set(session.scalars(select(BookLine.corrects_id).where(*wanted)))

"""A group's book as rows for other programs: by members' names, without a phone number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

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
        yield _row(line, people, numbers, counts=counts)


@dataclass(frozen=True)
class _People:
    """Everybody who ever was in the group: their numbers and names, and who writes."""

    numbers: Mapping[int | None, int]
    names: Mapping[int | None, str]
    writers: Mapping[int, str]


def _row(
    line: Line, people: _People, numbers: Mapping[int | None, int], *, counts: bool
) -> tuple[Value, ...]:
    """A line in the order of `BOOK_COLUMNS`: a book has tens of thousands."""
    return (
        line.number,
        "yes" if counts else "no",
        line.day.isoformat(),
        line.milking,
        line.kind,
        people.numbers.get(line.member_id),
        people.names.get(line.member_id),
        line.litres,
        line.grade,
        line.reason,
        line.buyer,
        line.buyer_kind,
        line.price_per_litre,
        line.accepted_litres,
        line.amount,
        line.currency,
        line.what_for,
        numbers.get(line.corrects_id),
        numbers.get(line.of_line_id),
        people.writers.get(line.written_by),
        None if line.written_at is None else line.written_at.isoformat(),
        line.previous_hash,
        line.hash,
    )


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

"""The milk book of a group: lines are written in turn, read, and never changed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from groups.book_chain import broken_at, hash_of
from groups.book_kinds import EntryKind
from groups.book_lines import Line, NewLine
from groups.book_models import BookLine, MilkBook
from groups.models import Group, GroupMember

# A year of a group of 400, two milkings a day, has some 300,000 lines: never all in memory.
LINES_AT_ONCE = 1_000
_COLUMNS = tuple(getattr(BookLine, field.name) for field in fields(Line))
# A member is told of these, and may say that they are wrong, as long as the milk is not forgotten.
TOLD = (EntryKind.DELIVERY, EntryKind.REJECT)
DISPUTED_WITHIN = timedelta(hours=2)
# Nothing is written about a day that is longer ago.
OLDEST = timedelta(days=31)
_PLACES = Decimal("0.0001")  # of what is stored


class Written(NamedTuple):
    """A line as it stands in the book; not new where the same was written before."""

    line: Line
    is_new: bool


def open_book(session: Session, group: Group, now: datetime) -> MilkBook:
    """The group's book, opened where there is none; held until the transaction ends.

    Whoever looks before they write holds it first: then nobody writes in between.
    """
    held = select(MilkBook).where(MilkBook.group_id == group.id).with_for_update()
    held = held.execution_options(populate_existing=True)
    book = session.scalar(held)
    if book is not None:
        return book
    try:
        # The savepoint keeps the caller's work when another process opened it first.
        with session.begin_nested():
            session.add(MilkBook(group_id=group.id, opened_at=now))
    except IntegrityError:
        pass
    return session.scalars(held).one()


def write_lines(
    session: Session, group: Group, new: Sequence[NewLine], now: datetime
) -> list[Written]:
    """Write lines at the end of the book, all or none; what was written before comes as it was.

    The book is held, so lines follow each other without a gap, whoever else writes.
    """
    book = open_book(session, group, now)
    before = _written_before(session, [line.source_key for line in new])
    written: list[Written] = []
    for line in new:
        first = before.get(line.source_key)
        if first is None:
            first = before[line.source_key] = _append(session, book, line, now)
            written.append(Written(first, is_new=True))
        else:
            written.append(Written(first, is_new=False))
    return written


def lines_of(
    session: Session,
    group_id: int,
    *,
    since: date,
    until: date,
    kinds: Collection[EntryKind] | None = None,
    member_id: int | None = None,
    through: int | None = None,
) -> list[Line]:
    """The lines that count, by day and number; the day `until` is not among them.

    What another line corrects does not count, nor does the line that only takes one out.
    `through`: as the book was when the line of this number was its last.
    """
    # A member's lines are all of one group. Were it named too, SQLite would have to guess by
    # which index there are fewer.
    whose = BookLine.group_id == group_id if member_id is None else BookLine.member_id == member_id
    wanted = _that_count() if through is None else _that_counted_then()
    wanted = wanted.where(whose, BookLine.day >= since, BookLine.day < until)
    if kinds is not None:
        wanted = wanted.where(BookLine.kind.in_(kinds))
    as_of = {} if through is None else {"through": through}
    lines = _read(session, wanted.order_by(BookLine.day, BookLine.number), as_of)
    return [line for line in lines if line.group_id == group_id]


def lines_behind(
    session: Session,
    group_id: int,
    number: int,
    *,
    through: int | None,
    before: date,
    member_id: int | None,
) -> list[Line]:
    """What was written behind the line of this number, as far as another, about an earlier day.

    Also what does not count, and money to members, whose day is not that of what it is for. Of a
    member it is read by their own index, as in `lines_of`.
    """
    whose = BookLine.group_id == group_id if member_id is None else BookLine.member_id == member_id
    is_money = BookLine.kind.in_((EntryKind.PAID, EntryKind.VOID))
    wanted = select(*_COLUMNS).where(
        whose, BookLine.number > number, or_(BookLine.day < before, is_money)
    )
    if through is not None:
        wanted = wanted.where(BookLine.number <= through)
    lines = _read(session, wanted.order_by(BookLine.number))
    return [line for line in lines if line.group_id == group_id]


def sales_behind(
    session: Session, group_id: int, number: int, *, through: int | None, days: Sequence[date]
) -> list[Line]:
    """Sales of these days that were written, or taken out, behind the line of this number."""
    wanted = select(*_COLUMNS).where(
        BookLine.group_id == group_id,
        # Each day by itself: by the index, where a range of days would read all their milk.
        BookLine.day.in_(days),
        BookLine.kind.in_((EntryKind.SALE, EntryKind.VOID)),
        BookLine.member_id.is_(None),
        BookLine.number > number,
    )
    if through is not None:
        wanted = wanted.where(BookLine.number <= through)
    return _read(session, wanted.order_by(BookLine.number))


def lines_by_key(session: Session, group_id: int, keys: Collection[str]) -> list[Line]:
    """The lines that were written under these keys, by number."""
    found = _written_before(session, keys).values()
    return sorted((one for one in found if one.group_id == group_id), key=lambda one: one.number)


def line_by_number(session: Session, group_id: int, number: int) -> Line | None:
    """The line of this number, whether or not it still counts."""
    wanted = select(*_COLUMNS).where(BookLine.group_id == group_id, BookLine.number == number)
    row = session.execute(wanted).first()
    return None if row is None else _line(row)


def line_in_its_place(session: Session, line: Line) -> Line:
    """The line that counts now in place of this one: itself, or the last of its corrections."""
    while True:
        wanted = select(*_COLUMNS).where(BookLine.corrects_id == line.id)
        row = session.execute(wanted).first()
        if row is None:
            return line
        line = _line(row)


def line_at_first(session: Session, line: Line) -> Line:
    """The line that this one and others before it took the place of: itself where it is new."""
    while line.corrects_id is not None:
        wanted = select(*_COLUMNS).where(BookLine.id == line.corrects_id)
        line = _line(session.execute(wanted).one())
    return line


def every_line(session: Session, group_id: int) -> Iterator[Line]:
    """The whole book from its first line, also what counts no more."""
    last = 0
    wanted = select(*_COLUMNS).where(BookLine.group_id == group_id).order_by(BookLine.number)
    while lines := _read(session, wanted.where(BookLine.number > last).limit(LINES_AT_ONCE)):
        last = lines[-1].number
        yield from lines


def find_book(session: Session, group_id: int) -> MilkBook | None:
    """The book of a group, not held; None where nothing was ever written."""
    return session.get(MilkBook, group_id)


def first_broken_line(session: Session, group_id: int) -> int | None:
    """The number of the first line that was changed, put in or taken out; None: nothing was.

    A book that ends before the line it says is its last is broken where it ends.
    """
    book = find_book(session, group_id)
    if book is None:
        return None
    last: list[Line] = []

    def to_the_end() -> Iterator[Line]:
        for line in every_line(session, group_id):
            last[:] = [line]
            yield line

    broken = broken_at(to_the_end())
    if broken is not None:
        return broken
    ends_at, its_hash = (last[0].number, last[0].hash) if last else (0, "")
    if (ends_at, its_hash) == (book.lines, book.last_hash):
        return None
    return min(ends_at, book.lines) + 1


def last_told(session: Session, subscriber_id: int, now: datetime) -> Line | None:
    """What was written last about milk of somebody's own, in any group, and still counts."""
    wanted = _that_count().where(
        BookLine.member_id.in_(_memberships(subscriber_id)),
        BookLine.kind.in_(TOLD),
        # By the index of a member's days: nothing is written of an older day.
        BookLine.day >= (now - OLDEST).date(),
        BookLine.written_by != subscriber_id,
    )
    row = session.execute(wanted.order_by(BookLine.id.desc()).limit(1)).first()
    return None if row is None else _line(row)


def told_last_at(session: Session, subscriber_id: int, now: datetime) -> datetime | None:
    """When that was."""
    line = last_told(session, subscriber_id, now)
    return None if line is None else line.written_at


def dispute_of(session: Session, line: Line) -> Line | None:
    """The member's own side of a line, as it counts now; None where they said nothing of it."""
    wanted = _that_count().where(BookLine.of_line_id == line.id, BookLine.kind == EntryKind.OWN)
    row = session.execute(wanted).first()
    return None if row is None else _line(row)


def _memberships(subscriber_id: int) -> Select[Any]:
    return select(GroupMember.id).where(
        GroupMember.subscriber_id == subscriber_id, GroupMember.left_at.is_(None)
    )


# A statement asks a dozen times: putting the columns together takes longer than reading the rows.
@cache
def _that_count() -> Select[Any]:
    correction = aliased(BookLine)
    corrections = select(correction.id).where(correction.corrects_id == BookLine.id)
    return select(*_COLUMNS).where(BookLine.kind != EntryKind.VOID, ~corrections.exists())


@cache
def _that_counted_then() -> Select[Any]:
    """The same as of the line whose number is `through`."""
    correction, through = aliased(BookLine), bindparam("through", type_=Integer)
    corrections = select(correction.id).where(
        correction.corrects_id == BookLine.id, correction.number <= through
    )
    return select(*_COLUMNS).where(
        BookLine.kind != EntryKind.VOID, BookLine.number <= through, ~corrections.exists()
    )


def _written_before(session: Session, keys: Collection[str]) -> dict[str, Line]:
    rows = session.execute(select(*_COLUMNS).where(BookLine.source_key.in_(keys)))
    return {line.source_key: line for line in map(_line, rows)}


def _append(session: Session, book: MilkBook, new: NewLine, now: datetime) -> Line:
    line = Line(
        **asdict(_as_kept(new)),
        group_id=book.group_id,
        number=book.lines + 1,
        written_at=now,
        previous_hash=book.last_hash,
    )
    line = replace(line, hash=hash_of(book.last_hash, line))
    row = BookLine(**{name: value for name, value in asdict(line).items() if name != "id"})
    session.add(row)
    book.lines, book.last_hash = line.number, line.hash
    session.flush()
    return replace(line, id=row.id)


def _as_kept(new: NewLine) -> NewLine:
    """The line as the database gives it back: the hash is over that."""
    exact: dict[str, Any] = {
        field.name: value.quantize(_PLACES)
        for field in fields(new)
        if isinstance(value := getattr(new, field.name), Decimal)
    }
    return replace(new, raw_text=new.raw_text.replace("\0", ""), **exact)  # PostgreSQL keeps no NUL


def _read(
    session: Session, wanted: Select[Any], values: Mapping[str, Any] | None = None
) -> list[Line]:
    """Lines by the thousand: of plain columns the session would look at each row once more."""
    session.flush()
    return [_line(row) for row in session.connection().execute(wanted, values or {}).all()]


def _line(row: Any) -> Line:
    return Line(*row)

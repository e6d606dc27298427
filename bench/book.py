"""`python -m bench.book [--lines N]`: one member's lines out of a large book, on SQLite.

A book of 1,000,000 lines of 400 members over some three and a half years, each hashed as when it
was written. Asked for: one member's lines of a month, as a statement reads them. The floor, of the
same run, is the same rows by the bare driver, by the same index.
"""

import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.dairy import found_dairy
from bench.results import Figure
from db.session import Database, open_database
from db.upgrade import upgrade
from groups.book import first_broken_line, lines_of
from groups.book_chain import hash_of
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line
from groups.book_models import BookLine, MilkBook
from groups.models import Group, GroupMember
from messaging.subscribers import get_or_create_subscriber
from prices.importers.reference import load_reference

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MEMBERS = 400
AT_ONCE = 10_000
SEED = 47
_BARE = """
    SELECT * FROM book_line WHERE member_id = ? AND day >= ? AND day < ? AND kind <> 'void'
    AND NOT EXISTS (SELECT 1 FROM book_line AS c WHERE c.corrects_id = book_line.id)
    ORDER BY day, number
"""


@click.command()
@click.option("--lines", default=1_000_000, show_default=True)
@click.option("--runs", default=200, show_default=True)
def main(lines: int, runs: int) -> list[Figure]:
    """Fill a book, then ask for members' months at random."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        database = open_database(f"sqlite:///{path}")
        group_id, members = _filled(database, lines)
        chance = random.Random(SEED)
        asked = [(chance.choice(members), _a_month(chance, lines)) for _ in range(runs)]
        with database.read() as session:
            ours = _tell(
                "a member's month", [_timed(_ask(session, group_id, one)) for one in asked]
            )
        bare = sqlite3.connect(path)
        floor = _tell("floor: bare select", [_timed(_ask_bare(bare, one)) for one in asked])
        bare.close()
        with database.read() as session:
            began = time.perf_counter()
            broken = first_broken_line(session, group_id)
            took = time.perf_counter() - began
        click.echo(f"verify: {lines:,} lines in {took:.1f} s, first broken: {broken}")
        database.engine.dispose()
    return [
        Figure(f"a member's month of {lines:,} lines", ours, "ms", floor),
        Figure("hashes of a book verified", lines / took, "lines/s"),
    ]


Asked = tuple[int, tuple[date, date]]


def _ask(session: Session, group_id: int, asked: Asked) -> Callable[[], object]:
    member_id, (since, until) = asked
    return lambda: lines_of(session, group_id, since=since, until=until, member_id=member_id)


def _ask_bare(bare: sqlite3.Connection, asked: Asked) -> Callable[[], object]:
    member_id, (since, until) = asked
    values = (member_id, since.isoformat(), until.isoformat())
    return lambda: bare.execute(_BARE, values).fetchall()


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1_000


def _tell(name: str, took: list[float]) -> float:
    """Say it; the middle one."""
    ordered = sorted(took)
    p95 = ordered[int(len(ordered) * 0.95)]
    click.echo(
        f"{name:<20} median {statistics.median(ordered):7.3f} ms, p95 {p95:7.3f} ms, "
        f"worst {ordered[-1]:7.3f} ms"
    )
    return statistics.median(ordered)


def _days(lines: int) -> int:
    return max(31, lines // (MEMBERS * 2))


def _a_month(chance: random.Random, lines: int) -> tuple[date, date]:
    since = NOW.date() - timedelta(days=chance.randrange(30, _days(lines)))
    return since, since + timedelta(days=30)


def _filled(database: Database, lines: int) -> tuple[int, list[int]]:
    upgrade(database)
    with database.begin() as session:
        load_reference(session)
    with database.begin() as session:
        group, writer = _group(session)
        people = [
            GroupMember(group_id=group.id, number=number, name=f"Member {number}", joined_at=NOW)
            for number in range(1, MEMBERS + 1)
        ]
        session.add_all(people)
        session.flush()
        members = [person.id for person in people]
        session.add(MilkBook(group_id=group.id, opened_at=NOW))
        session.flush()
        rows: list[dict[str, Any]] = []
        last = None
        for last in _lines(group.id, writer, members, lines):
            rows.append({key: value for key, value in asdict(last).items() if key != "id"})
            if len(rows) == AT_ONCE:
                session.execute(insert(BookLine), rows)
                rows = []
        if rows:
            session.execute(insert(BookLine), rows)
        book = session.get_one(MilkBook, group.id)
        if last is not None:
            book.lines, book.last_hash = last.number, last.hash
        return group.id, members


def _group(session: Session) -> tuple[Group, int]:
    writer = get_or_create_subscriber(session, "+254722000021", default_country="KE", now=NOW)
    group = found_dairy(session, "ke-kiambu-githunguri")
    return group, writer.id


def _lines(group_id: int, writer: int, members: list[int], lines: int) -> Iterator[Line]:
    chance = random.Random(SEED)
    first, previous = NOW.date() - timedelta(days=_days(lines)), ""
    for at in range(lines):
        half_day, whose = divmod(at, MEMBERS)
        line = Line(
            EntryKind.DELIVERY,
            first + timedelta(days=half_day // 2),
            written_by=writer,
            source_key=f"bench:{at}",
            raw_text="MILK MEMBER 12 A",
            milking=Milking.EVENING if half_day % 2 else Milking.MORNING,
            member_id=members[whose],
            litres=Decimal(chance.randrange(20, 200)) / 10,
            grade="A",
            group_id=group_id,
            number=at + 1,
            written_at=NOW,
            previous_hash=previous,
        )
        line = replace(line, hash=hash_of(previous, line))
        previous = line.hash
        yield line


if __name__ == "__main__":
    main()

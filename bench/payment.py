"""`python -m bench.payment [--members N]`: a group's statements worked out and promised, on SQLite.

Each member brought milk twice a day for half a month, of three grades, and owes for feed and soap.
The floor, of the same run, is the bare driver: the lines read as they are, and one row a text put
into a table with a unique key, all in one transaction that is forced to the disk.
"""

import random
import sqlite3
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import click
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.dairy import found_dairy
from bench.results import Figure
from db.session import Database, open_database
from db.upgrade import upgrade
from groups.adopting import adopt, propose
from groups.book_kinds import EntryKind, Milking
from groups.book_models import BookLine, MilkBook
from groups.models import Group, GroupMember
from groups.schemes import GradeRate, Period, Scheme
from handlers.telling_statements import AllTold, tell_period
from messaging.subscribers import get_or_create_subscriber, get_or_create_subscribers
from prices.catalogue import Catalogue
from prices.importers.reference import load_reference

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
PERIOD = Period(date(2026, 11, 1), date(2026, 11, 16))
DAYS = 15
SEED = 47
SCHEME = Scheme(
    base_price=Decimal(45),
    grades=(GradeRate("A", Decimal(1)), GradeRate("C", Decimal(-2))),
    levy_per_cent=Decimal(1),
    transport_per_litre=Decimal("0.5"),
)


@click.command()
@click.option("--members", default=400, show_default=True)
@click.option("--runs", default=5, show_default=True)
def main(members: int, runs: int) -> list[Figure]:
    """Measure it several times, each on a database of its own."""
    seconds = sorted(_measure(members) for _ in range(runs))
    middles = []
    for name, at in (("statements", 0), ("floor", 1)):
        told = sorted(one[at] for one in seconds)
        middle = told[len(told) // 2]
        middles.append(middle)
        click.echo(f"{name:<12} {middle:8.3f} s (best {told[0]:.3f}, worst {told[-1]:.3f})")
    click.echo(f"{members} members, {members * DAYS * 2:,} deliveries, {runs} runs")
    ours, floor = middles
    return [Figure(f"statements of {members} members", ours, "s", floor)]


def _measure(members: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = open_database(f"sqlite:///{folder / 'bench.db'}")
        upgrade(database)
        with database.begin() as session:
            load_reference(session)
            group_id = _fill(session, members)
        took = _tell(database, group_id, members)
        database.engine.dispose()
        return took, _floor(folder / "bench.db", members)


def _tell(database: Database, group_id: int, members: int) -> float:
    catalogue = Catalogue("KE")
    with database.read() as session:
        vocabulary = catalogue.vocabulary(session, "KE")
    start = time.perf_counter()
    with database.begin() as session:
        told = tell_period(session, vocabulary, session.get_one(Group, group_id), PERIOD, NOW)
    took = time.perf_counter() - start
    if not isinstance(told, AllTold) or told.sent != members:
        raise click.ClickException(f"not every member was told: {told}")
    return took


def _floor(file: Path, members: int) -> float:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE floor (key TEXT UNIQUE, text TEXT)")
    start = time.perf_counter()
    with connection:
        connection.execute("SELECT * FROM book_line").fetchall()
        for member in range(members):
            connection.execute("INSERT INTO floor VALUES (?, ?)", (str(member), "x" * 140))
    took = time.perf_counter() - start
    connection.close()
    return took


def _fill(session: Session, members: int) -> int:
    group = found_dairy(session, "ke-nakuru")
    phones = [f"+2547110{number:05d}" for number in range(members)]
    met = dict.fromkeys(phones, NOW)
    people = get_or_create_subscribers(session, met, default_country="KE")
    rows = [
        GroupMember(
            group_id=group.id,
            subscriber_id=people[phone].id,
            number=number,
            name=f"Member {number}",
            joined_at=NOW,
        )
        for number, phone in enumerate(phones, start=1)
    ]
    session.add_all(rows)
    session.add(MilkBook(group_id=group.id, opened_at=NOW))
    session.flush()
    writer = get_or_create_subscriber(session, phones[0], default_country="KE", now=NOW)
    row = propose(session, group, SCHEME, words="", by=writer, source_key="bench", now=NOW)
    adopt(session, group, row, writer, PERIOD.since, NOW)
    session.execute(insert(BookLine), _lines(group.id, writer.id, [one.id for one in rows]))
    return group.id


def _lines(group_id: int, writer: int, members: list[int]) -> list[dict[str, object]]:
    """The lines as rows; their hashes are nobody's concern here."""
    chance = random.Random(SEED)
    lines: list[dict[str, object]] = []

    def write(**said: object) -> None:
        number = len(lines) + 1
        lines.append(
            dict.fromkeys(("milking", "litres", "grade", "amount", "what_for"))
            | {
                "group_id": group_id,
                "number": number,
                "written_by": writer,
                "written_at": NOW,
                "source_key": f"bench:{number}",
                "raw_text": "",
                "previous_hash": "",
                "hash": "",
            }
            | said
        )

    for day in (PERIOD.since + timedelta(days=one) for one in range(DAYS)):
        for milking in Milking:
            for member in members:
                litres = Decimal(chance.randint(20, 250)) / 10
                grade = chance.choice(("A", "B", "C", None))
                write(
                    kind=EntryKind.DELIVERY,
                    day=day,
                    member_id=member,
                    milking=milking,
                    litres=litres,
                    grade=grade,
                )
    for member in members:
        for purpose, amount in (("feed", 1200), ("soap", 120)):
            write(
                kind=EntryKind.CHARGE,
                day=PERIOD.since,
                member_id=member,
                amount=Decimal(amount),
                what_for=purpose,
            )
    return lines


if __name__ == "__main__":
    main()

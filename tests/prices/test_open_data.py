"""What everybody may read costs what is shown of it, not what a country told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, event

from db.session import Database
from prices.open_data import OpenReport, ReportFilter, open_reports
from tests.cast import NJERI, WANJIKU
from tests.prices.stories import kenya, place_named, report_price

DAY = timedelta(days=1)


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """What the database is asked in the meantime."""
    asked: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)


def at(database: Database, name: str, now: datetime, **more: object) -> list[OpenReport]:
    """The reports of the last 30 days at a place."""
    with database.read() as session:
        place = place_named(kenya(session), name)
        wanted = ReportFilter(
            since=now - 30 * DAY,
            until=now + DAY,
            place_ids=[place.id],
            **more,  # type: ignore[arg-type]
        )
        return open_reports(session, wanted, after=None, limit=10)


def test_where_nobody_told_anything_no_report_is_looked_for(
    database: Database, now: datetime
) -> None:
    """13 seconds it took among 10,000,000 reports: all of a month were read to find none."""
    with database.begin() as session:
        report_price(session, kenya(session), WANJIKU, "milk", "nakuru", 45, now)
    with statements_of(database) as asked:
        assert at(database, "molo", now) == []
    assert not [statement for statement in asked if "FROM price_observation" in statement]


def test_all_that_was_told_at_a_place_is_found_and_nothing_else(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        report_price(session, vocabulary, WANJIKU, "milk", "nakuru", 45, now - 29 * DAY)
        report_price(session, vocabulary, NJERI, "maize", "nakuru", 40, now)
        report_price(session, vocabulary, NJERI, "milk", "molo", 46, now)
        report_price(session, vocabulary, NJERI, "beans", "nakuru", 120, now - 40 * DAY)
    assert [one.commodity for one in at(database, "nakuru", now)] == ["milk", "maize"]
    assert [one.commodity for one in at(database, "nakuru", now, commodity="maize")] == ["maize"]
    assert at(database, "molo", now, commodity="maize") == []

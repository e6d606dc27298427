"""What everybody may read costs what is shown of it, not what a country told."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from db.session import Database
from prices import open_data
from prices.book_reads import CellRow
from prices.estimates import Confidence
from prices.open_data import OpenReport, PriceFilter, ReportFilter, open_prices, open_reports
from prices.vocabulary import Vocabulary
from tests.cast import NJERI, OTIENO, WANJIKU
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


def test_a_page_of_a_past_day_looks_at_so_many_prices_and_no_more(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a filter that hardly any price passes a page took seconds: each was worked out first."""
    monkeypatch.setattr(open_data, "FEWEST", 2)
    monkeypatch.setattr(open_data, "MOST_WORKED_OUT", 2)
    told = {"githunguri": 1, "kitale": 1, "molo": 1, "nakuru": 3, "njoro": 1}
    with database.begin() as session:
        for place, people in told.items():
            for who in (WANJIKU, NJERI, OTIENO)[:people]:
                report_price(session, kenya(session), who, "milk", place, 45, now - 2 * DAY)
    worked_out: list[int] = []
    work_out = open_data.estimates_of_rows

    def counting(
        session: Session, words: Vocabulary, rows: Sequence[CellRow], *more: Any, **how: Any
    ) -> Any:
        worked_out.append(len(rows))
        return work_out(session, words, rows, *more, **how)

    monkeypatch.setattr(open_data, "estimates_of_rows", counting)
    wanted, after, places = PriceFilter("milk", confidence=Confidence.FEW), None, []
    for _ in range(9):
        with database.read() as session:
            words = kenya(session)
            worked_out.clear()
            page = open_prices(session, words, wanted, now=now - DAY, after=after, limit=1)
        assert sum(worked_out) <= 4
        places += [words.places[one.cell.place_id].code for one in page.prices]
        after = page.after
        if after is None:
            break
    assert places == ["ke-nakuru"]


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

"""What says that the database is away, and what only that one statement will not do."""

import sqlite3
from pathlib import Path

import psycopg.errors
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError, TimeoutError

from db.away import is_away
from db.session import Database, open_database


def fault_of(database: Database, statement: str) -> Exception:
    with pytest.raises((SQLAlchemyError, OSError)) as raised, database.begin() as session:
        session.execute(text(statement))
    return raised.value


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/no.db"])
def test_where_there_is_none(url: str) -> None:
    assert is_away(fault_of(open_database(url), "SELECT 1"))


def test_a_file_that_another_holds(tmp_path: Path) -> None:
    held = sqlite3.connect(tmp_path / "bei.db", isolation_level=None)
    database = open_database(f"sqlite:///{tmp_path / 'bei.db'}", patience_seconds=0.01)
    held.execute("BEGIN EXCLUSIVE")
    assert is_away(fault_of(database, "SELECT 1"))
    held.close()


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "bei.db").write_bytes(b"a letter to my mother" * 100)
    assert is_away(fault_of(open_database(f"sqlite:///{tmp_path / 'bei.db'}"), "SELECT 1"))


@pytest.mark.parametrize("statement", ["SELECT * FROM nowhere", "SELEC", "SELECT '1'::cow"])
def test_a_statement_that_is_wrong_is_no_outage(database: Database, statement: str) -> None:
    assert not is_away(fault_of(database, statement))


@pytest.mark.parametrize(
    ("code", "is_it"),
    [
        ("08006", True),  # the line was cut
        ("53100", True),  # the disk is full
        ("53300", True),  # too many connections
        ("57P01", True),  # the operator shut it down
        ("25006", True),  # a standby
        ("55P03", True),  # a lock not had in time
        ("40P01", False),  # a deadlock: the next try may do
        ("23505", False),  # there already
        ("22001", False),  # too long
        ("42P01", False),  # no such table
    ],
)
def test_postgresql_by_its_codes(code: str, is_it: bool) -> None:
    cause = psycopg.errors.lookup(code)("fault")
    assert is_away(DBAPIError.instance("INSERT", {}, cause, psycopg.Error)) is is_it


def test_what_is_behind_it_counts() -> None:
    """SQLite undoes all on a full disk, and then misses the savepoint."""
    missed = ValueError("no such savepoint")
    missed.__context__ = OperationalError("INSERT", {}, Exception("no room"))
    assert is_away(missed)


def test_others() -> None:
    assert is_away(TimeoutError("no connection of the pool"))
    assert is_away(OSError("no space left on device"))
    assert not is_away(ZeroDivisionError())


def test_nobody_waits_for_ever_for_a_turn(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'bei.db'}", patience_seconds=0.01)
    with database.begin(), pytest.raises(OperationalError) as raised, database.begin():
        pass
    assert is_away(raised.value)
    with database.begin() as session:
        session.execute(text("SELECT 1"))


def test_a_turn_that_cannot_be_taken_is_left_to_the_next(tmp_path: Path) -> None:
    """Where there is no room for its file, say."""
    database = open_database(f"sqlite:///{tmp_path / 'deep' / 'bei.db'}", patience_seconds=0.01)
    (tmp_path / "deep").rmdir()
    for _ in range(2):
        with pytest.raises(OSError, match="deep"), database.begin():
            pass
    (tmp_path / "deep").mkdir()
    with database.begin() as session:
        session.execute(text("SELECT 1"))

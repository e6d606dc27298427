"""`bei book`: a book looked through, and given out."""

import csv
import io
import json
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import update

from db.session import Database
from groups.book_models import BookLine
from tests.app.commandline import bei
from tests.cast import NJERI
from tests.handlers.keywords.dairy import PETER, ROSE, Dairy
from tests.handlers.texting import Phones


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    """A morning of KIRIMA."""
    dairy = Dairy(Phones(database, now))
    dairy.text(PETER, "MILK JANE 12 A, MARY 8.5")
    dairy.text(ROSE, "SOLD 20.5 KCC 46")
    dairy.text(NJERI, "CORRECT 1 14")
    dairy.text(ROSE, "PAID KCC 943")
    return dairy


@pytest.mark.usefixtures("dairy")
def test_a_book_as_it_was_written(database_url: str) -> None:
    ran = bei("book", "verify", "kirima", database_url=database_url)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("KIRIMA: 5 lines, all as they were written, the last hash is ")


def test_the_first_line_that_was_changed(dairy: Dairy, database_url: str) -> None:
    with dairy.phones.database.begin() as session:
        for number in (2, 4):
            changed = update(BookLine).where(BookLine.number == number)
            session.execute(changed.values(litres=Decimal(80)))
    ran = bei("book", "verify", "KIRIMA", database_url=database_url)
    assert ran.code == 1
    assert ran.out == ""
    assert "KIRIMA: line 2 was changed" in ran.err


@pytest.mark.usefixtures("dairy")
def test_no_book_and_no_group(database_url: str) -> None:
    assert bei("book", "verify", "UMOJA", database_url=database_url).out == (
        "UMOJA has no book yet\n"
    )
    for command in ("verify", "export"):
        ran = bei("book", command, "NOWHERE", database_url=database_url)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)


@pytest.mark.usefixtures("dairy")
def test_every_line_is_given_out_without_a_number(database_url: str) -> None:
    ran = bei("book", "export", "KIRIMA", database_url=database_url)
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(row["kind"], row["counts"]) for row in rows] == [
        ("delivery", "no"),
        ("delivery", "yes"),
        ("sale", "yes"),
        ("delivery", "yes"),
        ("paid", "yes"),
    ]
    assert rows[0]["member"] == rows[3]["member"] == "Jane Wanjiku"
    assert (rows[1]["litres"], rows[3]["corrects"], rows[4]["of_line"]) == ("8.5", "1", "3")
    assert rows[0]["written_by"] == "Peter Otieno"
    assert "+254" not in ran.out
    told = json.loads(
        bei("book", "export", "KIRIMA", "--format", "json", database_url=database_url).out
    )
    assert [row["hash"] for row in told] == [row["hash"] for row in rows]

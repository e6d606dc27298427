"""Stories of `bei payment`: a sheet to print and sign, and a scheme tried before it is adopted."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from db.session import Database
from groups.groups import find_group
from groups.members import find_members, remove_member
from groups.models import Group
from tests.app.commandline import bei
from tests.app.test_cli import assert_one_line
from tests.cast import WANJIKU
from tests.handlers.keywords.paying import brings, kirima, pays
from tests.handlers.keywords.talking import Talk


@contextmanager
def paid_group(database: Database, now: datetime) -> Iterator[tuple[Talk, Group]]:
    """KIRIMA with milk of early November, in English."""
    with database.begin() as session:
        talk = Talk(session, now)
        group = kirima(talk)
        group.language = "en"
        pays(talk, group, on=date(2026, 11, 1))
        brings(talk, group, 3, "188.5", date(2026, 11, 5), "A")
        brings(talk, group, 4, "10", date(2026, 11, 6))
        yield talk, group


def test_a_sheet_adds_up_and_holds_every_line(
    database: Database, database_url: str, now: datetime, tmp_path: Path
) -> None:
    with paid_group(database, now):
        pass
    out = tmp_path / "sheet.html"
    arguments = ("payment", "sheet", "kirima", "--period", "2026-11a")
    ran = bei(*arguments, "-o", str(out), database_url=database_url)
    assert (ran.code, ran.out) == (0, "")
    page = out.read_text("utf-8")
    assert "Payment sheet – Kirima Dairy" in page
    assert "1-15 Nov 2026" in page
    assert "To be paid by 20 Nov. Sums in KES." in page
    assert (
        "Milk 188.5 L x 45 = +8,482.50; Grade A 188.5 L x 1 = +188.50; "
        "Levy 188.5 L x -0.50 = -94.25"
    ) in page
    assert "<td>3</td>" in page
    assert "<b>8,576.75</b>" in page
    assert '<td class="sum">9,021.75</td>' in page  # and Peter's 445
    assert "<script" not in page
    # No phone number is printed.
    assert WANJIKU not in page


def test_names_are_never_taken_for_html_or_formulas(
    database: Database, database_url: str, now: datetime
) -> None:
    with paid_group(database, now) as (talk, group):
        talk.subscriber(WANJIKU).name = "<script>alert(1)</script>"
        group.name = "=A1 & Sons"
        brings(talk, group, 1, "1", date(2026, 11, 7), "=1+1")
    arguments = ("payment", "sheet", "KIRIMA", "--period", "2026-11a")
    page = bei(*arguments, database_url=database_url).out
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "=A1 &amp; Sons" in page
    ran = bei(*arguments, "--format", "csv", database_url=database_url)
    *_, jane, peter, whole = csv.DictReader(ran.out.splitlines())
    assert jane["member"].startswith("<script>")
    said = {"number": "4", "member": "Peter Mwangi", "litres": "10", "milk": "450"}
    assert {name: told for name, told in peter.items() if told} == {
        **said, "levy": "-5", "to_pay": "445",
    }  # fmt: skip
    assert (whole["litres"], whole["milk"], whole["grade"]) == ("199.5", "8977.5", "188.5")
    assert whole["to_pay"] == "9066.25"


def test_who_left_is_on_the_sheet(database: Database, database_url: str, now: datetime) -> None:
    with paid_group(database, now) as (talk, group):
        (peter,) = find_members(talk.session, group, "peter")
        remove_member(talk.session, peter, now)
    arguments = ("payment", "sheet", "KIRIMA", "--period", "2026-11a")
    assert "Peter Mwangi" in bei(*arguments, database_url=database_url).out


@pytest.mark.parametrize(
    ("group", "period", "fault"),
    [
        ("NOBODY", "2026-11a", "there is no group NOBODY"),
        ("KIRIMA", "november", "november is no period: 2026-11a, 2026-11b, or 2026-11"),
        ("KIRIMA", "2026-10", "KIRIMA had no scheme by 2026-10-01"),
    ],
)
def test_what_cannot_be_printed_is_one_line(
    database: Database, database_url: str, now: datetime, group: str, period: str, fault: str
) -> None:
    with paid_group(database, now):
        pass
    ran = bei("payment", "sheet", group, "--period", period, database_url=database_url)
    assert_one_line(ran, fault)


def test_a_scheme_in_a_file_is_tried(
    database: Database,
    database_url: str,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        sys.modules["app.cli.payment"], "now", lambda: datetime(2026, 11, 24, 9, tzinfo=UTC)
    )
    with paid_group(database, now):
        pass
    file = tmp_path / "scheme.txt"
    file.write_text("BASE 44 A +3\nLEVY 0.5\n", encoding="utf-8")
    ran = bei("payment", "try", "KIRIMA", str(file), database_url=database_url)
    assert ran.out.splitlines() == [
        "Base 44. A +3. Levy 0.50/L. Paid 5 days after each half month.",
        "since 2026-11-01: +178.50 in all, 1 gain, 1 lose, 0 as before",
        "       +188.50  #3 Jane Wanjiku",
        "           -10  #4 Peter Mwangi",
    ]
    file.write_text("BASE 44 CREAM", encoding="utf-8")
    ran = bei("payment", "try", "KIRIMA", str(file), database_url=database_url)
    assert_one_line(ran, f"{file} holds no scheme: it is not understood at 'CREAM'")
    with database.begin() as session:
        assert find_group(session, "KIRIMA") is not None
    monkeypatch.setattr(
        sys.modules["app.cli.payment"], "now", lambda: datetime(2027, 5, 24, 9, tzinfo=UTC)
    )
    file.write_text("BASE 44", encoding="utf-8")
    ran = bei("payment", "try", "KIRIMA", str(file), database_url=database_url)
    assert_one_line(ran, "KIRIMA was paid by no scheme in the last months: nothing to compare with")

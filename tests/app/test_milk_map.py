"""`bei book map`: the milk of a group, or of all, for a spreadsheet or a map."""

import csv
import io
import json
from datetime import datetime

import pytest

from db.session import Database
from tests.app.commandline import bei
from tests.groups.test_milk_map import each_brings, three_members


@pytest.fixture
def books(database: Database, now: datetime) -> None:
    """KIRIMA and TUMAINI with a day each, and a made-up group."""
    with database.begin() as session:
        for code in ("KIRIMA", "TUMAINI", "DEMO"):
            dairy, nakato = three_members(session, now, code)
            dairy.group.is_demo = code == "DEMO"
            each_brings(session, dairy, nakato, now)


@pytest.mark.usefixtures("books")
def test_a_table(database_url: str) -> None:
    ran = bei("book", "map", "kirima", database_url=database_url)
    assert (ran.code, ran.err) == (0, "")
    (row,) = csv.DictReader(io.StringIO(ran.out))
    assert (row["route"], row["month"], row["litres"], row["evening_litres"]) == (
        "KIRIMA", "2026-11", "30", "0",
    )  # fmt: skip


@pytest.mark.usefixtures("books")
def test_a_map_of_all_that_are_real(database_url: str) -> None:
    ran = bei("book", "map", "--all", "--format", "geojson", database_url=database_url)
    assert ran.code == 0
    told = json.loads(ran.out)
    assert told["type"] == "FeatureCollection"
    routes = [feature["properties"]["route"] for feature in told["features"]]
    assert routes == ["KIRIMA", "TUMAINI"]


def test_an_empty_map_is_one_too(database_url: str) -> None:
    ran = bei("book", "map", "--all", "--format", "geojson", database_url=database_url)
    assert json.loads(ran.out) == {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize("asked", [[], ["KIRIMA", "--all"], ["NOWHERE"]])
def test_what_cannot_be_asked_is_one_line(database_url: str, asked: list[str]) -> None:
    ran = bei("book", "map", *asked, database_url=database_url)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1

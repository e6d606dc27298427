"""Stories of radio stations: found by their name, never twice, ended and begun anew."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.session import Database
from groups.models import RadioStation
from groups.schedules import Schedule
from groups.stations import (
    Wanted,
    add_station,
    checked_email,
    checked_name,
    end_station,
    find_station,
    last_script,
    stations,
    timetable_of,
)
from tests.conftest import NOON
from tests.groups.stories import NAKURU, place_id

MONDAYS_AT_SIX = Schedule((0,), 6, "Africa/Nairobi")


def wanted(place: int, **what: Any) -> Wanted:
    values = {"place_id": place, "language": "sw", "schedule": MONDAYS_AT_SIX}
    return Wanted(**(values | what))


def test_a_station_is_found_however_its_name_is_written(database: Database) -> None:
    with database.begin() as session:
        nakuru = place_id(session, NAKURU)
        added = add_station(session, " Nakuru  FM ", wanted(nakuru, commodities=("milk",)))
        assert added is not None
        assert (added.name, added.commodities) == ("Nakuru FM", ["milk"])
        assert timetable_of(added) == MONDAYS_AT_SIX
    with database.read() as session:
        for name in ("nakuru fm", "NAKURU-FM", "Nakuru  Fm"):
            found = find_station(session, name)
            assert found is not None
            assert last_script(session, found) is None
        assert find_station(session, "Molo FM") is None


def test_a_name_is_one_stations(database: Database) -> None:
    with database.begin() as session:
        nakuru = place_id(session, NAKURU)
        add_station(session, "Nakuru FM", wanted(nakuru))
        assert add_station(session, "nakuru fm", wanted(nakuru, language="en")) is None
        assert [one.language for one in stations(session)] == ["sw"]


def test_a_station_that_ended_begins_anew(database: Database) -> None:
    monthly = Schedule((), 7, "Africa/Nairobi", 31)
    with database.begin() as session:
        nakuru = place_id(session, NAKURU)
        add_station(session, "Nakuru FM", wanted(nakuru, email="news@nakuru.fm"))
        ended = end_station(session, "nakuru fm", NOON)
        assert ended is not None
        assert ended.ended_at == NOON
        assert list(stations(session)) == []
        assert end_station(session, "nakuru fm", NOON + timedelta(days=1)) is None
        again = add_station(session, "NAKURU FM", wanted(nakuru, schedule=monthly))
        assert again is not None
        assert (again.id, again.name, again.email) == (ended.id, "NAKURU FM", None)
        assert timetable_of(again) == monthly
        assert session.scalar(select(func.count()).select_from(RadioStation)) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "///", "Nakuru\x07FM", "☎"])
def test_a_name_nobody_could_find_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        checked_name(name)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nakuru",
        "nakuru@",
        "@nakuru.fm",
        "a b@nakuru.fm",
        "a@b@c",
        "a@nakuru.fm\nBcc: x@y.z",
        "a@nakuru.fm, b@nakuru.fm",
        "Nakuru <a@nakuru.fm>",
        "ñandú@nakuru.fm",
        f"{'x' * 250}@nakuru.fm",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="address"):
        checked_email(email)


def test_an_address_is_kept_as_it_is() -> None:
    assert checked_email("news+bei@nakuru.fm") == "news+bei@nakuru.fm"

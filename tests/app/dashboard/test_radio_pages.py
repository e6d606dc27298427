"""Radio stations at the desk: added, looked at, ended."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from time_machine import travel

from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from groups.models import EditionState, RadioScript
from groups.stations import stations
from tests.app.dashboard.desk import Desk, sit_down
from tests.conftest import NOON

RADIO = "/dashboard/radio"
FORM = {
    "name": "Nakuru FM",
    "place": "nakuru town",
    "language": "sw",
    "commodities": "maziwa, maize",
    "email": "news@example.org",
    "rhythm": "week",
    "days": "thu",
    "month_day": "",
    "hour": "6",
    "timezone": "Africa/Nairobi",
}


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(service: Service, database: Database) -> Desk:
    return sit_down(service, database, StaffRole.MODERATOR)


def test_a_station_is_added_shown_and_ended(desk: Desk, database: Database) -> None:
    assert "No station gets a script yet" in desk.open(RADIO).text
    assert desk.send(RADIO, page=RADIO, **FORM).location == RADIO
    with database.read() as session:
        (station,) = stations(session)
    assert station.commodities == ["milk", "maize"]
    assert station.next_script_at == datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    page = desk.open(RADIO).text
    assert "thu at 06:00 (Africa/Nairobi)" in page
    assert "26 Nov 2026, 06:00" in page
    one = desk.open(f"{RADIO}/1").text
    assert "news@example.org" in one
    assert "As it would be read out now" in one
    assert "None so far" in one
    desk.send(f"{RADIO}/1/end", page=f"{RADIO}/1")
    assert desk.open(f"{RADIO}/1").status_code == 404
    with database.read() as session:
        assert list(stations(session)) == []
        assert [change.action for change in changes(session)] == ["end station", "add station"]
    # It can be added again.
    assert desk.send(RADIO, page=RADIO, **FORM).status_code == 302


@pytest.mark.parametrize(
    ("state", "is_written", "words"),
    [
        (EditionState.MISSED, True, "was missed"),
        (EditionState.MADE, False, "not written yet"),
        (EditionState.MADE, True, "Read this out"),
    ],
)
def test_what_became_of_the_last_script_is_told(
    desk: Desk, database: Database, state: EditionState, is_written: bool, words: str
) -> None:
    desk.send(RADIO, page=RADIO, **FORM)
    with database.begin() as session:
        session.add(
            RadioScript(
                radio_station_id=1, due_at=NOON, made_at=NOON, state=state, language="sw",
                subject="Prices", text="Read this out.", written_at=NOON if is_written else None,
            )
        )  # fmt: skip
    assert words in desk.open(f"{RADIO}/1").text
    if words != "Read this out":
        assert "tag wrong" in desk.open(RADIO).text


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"name": ""}, "a station&#39;s name has 1 to 40 letters"),
        ({"place": "atlantis"}, "there is no place atlantis"),
        ({"language": "fr"}, "there are no radio scripts in fr"),
        ({"email": "nobody"}, "is no e-mail address"),
        ({"days": ""}, "choose a day of the week at least"),
        ({"hour": "24"}, "the hour is a number from 0 to 23"),
        ({"timezone": "Mars"}, "there is no time zone Mars"),
        ({"commodities": "gold dust"}, "there is no commodity gold dust"),
        ({"commodities": "milk," * 20}, "a script tells at most"),
    ],
)
def test_a_station_that_cannot_be_is_not_added(
    desk: Desk, database: Database, typed: dict[str, str], fault: str
) -> None:
    refused = desk.send(RADIO, page=RADIO, **(FORM | typed))
    assert refused.status_code == 400
    assert fault in refused.text
    with database.read() as session:
        assert list(stations(session)) == []
        assert changes(session) == []


def test_a_station_is_not_added_twice(desk: Desk, database: Database) -> None:
    desk.send(RADIO, page=RADIO, **FORM)
    again = desk.send(RADIO, page=RADIO, **(FORM | {"name": "NAKURU  fm"}))
    assert again.status_code == 409
    assert "end it first" in again.text
    with database.read() as session:
        assert len(stations(session)) == len(changes(session)) == 1


def test_a_viewer_looks_and_changes_nothing(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    assert "Add a station" not in desk.open(RADIO).text
    token = desk.token("/dashboard/log")
    for path in (RADIO, f"{RADIO}/1/end"):
        assert desk.browser.post(path, data={"csrf_token": token, **FORM}).status_code == 403
    assert desk.open(f"{RADIO}/1").status_code == 404

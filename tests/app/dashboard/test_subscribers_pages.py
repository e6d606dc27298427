"""Subscribers at the desk: found, looked at, switched off and on with their own words."""

import json
from decimal import Decimal

import pytest

import groups.people
from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from groups.alert_rules import AlertWay, Zone
from groups.groups import join, leave
from groups.models import PriceAlert, WatchedPrice
from groups.people import consent_history
from groups.subscriptions import subscribe
from messaging.models import Subscriber
from prices.kinds import PriceType
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import NJERI, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import GITHUNGURI, NAKURU, found_group, meet, place_id

PAGE = "/dashboard/subscribers"


@pytest.fixture
def admin(service: Service, database: Database) -> Desk:
    return sit_down(service, database, StaffRole.ADMIN)


def people(database: Database) -> None:
    """Wanjiku at Githunguri, Otieno at Nakuru who said stop, Njeri whom no text reaches."""
    with database.begin() as session:
        githunguri, nakuru = place_id(session, GITHUNGURI), place_id(session, NAKURU)
        meet(session, WANJIKU, NOON, home_place_id=githunguri, language="sw", name="Wanjiku")
        meet(session, OTIENO, NOON, home_place_id=nakuru, language="en", opted_out_at=NOON)
        meet(session, NJERI, NOON, unreachable_at=NOON, unreachable_because="UserInactive")


def shown(desk: Desk, query: str = "") -> set[str]:
    page = desk.open(f"{PAGE}{query}").text
    return {number for number in ("001", "002", "003") if f"***{number}" in page}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"001", "002", "003"}),
        ("?standing=on", {"001"}),
        ("?standing=out", {"002"}),
        ("?standing=unreachable", {"003"}),
        ("?language=sw", {"001"}),
        ("?county=ke-county-nakuru", {"002"}),
        ("?county=ke-county-nakuru&standing=on", set()),
        ("?after=2", {"001"}),
    ],
)
def test_people_are_found_by_what_they_are(
    admin: Desk, database: Database, query: str, expected: set[str]
) -> None:
    people(database)
    assert shown(admin, query) == expected


def test_a_group_shows_who_is_in_it_now(admin: Desk, database: Database) -> None:
    people(database)
    with database.begin() as session:
        group = found_group(session, "KIRIMA")
        wanjiku, otieno = meet(session, WANJIKU, NOON), meet(session, OTIENO, NOON)
        join(session, group, wanjiku, NOON)
        join(session, group, otieno, NOON)
        leave(session, group, otieno, NOON)
    assert shown(admin, "?group=kirima") == {"001"}


@pytest.mark.parametrize("query", ["?standing=ill", "?county=mars", "?group=NONE"])
def test_what_nobody_can_be_is_told(admin: Desk, query: str) -> None:
    assert admin.open(f"{PAGE}{query}").status_code in {400, 404}


def test_few_among_many_are_sought_window_by_window(
    admin: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups.people, "WINDOW", 2)
    people(database)
    page = admin.open(f"{PAGE}?standing=on").text
    assert "None of those who were looked at" in page
    assert "after=2" in page
    assert shown(admin, "?standing=on&after=2") == {"001"}


def test_all_that_is_known_of_somebody_and_no_number(admin: Desk, database: Database) -> None:
    people(database)
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, NOON)
        join(session, found_group(session, "KIRIMA"), wanjiku, NOON)
        githunguri = place_id(session, GITHUNGURI)
        subscribe(
            session, wanjiku, commodity="milk", place_id=githunguri,
            timezone="Africa/Nairobi", now=NOON,
        )  # fmt: skip
        watched = WatchedPrice(
            commodity_code="milk", place_id=githunguri, price_type=PriceType.FARM_GATE
        )
        session.add(watched)
        session.flush()
        for way, price in ((AlertWay.ABOVE, Decimal(50)), (AlertWay.UNUSUAL, None)):
            session.add(
                PriceAlert(
                    subscriber_id=wanjiku.id, watched_price_id=watched.id, way=way,
                    price=price, zone=Zone.WITHIN, began_at=NOON,
                )
            )  # fmt: skip
    page = admin.open(f"{PAGE}/1").text
    for words in ("Githunguri", "KIRIMA", "mon at 07:00", "above 50", "far from usual", "sw"):
        assert words.lower() in page.lower(), words
    assert WANJIKU not in page
    assert admin.open(f"{PAGE}/99").status_code == 404


def test_somebody_is_switched_off_and_on_with_their_own_words(
    admin: Desk, database: Database
) -> None:
    people(database)
    for wants_in, words in (("0", "Asked on 0711000001 to be left alone"), ("1", "Called again")):
        done = admin.send(
            f"{PAGE}/1/consent", page=f"{PAGE}/1", wants_in=wants_in, channel="voice", wording=words
        )
        assert done.location == f"{PAGE}/1"
    with database.read() as session:
        back, out = consent_history(session, 1)
        assert (out.opted_in, out.channel.value) == (False, "voice")
        assert out.wording == "At the desk: Asked on 0711000001 to be left alone"
        assert back.opted_in
        on, off = changes(session)
        person = session.get_one(Subscriber, 1)
    assert person.opted_out_at is None
    assert (off.action, off.subject) == ("switch off", "subscriber 1")
    assert (off.before, off.after) == ({"gets_messages": True}, {"gets_messages": False})
    assert off.note == "Asked on 0711***001 to be left alone"
    assert on.action == "switch on"
    assert "0711***001" in admin.open(f"{PAGE}/1").text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"wants_in": "0", "channel": "voice", "wording": " "}, 400),
        ({"wants_in": "0", "channel": "voice", "wording": "x" * 401}, 400),
        ({"wants_in": "0", "channel": "smoke", "wording": "stop"}, 400),
        ({"wants_in": "1", "channel": "voice", "wording": "is in already"}, 409),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    admin: Desk, database: Database, form: dict[str, str], status: int
) -> None:
    people(database)
    assert admin.send(f"{PAGE}/1/consent", page=f"{PAGE}/1", **form).status_code == status
    with database.read() as session:
        assert list(consent_history(session, 1)) == []
        assert changes(session) == []


def test_a_phone_is_tried_again(admin: Desk, database: Database) -> None:
    people(database)
    admin.send(f"{PAGE}/3/reachable", page=f"{PAGE}/3")
    with database.read() as session:
        assert session.get_one(Subscriber, 3).unreachable_at is None
        (change,) = changes(session)
    assert change.action == "try phone again"
    assert admin.send(f"{PAGE}/3/reachable", page=f"{PAGE}/3").status_code == 409


def test_who_may_only_look_switches_nobody_off(service: Service, database: Database) -> None:
    people(database)
    for role in (StaffRole.VIEWER, StaffRole.MODERATOR):
        desk = sit_down(service, database, role)
        assert "Switch off" not in desk.open(f"{PAGE}/1").text
        form = {"wants_in": "0", "channel": "voice", "wording": "stop"}
        assert desk.send(f"{PAGE}/1/consent", page=f"{PAGE}/1", **form).status_code == 403
        assert desk.send(f"{PAGE}/3/reachable", page=f"{PAGE}/3").status_code == 403
    with database.read() as session:
        assert list(consent_history(session, 1)) == []


def test_somebody_is_given_all_that_is_kept_of_them(admin: Desk, database: Database) -> None:
    people(database)
    given = admin.send(f"{PAGE}/1/export", page=f"{PAGE}/1")
    assert given.headers["Content-Disposition"] == "attachment; filename=person-1.json"
    assert given.headers["Cache-Control"] == "no-store"
    told = json.loads(given.text)["person"]
    assert (told["number"], told["name"]) == (WANJIKU, "Wanjiku")
    assert OTIENO not in given.text
    with database.read() as session:
        (change,) = changes(session)
    assert (change.action, change.subject) == ("export person", "subscriber 1")
    assert change.after == {"bytes": len(given.data)}
    assert admin.send(f"{PAGE}/99/export", page=f"{PAGE}/1").status_code == 404

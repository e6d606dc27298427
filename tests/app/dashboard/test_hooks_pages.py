"""Webhooks out at the desk: added, looked at, tried again, switched off; by admins alone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select
from time_machine import travel

from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffChange, StaffRole
from db.session import Database
from messaging.hook_events import TEST, NewEvent, write_events
from messaging.hook_models import Hook, HookDelivery, HookState
from messaging.hook_signing import fingerprint
from messaging.hooks import every_hook, switch_off
from tests.app.dashboard.desk import Desk, sit_down
from tests.conftest import NOON

HOOKS = "/dashboard/hooks"
FORM = {
    "name": "Co-op union",
    "url": "https://example.org/prices?key=receivers-own",
    "country": "KE",
    "commodities": "maziwa, maize",
    "counties": "Nakuru, ke-county-kiambu",
}
_SECRET = re.compile(r"beihook_[\w-]+")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(service: Service, database: Database) -> Desk:
    return sit_down(service, database, StaffRole.ADMIN)


def the_hook(database: Database) -> Hook:
    with database.read() as session:
        (hook,) = every_hook(session)
    return hook


def secret_in(page: str) -> str:
    found = _SECRET.search(page)
    assert found is not None
    return found[0]


def test_a_hook_is_added_and_its_secret_shown_once(desk: Desk, database: Database) -> None:
    assert "Nobody is told yet" in desk.open(HOOKS).text
    added = desk.send(HOOKS, page=HOOKS, **FORM)
    assert added.headers["Cache-Control"] == "no-store"
    secret = secret_in(added.text)
    hook = the_hook(database)
    assert hook.fingerprint == fingerprint(secret)
    assert (hook.url, hook.country, hook.with_demo) == (FORM["url"], "KE", False)
    assert hook.commodities == ["milk", "maize"]
    assert hook.counties == ["ke-county-nakuru", "ke-county-kiambu"]
    for path in (HOOKS, f"{HOOKS}/{hook.id}", "/dashboard/log"):
        assert secret not in desk.open(path).text
    one = desk.open(f"{HOOKS}/{hook.id}").text
    assert "Added by admin@example.org" in one
    assert "A worker looks at all prices first" in one


def test_the_log_has_neither_the_secret_nor_what_may_be_a_key_in_the_address(
    desk: Desk, database: Database
) -> None:
    secret = secret_in(desk.send(HOOKS, page=HOOKS, **FORM).text)
    hook = the_hook(database)
    page = f"{HOOKS}/{hook.id}"
    other = secret_in(desk.send(f"{page}/secret", page=page).text)
    assert other != secret
    desk.send(f"{page}/test", page=page)
    desk.send(f"{page}/again", page=page)
    desk.send(f"{page}/on", page=page, is_on="0")
    desk.send(f"{page}/on", page=page, is_on="1")
    desk.send(f"{page}/remove", page=page)
    with database.read() as session:
        assert [change.action for change in changes(session)] == [
            "remove hook", "switch hook on", "switch hook off", "try hook again", "test hook",
            "renew secret of hook", "add hook",
        ]  # fmt: skip
        written = str([(one.before, one.after) for one in session.scalars(select(StaffChange))])
    assert "https://example.org/…" in written
    for hidden in (secret, other, "receivers-own", hook.salt):
        assert hidden not in written
    assert desk.open(page).status_code == 404


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"name": ""}, "has 1 to 60 letters"),
        ({"name": "x" * 61}, "has 1 to 60 letters"),
        ({"url": ""}, "must begin with https://"),
        ({"url": "http://example.org/"}, "must begin with https://"),
        ({"url": "https://10.0.0.1/"}, "not in the open Internet"),
        ({"url": "https://127.0.0.1/"}, "not in the open Internet"),
        ({"url": "https://a:b@example.org/"}, "must not hold a name or a password"),
        ({"country": "XX"}, "no prices of XX"),
        ({"commodities": "gold dust"}, "there is no commodity gold dust"),
        ({"counties": "atlantis"}, "there is no county atlantis"),
    ],
)
def test_a_hook_that_cannot_be_is_not_added(
    desk: Desk, database: Database, typed: dict[str, str], fault: str
) -> None:
    refused = desk.send(HOOKS, page=HOOKS, **(FORM | typed))
    assert refused.status_code == 400
    assert fault in refused.text
    assert "beihook_" not in refused.text
    with database.read() as session:
        assert every_hook(session) == []
        assert changes(session) == []


def test_a_name_is_taken_until_its_hook_is_removed(desk: Desk, database: Database) -> None:
    desk.send(HOOKS, page=HOOKS, **FORM)
    assert desk.send(HOOKS, page=HOOKS, **FORM).status_code == 409
    page = f"{HOOKS}/{the_hook(database).id}"
    desk.send(f"{page}/remove", page=page)
    assert desk.send(HOOKS, page=HOOKS, **FORM).status_code == 200
    assert the_hook(database).id == 2


def add(database: Database, desk: Desk) -> int:
    desk.send(HOOKS, page=HOOKS, **FORM)
    hook_id = the_hook(database).id
    with database.begin() as session:
        events = [NewEvent(TEST, None, {"hook": "<b>"}, [hook_id]) for _ in range(3)]
        write_events(session, events, NOON - timedelta(days=2))
    return hook_id


def test_what_became_of_its_events_is_shown(desk: Desk, database: Database) -> None:
    hook_id = add(database, desk)
    with database.begin() as session:
        one, two, three = session.scalars(select(HookDelivery).order_by(HookDelivery.id))
        one.state, one.answer_code, one.ended_at = HookState.DELIVERED, 204, NOON
        two.state, two.answer_code, two.answer = HookState.GIVEN_UP, 500, "<i>oh</i>"
        two.ended_at = NOON - timedelta(hours=1)
        hook = session.get_one(Hook, hook_id)
        hook.failures_in_a_row, hook.rests_until = 4, NOON + timedelta(hours=1)
        assert three.state is HookState.WAITING
    lines = desk.open(HOOKS).text
    assert "needs a hand" in lines
    page = desk.open(f"{HOOKS}/{hook_id}").text
    assert "1 events of the last week were given up; 4 tries in a row failed" in page
    assert "the next try comes by itself at 24 Nov 2026, 13:00" in page
    assert "&lt;i&gt;oh&lt;/i&gt;" in page
    assert "<i>oh" not in page
    assert page.count('<th scope="row"><details>') == 3
    given_up = desk.open(f"{HOOKS}/{hook_id}?state=given_up").text
    assert given_up.count('<th scope="row"><details>') == 1
    assert desk.open(f"{HOOKS}/{hook_id}?state=nonsense&after=x").status_code == 200


def test_a_long_list_comes_in_pages(desk: Desk, database: Database) -> None:
    hook_id = add(database, desk)
    with database.begin() as session:
        events = [NewEvent(TEST, None, {}, [hook_id]) for _ in range(60)]
        write_events(session, events, NOON)
    first = desk.open(f"{HOOKS}/{hook_id}").text
    assert first.count('<th scope="row"><details>') == 50
    following = re.search(r'href="([^"]+after=\d+)"', first)
    assert following is not None
    second = desk.open(following[1].replace("&amp;", "&")).text
    assert second.count('<th scope="row"><details>') == 13


def test_try_again_takes_back_what_was_given_up(desk: Desk, database: Database) -> None:
    hook_id = add(database, desk)
    with database.begin() as session:
        for one in session.scalars(select(HookDelivery)):
            one.state, one.ended_at = HookState.GIVEN_UP, NOON
    page = f"{HOOKS}/{hook_id}"
    assert desk.send(f"{page}/again", page=page).location == page
    assert "and 3 that were given up" in desk.open(page).text
    with database.read() as session:
        assert set(session.scalars(select(HookDelivery.state))) == {HookState.WAITING}


def test_a_hook_that_its_receiver_ended_says_so(desk: Desk, database: Database) -> None:
    hook_id = add(database, desk)
    with database.begin() as session:
        switch_off(session.get_one(Hook, hook_id), "its receiver answered 410: moved", NOON)
    page = f"{HOOKS}/{hook_id}"
    assert "its receiver answered 410: moved" in desk.open(page).text
    for deed in ("again", "test"):
        refused = desk.send(f"{page}/{deed}", page=page)
        assert refused.status_code == 409
        assert "switch it on first" in refused.text
    desk.send(f"{page}/on", page=page, is_on="1")
    assert the_hook(database).off_at is None


@pytest.mark.parametrize("role", [StaffRole.VIEWER, StaffRole.MODERATOR])
def test_nobody_else_sees_or_changes_anything(
    service: Service, database: Database, role: StaffRole
) -> None:
    boss = sit_down(service, database, StaffRole.ADMIN)
    hook_id = add(database, boss)
    desk = sit_down(service, database, role)
    assert f'href="{HOOKS}"' not in desk.open("/dashboard/").text
    assert desk.open(HOOKS).status_code == 403
    assert desk.open(f"{HOOKS}/{hook_id}").status_code == 403
    token = desk.token("/dashboard/log")
    for path in (
        "",
        *(f"/{hook_id}/{deed}" for deed in ("again", "test", "on", "secret", "remove")),
    ):
        form = {"csrf_token": token, **FORM}
        assert desk.browser.post(HOOKS + path, data=form).status_code == 403
    with database.read() as session:
        assert [change.action for change in changes(session)] == ["add hook"]


def test_without_its_token_no_form_is_taken(desk: Desk, database: Database) -> None:
    hook_id = add(database, desk)
    for path in (
        "",
        *(f"/{hook_id}/{deed}" for deed in ("again", "test", "on", "secret", "remove")),
    ):
        assert desk.browser.post(HOOKS + path, data=FORM).status_code == 400
    with database.read() as session:
        assert [change.action for change in changes(session)] == ["add hook"]


def test_a_name_with_signs_in_it_harms_no_page(desk: Desk) -> None:
    name = "<script>alert(1)</script>"
    assert "<script>alert" not in desk.send(HOOKS, page=HOOKS, **(FORM | {"name": name})).text
    for path in (HOOKS, f"{HOOKS}/1", f"/dashboard/log?about={quote('hook ' + name)}"):
        page = desk.open(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text


@pytest.mark.parametrize("deed", ["secret", "remove"])
def test_what_the_receiver_trusts_ends_only_by_who_has_just_said_who_they_are(
    service: Service, database: Database, deed: str
) -> None:
    with travel(NOON, tick=False) as clock:
        desk = sit_down(service, database, StaffRole.ADMIN)
        desk.send(HOOKS, page=HOOKS, **FORM)
        before = the_hook(database)
        page = f"{HOOKS}/{before.id}"
        clock.shift(timedelta(minutes=31))
        asked = desk.send(f"{page}/{deed}", page=page)
        assert asked.status_code == 302
        assert asked.location == f"/dashboard/again?to={page}"
        after = the_hook(database)
        assert (after.salt, after.fingerprint) == (before.salt, before.fingerprint)
        assert "Nothing was done yet" in desk.open(asked.location).text

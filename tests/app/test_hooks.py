"""Stories of `bei hook` and of what the doctor says of hooks."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.health.hooks import amiss_of, hooks_amiss, line_of
from app.staff.models import StaffChange
from db.session import Database
from messaging.hook_events import TEST, NewEvent, write_events
from messaging.hook_models import Hook, HookDelivery, HookState
from messaging.hook_reads import standing_of
from messaging.hooks import OFF_BY_HAND, HookWanted, add_hook, every_hook, find_hook, switch_off
from tests.app.commandline import Ran, bei
from tests.app.test_cli import assert_one_line
from tests.messaging.receivers import Receiver, is_from_bei, says

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
URL = "https://example.org/prices?key=theirs"
ON_LOOPBACK = {"BEI_HOOKS_TO_LOOPBACK": "on"}


def hook(database_url: str, *words: str, **settings: str) -> Ran:
    environment = {"BEI_SECRET_KEY": "k" * 40, **settings}
    return bei("hook", *words, database_url=database_url, **environment)


def test_a_hook_is_added_listed_and_removed(database_url: str, database: Database) -> None:
    assert "None yet" in hook(database_url, "list").out
    more = ("--country", "ke", "--commodity", "maziwa", "--county", "Nakuru", "--demo")
    added = hook(database_url, "add", "Co-op union", URL, *more)
    assert (added.code, added.err) == (0, "")
    assert added.out.startswith("Secret of Co-op union: beihook_")
    secret = added.out.split()[-1]
    with database.read() as session:
        (kept,) = every_hook(session)
        (change,) = session.scalars(select(StaffChange))
    assert (kept.country, kept.commodities, kept.counties) == ("KE", ["milk"], ["ke-county-nakuru"])
    assert (kept.with_demo, kept.made_by, kept.url) == (True, "server", URL)
    assert (change.action, change.subject) == ("add hook", "hook Co-op union")
    assert "theirs" not in str(change.after)
    listed = hook(database_url, "list").out
    assert listed == ("Co-op union  https://example.org/…  on  0 waiting  last taken: never\n")
    assert secret not in listed + str(change.after)
    assert_one_line(hook(database_url, "add", "Co-op union", URL), "there is a hook Co-op union")
    assert "told nothing more" in hook(database_url, "remove", "Co-op union").out
    assert_one_line(hook(database_url, "remove", "Co-op union"), "there is no hook")
    assert hook(database_url, "add", "Co-op union", URL).code == 0


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("union", "http://example.org/"), "https://"),
        (("union", "https://192.168.1.1/"), "not in the open Internet"),
        (("union", "http://127.0.0.1/"), "https://"),
        (("", "https://example.org/"), "1 to 60 letters"),
        (("union", "https://example.org/", "--country", "XX"), "no prices of XX"),
        (("union", "https://example.org/", "--commodity", "gold dust"), "no commodity gold dust"),
        (("union", "https://example.org/", "--county", "atlantis"), "no county atlantis"),
    ],
)
def test_what_cannot_be_is_one_line(
    database_url: str, database: Database, words: tuple[str, ...], fault: str
) -> None:
    assert_one_line(hook(database_url, "add", *words), fault)
    with database.read() as session:
        assert every_hook(session) == []
        assert session.scalars(select(StaffChange)).all() == []


def test_a_test_event_arrives_signed_and_its_answer_is_printed(
    database_url: str, database: Database
) -> None:
    with Receiver(says(200, "got it")) as receiver:
        url = receiver.url
        added = hook(database_url, "add", "union", url, **ON_LOOPBACK)
        tried = hook(database_url, "test", "union", **ON_LOOPBACK)
        assert tried.out == "union took it: 200 got it\n"
        (heard,) = receiver.heard
        assert is_from_bei(added.out.split()[-1], heard.headers, heard.body)
        assert (heard.event["type"], heard.data) == ("test", {"hook": "union"})
        assert heard.event["id"] == heard.id
        receiver.manner = says(500, "broken")
        assert_one_line(hook(database_url, "test", "union", **ON_LOOPBACK), "500 broken")
        # Without the setting nobody on this machine is called.
        assert_one_line(hook(database_url, "test", "union"), "not in the open Internet")
        assert len(receiver.heard) == 2
    assert_one_line(hook(database_url, "test", "union", **ON_LOOPBACK), "ConnectionRefusedError")
    with database.read() as session:
        assert session.scalars(select(HookDelivery)).all() == []


def test_a_new_secret_signs_from_then_on(database_url: str) -> None:
    with Receiver() as receiver:
        old = hook(database_url, "add", "union", receiver.url, **ON_LOOPBACK).out.split()[-1]
        new = hook(database_url, "secret", "union").out.split()[-1]
        hook(database_url, "test", "union", **ON_LOOPBACK)
    (heard,) = receiver.heard
    assert is_from_bei(new, heard.headers, heard.body)
    assert not is_from_bei(old, heard.headers, heard.body)


def test_under_another_key_somebody_is_told_what_to_do(database_url: str) -> None:
    hook(database_url, "add", "union", URL)
    other = {"BEI_SECRET_KEY": "another" * 6}
    assert_one_line(hook(database_url, "test", "union", **other), "bei hook secret union")


def wanted(database: Database, name: str = "union") -> int:
    with database.begin() as session:
        added = add_hook(session, "key", name, HookWanted(URL), made_by="server", now=NOW)
        assert added is not None
        made, _ = added
        write_events(session, [NewEvent(TEST, None, {}, [made.id]) for _ in range(2)], NOW)
    return made.id


def amiss(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return list(hooks_amiss(session, NOW))


def test_the_doctor_names_a_hook_that_gave_up(database_url: str, database: Database) -> None:
    assert "hook" not in bei("doctor", database_url=database_url).out.split()
    hook_id = wanted(database)
    assert amiss(database) == []
    with database.begin() as session:
        one, two = session.scalars(select(HookDelivery).order_by(HookDelivery.id))
        one.state, one.ended_at = HookState.GIVEN_UP, NOW - timedelta(days=8)
        assert two.state is HookState.WAITING
    assert amiss(database) == []
    with database.begin() as session:
        one = session.get_one(HookDelivery, 1)
        one.ended_at = datetime.now(UTC)
    ran = bei("doctor", database_url=database_url)
    assert ran.code == 1
    assert "1 events of the last week were given up: see /dashboard/hooks" in " ".join(
        ran.out.split()
    )
    with database.begin() as session:
        found = session.get_one(Hook, hook_id)
        found.failures_in_a_row, found.rests_until = 7, NOW
    with database.read() as session:
        standing = standing_of(session, session.get_one(Hook, hook_id), NOW)
    assert "7 tries in a row failed, 1 events wait" in (amiss_of(standing) or "")
    assert "1 waiting since 2026-11-24 09:00 UTC" in line_of(standing)


def test_a_hook_that_its_receiver_ended_is_named_and_one_that_we_switched_off_is_not(
    database: Database,
) -> None:
    wanted(database, "theirs"), wanted(database, "ours")
    with database.begin() as session:
        theirs, ours = find_hook(session, "theirs"), find_hook(session, "ours")
        assert theirs is not None
        assert ours is not None
        switch_off(theirs, "its receiver answered 410: moved", NOW)
        switch_off(ours, OFF_BY_HAND, NOW)
    assert amiss(database) == [
        ("theirs", "off since 2026-11-24 09:00 UTC: its receiver answered 410: moved")
    ]

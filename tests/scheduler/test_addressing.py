"""Stories of the many who get one bulletin: all of them once, however it is interrupted."""

from threading import Barrier, Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

import scheduler.addressing
from db.session import Database
from groups.groups import join
from groups.models import Edition, Group, GroupMember, Role
from messaging.consent import opt_out
from messaging.kinds import PRIORITIES, Channel, OutboundKind, OutboundState
from messaging.models import Subscriber
from prices.catalogue import Catalogue
from scheduler.addressing import address_open, post_of, promises
from scheduler.audiences import belonging_to
from scheduler.bulletins import publish_due
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import found_group, meet
from tests.scheduler.stories import (
    HOUR,
    MINUTE,
    MONDAY,
    editions,
    kirima,
    promised,
)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture(autouse=True)
def _small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler.addressing, "SLICE", 3)


def crowd(database: Database, people: int, code: str = "UMATI") -> int:
    """A group of many whose bulletin is due; its id."""
    with database.begin() as session:
        group = found_group(session, code, next_bulletin_at=MONDAY)
        first = session.scalar(select(func.coalesce(func.max(Subscriber.id), 0))) or 0
        for number in range(people):
            msisdn = f"+2547220{first + number:05}"
            member = meet(session, msisdn, MONDAY, language=("sw", "en")[number % 2])
            join(session, group, member, MONDAY)
        return group.id


@pytest.mark.parametrize("people", [0, 1, 2, 3, 4, 6, 7])
def test_all_are_promised_a_text_slice_by_slice(
    database: Database, catalogue: Catalogue, people: int
) -> None:
    crowd(database, people)
    assert publish_due(database, catalogue, MONDAY) == 1
    with database.read() as session:
        texts = promised(session)
        assert len(texts) == people
        (made,) = editions(session)
        assert (made.recipients, made.addressed_at) == (people, MONDAY)
        for person in session.scalars(select(Subscriber)):
            text = texts[person.msisdn]
            assert text.dedupe_key == f"edition:{made.id}:{person.id}"
            assert text.language == person.language


def test_a_promise_is_as_any_other(database: Database, catalogue: Catalogue) -> None:
    """It is written by one statement; nothing of it is left out."""
    with database.begin() as session:
        kirima(session)
        meet(session, WANJIKU, MONDAY, gateway="twilio")
    publish_due(database, catalogue, MONDAY + MINUTE)
    with database.read() as session:
        text = promised(session)[WANJIKU]
        assert text.kind is OutboundKind.BULLETIN
        assert text.priority == PRIORITIES[OutboundKind.BULLETIN]
        assert (text.state, text.attempts) == (OutboundState.QUEUED, 0)
        assert (text.encoding, text.segments, text.gateway) == ("GSM-7", 1, "twilio")
        assert (text.created_at, text.due_at) == (MONDAY + MINUTE, MONDAY)
        assert text.expires_at == MONDAY + 24 * HOUR
        assert text.claimed_at is text.final_at is text.resent_at is None


def test_nobody_gets_one_who_may_not(database: Database, catalogue: Catalogue) -> None:
    """Who opted out, whom no text reaches, and made-up people in a real group."""
    with database.begin() as session:
        group = kirima(session)
        wanjiku = meet(session, WANJIKU, MONDAY)
        opt_out(session, wanjiku, channel=Channel.SMS, wording="STOP", now=MONDAY)
        meet(session, KAMAU, MONDAY, unreachable_at=MONDAY)
        join(session, group, meet(session, "+254700000199", MONDAY, is_demo=True), MONDAY)
    publish_due(database, catalogue, MONDAY)
    with database.read() as session:
        assert promised(session).keys() == {NJERI}
        assert editions(session)[0].recipients == 1


def test_made_up_people_get_what_is_made_up(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        group = found_group(session, "MFANO", next_bulletin_at=MONDAY, is_demo=True)
        for msisdn, is_demo in ((NJERI, True), (WANJIKU, False)):
            join(session, group, meet(session, msisdn, MONDAY, is_demo=is_demo), MONDAY)
    publish_due(database, catalogue, MONDAY)
    with database.read() as session:
        assert promised(session).keys() == {NJERI, WANJIKU}


def test_a_worker_that_falls_between_two_slices_leaves_the_rest_to_another(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(database, 8)
    fails_at(monkeypatch, 2)
    with pytest.raises(KeyboardInterrupt):
        publish_due(database, catalogue, MONDAY)
    with database.read() as session:
        assert len(promised(session)) == 3
        assert editions(session)[0].addressed_at is None
    monkeypatch.undo()
    # The group is not due any more, but its edition is not addressed to all.
    assert publish_due(database, Catalogue(), MONDAY + MINUTE) == 0
    with database.read() as session:
        assert len(promised(session)) == 8
        (made,) = editions(session)
        assert (made.recipients, made.addressed_at) == (8, MONDAY + MINUTE)


def test_a_slice_is_kept_with_how_far_it_goes_or_not_at_all(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(database, 8)

    def fail(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scheduler.addressing, "promises", fail)
    with pytest.raises(KeyboardInterrupt):
        publish_due(database, catalogue, MONDAY)
    with database.read() as session:
        assert promised(session) == {}
        assert editions(session)[0].addressed_up_to == 0


def test_who_changes_meanwhile_still_finds_a_text(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two slices one becomes secretary, one writes French, one stops, one joins."""
    group_id = crowd(database, 9)
    fails_at(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        publish_due(database, catalogue, MONDAY)
    monkeypatch.undo()
    with database.begin() as session:
        group = session.get_one(Group, group_id)
        group.language = "fr"  # the next edition's, for those who chose none
        one, two, three, four, *_ = session.scalars(select(Subscriber).order_by(Subscriber.id))
        session.scalars(
            select(GroupMember).where(GroupMember.subscriber_id == one.id)
        ).one().role = Role.SECRETARY
        two.language, four.language = "fr", None
        opt_out(session, three, channel=Channel.SMS, wording="STOP", now=MONDAY)
        join(session, group, meet(session, WANJIKU, MONDAY), MONDAY)
    address_open(database, MONDAY + MINUTE)
    with database.read() as session:
        texts = promised(session)
        assert len(texts) == 9
        assert three.msisdn not in texts
        assert {texts[who.msisdn].language for who in (two, four)} == {"en"}
        assert texts[one.msisdn].language == "sw"
        assert WANJIKU in texts


def test_two_workers_share_one_edition(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(database, 40)
    fails_at(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        publish_due(database, catalogue, MONDAY)
    monkeypatch.undo()
    monkeypatch.setattr(scheduler.addressing, "SLICE", 2)
    start, told = Barrier(3), []

    def work() -> None:
        start.wait(timeout=10)
        told.append(address_open(database, MONDAY))

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    address_open(database, MONDAY)
    with database.read() as session:
        assert len(promised(session)) == 40
        assert editions(session)[0].recipients == 40


def test_an_edition_that_another_works_at_is_left_to_it(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    crowd(database, 4)
    fails_at(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        publish_due(database, catalogue, MONDAY)
    monkeypatch.undo()
    with database.begin() as session:
        session.scalars(select(Edition).with_for_update()).all()
        assert address_open(database, MONDAY) == 0
    assert address_open(database, MONDAY) == 4


def test_told_to_stop_it_ends_behind_a_slice(database: Database, catalogue: Catalogue) -> None:
    crowd(database, 8)
    stopping = StopsAfter(2)
    publish_due(database, catalogue, MONDAY, stopping=stopping)
    with database.read() as session:
        assert len(promised(session)) == 3
    assert address_open(database, MONDAY) == 5


def test_a_fault_in_one_edition_does_not_hold_up_the_others(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(database, 4, "WAKWANZA")
    crowd(database, 2, "WAPILI")
    fails_at(monkeypatch, 2, RuntimeError("no such thing"))
    with capture_logs() as logs:
        assert publish_due(database, catalogue, MONDAY) == 2
    (told,) = [entry for entry in logs if entry["event"] == "bulletin_not_addressed"]
    assert told["log_level"] == "error"
    monkeypatch.undo()
    with database.read() as session:
        assert [made.recipients for made in editions(session)] == [3, 2]
    assert address_open(database, MONDAY) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_slice_is_found_by_keys(database: Database, catalogue: Catalogue) -> None:
    """However many there are: no table is read through, and nothing is sorted."""
    crowd(database, 4)
    publish_due(database, catalogue, MONDAY)
    with database.begin() as session:
        (edition,) = editions(session)
        audience = session.get_one(Group, edition.group_id)
        post = post_of(session, edition, audience)
        promise = promises(belonging_to(audience), post, 0, 3, MONDAY)
        compiled = promise.compile(
            session.connection(), compile_kwargs={"render_postcompile": True}
        )
        values = tuple(str(compiled.params[name]) for name in compiled.positiontup or ())
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
        plan = [step.detail for step in steps]
    assert [step for step in plan if step.startswith("SEARCH") and "USING" not in step] == []
    read_through = ("SCAN group_member", "SCAN subscriber", "SCAN edition_text", "USE TEMP")
    assert [step for step in plan if step.startswith(read_through)] == [], plan


def fails_at(
    monkeypatch: pytest.MonkeyPatch, slice_: int, fault: BaseException | None = None
) -> None:
    """Let the worker fall when it begins that slice, the first being 1."""
    slices = iter(range(1, 1000))
    address_slice = scheduler.addressing._address_slice

    def begin(*args: Any) -> int:
        if next(slices) == slice_:
            raise fault or KeyboardInterrupt
        return address_slice(*args)

    monkeypatch.setattr(scheduler.addressing, "_address_slice", begin)


class StopsAfter(Event):
    """Told to stop when it was looked at that often."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0

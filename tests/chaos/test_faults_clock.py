"""The clock jumps, by an hour and by a day, forward and back: nothing comes twice, nothing sticks.

A clock that is put right is the same as one that goes wrong: forward and back again.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from db.session import Database
from messaging.claims import claim
from messaging.kinds import Lane, OutboundKind, OutboundState
from messaging.models import OutboundMessage
from messaging.quiet_hours import QuietHours
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from scheduler.timetable import Worker
from tests.cast import KAMAU, OTIENO
from tests.messaging.stories import BY_PAID, Paid, meet, promise
from tests.scheduler.stories import MONDAY, WEEK, editions, kirima

JUMPS = [timedelta(hours=1), timedelta(days=1)]
PACED = SendingRules(Routes("paid"), rates={"paid": 1.0})


class Clocked:
    """A worker, and the clock on its wall."""

    def __init__(self, database: Database) -> None:
        self.at = MONDAY
        self.database = database
        self.gateway = Paid()
        self.worker = Worker(
            database=database,
            catalogue=Catalogue(),
            gateways={"paid": self.gateway},
            rules=PACED,
            retry_unhandled=lambda session, now: 0,
            name="w",
            now=lambda: self.at,
        )

    def round(self, at: datetime) -> None:
        """Every job once, at a moment; each has to go well."""
        self.at = at
        for job in self.worker.timetable():
            if job.line == "jobs" or job.line in {Lane.URGENT, Lane.BULK}:
                assert job.run(), job.name

    def bulletins(self) -> list[OutboundState]:
        with self.database.read() as session:
            row = OutboundMessage
            return list(session.scalars(select(row.state).where(row.kind == OutboundKind.BULLETIN)))


@pytest.fixture
def clocked(database: Database) -> Clocked:
    with database.begin() as session:
        kirima(session)
    return Clocked(database)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_after_a_jump_back_no_bulletin_comes_twice(clocked: Clocked, jump: timedelta) -> None:
    clocked.round(MONDAY)
    for at in (MONDAY - jump, MONDAY, MONDAY + timedelta(minutes=1)):
        clocked.round(at)
    assert len(clocked.bulletins()) == 3, "the secretary and two members, each one"
    with clocked.database.read() as session:
        assert len(editions(session)) == 1


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_jump_forward_and_back_brings_each_bulletin_once(
    clocked: Clocked, jump: timedelta
) -> None:
    """Too early, then; but once. The next one comes at its time."""
    before = MONDAY - jump + timedelta(minutes=1)
    clocked.round(before)
    assert clocked.bulletins() == []
    clocked.round(before + jump)
    for at in (before, MONDAY, MONDAY + timedelta(minutes=5)):
        clocked.round(at)
    assert len(clocked.bulletins()) == 3
    clocked.round(MONDAY + WEEK)
    assert len(clocked.bulletins()) == 6


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_claim_of_a_dead_worker_does_not_stick(clocked: Clocked, jump: timedelta) -> None:
    """It was made by a clock that was ahead; whoever made it died."""
    database = clocked.database
    with database.begin() as session:
        promise(session, meet(session, OTIENO, MONDAY), MONDAY, "text", valid_for=WEEK)
    with database.begin() as session:
        ahead = MONDAY + jump
        assert claim(session, {"paid": Paid()}, BY_PAID, lane=Lane.URGENT, worker="dead", now=ahead)
    clocked.round(MONDAY + timedelta(minutes=3))
    with database.read() as session:
        state = select(OutboundMessage.state).where(OutboundMessage.text == "text")
        # The gateway may have it: only a delivery report can tell.
        assert session.scalars(state).one() is OutboundState.UNKNOWN


def test_a_claim_of_a_worker_whose_clock_is_a_little_ahead_is_left_to_it(
    clocked: Clocked,
) -> None:
    with clocked.database.begin() as session:
        promise(session, meet(session, OTIENO, MONDAY), MONDAY, "text")
    with clocked.database.begin() as session:
        ahead = MONDAY + timedelta(minutes=1)
        assert claim(
            session, {"paid": Paid()}, BY_PAID, lane=Lane.URGENT, worker="alive", now=ahead
        )
    clocked.round(MONDAY)
    with clocked.database.read() as session:
        state = select(OutboundMessage.state).where(OutboundMessage.text == "text")
        assert session.scalars(state).one() is OutboundState.SENDING


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_gateways_pace_does_not_wait_for_a_clock_that_was_wrong(
    clocked: Clocked, jump: timedelta
) -> None:
    database = clocked.database
    with database.begin() as session:
        person = meet(session, OTIENO, MONDAY)
        promise(session, person, MONDAY, "sent by the wrong clock", valid_for=WEEK)
    clocked.round(MONDAY + jump)
    with database.begin() as session:
        promise(session, meet(session, KAMAU, MONDAY), MONDAY, "after it was put right")
    clocked.round(MONDAY + timedelta(minutes=1))
    with database.read() as session:
        left = select(OutboundMessage.text).where(OutboundMessage.state == OutboundState.QUEUED)
        assert "after it was put right" not in session.scalars(left).all()


def test_nobody_is_woken_by_a_clock_that_went_back_into_the_night(clocked: Clocked) -> None:
    """An hour back, from six to five in the morning: what is not asked for waits again."""
    six = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    clocked.worker = replace(
        clocked.worker, rules=replace(PACED, quiet_hours=QuietHours(time(21), time(6)))
    )
    clocked.round(six)
    with clocked.database.begin() as session:
        promise(
            session,
            meet(session, OTIENO, MONDAY),
            six - timedelta(hours=1),
            "alert",
            kind=OutboundKind.ALERT,
            valid_for=timedelta(hours=9),
        )
    state = select(OutboundMessage.state).where(OutboundMessage.text == "alert")
    clocked.round(six - timedelta(hours=1))
    with clocked.database.read() as session:
        assert session.scalars(state).one() is OutboundState.QUEUED
    clocked.round(six + timedelta(minutes=1))
    with clocked.database.read() as session:
        assert session.scalars(state).one() is OutboundState.SENT

"""How a gateway fares: its pace, its rest and its share of the texts, for all workers together."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from db.prepared import Prepared
from db.upserts import insert_missing
from messaging.kinds import Lane
from messaging.models import GatewayState

# A call takes no more of the pace than this: what is urgent never waits longer behind a bulletin.
A_CALL_TAKES = timedelta(seconds=1)
# What is urgent may run so far ahead of the pace; the rest goes when the gateway is free.
AHEAD = {Lane.URGENT: timedelta(seconds=2), Lane.BULK: timedelta(0)}
NO_TIME = timedelta(0)
# No pace reaches so far ahead: a clock was wrong that has been put right, and nobody waits for it.
BEYOND_ANY_PACE = timedelta(minutes=10)

# So many calls that fail within a minute halve the first choice's share, once a minute at most:
# a hiccup moves nothing, an outage moves nearly everything within five minutes.
MANY_ERRORS = 5
MINUTE = timedelta(minutes=1)
# After so long without trouble it takes a step back: half an hour from nothing to all.
QUIET = timedelta(minutes=5)
STEP_BACK = 20

_ALL = Prepared(
    select(
        GatewayState.name,
        GatewayState.free_at,
        GatewayState.rests_until,
        GatewayState.rests_because,
        GatewayState.share,
        GatewayState.bulk_rests_until,
    )
)
_PACE = Prepared(
    select(GatewayState.free_at).where(GatewayState.name == bindparam("name")).with_for_update()
)
_BOOK = Prepared(
    update(GatewayState)
    .where(GatewayState.name == bindparam("of"))
    .values(free_at=bindparam("free_at"))
)


@dataclass(frozen=True)
class Standing:
    """How a gateway stands at this moment; one that nothing was noted of stands well."""

    name: str
    free_at: datetime | None = None
    rests_until: datetime | None = None
    rests_because: str | None = None
    share: int = 100
    bulk_rests_until: datetime | None = None

    def rests(self, lane: Lane, now: datetime) -> timedelta:
        """How much longer it rests, as far as a lane is concerned."""
        ends = [self.rests_until, self.bulk_rests_until if lane is Lane.BULK else None]
        return max((end - now for end in ends if end is not None and end > now), default=NO_TIME)

    def is_free(self, lane: Lane, now: datetime) -> bool:
        """Whether its pace lets such a message go now."""
        free_at = _sane(self.free_at, now)
        return free_at is None or free_at <= now + AHEAD[lane]


@dataclass(frozen=True)
class Pace:
    """A gateway that is free: `rate` segments a second, None for as many as may be."""

    gateway: str
    rate: float | None
    begins_at: datetime

    def at_most(self, segments_each: int) -> int:
        """How many messages of so many segments one call may carry."""
        if self.rate is None:
            return sys.maxsize
        return max(int(self.rate * A_CALL_TAKES.total_seconds()) // segments_each, 1)

    def book(self, session: Session, segments: int) -> None:
        """Let so many segments go; whatever comes next waits until they are through."""
        if self.rate is not None:
            free_at = self.begins_at + timedelta(seconds=segments / self.rate)
            _BOOK.count(session, {"of": self.gateway, "free_at": free_at})


@dataclass(frozen=True)
class ShareMoved:
    """A gateway's share of the texts was changed, in per cent."""

    gateway: str
    before: int
    after: int


def standings(session: Session) -> dict[str, Standing]:
    """How every gateway stands of which anything was noted, by name."""
    return {row[0]: Standing(*row) for row in _ALL.rows(session, {})}


def standing_of(known: Mapping[str, Standing], gateway: str) -> Standing:
    """How a gateway stands."""
    return known.get(gateway) or Standing(gateway)


def hold_pace(
    session: Session, gateway: str, rate: float | None, lane: Lane, now: datetime
) -> Pace | None:
    """A gateway's pace, where it lets something go now; None where it does not.

    It is held until the transaction ends: call it late, and commit soon.
    """
    if rate is None:
        return Pace(gateway, None, now)
    row = _PACE.first(session, {"name": gateway})
    if row is None:
        insert_missing(session, GatewayState, [{"name": gateway}])
        row = _PACE.first(session, {"name": gateway})
    free_at = None if row is None else _sane(row[0], now)
    if not Standing(gateway, free_at).is_free(lane, now):
        return None
    return Pace(gateway, rate, now if free_at is None else max(free_at, now))


def free_again(session: Session, lane: Lane, now: datetime) -> datetime | None:
    """When the next gateway is free that is at work now and does not rest; None when none is."""
    at_work = [
        standing.free_at - AHEAD[lane]
        for standing in standings(session).values()
        if standing.free_at is not None
        and not standing.is_free(lane, now)
        and not standing.rests(lane, now)
    ]
    return min(at_work, default=None)


def let_rest(session: Session, gateway: str, seconds: float, because: str, now: datetime) -> bool:
    """Let nothing go through a gateway for so long; tell whether it was open until now."""
    state = _held(session, gateway)
    was_open = state.rests_until is None or state.rests_until <= now
    until = now + timedelta(seconds=seconds)
    if was_open or state.rests_until is None or state.rests_until < until:
        state.rests_until, state.rests_because = until, because
    return was_open


def let_bulk_rest(session: Session, gateway: str, seconds: float, now: datetime) -> bool:
    """The same for bulletins and nudges alone: each call of theirs is worth a hundred replies."""
    state = _held(session, gateway)
    was_open = state.bulk_rests_until is None or state.bulk_rests_until <= now
    state.bulk_rests_until = now + timedelta(seconds=seconds)
    return was_open


def note_failed_call(
    session: Session, gateway: str, *, has_second: bool, now: datetime
) -> ShareMoved | None:
    """Count a call that failed; many of them lower the share of a gateway that has a second."""
    state = _held(session, gateway)
    if state.errors_since is None or state.errors_since <= now - MINUTE:
        state.errors, state.errors_since = 0, now
    state.errors += 1
    moved_lately = state.share_changed_at is not None and state.share_changed_at > now - MINUTE
    if not has_second or state.errors < MANY_ERRORS or moved_lately or state.share == 0:
        return None
    before = state.share
    state.share, state.share_changed_at = before // 2, now
    state.errors, state.errors_since = 0, now
    return ShareMoved(gateway, before, state.share)


def drift_back(session: Session, now: datetime) -> list[ShareMoved]:
    """Give gateways that were quiet for a while a step of their share back."""
    lowered = session.scalars(
        select(GatewayState)
        .where(GatewayState.share < 100, GatewayState.share_changed_at <= now - QUIET)
        .order_by(GatewayState.name)
        .with_for_update(skip_locked=True)
    ).all()
    moved = []
    for state in lowered:
        if state.errors_since is not None and state.errors and state.errors_since > now - QUIET:
            continue
        before, state.share = state.share, min(state.share + STEP_BACK, 100)
        state.share_changed_at = now
        moved.append(ShareMoved(state.name, before, state.share))
    return moved


def _sane(free_at: datetime | None, now: datetime) -> datetime | None:
    return None if free_at is None or free_at > now + BEYOND_ANY_PACE else free_at


def _held(session: Session, gateway: str) -> GatewayState:
    """A gateway's row, made where it is missing; who else writes to it waits here."""
    insert_missing(session, GatewayState, [{"name": gateway}])
    return session.get_one(GatewayState, gateway, with_for_update=True, populate_existing=True)

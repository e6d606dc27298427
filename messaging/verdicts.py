"""What becomes of a message that is due: it goes, it waits, or it is put away. No session here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

from messaging.consent import wants
from messaging.gateway_states import Standing, standing_of
from messaging.gateways.gateway import SmsGateway
from messaging.kinds import Lane, OutboundKind, OutboundState
from messaging.msisdn import is_erased
from messaging.routes import Leaving, in_turn, ways_of
from messaging.sending_rules import SendingRules

# A bulletin sits out a rest as short as this: a hiccup sends no thousands another, dearer way.
SHORT_REST = timedelta(minutes=1)


class Due(NamedTuple):
    """A message whose time has come, and what is known of whom it is for."""

    id: int
    subscriber_id: int
    text: str
    segments: int
    gateway: str | None
    sender: str | None
    link_id: str | None
    due_at: datetime
    expires_at: datetime | None
    attempts: int
    msisdn: str
    opted_out_at: datetime | None
    unreachable_at: datetime | None
    timezone: str


@dataclass(frozen=True)
class Goes:
    """It may leave through this gateway now."""

    gateway: str


@dataclass(frozen=True)
class Waits:
    """Its gateway is closed or at work; what stands behind it may have another one."""


@dataclass(frozen=True)
class Later:
    """Its time is moved."""

    due_at: datetime


@dataclass(frozen=True)
class PutAway:
    """It will never be sent."""

    state: OutboundState


Verdict = Goes | Waits | Later | PutAway


@dataclass(frozen=True)
class Desk:
    """All that is known when messages of a lane are looked through."""

    gateways: Mapping[str, SmsGateway]
    rules: SendingRules
    standings: Mapping[str, Standing]
    lane: Lane
    now: datetime
    _nights: dict[str, datetime | None] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        """Whether every gateway rests."""
        return all(self._rests(name) for name in self.gateways)

    def verdict(self, due: Due, kind: OutboundKind) -> Verdict:
        """What becomes of a message."""
        if due.expires_at is not None and due.expires_at <= self.now:
            return PutAway(OutboundState.EXPIRED)
        if is_erased(due.msisdn):  # what was promised while they were erased
            return PutAway(OutboundState.SUPPRESSED)
        if not wants(
            kind,
            opted_out=due.opted_out_at is not None,
            unreachable=due.unreachable_at is not None,
        ):
            return PutAway(OutboundState.SUPPRESSED)
        quiet_until = None if kind is OutboundKind.REPLY else self._quiet_until(due.timezone)
        if quiet_until is not None:
            return Later(quiet_until)
        return self._by_its_way(due, kind)

    def _quiet_until(self, timezone: str) -> datetime | None:
        if self.rules.quiet_hours is None:
            return None
        if timezone not in self._nights:
            self._nights[timezone] = self.rules.quiet_hours.over_at(self.now, timezone)
        return self._nights[timezone]

    def _by_its_way(self, due: Due, kind: OutboundKind) -> Verdict:
        ways = self._ways(due, kind)
        for way in ways:
            rests = self._rests(way)
            if not rests:
                is_free = standing_of(self.standings, way).is_free(self.lane, self.now)
                return Goes(way) if is_free else Waits()
            if self.lane is Lane.BULK and rests <= SHORT_REST:
                break
        # Out of the way of those that another gateway could take; else nothing is gained by it.
        if self._another_is_open:
            return Later(self.now + min(self._rests(way) or SHORT_REST for way in ways))
        return Waits()

    def _ways(self, due: Due, kind: OutboundKind) -> tuple[str, ...]:
        is_reply = kind is OutboundKind.REPLY
        leaving = Leaving(due.msisdn, is_reply, due.gateway, is_bound=due.link_id is not None)
        ways = ways_of(leaving, self.rules.routes, self.gateways)
        if is_reply and not due.attempts:
            return ways
        # Another try of the same message may fall on the other gateway.
        draw = crc32(f"{due.id} {due.attempts}".encode()) % 100
        return in_turn(ways, draw, standing_of(self.standings, ways[0]).share)

    def _rests(self, gateway: str) -> timedelta:
        return standing_of(self.standings, gateway).rests(self.lane, self.now)

    @cached_property
    def _another_is_open(self) -> bool:
        routed = self.rules.routes.gateways & self.gateways.keys()
        return any(not self._rests(name) for name in routed)

"""What is due is claimed by a worker, a call's worth at a time, and taken back where it died."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    bindparam,
    column,
    literal_column,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.orm import Session

from db.prepared import Prepared
from messaging.gateway_states import hold_pace, standings
from messaging.gateways.gateway import SmsGateway
from messaging.kinds import LANES, PRIORITIES, Lane, OutboundKind, OutboundState
from messaging.message import SmsToSend
from messaging.models import OutboundMessage, Subscriber
from messaging.sending_rules import SendingRules
from messaging.sms_budget import afford, opens_at
from messaging.verdicts import Desk, Due, Goes, Later, PutAway, Verdict

# No call to a gateway lasts this long: the worker that claimed it is dead.
CLAIM_LASTS = timedelta(minutes=2)

# Mostly the first may go. Where it may not, so many are looked through at once, and so often,
# before the transaction ends: on SQLite everybody else waits for it.
FIRST, LOOKED_THROUGH = 1, 200
LOOKS = (FIRST, *[LOOKED_THROUGH] * 5)
# Equal texts are sought among so many that are due next: a list's languages lie mixed.
SOUGHT_AMONG = 1000

# Named as they are, so that the partial indexes serve: no database knows what a parameter holds.
_QUEUED: ColumnElement[Any] = literal_column(f"'{OutboundState.QUEUED}'")
_SENDING: ColumnElement[Any] = literal_column(f"'{OutboundState.SENDING}'")
_OPEN = text("outbound_message.state IN ('sending', 'unknown')")
# The country's clock. Prices and people know each other by their codes only.
_country = table("country", column("code", String), column("timezone", String))

_IS_DUE = (
    OutboundMessage.state == _QUEUED,
    OutboundMessage.priority == bindparam("priority"),
    OutboundMessage.due_at <= bindparam("now"),
)
_IN_TURN = (OutboundMessage.due_at, OutboundMessage.id)


def _dues() -> Any:
    """Messages and whom they are for, in turn, locked: another worker looks past them."""
    message = OutboundMessage
    return (
        select(
            message.id,
            message.subscriber_id,
            message.text,
            message.segments,
            message.gateway,
            message.sender,
            message.link_id,
            message.due_at,
            message.expires_at,
            message.attempts,
            Subscriber.msisdn,
            Subscriber.opted_out_at,
            Subscriber.unreachable_at,
            _country.c.timezone,
        )
        .join(Subscriber, Subscriber.id == message.subscriber_id)
        .join(_country, _country.c.code == Subscriber.country)
        .order_by(*_IN_TURN)
        # SQLite knows no row locks and leaves this out; there writers come one by one anyway.
        .with_for_update(of=message, skip_locked=True)
    )


def _limit(most: int) -> Any:
    # Written out: a plan for any number would be one for thousands.
    return literal_column(str(most))


_HEADS = {most: Prepared(_dues().where(*_IS_DUE).limit(_limit(most))) for most in set(LOOKS)}
_NEXT = (
    select(OutboundMessage.id)
    .where(*_IS_DUE, OutboundMessage.due_at >= bindparam("since"))
    .order_by(*_IN_TURN)
    .limit(_limit(SOUGHT_AMONG))
    .subquery()
)


@cache
def _alike_up_to(most: int) -> Prepared:
    """Those with one text among the next, no more than a call takes: the rest stays unlocked."""
    alike = (
        _dues()
        .join(_NEXT, _NEXT.c.id == OutboundMessage.id)
        .where(OutboundMessage.state == _QUEUED, OutboundMessage.text == bindparam("text"))
    )
    return Prepared(alike.limit(_limit(most)))


@dataclass(frozen=True)
class Claim:
    """One call's worth of messages: the same text, through one gateway."""

    gateway: str
    kind: OutboundKind
    messages: tuple[SmsToSend, ...]


def claim(
    session: Session,
    gateways: Mapping[str, SmsGateway],
    rules: SendingRules,
    *,
    lane: Lane,
    worker: str,
    now: datetime,
) -> Claim | None:
    """Take one call's worth of what is due in a lane, most urgent first; None when nothing may go.

    What expired or is not wanted any more is put away on the search, and what would wake people or
    spend too much is put off. Commit and speak to the gateway at once: whatever is claimed when a
    worker dies stays unknown.
    """
    desk = Desk(gateways, rules, standings(session), lane, now)
    if desk.is_closed:
        return None
    for kind in sorted(PRIORITIES, key=PRIORITIES.__getitem__):
        if LANES[kind] is lane and (claimed := _claim_kind(session, desk, kind, worker)):
            return claimed
    return None


def _claim_kind(session: Session, desk: Desk, kind: OutboundKind, worker: str) -> Claim | None:
    for most in LOOKS:
        values = {"priority": PRIORITIES[kind], "now": desk.now}
        judged = _judge(desk, kind, _HEADS[most].rows(session, values))
        some_moved = _settle(session, judged, desk.now)
        for due, verdict in judged:
            if isinstance(verdict, Goes):
                return _take(session, desk, kind, due, verdict.gateway, worker)
        if not judged or (most > FIRST and not some_moved):
            return None
    return None


def _judge(
    desk: Desk, kind: OutboundKind, rows: Iterable[tuple[Any, ...]]
) -> list[tuple[Due, Verdict]]:
    return [(due, desk.verdict(due, kind)) for due in map(Due._make, rows)]


def _settle(session: Session, judged: Sequence[tuple[Due, Verdict]], now: datetime) -> bool:
    """Put away and put off what may not go; tell whether there was any."""
    changes: dict[Later | PutAway, list[int]] = {}
    for due, verdict in judged:
        if isinstance(verdict, (Later, PutAway)):
            changes.setdefault(verdict, []).append(due.id)
    for verdict, ids in changes.items():
        if isinstance(verdict, Later):
            _change(session, ids, due_at=verdict.due_at)
        else:
            _change(session, ids, state=verdict.state, final_at=now)
    return bool(changes)


def _take(
    session: Session, desk: Desk, kind: OutboundKind, first: Due, gateway: str, worker: str
) -> Claim | None:
    """Claim the first message, and those behind it that fit into the same call."""
    now, limits = desk.now, desk.rules.limits
    pace = hold_pace(session, gateway, desk.rules.rates.get(gateway), desk.lane, now)
    if pace is None:
        return None
    most = min(desk.gateways[gateway].phones_per_call, pace.at_most(first.segments))
    call = [first] if most == 1 else _alike(session, desk, kind, first, gateway, most)
    count = afford(session, limits, kind, first.segments, len(call), now)
    if limits is not None and count < len(call):
        _change(session, [due.id for due in call[count:]], due_at=opens_at(limits, now))
    if not count:
        return None
    pace.book(session, count * first.segments)
    sender, link_id = _signature(first, gateway)
    _change(
        session,
        [due.id for due in call[:count]],
        state=OutboundState.SENDING,
        gateway=gateway,
        sender=sender,
        link_id=link_id,
        claimed_at=now,
        claimed_by=worker,
        attempts=OutboundMessage.attempts + 1,
    )
    messages = (_to_send(due, sender, link_id, now) for due in call[:count])
    return Claim(gateway, kind, tuple(messages))


def _alike(
    session: Session, desk: Desk, kind: OutboundKind, first: Due, gateway: str, most: int
) -> list[Due]:
    """Those that may go with the first, which is among them: the same words from the same sender.

    One message a person, for a gateway answers by number.
    """
    values = {
        "priority": PRIORITIES[kind],
        "now": desk.now,
        "since": first.due_at,
        "text": first.text,
    }
    judged = _judge(desk, kind, _alike_up_to(most).rows(session, values))
    _settle(session, judged, desk.now)
    together = {first.subscriber_id: first}
    signature = _signature(first, gateway)
    for due, verdict in judged:
        if verdict == Goes(gateway) and _signature(due, gateway) == signature:
            together.setdefault(due.subscriber_id, due)
    return list(together.values())


def _signature(due: Due, gateway: str) -> tuple[str | None, str | None]:
    """Sender and link; a short code and its link belong to the gateway it would have gone by."""
    is_another = due.gateway is not None and due.gateway != gateway
    return (None, None) if is_another else (due.sender, due.link_id)


def _to_send(due: Due, sender: str | None, link_id: str | None, now: datetime) -> SmsToSend:
    left = None if due.expires_at is None else due.expires_at - now
    return SmsToSend(
        outbound_id=due.id,
        msisdn=due.msisdn,
        text=due.text,
        sender=sender,
        link_id=link_id,
        valid_for_seconds=None if left is None else int(left.total_seconds()),
    )


def _change(session: Session, ids: Sequence[int], **values: Any) -> None:
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id.in_(ids))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def release_dead_claims(session: Session, gateways: Mapping[str, SmsGateway], now: datetime) -> int:
    """Take messages back from workers that died while they sent.

    Only where a repeat does no harm are they queued again; else the gateway may have them, and a
    delivery report will tell.
    """
    dead = session.execute(
        select(OutboundMessage.id, OutboundMessage.gateway)
        .where(
            OutboundMessage.state == _SENDING,
            _OPEN,
            # In the future: a clock was wrong, and whoever made it has been dead for as long.
            or_(
                OutboundMessage.claimed_at <= now - CLAIM_LASTS,
                OutboundMessage.claimed_at > now + CLAIM_LASTS,
            ),
        )
        .with_for_update(skip_locked=True)
    ).all()
    safe = {name for name, gateway in gateways.items() if gateway.repeats_are_safe}
    again = [id_ for id_, gateway in dead if gateway in safe]
    lost = [id_ for id_, gateway in dead if gateway not in safe]
    if again:
        queued = OutboundState.QUEUED
        _change(session, again, state=queued, due_at=now, claimed_at=None, claimed_by=None)
    if lost:
        detail = "the worker died while it spoke to the gateway"
        _change(session, lost, state=OutboundState.UNKNOWN, detail=detail)
    return len(dead)

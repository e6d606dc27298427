"""The way of one message, from where it came to the last word on it: found by the rows it left.

Nothing is written for it. What came in has an id, its reply names it, the gateway's id of the reply
stands beside it, and a delivery report brings that id. In a log and here a text that came is
"t4711", one that went "m812", a call "c35".
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from messaging.models import (
    DeliveryReport,
    InboundMessage,
    OutboundMessage,
    SessionEndReport,
    Subscriber,
    UssdSession,
)
from messaging.msisdn import mask, mask_numbers

_OURS = re.compile(r"([tmc])(\d{1,10})", re.ASCII)
_LARGEST_ID = 2**31 - 1
# A text may have asked many people something.
MOST_TOLD = 50

_SENT_AS = Prepared(
    select(OutboundMessage.id).where(
        OutboundMessage.gateway == bindparam("gateway"),
        OutboundMessage.gateway_message_id == bindparam("id"),
    )
)


@dataclass(frozen=True)
class Step:
    """Something that happened to a message; `what` is told without any number."""

    at: datetime
    what: str


@dataclass(frozen=True)
class Way:
    """A message or a call, and what happened to it, the first thing first."""

    trace: str
    steps: tuple[Step, ...]


Found: TypeAlias = InboundMessage | OutboundMessage | UssdSession | DeliveryReport


def trace_in(inbound_id: int | None) -> str | None:
    """A text that came, as logs name it."""
    return None if inbound_id is None else f"t{inbound_id}"


def trace_out(outbound_id: int) -> str:
    """A text that goes, as logs name it."""
    return f"m{outbound_id}"


def trace_of_report(session: Session, gateway: str, gateway_message_id: str) -> str | None:
    """The text that a delivery report is about; None where it is not known yet."""
    found = _SENT_AS.first(session, {"gateway": gateway, "id": gateway_message_id})
    return None if found is None else trace_out(found[0])


def ways(session: Session, wanted: str, gateways: Collection[str]) -> list[Way]:
    """The ways of what an id names: one of ours, or a gateway's of a text or a call.

    A reply leads to the text that it answers, and that to all that was said because of it.
    """
    return [_way(session, one) for one in _found(session, wanted.strip(), gateways)]


def _found(session: Session, wanted: str, gateways: Collection[str]) -> list[Found]:
    ours = _OURS.fullmatch(wanted)
    if ours is None or int(ours[2]) > _LARGEST_ID:
        return _by_gateway(session, wanted, gateways)
    kinds: dict[str, type[InboundMessage | OutboundMessage | UssdSession]] = {
        "t": InboundMessage,
        "m": OutboundMessage,
        "c": UssdSession,
    }
    found: Any = session.get(kinds[ours[1]], int(ours[2]))
    return [] if found is None else [_first(session, found)]


def _by_gateway(session: Session, wanted: str, gateways: Collection[str]) -> list[Found]:
    """By a gateway's id, which only is one together with the gateway's name."""
    came, went, called, told = InboundMessage, OutboundMessage, UssdSession, DeliveryReport
    found: list[Found] = [
        *session.scalars(
            select(came).where(came.gateway.in_(gateways), came.gateway_message_id == wanted)
        ),
        *session.scalars(
            select(went).where(went.gateway.in_(gateways), went.gateway_message_id == wanted)
        ),
        *session.scalars(
            select(called).where(called.gateway.in_(gateways), called.gateway_session_id == wanted)
        ),
    ]
    found += session.scalars(
        select(told)
        .where(told.gateway.in_(gateways), told.gateway_message_id == wanted)
        .where(told.outbound_message_id.is_(None))
        .limit(MOST_TOLD)
    )
    return list(dict.fromkeys(_first(session, one) for one in found))


def _first(session: Session, found: Found) -> Found:
    """Where a message's way begins: a reply's with what it answers."""
    if isinstance(found, OutboundMessage) and found.in_reply_to_id is not None:
        return session.get_one(InboundMessage, found.in_reply_to_id)
    return found


def _way(session: Session, found: Found) -> Way:
    match found:
        case InboundMessage():
            trace, steps = f"t{found.id}", [*_came(session, found), *_answers(session, found)]
        case OutboundMessage():
            trace, steps = trace_out(found.id), list(_went(session, found))
        case UssdSession():
            trace, steps = f"c{found.id}", list(_called(session, found))
        case DeliveryReport():
            trace, steps = found.gateway_message_id, [_lost(found)]
    # What happened at one moment stays in the order in which it is told.
    return Way(trace, tuple(sorted(steps, key=lambda step: step.at)))


def _came(session: Session, row: InboundMessage) -> Iterator[Step]:
    sender = row.sender_label or _whose(session, row.subscriber_id)
    came = f"t{row.id} came through {row.gateway} as {row.gateway_message_id} from {sender}"
    yield Step(row.received_at, f'{came}: "{mask_numbers(row.text)}"')
    if row.error is not None:
        tries = f"after {row.attempts} of our tries" if row.attempts > 1 else "at the first try"
        yield Step(row.received_at, f"t{row.id} failed {tries}: {mask_numbers(row.error)}")
    if row.handled_at is not None:
        yield Step(row.handled_at, f"t{row.id} was acted upon: {row.intent or 'nobody to answer'}")


def _answers(session: Session, row: InboundMessage) -> Iterator[Step]:
    """Its reply, and what else was said to that person in the same moment because of it."""
    replies = session.scalars(
        select(OutboundMessage)
        .where(
            OutboundMessage.subscriber_id == row.subscriber_id,
            OutboundMessage.in_reply_to_id == row.id,
        )
        .order_by(OutboundMessage.id)
        .limit(MOST_TOLD)
    )
    for reply in replies:
        yield from _went(session, reply)


def _went(session: Session, row: OutboundMessage) -> Iterator[Step]:
    me = trace_out(row.id)
    whom = _whose(session, row.subscriber_id)
    yield Step(
        row.created_at,
        f"{me} was promised to {whom}: {row.kind}, {_counted(row.segments, 'segment')}, "
        f'due {row.due_at:%Y-%m-%d %H:%M:%S}: "{mask_numbers(row.text)}"',
    )
    if row.claimed_at is not None:
        through = f"for {row.gateway}, try {row.attempts}"
        yield Step(row.claimed_at, f"{me} was claimed by {row.claimed_by} {through}")
    if row.sent_at is not None:
        cost = "" if row.cost is None else f", {row.cost_currency} {row.cost}"
        yield Step(
            row.sent_at, f"{me} was taken as {row.gateway_message_id or 'nobody knows'}{cost}"
        )
    yield from _reports(session, row)
    if row.final_at is not None:
        yield Step(row.final_at, f"{me} is {row.state}{_because(row)}")
    elif row.claimed_at is not None and row.sent_at is None:
        yield Step(row.claimed_at, f"{me} is {row.state}{_because(row)}")


def _reports(session: Session, row: OutboundMessage) -> Iterator[Step]:
    if row.gateway_message_id is None:
        return
    report = DeliveryReport
    for told in session.scalars(
        select(report)
        .where(report.gateway == row.gateway, report.gateway_message_id == row.gateway_message_id)
        .order_by(report.id)
        .limit(MOST_TOLD)
    ):
        reason = f", {mask_numbers(told.reason)}" if told.reason else ""
        whose = "" if told.outbound_message_id == row.id else "; it was not taken for ours"
        yield Step(
            told.received_at,
            f"{trace_out(row.id)} has a report of {told.gateway}: {told.status}{reason}{whose}",
        )


def _lost(told: DeliveryReport) -> Step:
    """A report of something that we do not know, or not yet."""
    what = f"{told.gateway} reports {told.status} of a text that we know nothing of"
    return Step(told.received_at, what)


def _called(session: Session, row: UssdSession) -> Iterator[Step]:
    me = f"c{row.id}"
    began = f"{me} began through {row.gateway} as {row.gateway_session_id}"
    yield Step(row.started_at, f"{began}: {row.channel}, by {_whose(session, row.subscriber_id)}")
    # What was typed is not told: a PIN may be among it.
    state = "ended" if row.ended else "open"
    yield Step(
        row.updated_at,
        f"{me} has {_counted(row.hops, 'hop')}, {state} at {row.screen or 'no name'}",
    )
    ends = select(SessionEndReport).where(SessionEndReport.ussd_session_id == row.id)
    for told in session.scalars(ends):
        yield Step(told.received_at, f"{me} has a word of {told.gateway} on its end: {told.status}")


def _whose(session: Session, subscriber_id: int | None) -> str:
    person = None if subscriber_id is None else session.get(Subscriber, subscriber_id)
    return "nobody we know" if person is None else mask(person.msisdn)


def _because(row: OutboundMessage) -> str:
    said = [mask_numbers(part) for part in (row.gateway_status, row.detail) if part]
    return f": {', '.join(said)}" if said else ""


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"

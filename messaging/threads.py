"""What was said between somebody and us, for the operator: a person's thread, and what came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from messaging.kinds import Channel, OutboundKind, OutboundState
from messaging.models import InboundMessage, OutboundMessage, Subscriber, UssdSession

# Words are sought among so many of somebody's messages of each side: nobody has written more, but
# a machine may have.
SOUGHT_AMONG = 5_000
# What has no index is sought so many rows at a time, from the newest on: a page tells how far.
WINDOW = 10_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """A text that came in."""

    id: int
    moment: datetime
    text: str
    intent: str | None
    gateway: str
    handled_at: datetime | None
    attempts: int
    error: str | None


@dataclass(frozen=True)
class Told:
    """A text of ours, and what became of it."""

    id: int
    moment: datetime
    text: str
    kind: OutboundKind
    state: OutboundState
    gateway: str | None
    segments: int
    due_at: datetime
    final_at: datetime | None
    detail: str | None
    cost: Decimal | None
    cost_currency: str | None


@dataclass(frozen=True)
class Called:
    """A call to the menu; what was typed in it is not shown, a PIN may be among it."""

    id: int
    moment: datetime
    channel: Channel
    hops: int
    screen: str | None
    ended: bool


Entry: TypeAlias = Said | Told | Called
# Newest first; of one moment our answer stands above what it answers.
_SIDES: tuple[type[Entry], ...] = (Called, Said, Told)


@dataclass(frozen=True)
class Cursor:
    """Where a page of a thread begins: behind this entry."""

    moment: datetime
    side: int
    id: int

    def __str__(self) -> str:
        """The cursor as it stands in an address: microseconds, side, id."""
        return f"{(self.moment - _EPOCH) // timedelta(microseconds=1)}-{self.side}-{self.id}"


def cursor_of(written: str) -> Cursor | None:
    """The cursor in "1764140000000000-1-12"; anything else is the first page."""
    parts = written.split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) <= 17 for part in parts):
        return None
    microseconds, side, id_ = map(int, parts)
    if side >= len(_SIDES):
        return None
    try:
        return Cursor(_EPOCH + timedelta(microseconds=microseconds), side, id_)
    except OverflowError:
        return None


def cursor_behind(entry: Entry) -> Cursor:
    """Where the page begins that goes on behind an entry."""
    return Cursor(entry.moment, _SIDES.index(type(entry)), entry.id)


def thread(
    session: Session,
    subscriber_id: int,
    *,
    words: str | None = None,
    after: Cursor | None = None,
    limit: int,
) -> list[Entry]:
    """What was said on both sides, the newest first; with words: the texts that hold them."""
    found: list[Entry] = [
        *_said(session, subscriber_id, words, after, limit),
        *_told(session, subscriber_id, words, after, limit),
    ]
    if words is None:
        found += _called(session, subscriber_id, after, limit)
    return sorted(found, key=_place, reverse=True)[:limit]


@dataclass(frozen=True)
class Incoming:
    """A text that came in, and whose it is: by number, or by the name of what is no phone."""

    said: Said
    subscriber_id: int | None
    sender: str


@dataclass(frozen=True)
class Inbox:
    """A page of what came in. `after`: where the next begins, None at the end.

    `looked_back_to` is the moment of the oldest row that was looked at, where the page is short
    because so few of the newest rows fit.
    """

    texts: Sequence[Incoming]
    after: int | None
    looked_back_to: datetime | None = None


def inbox(
    session: Session,
    *,
    intent: str | None = None,
    only_unhandled: bool = False,
    before_id: int | None = None,
    limit: int,
) -> Inbox:
    """What came in, the newest first: all of it, of one intent, or what nobody acted upon."""
    row = InboundMessage
    query = _incoming().where(*([] if before_id is None else [row.id < before_id]))
    if only_unhandled:
        query = query.where(row.handled_at.is_(None))
    if intent is None:
        return _page(session, query, limit)
    newest = session.scalar(select(func.max(row.id))) or 0
    top = newest if before_id is None else min(newest, before_id - 1)
    bottom = max(top - WINDOW, 0)
    found = _page(session, query.where(row.intent == intent, row.id > bottom, row.id <= top), limit)
    if found.after is not None or not bottom:
        return found
    oldest = session.scalar(
        select(row.received_at).where(row.id > bottom).order_by(row.id).limit(1)
    )
    return Inbox(found.texts, bottom + 1, oldest)


def incoming(session: Session, inbound_id: int) -> Incoming | None:
    """One text that came in."""
    found = session.execute(_incoming().where(InboundMessage.id == inbound_id)).first()
    return None if found is None else _as_incoming(*found)


def replies_to(session: Session, inbound: Incoming) -> list[Told]:
    """Our texts of the moment at which a text was acted upon, its reply among them."""
    if inbound.subscriber_id is None or inbound.said.handled_at is None:
        return []
    row = OutboundMessage
    found = session.scalars(
        select(row)
        .where(
            row.subscriber_id == inbound.subscriber_id,
            row.created_at == inbound.said.handled_at,
        )
        .order_by(row.id)
    )
    return [_as_told(one) for one in found]


def _page(session: Session, query: Select[InboundMessage, str | None], limit: int) -> Inbox:
    found = session.execute(query.order_by(InboundMessage.id.desc()).limit(limit + 1)).all()
    texts = [_as_incoming(*row) for row in found[:limit]]
    return Inbox(texts, texts[-1].said.id if len(found) > limit else None)


def _incoming() -> Select[InboundMessage, str | None]:
    return select(InboundMessage, Subscriber.msisdn).outerjoin(
        Subscriber, Subscriber.id == InboundMessage.subscriber_id
    )


def _as_incoming(message: InboundMessage, msisdn: str | None) -> Incoming:
    return Incoming(_as_said(message), message.subscriber_id, msisdn or message.sender_label or "")


def _place(entry: Entry) -> tuple[datetime, int, int]:
    return (entry.moment, _SIDES.index(type(entry)), entry.id)


def _said(
    session: Session, subscriber_id: int, words: str | None, after: Cursor | None, limit: int
) -> list[Said]:
    row = InboundMessage
    query = select(row).where(row.subscriber_id == subscriber_id)
    if words is not None:
        query = query.where(*_holding(words, row.text, row.id, query, row.received_at))
    rows = session.scalars(
        query.where(*_behind(row.received_at, row.id, Said, after))
        .order_by(row.received_at.desc(), row.id.desc())
        .limit(limit)
    )
    return [_as_said(one) for one in rows]


def _told(
    session: Session, subscriber_id: int, words: str | None, after: Cursor | None, limit: int
) -> list[Told]:
    row = OutboundMessage
    query = select(row).where(row.subscriber_id == subscriber_id)
    if words is not None:
        query = query.where(*_holding(words, row.text, row.id, query, row.created_at))
    rows = session.scalars(
        query.where(*_behind(row.created_at, row.id, Told, after))
        .order_by(row.created_at.desc(), row.id.desc())
        .limit(limit)
    )
    return [_as_told(one) for one in rows]


def _called(session: Session, subscriber_id: int, after: Cursor | None, limit: int) -> list[Called]:
    row = UssdSession
    rows = session.scalars(
        select(row)
        .where(row.subscriber_id == subscriber_id, *_behind(row.started_at, row.id, Called, after))
        .order_by(row.started_at.desc(), row.id.desc())
        .limit(limit)
    )
    return [
        Called(one.id, one.started_at, one.channel, one.hops, one.screen, one.ended) for one in rows
    ]


def _behind(
    moment: InstrumentedAttribute[datetime],
    id_: InstrumentedAttribute[int],
    kind: type[Entry],
    after: Cursor | None,
) -> list[ColumnElement[bool]]:
    """What stands behind the cursor in the order of the whole thread."""
    if after is None:
        return []
    side = _SIDES.index(kind)
    if side < after.side:
        return [moment <= after.moment]
    if side > after.side:
        return [moment < after.moment]
    return [or_(moment < after.moment, and_(moment == after.moment, id_ < after.id))]


def _holding(
    words: str,
    text: InstrumentedAttribute[str],
    id_: InstrumentedAttribute[int],
    theirs: Select[Any],
    moment: InstrumentedAttribute[datetime],
) -> list[ColumnElement[bool]]:
    """Those of somebody's newest texts that hold these words."""
    newest = theirs.with_only_columns(id_).order_by(moment.desc()).limit(SOUGHT_AMONG).subquery()
    return [id_.in_(select(newest.c.id)), text.icontains(words, autoescape=True)]


def _as_said(row: InboundMessage) -> Said:
    return Said(
        row.id,
        row.received_at,
        row.text,
        row.intent,
        row.gateway,
        row.handled_at,
        row.attempts,
        row.error,
    )


def _as_told(row: OutboundMessage) -> Told:
    return Told(
        row.id,
        row.created_at,
        row.text,
        row.kind,
        row.state,
        row.gateway,
        row.segments,
        row.due_at,
        row.final_at,
        row.detail,
        row.cost,
        row.cost_currency,
    )

"""The texts of one phone, as that phone shows them."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from messaging.kinds import OutboundState
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from messaging.segments import measure

NEWEST = 60


@dataclass(frozen=True)
class PhoneText:
    """One text; `words` is None while it is on its way: a phone cannot show it yet."""

    key: str
    mine: bool
    words: str | None
    at: datetime
    state: str
    segments: int
    encoding: str
    language: str | None
    kind: str | None
    is_demo: bool


@dataclass(frozen=True)
class Thread:
    """A phone's newest texts, oldest first, and whose phone it is."""

    name: str | None
    is_demo: bool
    texts: tuple[PhoneText, ...]


def read_thread(
    session: Session, msisdn: str, *, gateway: str, is_default: bool, now: datetime
) -> Thread:
    """What passed between this phone and us through one gateway.

    Texts of other gateways stay out: where the simulator runs beside a real one, a number typed
    into the page must not open a real person's messages. The default gateway also has those that
    no gateway was chosen for yet.
    """
    person = session.scalars(select(Subscriber).where(Subscriber.msisdn == msisdn)).one_or_none()
    if person is None:
        return Thread(None, False, ())
    ways = _ways(gateway, is_default)
    texts = [*_written(session, person, gateway), *_received(session, person, ways, now)]
    texts.sort(key=attrgetter("at"))
    # Stable: of two texts of the same moment, what was written stands before its reply.
    return Thread(person.name, person.is_demo, tuple(texts[-NEWEST:]))


def find_text(session: Session, gateway: str, gateway_message_id: str) -> str | None:
    """The key of a text that was just written."""
    stored = session.scalars(
        select(InboundMessage.id).where(
            InboundMessage.gateway == gateway,
            InboundMessage.gateway_message_id == gateway_message_id,
        )
    ).one_or_none()
    return None if stored is None else written_key(stored)


def written_key(inbound_id: int) -> str:
    """The name of a text that this phone wrote."""
    return f"written-{inbound_id}"


def received_key(outbound_id: int) -> str:
    """The name of a text that this phone gets."""
    return f"received-{outbound_id}"


def _written(session: Session, person: Subscriber, gateway: str) -> list[PhoneText]:
    newest = session.scalars(
        select(InboundMessage)
        .where(InboundMessage.subscriber_id == person.id, InboundMessage.gateway == gateway)
        .order_by(InboundMessage.received_at.desc(), InboundMessage.id.desc())
        .limit(NEWEST)
    )
    return [_as_written(message, person) for message in reversed(newest.all())]


def _as_written(message: InboundMessage, person: Subscriber) -> PhoneText:
    size = measure(message.text)
    return PhoneText(
        key=written_key(message.id),
        mine=True,
        words=message.text,
        at=message.received_at,
        state="handled" if message.handled_at else "waiting",
        segments=size.segments,
        encoding=size.encoding,
        language=None,
        kind=message.intent,
        is_demo=person.is_demo,
    )


def _ways(gateway: str, is_default: bool) -> ColumnElement[bool]:
    its_own = OutboundMessage.gateway == gateway
    return or_(its_own, OutboundMessage.gateway.is_(None)) if is_default else its_own


def _received(
    session: Session, person: Subscriber, ways: ColumnElement[bool], now: datetime
) -> list[PhoneText]:
    newest = session.scalars(
        select(OutboundMessage)
        .where(
            OutboundMessage.subscriber_id == person.id,
            ways,
            # A bulletin for tomorrow is nothing this phone could know of.
            or_(OutboundMessage.due_at <= now, OutboundMessage.state != OutboundState.QUEUED),
        )
        .order_by(OutboundMessage.created_at.desc(), OutboundMessage.id.desc())
        .limit(NEWEST)
    )
    return [_as_received(message, person) for message in reversed(newest.all())]


def _as_received(message: OutboundMessage, person: Subscriber) -> PhoneText:
    has_arrived = message.state in {OutboundState.SENT, OutboundState.DELIVERED}
    return PhoneText(
        key=received_key(message.id),
        mine=False,
        words=message.text if has_arrived else None,
        at=message.sent_at or message.created_at,
        state=message.state.value,
        segments=message.segments,
        encoding=message.encoding,
        language=message.language,
        kind=message.kind.value,
        is_demo=person.is_demo,
    )

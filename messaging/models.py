"""The tables of the conversation: subscribers, what came in, what goes out."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.sealed import LENGTH, Sealed
from messaging.kinds import AirtimeState, Channel, OutboundKind, OutboundState, SessionOutcome


class Subscriber(Base):
    """A person with an MSISDN: the only table in which a phone number stands."""

    __tablename__ = "subscriber"

    id: Mapped[int] = mapped_column(primary_key=True)
    msisdn: Mapped[str] = mapped_column(Sealed(), unique=True)  # E.164, sealed where there is a key
    country: Mapped[str] = mapped_column(ForeignKey("country.code"))
    name: Mapped[str | None] = mapped_column(String(80))
    language: Mapped[str | None] = mapped_column(String(8))  # None: not known yet
    # They said so themselves; else it is the language of the words they last wrote in.
    has_chosen_language: Mapped[bool] = mapped_column(default=False)
    home_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    usual_commodity_code: Mapped[str | None] = mapped_column(ForeignKey("commodity.code"))
    # The gateway they last wrote through; what we start goes out the same way.
    gateway: Mapped[str | None] = mapped_column(String(20))
    opted_out_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)
    # Texts that did not arrive since the last one that did, and since when we start none any more.
    failures_in_a_row: Mapped[int] = mapped_column(default=0, server_default="0")
    unreachable_at: Mapped[datetime | None]
    unreachable_because: Mapped[str | None] = mapped_column(String(80))
    # What they chose to show that a new SIM is theirs; only its hash, salted.
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    # Nobody any more: what they told stays, and who told it is known to no one.
    erased_at: Mapped[datetime | None]


class NumberSeal(Base):
    """That the numbers are sealed: one row, in which a known word tells whether a key is theirs."""

    __tablename__ = "number_seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    proof: Mapped[str] = mapped_column(String(LENGTH))


class ConsentEvent(Base):
    """Somebody said stop, or start: when, by which way and in which words."""

    __tablename__ = "consent_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), index=True)
    opted_in: Mapped[bool]
    channel: Mapped[Channel]
    wording: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[datetime]


class Erasure(Base):
    """Somebody who is to be erased, and once more a day later: what came in between goes too."""

    __tablename__ = "erasure"

    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscriber.id"), primary_key=True, autoincrement=False
    )
    # The text that said so: its answer goes first. None where the operator erases.
    inbound_message_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_message.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)


class InboundMessage(Base):
    """A text as it came, beside what was made of it. Phone numbers in `payload` are taken out."""

    __tablename__ = "inbound_message"
    __table_args__ = (
        # The gateway repeats until it hears 200: its id makes the second a no-op.
        UniqueConstraint("gateway", "gateway_message_id"),
        Index("ix_inbound_message_thread", "subscriber_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_message_id: Mapped[str] = mapped_column(String(120))
    # Null for a sender that is no phone number ("MTN", a short code): then `sender_label` names it.
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
    sender_label: Mapped[str | None] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(20))  # our short code or number
    text: Mapped[str] = mapped_column(Text)
    link_id: Mapped[str | None] = mapped_column(String(80))
    network_code: Mapped[str | None] = mapped_column(String(10))
    gateway_sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    payload: Mapped[dict[str, Any]]
    # The gateway told the person already (Twilio does on STOP): a reply would be a second one.
    answered_by_gateway: Mapped[bool] = mapped_column(default=False)
    intent: Mapped[str | None] = mapped_column(String(20))
    # Null until acted upon; with `error` the worker tries it again.
    handled_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)


class HeldQuestion(Base):
    """What we asked somebody back: the newest question only, until it is answered or too old."""

    __tablename__ = "held_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), unique=True)
    question: Mapped[str] = mapped_column(Text)  # as it was asked, to be repeated
    answers: Mapped[dict[str, Any]]  # what each answer leads to: whole commands
    # The text that made us ask; None for a call.
    inbound_message_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_message.id"))
    raw_text: Mapped[str] = mapped_column(Text)  # all that was said so far
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)  # those whose words go


class OutboundMessage(Base):
    """A promise to send one text to one person: a row of the outbox."""

    __tablename__ = "outbound_message"
    __table_args__ = (
        # What the worker claims: due, most urgent first.
        Index(
            "ix_outbound_message_queued",
            "priority",
            "due_at",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        # What nobody knows the end of: claims of dead workers, sendings that brought no answer.
        Index(
            "ix_outbound_message_open",
            "state",
            "claimed_at",
            sqlite_where=text("state IN ('sending', 'unknown')"),
            postgresql_where=text("state IN ('sending', 'unknown')"),
        ),
        # What went round between two machines, by whom it was for: hardly any row is in it.
        Index(
            "ix_outbound_message_stopped",
            "subscriber_id",
            "created_at",
            sqlite_where=text("state = 'stopped'"),
            postgresql_where=text("state = 'stopped'"),
        ),
        # A delivery report finds its message.
        Index("ix_outbound_message_gateway", "gateway", "gateway_message_id"),
        Index("ix_outbound_message_thread", "subscriber_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # One promise, whatever is repeated: "reply:<inbound id>", "edition:<id>:<subscriber id>".
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    kind: Mapped[OutboundKind]
    priority: Mapped[int]
    gateway: Mapped[str | None] = mapped_column(String(20))  # None: the default when it is sent
    sender: Mapped[str | None] = mapped_column(String(20))  # None: the gateway's default
    link_id: Mapped[str | None] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    encoding: Mapped[str] = mapped_column(String(8))  # GSM-7 or UCS-2
    segments: Mapped[int]
    in_reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_message.id"))
    state: Mapped[OutboundState] = mapped_column(default=OutboundState.QUEUED)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    # Sent once more, for nobody knew whether it went and no report came.
    resent_at: Mapped[datetime | None]
    gateway_message_id: Mapped[str | None] = mapped_column(String(120))
    gateway_status: Mapped[str | None] = mapped_column(String(40))  # the gateway's own word
    detail: Mapped[str | None] = mapped_column(Text)  # its reason, kept raw
    cost: Mapped[Decimal | None]
    cost_currency: Mapped[str | None] = mapped_column(String(3))


class GatewayState(Base):
    """How a gateway fares, for all workers together: its pace, its rest, its share of the texts."""

    __tablename__ = "gateway_state"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    free_at: Mapped[datetime | None]  # when its rate lets the next segment go
    rests_until: Mapped[datetime | None]  # it would turn away whatever came earlier
    rests_because: Mapped[str | None] = mapped_column(Text)
    # Only bulletins and nudges leave it alone until then: their calls failed again and again.
    bulk_rests_until: Mapped[datetime | None]
    # Per cent of the texts whose first choice it is; the others take the second.
    share: Mapped[int] = mapped_column(default=100)
    share_changed_at: Mapped[datetime | None]
    errors: Mapped[int] = mapped_column(default=0)  # calls that failed since then
    errors_since: Mapped[datetime | None]


class DeliveryReport(Base):
    """What a gateway said of a message later; kept even when it beats our own commit."""

    __tablename__ = "delivery_report"
    __table_args__ = (
        Index("ix_delivery_report_gateway", "gateway", "gateway_message_id"),
        # Reports whose message is not known yet.
        Index("ix_delivery_report_unmatched", "outbound_message_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_message_id: Mapped[str] = mapped_column(String(120))
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
    status: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(80))
    # What the gateway's word means to us; None for a word we do not know.
    state: Mapped[OutboundState | None]
    opted_out: Mapped[bool] = mapped_column(default=False)
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    outbound_message_id: Mapped[int | None] = mapped_column(ForeignKey("outbound_message.id"))


class UssdSession(Base):
    """Where a caller stands in the menu, shown or spoken: the database knows, no process does."""

    __tablename__ = "ussd_session"
    __table_args__ = (
        UniqueConstraint("gateway", "gateway_session_id"),
        # The last call of a person, to go on with where it broke off.
        Index("ix_ussd_session_last", "subscriber_id", "started_at"),
        # What was left lately, counted by screen.
        Index("ix_ussd_session_started_at", "started_at"),
        # Those with questions that are not counted yet.
        Index(
            "ix_ussd_session_asked",
            "id",
            sqlite_where=text("asked IS NOT NULL"),
            postgresql_where=text("asked IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_session_id: Mapped[str] = mapped_column(String(120))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    service_code: Mapped[str] = mapped_column(String(40))
    network_code: Mapped[str | None] = mapped_column(String(10))
    transcript: Mapped[str] = mapped_column(Text)  # all inputs so far, joined by *
    state: Mapped[dict[str, Any]]
    answer: Mapped[str] = mapped_column(Text)  # the last screen, for a repeat of the same hop
    ended: Mapped[bool] = mapped_column(default=False)
    hops: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    channel: Mapped[Channel] = mapped_column(default=Channel.USSD, server_default=Channel.USSD)
    # How many inputs the gateway has brought: where it sends the last one only, they are numbered.
    inputs: Mapped[int] = mapped_column(default=0, server_default="0")
    # The screen on the phone by the name of its frame: what people leave is counted by it.
    screen: Mapped[str | None] = mapped_column(String(20))
    # The prices that were looked up and are not counted yet, a line each.
    asked: Mapped[str | None] = mapped_column(Text)


class SessionEndReport(Base):
    """What a gateway said of a session when it was over; kept even where we know none like it."""

    __tablename__ = "session_end"
    __table_args__ = (
        # Reports whose session is not known, and what those cost.
        Index("ix_session_end_unmatched", "ussd_session_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # One word on one session of one person, whatever is repeated.
    dedupe_key: Mapped[str] = mapped_column(String(220), unique=True)
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_session_id: Mapped[str] = mapped_column(String(120))
    channel: Mapped[Channel]
    # Null where it names no number of somebody we know.
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
    status: Mapped[str] = mapped_column(String(40))
    # What the gateway's word means to us; None for a word we do not know.
    outcome: Mapped[SessionOutcome | None]
    cost: Mapped[Decimal | None]
    cost_currency: Mapped[str | None] = mapped_column(String(3))
    duration_seconds: Mapped[Decimal | None]
    hops: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    # The session it counts for: the first word on it, of the number whose session it is. Another
    # word that comes later is kept without one, so that no cost is counted twice.
    ussd_session_id: Mapped[int | None] = mapped_column(ForeignKey("ussd_session.id"), unique=True)


class DayBudget(Base):
    """What was spent on a day of something that has a limit: asks, nudges, airtime's money."""

    __tablename__ = "day_budget"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # by the clock of whom it is spent on
    spent: Mapped[Decimal]


class AirtimeGrant(Base):
    """Airtime promised to a reporter for one report: paid once, or nobody knows and never again."""

    __tablename__ = "airtime_grant"
    __table_args__ = (
        # What the worker claims: due, oldest first.
        Index("ix_airtime_grant_due", "state", "due_at"),
        # How many a person got on a day, and what they earned.
        Index("ix_airtime_grant_person", "subscriber_id", "granted_on"),
        # A callback finds its grant.
        Index("ix_airtime_grant_request", "gateway", "gateway_request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    # One report earns once, whatever is repeated.
    observation_id: Mapped[int] = mapped_column(ForeignKey("price_observation.id"), unique=True)
    granted_on: Mapped[date]  # by the reporter's own clock
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[AirtimeState] = mapped_column(default=AirtimeState.PROMISED)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    gateway: Mapped[str | None] = mapped_column(String(20))
    gateway_request_id: Mapped[str | None] = mapped_column(String(120))
    # The payout that the gateway asked us about before it paid: each of ours is approved once.
    gateway_transaction_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    gateway_status: Mapped[str | None] = mapped_column(String(40))  # the gateway's own word
    detail: Mapped[str | None] = mapped_column(Text)


class AirtimeReport(Base):
    """What a gateway said of airtime later; kept even when it beats our own commit."""

    __tablename__ = "airtime_report"
    __table_args__ = (Index("ix_airtime_report_request", "gateway", "gateway_request_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_request_id: Mapped[str] = mapped_column(String(120))
    # Null where the callback names no number of somebody we know.
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"), index=True)
    status: Mapped[str] = mapped_column(String(40))
    # What the gateway's word means to us; None for a word we do not know.
    state: Mapped[AirtimeState | None]
    detail: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    airtime_grant_id: Mapped[int | None] = mapped_column(ForeignKey("airtime_grant.id"))

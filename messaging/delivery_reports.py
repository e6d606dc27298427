"""What gateways say later of the messages they took: kept as it came, matched to its message."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, literal_column, select, text
from sqlalchemy.orm import Session

from messaging.consent import opt_out
from messaging.kinds import Channel, OutboundState
from messaging.message import DeliveryNotice
from messaging.models import DeliveryReport, OutboundMessage, Subscriber
from messaging.reachability import Failure, note_arrival, note_failure
from messaging.subscribers import find_subscriber

# A report waits this long for its message; gateways give up on a message after two days.
WAITS_FOR_ITS_MESSAGE = timedelta(days=3)
# After this, our own commit of the gateway's id is not merely late.
BEYOND_A_SEND = timedelta(minutes=2)
# On SQLite every text and call waits while some are written: 500 took two seconds.
REPORTS_AT_A_TIME = 50

# A report only ever touches a message that went to the number it names.
_IS_ITS_MESSAGE = and_(
    OutboundMessage.gateway == DeliveryReport.gateway,
    OutboundMessage.gateway_message_id == DeliveryReport.gateway_message_id,
    OutboundMessage.subscriber_id == DeliveryReport.subscriber_id,
)
# Said as the index of what is open says it, or SQLite does not see that it serves.
IS_UNKNOWN = (
    text("outbound_message.state IN ('sending', 'unknown')"),
    OutboundMessage.state == literal_column("'unknown'"),
)
# Of a message that timed out only a report can tell. Of one person there are few: here their own
# index serves better.
_MAY_BE_ITS_MESSAGE = and_(
    OutboundMessage.state == OutboundState.UNKNOWN,
    OutboundMessage.gateway_message_id.is_(None),
    OutboundMessage.gateway == DeliveryReport.gateway,
    OutboundMessage.subscriber_id == DeliveryReport.subscriber_id,
    OutboundMessage.claimed_at <= DeliveryReport.received_at,
)


def record_delivery_notice(session: Session, notice: DeliveryNotice, now: datetime) -> bool:
    """Keep a report and let it act on its message; False while that message is not known.

    A report only ever touches a message that went to the number it names, so that a guessed id
    does nothing.
    """
    known = None if notice.msisdn is None else find_subscriber(session, notice.msisdn)
    subscriber_id = None if known is None else known.id
    report = _kept(session, notice, subscriber_id)
    if report is None:
        report = DeliveryReport(
            gateway=notice.gateway,
            gateway_message_id=notice.gateway_message_id,
            subscriber_id=subscriber_id,
            status=notice.status,
            reason=notice.reason,
            state=notice.state,
            opted_out=notice.opted_out,
            payload=dict(notice.payload),
            received_at=now,
        )
        session.add(report)
        session.flush()
    return report.outbound_message_id is not None or _match_by_id(session, report, now)


def rematch_reports(session: Session, now: datetime, reports: Sequence[int] | None = None) -> int:
    """Try reports again whose message was not known when they came; returns how many matched.

    A message whose sending timed out has no id of the gateway's: it is found by phone and time.
    """
    ids = reports_to_match(session, now) if reports is None else reports
    found = session.scalars(
        select(DeliveryReport)
        .where(DeliveryReport.id.in_(ids))
        # Of each person as they came: an id that the first one brings is known to the next.
        .order_by(DeliveryReport.subscriber_id, DeliveryReport.id)
    )
    return sum(
        _match_by_id(session, report, now) or _match_by_phone(session, report, now)
        for report in found.all()
    )


def reports_to_match(session: Session, now: datetime) -> list[int]:
    """The reports that wait and have a message by now, so many at a time.

    The others are not touched: another service on the same account may bring thousands that never
    will have one. Reading is all that it does, so on SQLite nobody waits for it.
    """
    by_id = _waiting(now).join(OutboundMessage, _IS_ITS_MESSAGE)
    return list({*session.scalars(by_id), *_by_phone(session, now)})


def _by_phone(session: Session, now: datetime) -> Sequence[int]:
    """Reports that can only be of one message, of which nobody else can tell."""
    unknown = select(OutboundMessage.subscriber_id).where(
        *IS_UNKNOWN,
        OutboundMessage.gateway_message_id.is_(None),
        OutboundMessage.claimed_at >= now - WAITS_FOR_ITS_MESSAGE,
    )
    if session.scalar(unknown.limit(1)) is None:
        return []
    return session.scalars(
        _waiting(now)
        .join(OutboundMessage, _MAY_BE_ITS_MESSAGE)
        # Few are unknown, and found by their index: the rest of the reports is not joined at all.
        .where(DeliveryReport.subscriber_id.in_(unknown))
        .where(DeliveryReport.received_at <= now - BEYOND_A_SEND)
        .where(OutboundMessage.claimed_at >= now - WAITS_FOR_ITS_MESSAGE)
        .group_by(DeliveryReport.id)
        .having(func.count() == 1)
    ).all()


def _waiting(now: datetime) -> Select[int]:
    """The ids of reports without a message, the newest first: old ones crowd none out."""
    return (
        select(DeliveryReport.id)
        .where(
            DeliveryReport.outbound_message_id.is_(None),
            DeliveryReport.received_at >= now - WAITS_FOR_ITS_MESSAGE,
        )
        .order_by(DeliveryReport.received_at.desc(), DeliveryReport.id.desc())
        .limit(REPORTS_AT_A_TIME)
    )


def apply_early_reports(
    session: Session, gateway: str, gateway_message_ids: Sequence[str], now: datetime
) -> int:
    """Let reports act that were faster than our own note of the gateway's ids, of one call's texts.

    Mostly there are none, and one statement tells that.
    """
    early = session.execute(
        select(DeliveryReport, OutboundMessage)
        .join(OutboundMessage, _IS_ITS_MESSAGE)
        .where(DeliveryReport.gateway == gateway)
        .where(DeliveryReport.gateway_message_id.in_(gateway_message_ids))
        .where(DeliveryReport.outbound_message_id.is_(None))
        # Whoever writes of several people does so in one order: no two wait for each other.
        .order_by(DeliveryReport.subscriber_id, DeliveryReport.received_at, DeliveryReport.id)
        # The rows may have been written without their objects.
        .execution_options(populate_existing=True)
    ).all()
    for report, message in early:
        _apply(session, report, message, now)
    return len(early)


def _kept(
    session: Session, notice: DeliveryNotice, subscriber_id: int | None
) -> DeliveryReport | None:
    """The same report from before: gateways repeat."""
    return session.scalars(
        select(DeliveryReport).where(
            DeliveryReport.gateway == notice.gateway,
            DeliveryReport.gateway_message_id == notice.gateway_message_id,
            DeliveryReport.subscriber_id == subscriber_id,
            DeliveryReport.status == notice.status,
            DeliveryReport.reason == notice.reason,
        )
    ).first()


def _match_by_id(session: Session, report: DeliveryReport, now: datetime) -> bool:
    message = session.scalars(
        select(OutboundMessage)
        .where(
            OutboundMessage.gateway == report.gateway,
            OutboundMessage.gateway_message_id == report.gateway_message_id,
            OutboundMessage.subscriber_id == report.subscriber_id,
        )
        .with_for_update()
    ).first()
    if message is None:
        return False
    _apply(session, report, message, now)
    return True


def _match_by_phone(session: Session, report: DeliveryReport, now: datetime) -> bool:
    """Give the report to the one message to this phone of which only a report can tell."""
    if report.received_at > now - BEYOND_A_SEND:
        return False
    unknown = session.scalars(
        select(OutboundMessage)
        .where(
            OutboundMessage.subscriber_id == report.subscriber_id,
            OutboundMessage.gateway == report.gateway,
            OutboundMessage.state == OutboundState.UNKNOWN,
            OutboundMessage.gateway_message_id.is_(None),
            OutboundMessage.claimed_at <= report.received_at,
            OutboundMessage.claimed_at >= report.received_at - WAITS_FOR_ITS_MESSAGE,
        )
        .with_for_update()
    ).all()
    if len(unknown) != 1:
        return False
    unknown[0].gateway_message_id = report.gateway_message_id
    _apply(session, report, unknown[0], now)
    return True


def _apply(
    session: Session, report: DeliveryReport, message: OutboundMessage, now: datetime
) -> None:
    report.outbound_message_id = message.id
    if report.opted_out:
        _note_opt_out(session, report, now)
    if report.state is OutboundState.DELIVERED:
        note_arrival(session, message.subscriber_id)
    if report.state is None or message.state.is_final:
        return
    message.gateway_status, message.detail = report.status, report.reason
    if message.sent_at is None:
        message.sent_at = message.claimed_at
    # Reports come in any order: what ended stays ended, and nothing goes back to "sent".
    message.state = report.state
    if report.state.is_final:
        message.final_at = now
    if report.state is OutboundState.FAILED and not report.opted_out:
        session.flush()
        failure = Failure(now, report.status, report.reason)
        note_failure(session, message.subscriber_id, failure)


def _note_opt_out(session: Session, report: DeliveryReport, now: datetime) -> None:
    subscriber = session.get_one(Subscriber, report.subscriber_id)
    if subscriber.opted_out_at is None:
        wording = f"{report.gateway}: {report.reason or report.status}"
        opt_out(session, subscriber, channel=Channel.SMS, wording=wording, now=now)

"""What gateways say later of the messages they took: kept as it came, matched to its message."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from messaging.consent import opt_out
from messaging.kinds import Channel, OutboundState
from messaging.message import DeliveryNotice
from messaging.models import DeliveryReport, OutboundMessage, Subscriber
from messaging.subscribers import find_subscriber

# A report waits this long for its message; gateways give up on a message after two days.
WAITS_FOR_ITS_MESSAGE = timedelta(days=3)
# After this, our own commit of the gateway's id is not merely late.
BEYOND_A_SEND = timedelta(minutes=2)
REPORTS_AT_A_TIME = 500


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


def rematch_reports(session: Session, now: datetime) -> int:
    """Try reports again whose message was not known when they came; returns how many matched.

    A message whose sending timed out has no id of the gateway's: it is found by phone and time.
    """
    waiting = session.scalars(
        select(DeliveryReport)
        .where(
            DeliveryReport.outbound_message_id.is_(None),
            DeliveryReport.subscriber_id.is_not(None),
            DeliveryReport.received_at >= now - WAITS_FOR_ITS_MESSAGE,
        )
        # The newest, so that old ones nobody claims cannot crowd them out.
        .order_by(DeliveryReport.received_at.desc(), DeliveryReport.id.desc())
        .limit(REPORTS_AT_A_TIME)
    ).all()
    return sum(
        _match_by_id(session, report, now) or _match_by_phone(session, report, now)
        for report in reversed(waiting)
    )


def apply_waiting_reports(session: Session, message: OutboundMessage, now: datetime) -> None:
    """Let reports act that were faster than our own note of the gateway's id."""
    if message.gateway_message_id is None:
        return
    session.flush()
    faster = session.scalars(
        select(DeliveryReport)
        .where(
            DeliveryReport.gateway == message.gateway,
            DeliveryReport.gateway_message_id == message.gateway_message_id,
            DeliveryReport.subscriber_id == message.subscriber_id,
            DeliveryReport.outbound_message_id.is_(None),
        )
        .order_by(DeliveryReport.received_at, DeliveryReport.id)
    ).all()
    for report in faster:
        _apply(session, report, message, now)


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
    if report.state is None or message.state.is_final:
        return
    message.gateway_status, message.detail = report.status, report.reason
    if message.sent_at is None:
        message.sent_at = message.claimed_at
    # Reports come in any order: what ended stays ended, and nothing goes back to "sent".
    message.state = report.state
    if report.state.is_final:
        message.final_at = now


def _note_opt_out(session: Session, report: DeliveryReport, now: datetime) -> None:
    subscriber = session.get_one(Subscriber, report.subscriber_id)
    if subscriber.opted_out_at is None:
        wording = f"{report.gateway}: {report.reason or report.status}"
        opt_out(session, subscriber, channel=Channel.SMS, wording=wording, now=now)

"""Texts of which nobody knows whether they went: sent once more where the operator wants it so.

A gateway that was cut off in the midst of an answer may have the text. Mostly a delivery report
tells later; where none comes, a price that arrives twice may be better than one that never does –
or may not, because both are paid for. So it is the operator's to say, kind by kind.
"""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Exists, Table, and_, exists, func, select, update
from sqlalchemy.orm import Session

from messaging.delivery_reports import IS_UNKNOWN
from messaging.kinds import OutboundKind, OutboundState
from messaging.models import DeliveryReport, OutboundMessage
from messaging.sending_rules import SendingRules

# Reports come within seconds, mostly, and within minutes from a phone that is there.
REPORTS_TAKE = timedelta(minutes=30)
AT_A_TIME = 500


def resend_unknown(session: Session, rules: SendingRules, now: datetime) -> int:
    """Queue texts once more that no report has told of; how many, at most `AT_A_TIME`.

    Never a second time, never past its worth, never while a report waits that may be its own.
    """
    if not rules.resends:
        return 0
    message = OutboundMessage
    lost = session.scalars(
        select(message.id)
        .where(*IS_UNKNOWN, message.claimed_at <= now - REPORTS_TAKE)
        .where(message.kind.in_(rules.resends), message.resent_at.is_(None))
        # With an id it was found by a report, of which we only do not know the meaning.
        .where(message.gateway_message_id.is_(None), message.expires_at > now)
        .where(~_report_waits())
        .order_by(message.claimed_at, message.id)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True)
    ).all()
    if lost:
        session.execute(
            update(cast(Table, message.__table__))
            .where(message.id.in_(lost))
            .values(
                state=OutboundState.QUEUED,
                due_at=now,
                resent_at=now,
                claimed_at=None,
                claimed_by=None,
            )
        )
    return len(lost)


def count_unknown(session: Session) -> dict[OutboundKind, int]:
    """How many texts nobody knows the end of, by kind, the most urgent first."""
    message = OutboundMessage
    rows = session.execute(
        select(message.kind, func.count())
        .where(*IS_UNKNOWN)
        .group_by(message.kind, message.priority)
        .order_by(message.priority)
    )
    return dict(rows.all())


def _report_waits() -> Exists:
    """A report for this phone that no message was found for, perhaps for it is one of several."""
    report, message = DeliveryReport, OutboundMessage
    return exists().where(
        and_(
            report.outbound_message_id.is_(None),
            report.received_at >= message.claimed_at,
            report.gateway == message.gateway,
            report.subscriber_id == message.subscriber_id,
        )
    )

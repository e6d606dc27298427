"""What has to be put right from time to time: dead claims, early reports, unhandled texts."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from db.session import Database
from messaging.delivery_reports import rematch_reports
from messaging.gateways.gateway import SmsGateway
from messaging.outbox import release_dead_claims

# Tries the texts again that could not be acted upon, and counts those that now were. The handlers
# know how; `app` hands it in, because the clock and whoever writes to us do not know each other.
RetryUnhandled = Callable[[Session, datetime], int]

log = structlog.get_logger()


def take_back_claims(database: Database, gateways: Mapping[str, SmsGateway], now: datetime) -> int:
    """Take messages back from workers that died while they sent."""
    with database.begin() as session:
        released = release_dead_claims(session, gateways, now)
    if released:
        log.warning("claims_taken_back", messages=released)
    return released


def match_reports(database: Database, now: datetime) -> int:
    """Give delivery reports that came before their message to it."""
    with database.begin() as session:
        return rematch_reports(session, now)


def retry_texts(database: Database, retry_unhandled: RetryUnhandled, now: datetime) -> int:
    """Answer the texts whose handling had failed."""
    with database.begin() as session:
        handled = retry_unhandled(session, now)
    if handled:
        log.info("texts_handled_late", texts=handled)
    return handled

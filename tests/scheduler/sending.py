"""A worker's round of both lanes, as many stories need it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from db.session import Database
from messaging.gateways.gateway import SmsGateway
from messaging.kinds import Lane
from messaging.sending_rules import SendingRules
from scheduler.delivery import send_due


def send_all(
    database: Database,
    gateways: Mapping[str, SmsGateway],
    rules: SendingRules,
    now: Callable[[], datetime],
) -> int:
    """Send what is due, the urgent first; how many were handed over."""
    return sum(send_due(database, gateways, rules, lane=lane, worker="w", now=now) for lane in Lane)

"""What has to be put right from time to time: dead claims, early reports, what nobody answered."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from db.session import Database
from groups.asked_in_calls import count_asked_in_calls
from messaging.claims import release_dead_claims
from messaging.delivery_reports import rematch_reports, reports_to_match
from messaging.gateways.gateway import SmsGateway
from messaging.sending_rules import SendingRules
from messaging.session_ends import rematch_session_ends
from messaging.unknowns import AT_A_TIME, resend_unknown
from prices.catalogue import Catalogue
from prices.held_reports import weigh_unanswered

# Tries the texts again that could not be acted upon, and counts those that now were. The handlers
# know how; `app` hands it in, because the clock and whoever writes to us do not know each other.
RetryUnhandled = Callable[[Session, datetime], int]
# Texts whoever still waits for a price that is there, and counts such prices; handed in as well.
CallBackLate = Callable[[Session, datetime], int]

# The others a minute later: meanwhile somebody else may want to write.
MOST_WEIGHED = 100
SESSIONS_AT_A_TIME = 500

log = structlog.get_logger()


def take_back_claims(database: Database, gateways: Mapping[str, SmsGateway], now: datetime) -> int:
    """Take messages back from workers that died while they sent."""
    with database.begin() as session:
        released = release_dead_claims(session, gateways, now)
    if released:
        log.warning("claims_taken_back", messages=released)
    return released


def match_reports(database: Database, now: datetime) -> int:
    """Give delivery reports that came before their message to it, and ends of calls to theirs."""
    matched, some = 0, 1
    while some:  # after an outage more wait than are taken at once
        with database.read() as session:
            found = reports_to_match(session, now)
        if not found:
            break
        with database.begin() as session:
            some = rematch_reports(session, now, found)
        matched += some
    with database.begin() as session:
        return matched + rematch_session_ends(session, now)


def settle_unknown(database: Database, rules: SendingRules, now: datetime) -> int:
    """Send texts once more of which nobody knows whether they went, where the operator said so."""
    resent, some = 0, AT_A_TIME if rules.resends else 0
    while some == AT_A_TIME:
        with database.begin() as session:
            some = resend_unknown(session, rules, now)
        resent += some
    if resent:
        log.warning("texts_sent_once_more", texts=resent)
    return resent


def count_asked(database: Database) -> int:
    """Count what was looked up on the menu; how many calls that were."""
    counted = SESSIONS_AT_A_TIME
    calls = 0
    while counted == SESSIONS_AT_A_TIME:
        with database.begin() as session:
            counted = count_asked_in_calls(session, SESSIONS_AT_A_TIME)
        calls += counted
    return calls


def retry_texts(database: Database, retry_unhandled: RetryUnhandled, now: datetime) -> int:
    """Answer the texts whose handling had failed."""
    with database.begin() as session:
        handled = retry_unhandled(session, now)
    if handled:
        log.info("texts_handled_late", texts=handled)
    return handled


def call_back(database: Database, call_back_late: CallBackLate, now: datetime) -> int:
    """Text those who were promised a price and were not told when it came."""
    with database.begin() as session:
        told = call_back_late(session, now)
    if told:
        log.info("called_back_late", prices=told)
    return told


def weigh_held(database: Database, catalogue: Catalogue, now: datetime) -> int:
    """Let reports speak whose reporters were asked back and did not answer in time."""
    weighed = 0
    while weighed < MOST_WEIGHED:
        with database.begin() as session:
            if not weigh_unanswered(session, catalogue.vocabulary, now):
                break
        weighed += 1
    if weighed:
        log.info("reports_unanswered", reports=weighed)
    return weighed

"""How long what was said is kept: the words of texts, what was typed in calls, gateways' reports.

The rows of texts and calls stay without their words: a gateway's late repeat is known by its id,
what a text cost is part of the accounts, and prices name the text they came in.
"""

from db.retention import Kept, Rule
from messaging.kinds import OutboundState
from messaging.models import (
    AirtimeReport,
    DeliveryReport,
    HeldQuestion,
    InboundMessage,
    OutboundMessage,
    SessionEndReport,
    UssdSession,
)

RULES = (
    Rule(
        "texts that came",
        Kept.TEXTS,
        InboundMessage,
        InboundMessage.received_at,
        cleared={"text": "", "payload": {}, "error": None},
        stays=InboundMessage.handled_at.is_(None),
    ),
    Rule(
        "texts that went",
        Kept.TEXTS,
        OutboundMessage,
        OutboundMessage.created_at,
        cleared={"text": "", "detail": None},
        stays=OutboundMessage.state.in_((OutboundState.QUEUED, OutboundState.SENDING)),
    ),
    # One a person, replaced by the next: its number says nothing of when it was asked.
    Rule(
        "questions asked back",
        Kept.TEXTS,
        HeldQuestion,
        HeldQuestion.expires_at,
        is_in_order=False,
    ),
    Rule(
        "calls",
        Kept.CALLS,
        UssdSession,
        UssdSession.started_at,
        cleared={"transcript": "", "state": {}, "answer": ""},
        stays=UssdSession.asked.is_not(None),  # what was looked up is not counted yet
    ),
    Rule("delivery reports", Kept.REPORTS, DeliveryReport, DeliveryReport.received_at),
    Rule("airtime reports", Kept.REPORTS, AirtimeReport, AirtimeReport.received_at),
    # What a call cost, and how it ended, is part of the accounts.
    Rule(
        "ends of calls",
        Kept.REPORTS,
        SessionEndReport,
        SessionEndReport.received_at,
        cleared={"payload": {}, "error": None},
    ),
)

"""Somebody tells what it costs, there."""

from handlers.commands import PriceReport
from handlers.conversation import Conversation
from handlers.keywords.naming import report_example
from handlers.keywords.reporting import Doubted, keep_price, keep_prices
from handlers.keywords.verbs import Verb

REPORT = Verb(report_example, lambda item: PriceReport((item,)))


def take_reports(conversation: Conversation, report: PriceReport) -> str:
    """Keep what was told and thank for it, or ask for what it lacks."""
    return keep_prices(conversation, report.items, REPORT)


def take_report_in_call(conversation: Conversation, report: PriceReport) -> str | Doubted:
    """The same of the one price told on the menu, which asks about a doubtful one by itself."""
    (item,) = report.items
    return keep_price(conversation, item, REPORT)

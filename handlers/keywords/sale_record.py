"""Somebody tells what they sold, or bought, and for how much."""

from handlers.commands import SaleRecord
from handlers.conversation import Conversation
from handlers.keywords.naming import report_example
from handlers.keywords.reporting import keep_prices
from handlers.keywords.verbs import Verb

SALE = Verb(report_example, lambda item: SaleRecord((item,)))


def take_sales(conversation: Conversation, sale: SaleRecord) -> str:
    """A sale is a price that somebody was really paid: keep it as one, with how much it was."""
    return keep_prices(conversation, sale.items, SALE, are_sales=True)

"""The small words of a price: its money, its range, what it rests on, how far away it is."""

from datetime import date
from decimal import Decimal

from handlers.conversation import Conversation
from handlers.keywords.fitting import Part
from handlers.keywords.plain_words import distance_words
from messaging.phrases import say, say_many
from messaging.phrases.formats import age_words, dated, local_date, month_year, price
from messaging.phrases.formats import money as with_money
from prices.answers import LastKnown, NearestPrice, OwnPrice, Published
from prices.estimates import Estimate


def price_per_unit(conversation: Conversation, value: str, currency: str, unit: str) -> str:
    """An amount with its money and its measure: KES 47/L."""
    vocabulary, language = conversation.vocabulary, conversation.language
    paid = with_money(value, vocabulary.money_sign(currency), language)
    return f"{paid}/{vocabulary.unit_sign(unit, language)}"


def money(
    conversation: Conversation, answer: OwnPrice | NearestPrice | Published, value: Decimal
) -> str:
    """A price per base unit of what was asked: KES 47/L."""
    unit = conversation.vocabulary.commodities[answer.commodity].base_unit
    figure = price(value, conversation.language)
    return price_per_unit(conversation, figure, answer.currency, unit)


def spread(conversation: Conversation, answer: OwnPrice) -> str:
    """The range the price probably lies in, behind it; nothing of a single report."""
    language = conversation.language
    if answer.estimate.reports == 1:
        return ""
    low, high = price(answer.estimate.low, language), price(answer.estimate.high, language)
    return "" if low == high else f" ({low}-{high})"


def market_count(conversation: Conversation, answer: OwnPrice) -> list[str]:
    """How many markets speak for a county."""
    if answer.place.kind.is_trading_place:
        return []
    return [say_many(conversation.language, "{n} market", "{n} markets", answer.markets)]


def basis(conversation: Conversation, estimate: Estimate) -> list[str]:
    """How many reports, and how old: 6 reports, today."""
    language = conversation.language
    return [
        say_many(language, "{n} report", "{n} reports", estimate.reports),
        age_words(estimate.newest_at, conversation.now, conversation.timezone, language),
    ]


def distance(conversation: Conversation, kilometres: float) -> str:
    """How far away: 18 km."""
    return distance_words(conversation.language, kilometres)


def demo_mark(conversation: Conversation, is_demo: bool) -> Part:
    """The mark of what was made up to show how Bei works."""
    return demo_part(conversation.language, is_demo)


def demo_part(language: str, is_demo: bool) -> Part:
    """The same, to whoever is told in that language."""
    return Part(say(language, "DEMO") if is_demo else "")


def month(conversation: Conversation, day: date) -> str:
    """The month of a published price, with its year where that is not this one."""
    return month_year(day, conversation.language, this_year=conversation.today.year)


def last_day(conversation: Conversation, last_known: LastKnown) -> str:
    """The day of the last price known: 3 Mar."""
    day = local_date(last_known.reported_at, conversation.timezone)
    return dated(day, conversation.today, conversation.language)

"""Somebody asks whether a price goes up or down."""

from decimal import Decimal
from typing import assert_never

from handlers.asking import Question, ask
from handlers.commands import Trend
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name, report_example, trend_example
from handlers.keywords.price_parts import answer_parts
from handlers.keywords.questions import settle
from handlers.keywords.verbs import Subject, Verb
from messaging.phrases import say
from messaging.phrases.formats import as_told, price
from prices.trends import OwnTrend, PublishedTrend, price_trend

TREND = Verb(trend_example, Trend)


def tell_trend(conversation: Conversation, command: Trend) -> str:
    """The price now and what it was before; where nobody knows, that is said."""
    subject = settle(conversation, command.item, TREND)
    if isinstance(subject, Question):
        return ask(conversation, subject)
    found = price_trend(
        conversation.session,
        conversation.vocabulary,
        commodity=subject.commodity,
        place_id=subject.place.id,
        price_type=subject.item.price_type,
        now=conversation.now,
    )
    match found:
        case OwnTrend():
            return _told(conversation, found, _since_reports(conversation, found))
        case PublishedTrend():
            return _told(conversation, found, _since_months(conversation, found))
        case None:
            return _unknown(conversation, subject)
        case _:
            assert_never(found)


def _told(conversation: Conversation, trend: OwnTrend | PublishedTrend, changes: list[str]) -> str:
    if not changes:
        changes = [say(conversation.language, "No earlier price to compare.")]
    first, *others = changes

    def compose(longest: int) -> list[Part]:
        # What stands beside a price and the call to report are no part of this answer.
        answer = [part for part in answer_parts(conversation, trend.now, longest) if not part.rank]
        return [*answer, Part(first), *(Part(other, rank=1) for other in others)]

    return fit(compose)


def _since_reports(conversation: Conversation, trend: OwnTrend) -> list[str]:
    language, now = conversation.language, trend.now.estimate.price
    told = []
    if before := trend.week_ago:
        change = _change(language, now, before)
        told.append(say(language, "{moved} in a week, from {price}.", **change))
    if before := trend.month_ago:
        change = _change(language, now, before)
        told.append(say(language, "{moved} in a month, from {price}.", **change))
    return told


def _since_months(conversation: Conversation, trend: PublishedTrend) -> list[str]:
    language, now = conversation.language, trend.now.price
    told = []
    if before := trend.month_before:
        change = _change(language, now, before)
        told.append(say(language, "{moved} on the month before, from {price}.", **change))
    if before := trend.year_before:
        change = _change(language, now, before)
        told.append(say(language, "{moved} on the year before, from {price}.", **change))
    return told


def _change(language: str, now: Decimal, before: Decimal) -> dict[str, str]:
    return {"moved": _moved(language, now, before), "price": price(before, language)}


def _moved(language: str, now: Decimal, before: Decimal) -> str:
    """By how much, as both are told: whoever reckons it from the text finds the same."""
    change = as_told(now) - as_told(before)
    if not change:
        return say(language, "No change")
    figure = price(abs(change), language)
    if change > 0:
        return say(language, "Up {change}", change=figure)
    return say(language, "Down {change}", change=figure)


def _unknown(conversation: Conversation, subject: Subject) -> str:
    language = conversation.language
    example = report_example(conversation, subject.commodity, subject.place)
    call = say(language, "Sold or bought there? Reply {example}", example=example)
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "We cannot tell how {commodity} prices move in {place}: too few reports.",
                    commodity=commodity_name(conversation, subject.commodity, longest),
                    place=place_name(conversation, subject.place, longest),
                )
            ),
            Part(call if subject.place.kind.is_trading_place else "", rank=1),
        ]
    )

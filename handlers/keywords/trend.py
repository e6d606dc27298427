"""Somebody asks whether a price goes up or down."""

from decimal import Decimal
from typing import assert_never

from handlers.asking import Question, ask
from handlers.commands import Trend
from handlers.conversation import Conversation
from handlers.keywords.fitting import NAME_LENGTHS, Part, fit
from handlers.keywords.naming import (
    commodity_name,
    place_name,
    report_example,
    trend_example,
)
from handlers.keywords.plain_words import price_type_words
from handlers.keywords.price_parts import answer_parts
from handlers.keywords.questions import settle
from handlers.keywords.season_words import change, price_now, standing_sentence
from handlers.keywords.usual_parts import usual_briefly, usual_sentence
from handlers.keywords.verbs import Subject, Verb
from messaging.phrases import say
from messaging.phrases.formats import capitalised, price
from prices.comparisons import OwnTrend, PublishedTrend
from prices.trends import price_trend

# What goes first where room lacks, the highest before the others.
USUAL, LAST_CHANGE, OTHER_STEP, NOTHING_THERE, SIDES, UNKNOWN = 1, 2, 3, 4, 5, 6

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
    if found is None:
        return _unknown(conversation, subject)
    return _told(conversation, found, _changes(conversation, found))


def compared_sentences(conversation: Conversation, trend: OwnTrend | PublishedTrend) -> list[str]:
    """All there is to hold a price against, where there is room for everything."""
    changes = _changes(conversation, trend)
    compared = _compared(conversation, trend, changes, NAME_LENGTHS[0])
    return [part.text for part in compared if part.text]


def _changes(conversation: Conversation, trend: OwnTrend | PublishedTrend) -> list[str]:
    match trend:
        case OwnTrend():
            return _since_reports(conversation, trend)
        case PublishedTrend():
            return _since_months(conversation, trend)
        case _:
            assert_never(trend)


def _told(conversation: Conversation, trend: OwnTrend | PublishedTrend, changes: list[str]) -> str:
    def compose(longest: int) -> list[Part]:
        answer = _answer(conversation, trend, longest)
        compared = _compared(conversation, trend, changes, longest)
        first, *others = [part for part in compared if part.text]
        return [*answer, Part(first.text), *others]

    return fit(compose)


def _answer(
    conversation: Conversation, trend: OwnTrend | PublishedTrend, longest: int
) -> list[Part]:
    # What stands beside a price and the call to report are no part of this answer.
    parts = [part for part in answer_parts(conversation, trend.now, longest) if not part.rank]
    if isinstance(trend, OwnTrend):
        return parts
    # That there is no price of the place itself, the nearest one's name says too.
    *nothing, told = parts
    return [*(Part(part.text, NOTHING_THERE) for part in nothing), told]


def _compared(
    conversation: Conversation, trend: OwnTrend | PublishedTrend, changes: list[str], longest: int
) -> list[Part]:
    """All there is to hold the price against; the last change goes before what is usual."""
    beside = [
        Part(_sides(conversation, trend), SIDES),
        Part(_other_step(conversation, trend), OTHER_STEP),
    ]
    if not changes and trend.usual is None:
        return [Part(say(conversation.language, "No earlier price to compare.")), *beside]
    told = [Part(change, LAST_CHANGE if number else USUAL) for number, change in enumerate(changes)]
    return [*told, *_usual(conversation, trend, longest), *beside]


def _usual(
    conversation: Conversation, trend: OwnTrend | PublishedTrend, longest: int
) -> list[Part]:
    language, usual, place = conversation.language, trend.usual, trend.now.place.id
    if usual is None:
        return [Part(say(language, "What is usual for the season is not known."), UNKNOWN)]
    # A published price takes so many words that its norm must do with few.
    tell = usual_sentence if isinstance(trend, OwnTrend) else usual_briefly
    return [
        Part(tell(conversation, usual, place, longest), USUAL),
        Part(standing_sentence(language, price_now(trend), usual, place), USUAL),
    ]


def _sides(conversation: Conversation, trend: OwnTrend | PublishedTrend) -> str:
    """Sellers say 46, buyers pay 44."""
    if not isinstance(trend, OwnTrend) or trend.sides is None:
        return ""
    language, sides = conversation.language, trend.sides
    return say(
        language,
        "Sellers say {sellers}, buyers pay {buyers}.",
        sellers=price(sides.sellers, language),
        buyers=price(sides.buyers, language),
    )


def _other_step(conversation: Conversation, trend: OwnTrend | PublishedTrend) -> str:
    """Shops 62, 15 above."""
    language, other = conversation.language, trend.other_step
    if other is None:
        return ""
    above = change(other.price, price_now(trend))
    gaps = {
        "price_type": capitalised(price_type_words(language, other.price_type)),
        "price": price(other.price, language),
    }
    if not above:
        return say(language, "{price_type} {price}, the same.", **gaps)
    gaps["change"] = price(abs(above), language)
    if above > 0:
        return say(language, "{price_type} {price}, {change} above.", **gaps)
    return say(language, "{price_type} {price}, {change} below.", **gaps)


def _since_reports(conversation: Conversation, trend: OwnTrend) -> list[str]:
    language, now = conversation.language, price_now(trend)
    told = []
    if before := trend.week_ago:
        gaps = _change(language, now, before)
        told.append(say(language, "{moved} in a week, from {price}.", **gaps))
    if before := trend.month_ago:
        gaps = _change(language, now, before)
        told.append(say(language, "{moved} in a month, from {price}.", **gaps))
    return told


def _since_months(conversation: Conversation, trend: PublishedTrend) -> list[str]:
    language, now = conversation.language, price_now(trend)
    told = []
    if before := trend.month_before:
        gaps = _change(language, now, before)
        told.append(say(language, "{moved} on the month before, from {price}.", **gaps))
    if before := trend.year_before:
        gaps = _change(language, now, before)
        told.append(say(language, "{moved} on the year before, from {price}.", **gaps))
    return told


def _change(language: str, now: Decimal, before: Decimal) -> dict[str, str]:
    return {"moved": moved_words(language, now, before), "price": price(before, language)}


def moved_words(language: str, now: Decimal, before: Decimal) -> str:
    """By how much a price moved: Up 2."""
    moved = change(now, before)
    if not moved:
        return say(language, "No change")
    figure = price(abs(moved), language)
    if moved > 0:
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

"""A moderator judged somebody's report: they are told kindly, and how to put it right."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import assert_never

from sqlalchemy.orm import Session

from handlers.commands import Item
from handlers.conversation import Conversation
from handlers.first_word import addressing, waking_hours
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name, report_example, told_price
from handlers.keywords.price_notes import demo_mark, price_per_unit
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from messaging.phrases.formats import amount
from prices.models import PriceObservation
from prices.moderation import Why
from prices.vocabulary import Vocabulary

# Of an older one nobody remembers what they wrote.
REMEMBERED = timedelta(hours=48)
# Told by a person on a phone; a file or another program has nobody who waits for a word.
_BY_PHONE = ("sms:", "ussd:")

# The sentences of a text, with names of that length.
Composing = Callable[[Conversation, int], list[Part]]


def tell_corrected(
    session: Session,
    vocabulary: Vocabulary,
    report: PriceObservation,
    corrected: PriceObservation,
    now: datetime,
) -> bool:
    """Promise its reporter a text of what their report is kept as; False where nobody is told."""

    def compose(words: Conversation, longest: int) -> list[Part]:
        read_as = say(
            words.language,
            "Thank you for your {commodity} price at {place}. We read {told} as {price}.",
            **_named(words, report, longest),
            price=_paid(words, corrected.price, corrected.unit_code, report.currency),
        )
        again = say(words.language, "Not so? Send: {example}", example=_example(words, report))
        return [demo_mark(words, report.is_demo), Part(read_as), Part(again, 1)]

    return _tell(session, vocabulary, report, compose, now)


def tell_dropped(
    session: Session, vocabulary: Vocabulary, report: PriceObservation, why: Why, now: datetime
) -> bool:
    """Promise its reporter a text of why their report does not count; False where nobody is."""

    def compose(words: Conversation, longest: int) -> list[Part]:
        thanks = say(
            words.language,
            "Thank you for your {commodity} price at {place}, {told}. We do not use it: {why}.",
            **_named(words, report, longest),
            why=_because(words.language, why),
        )
        again = say(
            words.language, "If it is right, send: {example}", example=_example(words, report)
        )
        return [demo_mark(words, report.is_demo), Part(thanks), Part(again, 1)]

    return _tell(session, vocabulary, report, compose, now)


def _tell(
    session: Session,
    vocabulary: Vocabulary,
    report: PriceObservation,
    compose: Composing,
    now: datetime,
) -> bool:
    if now - report.reported_at > REMEMBERED or not report.source_key.startswith(_BY_PHONE):
        return False
    person = session.get_one(Subscriber, report.reporter_id)
    if person.opted_out_at is not None:
        return False
    words = addressing(session, vocabulary, person, now)
    due_at, _ = waking_hours(now, vocabulary.country.timezone)
    enqueue(
        session,
        recipient=person,
        text=fit(lambda longest: compose(words, longest)),
        language=words.language,
        # We begin it, so it never reaches somebody who opted out meanwhile.
        kind=OutboundKind.ALERT,
        # With its moment: a report may be judged anew, and SQLite gives ids again.
        dedupe_key=f"judged:{report.id}:{now:%Y%m%d%H%M%S}",
        now=now,
        due_at=due_at,
    )
    return True


def _named(words: Conversation, report: PriceObservation, longest: int) -> dict[str, str]:
    place = words.vocabulary.places[report.place_id]
    return {
        "commodity": commodity_name(words, report.commodity_code, longest),
        "place": place_name(words, place, longest),
        "told": _paid(words, report.price, report.unit_code, report.currency),
    }


def _paid(words: Conversation, price: Decimal, unit: str, currency: str) -> str:
    return price_per_unit(words, amount(price, words.language), currency, unit)


def _example(words: Conversation, report: PriceObservation) -> str:
    """Their report as it can be sent again, with the figure they meant."""
    place = words.vocabulary.places[report.place_id]
    item = Item(price=report.price, unit=report.unit_code)
    is_base = report.unit_code == words.vocabulary.commodities[report.commodity_code].base_unit
    told = told_price(words, Item(price=report.price) if is_base else item)
    return report_example(words, report.commodity_code, place, told and told.upper())


def _because(language: str, why: Why) -> str:
    match why:
        case Why.FAR:
            return say(language, "it is far from what others tell")
        case Why.OTHER_THING:
            return say(language, "we think it is for another product, unit or place")
        case Why.NO_PRICE:
            return say(language, "we see no price that was paid")
        case Why.TEST:
            return say(language, "it looks like a test")
        case _:
            assert_never(why)

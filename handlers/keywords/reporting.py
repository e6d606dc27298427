"""Prices told, by a report or a sale: kept where they are whole, else asked back."""

from collections.abc import Sequence
from typing import assert_never

from handlers.asking import Question, ask
from handlers.commands import Item
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import report_example, typed_price
from handlers.keywords.place_questions import which_market
from handlers.keywords.questions import settle
from handlers.keywords.report_parts import LATER_ITEM, thanks
from handlers.keywords.report_questions import refused_price, which_price, which_size, which_unit
from handlers.keywords.verbs import Example, Verb
from messaging.phrases import say
from prices.observations import (
    PriceRefused,
    Recorded,
    UnitUnknown,
    UnitUnsaid,
    record_observation,
)
from prices.vocabulary import PlaceEntry

SEGMENTS_FOR_SEVERAL = 2


def keep_prices(
    conversation: Conversation, items: Sequence[Item], verb: Verb, *, are_sales: bool = False
) -> str:
    """Keep every price that is whole and thank for it; ask for what another one lacks."""
    outcomes = [_keep(conversation, number, item, verb) for number, item in enumerate(items, 1)]
    kept = [one for one in outcomes if isinstance(one, Recorded)]
    questions = [one for one in outcomes if isinstance(one, Question)]
    if not kept:
        return ask(conversation, questions[0])
    _remember_home(conversation, kept[0])
    reply = fit(
        lambda longest: [
            Part(say(conversation.language, "Thank you.")),
            *thanks(conversation, kept, longest, are_sales=are_sales),
            *(Part(question.text, LATER_ITEM) for question in questions[:1]),
        ],
        segments=SEGMENTS_FOR_SEVERAL if len(outcomes) > 1 else 1,
    )
    if questions and questions[0].text in reply:
        ask(conversation, questions[0])
    return reply


def again(item: Item) -> Example:
    """The report as it can be sent again, with what was missing."""

    def example(conversation: Conversation, commodity: str, place: PlaceEntry) -> str:
        return report_example(conversation, commodity, place, typed_price(conversation, item))

    return example


def _keep(conversation: Conversation, number: int, item: Item, verb: Verb) -> Recorded | Question:
    verb = Verb(again(item), verb.command)
    subject = settle(conversation, item, verb)
    if isinstance(subject, Question):
        return subject
    if not subject.place.kind.is_trading_place:
        return which_market(conversation, subject, verb)
    if item.price is None:
        return which_price(conversation, subject, verb)
    outcome = record_observation(
        conversation.session,
        conversation.vocabulary,
        source_key=f"{conversation.source_key}:{number}",
        reporter_id=conversation.subscriber.id,
        commodity=subject.commodity,
        place_id=subject.place.id,
        price=item.price,
        unit=item.unit,
        price_type=item.price_type,
        quantity=item.quantity,
        grade=item.grade,
        buyer=item.buyer,
        currency=item.currency,
        raw_text=conversation.raw_text,
        now=conversation.now,
        is_demo=conversation.subscriber.is_demo,
    )
    match outcome:
        case Recorded():
            return outcome
        case UnitUnknown():
            return which_size(conversation, subject, outcome, verb)
        case UnitUnsaid():
            return which_unit(conversation, subject, outcome, verb)
        case PriceRefused():
            return refused_price(conversation, subject, outcome, verb)
        case _:
            assert_never(outcome)


def _remember_home(conversation: Conversation, first: Recorded) -> None:
    """Where somebody first reports is where they deal: from now on "MILK 48" is enough."""
    subscriber = conversation.subscriber
    if subscriber.home_place_id is None:
        subscriber.home_place_id = first.place_id
    if subscriber.usual_commodity_code is None:
        subscriber.usual_commodity_code = first.commodity

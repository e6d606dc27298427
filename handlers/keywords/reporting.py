"""Prices told, by a report or a sale: kept where they are whole, else asked back."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from handlers.asking import Question, ask
from handlers.calling_back import call_back
from handlers.commands import Item
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import report_example, typed_price
from handlers.keywords.place_questions import which_market
from handlers.keywords.questions import settle
from handlers.keywords.report_parts import LATER_ITEM, thanks
from handlers.keywords.report_questions import is_it_so, refused_price, which_price, which_size
from handlers.keywords.verbs import Example, Subject, Verb
from handlers.rewarding import reward
from messaging.phrases import say
from prices.held_reports import correct, find_held, stand_by, take_back
from prices.observations import (
    Held,
    PriceRefused,
    Recorded,
    UnitUnknown,
    record_observation,
)
from prices.vocabulary import PlaceEntry

SEGMENTS_FOR_SEVERAL = 2

Outcome = Recorded | Held | UnitUnknown | PriceRefused


@dataclass(frozen=True)
class Doubted:
    """A price that is held until whoever told it says what they meant."""

    subject: Subject
    held: Held


def keep_prices(
    conversation: Conversation, items: Sequence[Item], verb: Verb, *, are_sales: bool = False
) -> str:
    """Keep every price that is whole and thank for it; ask for what another one lacks."""
    # In one order, so that two texts that tell the same things do not wait for one another.
    ordered = sorted(enumerate(items, 1), key=lambda one: (one[1].commodity or "", one[0]))
    kept = {number: _keep(conversation, number, item, verb) for number, item in ordered}
    told = [_asked(conversation, kept[number], verb) for number in sorted(kept)]
    return _reply(conversation, told, are_sales=are_sales)


def keep_price(conversation: Conversation, item: Item, verb: Verb) -> str | Doubted:
    """The same of a single price; whoever calls has to ask about one that is doubted."""
    outcome = _keep(conversation, 1, item, verb)
    return outcome if isinstance(outcome, Doubted) else _reply(conversation, [outcome])


def _asked(
    conversation: Conversation, outcome: Recorded | Question | Doubted | None, verb: Verb
) -> Recorded | Question | None:
    if isinstance(outcome, Doubted):
        return is_it_so(conversation, outcome.subject, outcome.held, verb)
    return outcome


def _reply(
    conversation: Conversation,
    outcomes: Sequence[Recorded | Question | None],
    *,
    are_sales: bool = False,
) -> str:
    kept = [one for one in outcomes if isinstance(one, Recorded)]
    questions = [one for one in outcomes if isinstance(one, Question)]
    if not (kept or questions):
        return say(conversation.language, "Dropped. Your price does not count.")
    if not kept:
        return ask(conversation, questions[0])
    _remember_home(conversation, kept[0])
    call_back(conversation, kept)
    earned = reward(conversation, kept)
    reply = fit(
        lambda longest: [
            Part(say(conversation.language, "Thank you.")),
            *thanks(conversation, kept, longest, are_sales=are_sales),
            Part(earned),
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


def _keep(
    conversation: Conversation, number: int, item: Item, verb: Verb
) -> Recorded | Question | Doubted | None:
    """Keep one price, or ask about it; None for one that its reporter takes back."""
    verb = Verb(again(item), verb.command)
    subject = settle(conversation, item, verb)
    if isinstance(subject, Question):
        return subject
    if not subject.place.kind.is_trading_place:
        return which_market(conversation, subject, verb)
    if item.price is None and item.held_report is None:
        return which_price(conversation, subject, verb)
    outcome = _outcome(conversation, number, subject)
    match outcome:
        case Recorded() | None:
            return outcome
        case Held():
            return Doubted(subject, outcome)
        case UnitUnknown():
            return which_size(conversation, subject, outcome, verb)
        case PriceRefused():
            return refused_price(conversation, subject, outcome, verb)
        case _:
            assert_never(outcome)


def _outcome(conversation: Conversation, number: int, subject: Subject) -> Outcome | None:
    item = subject.item
    if item.held_report is not None:
        return _answered(conversation, item, item.held_report)
    return None if item.price is None else _record(conversation, number, subject, item.price)


def _record(conversation: Conversation, number: int, subject: Subject, price: Decimal) -> Outcome:
    item = subject.item
    return record_observation(
        conversation.session,
        conversation.vocabulary,
        source_key=f"{conversation.source_key}:{number}",
        reporter_id=conversation.subscriber.id,
        commodity=subject.commodity,
        place_id=subject.place.id,
        price=price,
        unit=item.unit,
        price_type=item.price_type,
        quantity=item.quantity,
        grade=item.grade,
        buyer=item.buyer,
        currency=item.currency,
        side=item.side,
        raw_text=conversation.raw_text,
        now=conversation.now,
        is_demo=conversation.subscriber.is_demo,
        beside=conversation.beside,
    )


def _answered(conversation: Conversation, item: Item, report_id: int) -> Outcome | None:
    """The answer about a report that was held releases it, corrects it, or takes it back."""
    session, vocabulary, now = conversation.session, conversation.vocabulary, conversation.now
    held = find_held(session, report_id, conversation.subscriber.id)
    if held is None:
        return None
    if item.price is None:
        take_back(session, vocabulary, held, now)
        return None
    unit, words = item.unit or held.unit_code, conversation.raw_text
    if (item.price, unit) == (held.price, held.unit_code):
        return stand_by(session, vocabulary, held, now)
    return correct(session, vocabulary, held, price=item.price, unit=unit, raw_text=words, now=now)


def _remember_home(conversation: Conversation, first: Recorded) -> None:
    """Where somebody first reports is where they deal: from now on "MILK 48" is enough."""
    subscriber = conversation.subscriber
    if subscriber.home_place_id is None:
        subscriber.home_place_id = first.place_id
    if subscriber.usual_commodity_code is None:
        subscriber.usual_commodity_code = first.commodity

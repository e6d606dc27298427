"""Somebody tells what it costs, there."""

from typing import assert_never

from handlers.commands import Item, PriceReport
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import report_example, typed_price
from handlers.keywords.questions import Example, Subject, settle, which_market
from handlers.keywords.report_parts import (
    LATER_ITEM,
    refused_price,
    thanks,
    which_price,
    which_size,
    which_unit,
)
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


def take_reports(conversation: Conversation, report: PriceReport) -> str:
    """Keep every price that is whole and thank for it; ask for what another one lacks."""
    settled = [settle(conversation, item, _again(item)) for item in report.items]
    outcomes = [
        one if isinstance(one, str) else _take(conversation, number, one)
        for number, one in enumerate(settled, start=1)
    ]
    recorded = [one for one in outcomes if isinstance(one, Recorded)]
    asked_back = [one for one in outcomes if isinstance(one, str)]
    if not recorded:
        return asked_back[0]
    _remember_home(conversation, recorded[0])
    several = len(outcomes) > 1
    return fit(
        lambda longest: [
            Part(say(conversation.language, "Thank you.")),
            *thanks(conversation, recorded, longest),
            *(Part(question, LATER_ITEM) for question in asked_back[:1]),
        ],
        segments=SEGMENTS_FOR_SEVERAL if several else 1,
    )


def _again(item: Item) -> Example:
    """The report as it can be sent again, with what was missing."""

    def example(conversation: Conversation, commodity: str, place: PlaceEntry) -> str:
        return report_example(conversation, commodity, place, typed_price(conversation, item))

    return example


def _take(conversation: Conversation, number: int, subject: Subject) -> Recorded | str:
    item = subject.item
    if not subject.place.kind.is_trading_place:
        return which_market(conversation, subject, _again(item))
    if item.price is None:
        return which_price(conversation, subject)
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
            return which_size(conversation, subject, outcome)
        case UnitUnsaid():
            return which_unit(conversation, subject, outcome)
        case PriceRefused():
            return refused_price(conversation, subject, outcome)
        case _:
            assert_never(outcome)


def _remember_home(conversation: Conversation, first: Recorded) -> None:
    """Where somebody first reports is where they deal: from now on "MILK 48" is enough."""
    subscriber = conversation.subscriber
    if subscriber.home_place_id is None:
        subscriber.home_place_id = first.place_id
    if subscriber.usual_commodity_code is None:
        subscriber.usual_commodity_code = first.commodity

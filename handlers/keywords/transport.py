"""Somebody tells what carrying goods costs, or asks it."""

from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from handlers.asking import Question, ask
from handlers.commands import Item, TransportReport
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import place_name
from handlers.keywords.plain_words import mode_words
from handlers.keywords.transport_questions import (
    Road,
    for_a_fare,
    is_it_so,
    refused_fare,
    road_of,
    which_fare,
    which_load,
)
from handlers.keywords.transport_words import (
    EXAMPLE_KG,
    fare_example,
    load_words,
    roughly,
)
from messaging.phrases import say
from messaging.phrases.formats import amount, money, price
from prices.fare_reports import FareKept, FareRefused, FareTold, FareUnlikely, record_fare
from prices.loads import KG_OF_MEASURE, Goods, LoadUnknown, LoadUnsaid
from prices.transport import KnownFare, known_fare


def take_fare(conversation: Conversation, command: TransportReport) -> str:
    """Keep the fare, thanked with what it makes of one; without a fare tell what is known."""
    command = _with_their_own(conversation, command)
    road = road_of(conversation, command)
    if isinstance(road, Question):
        return ask(conversation, road)
    if command.item.prices:
        return ask(conversation, which_fare(conversation, command))
    if command.item.price is None:
        return _without_fare(conversation, command, road)
    told = _told(conversation, command, road, command.item.price)
    outcome = record_fare(conversation.session, conversation.vocabulary, told)
    match outcome:
        case FareKept():
            return _thanks(conversation, outcome)
        case FareRefused():
            return ask(conversation, refused_fare(conversation, command, outcome))
        case LoadUnsaid() | LoadUnknown():
            return which_load(conversation, command, outcome)
        case FareUnlikely():
            return ask(conversation, is_it_so(conversation, command, outcome))
        case _:
            assert_never(outcome)


def _with_their_own(conversation: Conversation, command: TransportReport) -> TransportReport:
    """From home where no other place was said; their usual thing where only that weighs a load."""
    item, start, subscriber = command.item, command.start, conversation.subscriber
    if start == Item():
        start = Item(place_id=subscriber.home_place_id)
    if item.commodity is None and not item.commodities and item.unit not in KG_OF_MEASURE:
        item = replace(item, commodity=subscriber.usual_commodity_code)
    return replace(command, item=item, start=start)


def _told(
    conversation: Conversation, command: TransportReport, road: Road, fare: Decimal
) -> FareTold:
    return FareTold(
        source_key=conversation.source_key,
        reporter_id=conversation.subscriber.id,
        from_place_id=road.start.id,
        to_place_id=road.goal.id,
        goods=_goods(command.item),
        fare=fare,
        mode=command.mode,
        raw_text=conversation.raw_text,
        reported_at=conversation.now,
        currency=command.item.currency,
        is_demo=conversation.subscriber.is_demo,
    )


def _goods(item: Item) -> Goods:
    return Goods(item.commodity, item.quantity, item.unit)


def _thanks(conversation: Conversation, kept: FareKept) -> str:
    """What was kept, said back: Njoro to Nakuru KES 300 for 20 kg: 15 a kg."""
    language, vocabulary = conversation.language, conversation.vocabulary
    sign = vocabulary.money_sign(kept.currency)
    return fit(
        lambda longest: [
            Part(say(language, "Thank you.")),
            Part(
                say(
                    language,
                    "{start} to {goal} {fare} for {quantity}: {each} a {unit}.",
                    start=place_name(conversation, vocabulary.places[kept.from_place_id], longest),
                    goal=place_name(conversation, vocabulary.places[kept.to_place_id], longest),
                    fare=money(amount(kept.fare, language), sign, language),
                    quantity=load_words(conversation, kept.quantity, kept.unit),
                    each=price(kept.each, language),
                    unit=vocabulary.unit_name(kept.each_unit, language),
                )
            ),
        ]
    )


def _without_fare(conversation: Conversation, command: TransportReport, road: Road) -> str:
    """What carrying there costs as far as it is known, and the call to tell it."""
    goods = _goods(command.item)
    known = known_fare(
        conversation.session,
        conversation.vocabulary,
        from_place_id=road.start.id,
        to_place_id=road.goal.id,
        goods=Goods(quantity=EXAMPLE_KG, unit="kg") if goods == Goods() else goods,
        now=conversation.now,
    )
    example = fare_example(conversation, command, road.goal)
    call = say(conversation.language, "What do you pay? Send: {example}", example=example)
    text = fit(
        lambda longest: [
            Part(_known(conversation, road, known, longest)),
            Part(call, rank=0 if known is None else 1),
        ]
    )
    return ask(conversation, for_a_fare(command, text))


def _known(conversation: Conversation, road: Road, known: KnownFare | None, longest: int) -> str:
    if known is None:
        return ""
    language, vocabulary = conversation.language, conversation.vocabulary
    fare = roughly(known.carriage.fare, language)
    told = say(
        language,
        "{start} to {goal}, {quantity}: about {fare}, {mode}.",
        start=place_name(conversation, road.start, longest),
        goal=place_name(conversation, road.goal, longest),
        quantity=load_words(conversation, known.quantity, known.unit),
        fare=money(fare, vocabulary.country.currency_sign, language),
        mode=mode_words(language, known.carriage.mode),
    )
    return f"{say(language, 'DEMO')} {told}" if known.carriage.is_demo else told

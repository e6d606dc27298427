"""What a report earns: thanks that tell something, or the question what is wrong with it."""

from collections.abc import Sequence

from handlers.conversation import Conversation
from handlers.keywords.fitting import Part
from handlers.keywords.naming import (
    capitalised,
    commodity_name,
    place_name,
    price_type_words,
    report_example,
)
from handlers.keywords.price_notes import price_per_unit
from handlers.keywords.questions import Subject
from messaging.phrases import say, say_many
from messaging.phrases.formats import amount, price, typed
from prices.observations import (
    PriceRefused,
    Recorded,
    RefusalReason,
    UnitUnknown,
    UnitUnsaid,
)
from prices.queries import others_this_week

BESIDE, LATER_ITEM = 1, 2


def thanks(conversation: Conversation, recorded: Sequence[Recorded], longest: int) -> list[Part]:
    """What was kept, said back; for a single one also what others say and its price per litre."""
    if len(recorded) > 1:
        return [
            Part(_kept(conversation, one, longest), rank=LATER_ITEM if number else 0)
            for number, one in enumerate(recorded)
        ]
    (only,) = recorded
    return [
        Part(_kept(conversation, only, longest)),
        Part(_per_base_unit(conversation, only), BESIDE),
        Part(_others(conversation, only), BESIDE),
    ]


def _kept(conversation: Conversation, kept: Recorded, longest: int) -> str:
    language = conversation.language
    figure = amount(kept.price, language)
    return say(
        language,
        "{commodity} {place} {price}, {price_type}.",
        commodity=capitalised(commodity_name(conversation, kept.commodity, longest)),
        place=place_name(conversation, conversation.vocabulary.places[kept.place_id], longest),
        price=price_per_unit(conversation, figure, kept.currency, kept.unit),
        price_type=price_type_words(language, kept.price_type),
    )


def _per_base_unit(conversation: Conversation, kept: Recorded) -> str:
    base_unit = conversation.vocabulary.commodities[kept.commodity].base_unit
    if kept.unit == base_unit:
        return ""
    figure = price(kept.price_per_base_unit, conversation.language)
    per_unit = price_per_unit(conversation, figure, kept.currency, base_unit)
    return say(conversation.language, "That is {price}.", price=per_unit)


def _others(conversation: Conversation, kept: Recorded) -> str:
    """What other people said this week: the thanks that is worth something."""
    language = conversation.language
    others = others_this_week(
        conversation.session,
        conversation.vocabulary,
        commodity=kept.commodity,
        place_id=kept.place_id,
        price_type=kept.price_type,
        reporter_id=conversation.subscriber.id,
        now=conversation.now,
    )
    if others is None:
        return say(language, "You are the first this week.")
    figures = dict.fromkeys(price(figure, language) for figure in (others.low, others.high))
    told = say_many(
        language,
        "{n} other this week: {prices}.",
        "{n} others this week: {prices}.",
        others.reporters,
        prices="-".join(figures),
    )
    return f"{say(language, 'DEMO')} {told}" if others.is_demo else told


def which_price(conversation: Conversation, subject: Subject) -> str:
    """A report without a figure."""
    example = report_example(conversation, subject.commodity, subject.place)
    return say(conversation.language, "At which price? Send: {example}", example=example)


def which_size(conversation: Conversation, subject: Subject, unknown: UnitUnknown) -> str:
    """A measure that differs from place to place: ask for the price of one that does not."""
    vocabulary, language = conversation.vocabulary, conversation.language
    base_unit = vocabulary.commodities[subject.commodity].base_unit
    return say(
        language,
        "How big is that {unit} of {commodity}? Send the price of 1 {base_unit}: {example}",
        unit=vocabulary.unit_name(unknown.unit, language),
        commodity=commodity_name(conversation, subject.commodity),
        base_unit=vocabulary.unit_name(base_unit, language),
        example=report_example(conversation, subject.commodity, subject.place),
    )


def which_unit(conversation: Conversation, subject: Subject, unsaid: UnitUnsaid) -> str:
    """A figure without a measure that cannot be the usual one's: ask what it is for."""
    vocabulary, language = conversation.vocabulary, conversation.language
    base_unit = vocabulary.commodities[subject.commodity].base_unit
    unit = vocabulary.unit_name(base_unit, language)
    figure = f"{typed(unsaid.price)} {unit.upper()}"
    return say(
        language,
        "{price} for how much {commodity}? Usual is {usual} a {unit}. "
        "For 1 {unit} send {example}, else write the measure.",
        price=amount(unsaid.price, language),
        commodity=commodity_name(conversation, subject.commodity),
        usual=price(unsaid.usual, language),
        unit=unit,
        example=report_example(conversation, subject.commodity, subject.place, figure),
    )


def refused_price(conversation: Conversation, subject: Subject, refused: PriceRefused) -> str:
    """A figure that cannot be a price: what is wrong with it, kindly."""
    language = conversation.language
    example = report_example(conversation, subject.commodity, subject.place)
    match refused.reason:
        case RefusalReason.NOT_POSITIVE:
            return say(
                language, "A price must be more than 0. Please send: {example}", example=example
            )
        case RefusalReason.TOO_HIGH:
            return say(
                language,
                "That price is too high to be kept. Please check it and send: {example}",
                example=example,
            )
        case RefusalReason.OTHER_CURRENCY:
            return say(
                language,
                "We keep prices in {currency} here. Please send: {example}",
                currency=conversation.vocabulary.country.currency,
                example=example,
            )

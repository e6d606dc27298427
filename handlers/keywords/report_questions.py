"""What is asked back about a price that cannot be kept as it was told."""

from dataclasses import replace

from handlers.asking import Choice, Question, Wanted, choose, drop_it
from handlers.commands import Item
from handlers.conversation import Conversation
from handlers.keywords.naming import commodity_name, report_example
from handlers.keywords.price_readings import PriceReading, readings
from handlers.keywords.verbs import Subject, Verb
from messaging.phrases import say
from messaging.phrases.formats import amount, price
from prices.observations import PriceRefused, RefusalReason, UnitUnknown, UnitUnsaid


def which_price(conversation: Conversation, subject: Subject, verb: Verb) -> Question:
    """A report without a figure, or with several that may be it."""
    if subject.item.prices:
        return _which_of_prices(conversation, subject, verb)
    example = report_example(conversation, subject.commodity, subject.place)
    text = say(conversation.language, "At which price? Send: {example}", example=example)
    return _for_a_price(subject, verb, text)


def which_size(
    conversation: Conversation, subject: Subject, unknown: UnitUnknown, verb: Verb
) -> Question:
    """A measure that differs from place to place: ask for the price of one that does not."""
    vocabulary, language = conversation.vocabulary, conversation.language
    base_unit = vocabulary.commodities[subject.commodity].base_unit
    text = say(
        language,
        "How big is that {unit} of {commodity}? Send the price of 1 {base_unit}: {example}",
        unit=vocabulary.unit_name(unknown.unit, language),
        commodity=commodity_name(conversation, subject.commodity),
        base_unit=vocabulary.unit_name(base_unit, language),
        example=report_example(conversation, subject.commodity, subject.place),
    )
    # How many of those were sold says nothing in another measure.
    return _for_a_price(subject, verb, text, unit=base_unit, quantity=None)


def which_unit(
    conversation: Conversation, subject: Subject, unsaid: UnitUnsaid, verb: Verb
) -> Question:
    """A figure without a measure that cannot be the usual one's: ask what it is for."""
    vocabulary, language = conversation.vocabulary, conversation.language
    base_unit = vocabulary.commodities[subject.commodity].base_unit
    meant = readings(conversation, subject, unsaid, base_unit)

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            language,
            "{price} for how much {commodity}? Usual is {usual} a {unit}.",
            price=amount(unsaid.price, language),
            commodity=commodity_name(conversation, subject.commodity, longest),
            usual=price(unsaid.usual, language),
            unit=vocabulary.unit_name(base_unit, language),
        )
        told = [
            Choice(_words(conversation, one, base_unit), verb.command(_as_meant(subject, one)))
            for one in meant
        ]
        return asked, [*told, drop_it(conversation)]

    return choose(conversation, compose)


def refused_price(
    conversation: Conversation, subject: Subject, refused: PriceRefused, verb: Verb
) -> Question:
    """A figure that cannot be a price: what is wrong with it, kindly."""
    example = report_example(conversation, subject.commodity, subject.place)
    return _for_a_price(subject, verb, _fault(conversation, refused.reason, example))


def _fault(conversation: Conversation, reason: RefusalReason, example: str) -> str:
    language = conversation.language
    match reason:
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
                currency=conversation.vocabulary.country.currency_sign,
                example=example,
            )


def _for_a_price(subject: Subject, verb: Verb, text: str, **changed: object) -> Question:
    """A question that a figure alone answers."""
    about = replace(settled(subject), price=None, currency=None, prices=())
    about = replace(about, **changed)  # type: ignore[arg-type]
    return Question(text, wants=Wanted.PRICE, about=verb.command(about))


def settled(subject: Subject) -> Item:
    """The item with the commodity and the place it is about, whether said or filled in."""
    return replace(
        subject.item,
        commodity=subject.commodity,
        place_id=subject.place.id,
        commodities=(),
        places=(),
    )


def _which_of_prices(conversation: Conversation, subject: Subject, verb: Verb) -> Question:
    """Two numbers, and either may be the price."""
    language, item = conversation.language, settled(subject)

    def compose(_: int) -> tuple[str, list[Choice]]:
        return say(language, "Which is the price?"), [
            Choice(
                say(language, "for {figure}", figure=amount(one, language)),
                verb.command(replace(item, price=one, prices=())),
            )
            for one in item.prices
        ]

    about = verb.command(replace(item, prices=()))
    return choose(conversation, compose, wants=Wanted.PRICE, about=about)


def _as_meant(subject: Subject, reading: PriceReading) -> Item:
    return replace(settled(subject), price=reading.price, unit=reading.unit)


def _words(conversation: Conversation, reading: PriceReading, base_unit: str) -> str:
    language = conversation.language
    unit = conversation.vocabulary.unit_name(reading.unit, language)
    if reading.unit != base_unit:
        return say(language, "for {unit}", unit=unit)
    figure = amount(reading.price, language)
    return say(language, "for {figure} a {unit}", figure=figure, unit=unit)

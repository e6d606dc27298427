"""What is asked back about a price that cannot be kept as it was told."""

from dataclasses import replace

from handlers.asking import Choice, Question, Wanted, choose, drop_it
from handlers.commands import Item
from handlers.conversation import Conversation
from handlers.keywords.naming import commodity_name, place_name, report_example
from handlers.keywords.price_readings import PriceReading, readings
from handlers.keywords.verbs import Subject, Verb
from messaging.phrases import say
from messaging.phrases.formats import amount, price
from prices.observations import Held, PriceRefused, RefusalReason, UnitUnknown


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


def is_it_so(conversation: Conversation, subject: Subject, held: Held, verb: Verb) -> Question:
    """A price that is hardly meant: ask, and name what was likelier meant.

    Any figure answers it too. Whoever does not answer has said it all the same: see
    prices.held_reports.
    """
    meant = readings(conversation, subject, held)
    # A figure alone is for the unit that was told: whoever means another one names it.
    about = replace(
        settled(subject), price=None, prices=(), unit=None, held_report=held.observation_id
    )
    # Another unit is only asked for where one may have been meant.
    is_open = not held.is_unit_said and any(one.unit != held.unit for one in meant)

    def compose(longest: int) -> tuple[str, list[Choice]]:
        told = [
            Choice(
                _words(conversation, held, one, is_open=is_open),
                verb.command(replace(about, price=one.price, unit=one.unit)),
                stays=one in (meant[0], meant[-1]),
            )
            for one in meant
        ]
        drop = Choice(drop_it(conversation).words, verb.command(about), stays=True)
        doubt = _for_how_much if is_open else _is_it_so
        return doubt(conversation, subject, held, longest), [*told, drop]

    return choose(conversation, compose, wants=Wanted.PRICE, about=verb.command(about))


def _for_how_much(conversation: Conversation, subject: Subject, held: Held, longest: int) -> str:
    language = conversation.language
    names = {
        "price": amount(held.price, language),
        "commodity": commodity_name(conversation, subject.commodity, longest),
    }
    if not held.is_usual_known:
        return say(language, "{price} for how much {commodity}?", **names)
    return say(
        language,
        "{price} for how much {commodity}? Usual is {usual} a {unit}.",
        **names,
        usual=price(held.usual, language),
        unit=conversation.vocabulary.unit_name(held.unit, language),
    )


def _is_it_so(conversation: Conversation, subject: Subject, held: Held, longest: int) -> str:
    language = conversation.language
    names = {
        "price": amount(held.price, language),
        "unit": conversation.vocabulary.unit_name(held.unit, language),
    }
    if not held.is_usual_known:
        return say(language, "{price} per {unit}? Please check.", **names)
    return say(
        language,
        "{price} per {unit}? Usual in {place} is {usual}.",
        **names,
        place=place_name(conversation, subject.place, longest),
        usual=price(held.usual_per_unit, language),
    )


def refused_price(
    conversation: Conversation, subject: Subject, refused: PriceRefused, verb: Verb
) -> Question:
    """A figure that cannot be a price: what is wrong with it, kindly."""
    example = report_example(conversation, subject.commodity, subject.place)
    return _for_a_price(subject, verb, price_fault(conversation, refused.reason, example))


def price_fault(conversation: Conversation, reason: RefusalReason, example: str) -> str:
    """Why a figure cannot be a price, and what to send instead."""
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


def _words(conversation: Conversation, held: Held, reading: PriceReading, *, is_open: bool) -> str:
    language = conversation.language
    unit = conversation.vocabulary.unit_name(reading.unit, language)
    if reading.unit != held.unit:
        return say(language, "for {unit}", unit=unit)
    figure = amount(reading.price, language)
    if is_open:
        return say(language, "for {figure} a {unit}", figure=figure, unit=unit)
    return say(language, "for {figure}", figure=figure)

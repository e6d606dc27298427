"""What is asked back about an alert that cannot be set as it was said."""

from dataclasses import replace
from decimal import Decimal

from groups.alerts import Wanted
from handlers.asking import Choice, Question, choose
from handlers.asking import Wanted as Answer
from handlers.commands import Alert
from handlers.conversation import Conversation
from handlers.keywords.alert_words import alert_example, marked_price
from handlers.keywords.naming import commodity_name, place_name
from handlers.keywords.price_readings import FAR, readings
from handlers.keywords.report_questions import price_fault, settled
from handlers.keywords.verbs import Subject, Verb
from messaging.phrases import say
from messaging.phrases.formats import amount, price
from prices.cells import Cell
from prices.observations import Held, RefusalReason


def above_or_below(conversation: Conversation, subject: Subject, wanted: Wanted) -> Question:
    """A mark, and no price to tell from which side it is to be reached."""
    language, item = conversation.language, settled(subject)

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            language,
            "Tell you when {commodity} in {place} is above or below {price}?",
            commodity=commodity_name(conversation, subject.commodity, longest),
            place=place_name(conversation, subject.place, longest),
            price=marked_price(conversation, wanted),
        )
        return asked, [
            Choice(say(language, "above"), Alert(item, is_above=True), stays=True),
            Choice(say(language, "below"), Alert(item, is_above=False), stays=True),
        ]

    return choose(conversation, compose)


def refused_mark(
    conversation: Conversation, subject: Subject, reason: RefusalReason, verb: Verb
) -> Question:
    """A figure that cannot be a price: what is wrong with it, kindly."""
    example = alert_example(conversation, subject.commodity, subject.place, None)
    return _for_a_price(subject, verb, price_fault(conversation, reason, example))


def which_measure(conversation: Conversation, subject: Subject, verb: Verb) -> Question:
    """A measure that differs from place to place: ask for the price of one that does not."""
    vocabulary, language = conversation.vocabulary, conversation.language
    base_unit = vocabulary.commodities[subject.commodity].base_unit
    text = say(
        language,
        "How big is that {unit} of {commodity}? Send the price of 1 {base_unit}: {example}",
        unit=vocabulary.unit_name(subject.item.unit or base_unit, language),
        commodity=commodity_name(conversation, subject.commodity),
        base_unit=vocabulary.unit_name(base_unit, language),
        example=alert_example(conversation, subject.commodity, subject.place, None),
    )
    return _for_a_price(subject, verb, text, unit=base_unit)


def for_how_much(
    conversation: Conversation, subject: Subject, cell: Cell, now: Decimal, verb: Verb
) -> Question | None:
    """A mark with no unit, far from any price there: 3,600 is one of a bag, not of a kilo.

    None where it may well be meant as it stands.
    """
    item, vocabulary = settled(subject), conversation.vocabulary
    mark, base_unit = item.price, vocabulary.commodities[subject.commodity].base_unit
    if mark is None or item.unit is not None or max(mark / now, now / mark) <= FAR:
        return None
    # The readings of a report that was doubted, for the same slips are made here.
    told = Held(
        observation_id=0,
        commodity=subject.commodity,
        place_id=subject.place.id,
        price_type=cell.price_type,
        currency=vocabulary.country.currency,
        price=mark,
        unit=base_unit,
        price_per_base_unit=mark,
        is_unit_said=False,
        usual=now,
        is_usual_known=True,
    )
    meant = readings(conversation, subject, told)
    if len(meant) < 2:  # nothing but what was said
        return None

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            conversation.language,
            "{price} for how much {commodity}? Usual is {usual} a {unit}.",
            price=amount(mark, conversation.language),
            commodity=commodity_name(conversation, subject.commodity, longest),
            usual=price(now, conversation.language),
            unit=vocabulary.unit_name(base_unit, conversation.language),
        )
        return asked, [
            Choice(
                _for_unit(conversation, one.price, one.unit),
                verb.command(replace(item, price=one.price, unit=one.unit)),
                stays=one in (meant[0], meant[-1]),
            )
            for one in meant
        ]

    return choose(conversation, compose)


def _for_unit(conversation: Conversation, figure: Decimal, unit: str) -> str:
    language = conversation.language
    return say(
        language,
        "for {figure} a {unit}",
        figure=amount(figure, language),
        unit=conversation.vocabulary.unit_name(unit, language),
    )


def _for_a_price(subject: Subject, verb: Verb, text: str, **changed: object) -> Question:
    """A question that a figure alone answers."""
    about = replace(settled(subject), price=None, currency=None, prices=())
    about = replace(about, **changed)  # type: ignore[arg-type]
    return Question(text, wants=Answer.PRICE, about=verb.command(about))

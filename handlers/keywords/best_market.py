"""Somebody asks where it sells best."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from handlers.asking import Question, ask
from handlers.commands import BestMarket
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit, fits
from handlers.keywords.naming import (
    best_market_example,
    commodity_name,
    measured,
    place_name,
    report_example,
)
from handlers.keywords.offer_words import (
    FEW,
    MOST_OFFERS,
    Wording,
    as_ranked,
    counts,
    market,
    one_age,
)
from handlers.keywords.price_notes import demo_mark
from handlers.keywords.questions import settle
from handlers.keywords.verbs import Subject, Verb
from messaging.phrases import say
from messaging.phrases.formats import capitalised
from prices.best_markets import best_few
from prices.catalogue import convert
from prices.geography import NEAR_KM
from prices.nearby import Offer, Selling, is_nearest_best

BEST_MARKET = Verb(best_market_example, BestMarket)


@dataclass(frozen=True)
class _Told:
    """What is answered: of what, how much of it in which unit, and what markets pay."""

    subject: Subject
    selling: Selling
    ranked: Sequence[Offer]
    quantity: Decimal
    unit: str


def tell_best_market(conversation: Conversation, command: BestMarket) -> str:
    """Where most is left of the price, with what comes off it and how good it is."""
    subject = settle(conversation, command.item, BEST_MARKET)
    if isinstance(subject, Question):
        return ask(conversation, subject)
    quantity = _in_base_units(conversation, subject)
    selling = best_few(
        conversation.session,
        conversation.vocabulary,
        commodity=subject.commodity,
        place_id=subject.place.id,
        price_type=subject.item.price_type,
        quantity=quantity,
        grade=subject.item.grade,
        now=conversation.now,
        few=FEW,
    )
    if not selling.offers:
        return _nothing_near(conversation, subject)
    told = _told(conversation, subject, selling, is_said=quantity is not None)
    return fit(lambda longest: _parts(conversation, told, longest))


def _in_base_units(conversation: Conversation, subject: Subject) -> Decimal | None:
    """How much there is to sell; None where it was not said, or nobody knows how much that is."""
    vocabulary, item = conversation.vocabulary, subject.item
    if not item.quantity:
        return None
    conversion = convert(
        conversation.session,
        commodity=subject.commodity,
        unit=item.unit or vocabulary.commodities[subject.commodity].base_unit,
        country=vocabulary.country.code,
        place_id=subject.place.id,
        on=conversation.today,
    )
    return None if conversion is None else item.quantity * conversion.quantity


def _told(
    conversation: Conversation, subject: Subject, selling: Selling, *, is_said: bool
) -> _Told:
    base_unit = conversation.vocabulary.commodities[subject.commodity].base_unit
    quantity, unit = selling.quantity or Decimal(0), base_unit
    if is_said and subject.item.quantity:
        quantity, unit = subject.item.quantity, subject.item.unit or base_unit
    return _Told(subject, selling, as_ranked(selling.offers), quantity, unit)


def _parts(conversation: Conversation, told: _Told, longest: int) -> list[Part]:
    """As many offers as there is room for; the best one stays whatever room lacks."""
    for count in range(min(MOST_OFFERS, len(told.ranked)), 0, -1):
        parts = _of_so_many(conversation, told, count, longest)
        if fits(parts):
            return parts
    return _of_so_many(conversation, told, 1, longest, is_brief=True)


def _of_so_many(
    conversation: Conversation, told: _Told, count: int, longest: int, *, is_brief: bool = False
) -> list[Part]:
    language, shown = conversation.language, told.ranked[:count]
    is_demo = told.selling.is_demo or any(offer.estimate.is_demo for offer in shown)
    age = one_age(conversation, shown)
    basis = capitalised(", ".join(filter(None, (counts(language, shown), age))))
    nearest = say(language, "The nearest is best.") if is_nearest_best(told.ranked) else ""
    wording = Wording(longest, with_age=not age, with_payday=not is_brief)
    offers = (
        market(conversation, told.subject.commodity, offer, number, wording)
        for number, offer in enumerate(shown, start=1)
    )
    return [
        demo_mark(conversation, is_demo),
        Part(_head(conversation, told, longest)),
        *map(Part, offers),
        Part(f"{basis}."),
        Part(nearest, rank=1),
    ]


def _head(conversation: Conversation, told: _Told, longest: int) -> str:
    language, vocabulary, subject = conversation.language, conversation.vocabulary, told.subject
    gaps = {
        "commodity": capitalised(commodity_name(conversation, subject.commodity, longest)),
        "place": place_name(conversation, subject.place, longest),
        "unit": vocabulary.unit_sign(vocabulary.commodities[subject.commodity].base_unit, language),
    }
    if told.selling.quantity is None:
        return say(language, "{commodity} near {place}, before transport, per {unit}:", **gaps)
    quantity = measured(conversation, told.quantity, told.unit)
    return say(
        language, "{commodity}, {quantity} from {place}, net per {unit}:", quantity=quantity, **gaps
    )


def _nothing_near(conversation: Conversation, subject: Subject) -> str:
    language, vocabulary = conversation.language, conversation.vocabulary
    own_type = vocabulary.commodities[subject.commodity].price_type
    is_usual = subject.item.price_type in {None, own_type}
    can_report = subject.place.kind.is_trading_place and is_usual
    example = report_example(conversation, subject.commodity, subject.place)
    call = say(language, "Sold or bought there? Reply {example}", example=example)
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "Nobody told a {commodity} price within {km} km of {place} this week.",
                    commodity=commodity_name(conversation, subject.commodity, longest),
                    km=round(NEAR_KM),
                    place=place_name(conversation, subject.place, longest),
                )
            ),
            Part(call if can_report else "", rank=1),
        ]
    )

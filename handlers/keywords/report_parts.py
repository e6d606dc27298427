"""What a told price earns: it is said back, with what others say of the same thing there."""

from collections.abc import Sequence

from handlers.conversation import Conversation
from handlers.keywords.fitting import Part
from handlers.keywords.naming import commodity_name, measured, place_name
from handlers.keywords.plain_words import price_type_words
from handlers.keywords.price_notes import price_per_unit
from messaging.phrases import say, say_many
from messaging.phrases.formats import amount, capitalised, price
from prices.observations import Recorded
from prices.queries import others_this_week

BESIDE, LATER_ITEM = 1, 2


def thanks(
    conversation: Conversation, kept: Sequence[Recorded], longest: int, *, are_sales: bool
) -> list[Part]:
    """What was kept, said back; for a single one also what others say and its price per litre."""
    tell = _sale if are_sales else _price
    told = [tell(conversation, one, longest) for one in kept]
    if len(kept) > 1:
        return [Part(text, rank=LATER_ITEM if number else 0) for number, text in enumerate(told)]
    return [
        Part(told[0]),
        Part(_per_base_unit(conversation, kept[0]), BESIDE),
        Part(_others(conversation, kept[0]), BESIDE),
    ]


def _price(conversation: Conversation, kept: Recorded, longest: int) -> str:
    return say(
        conversation.language,
        "{commodity} {place} {price}, {price_type}.",
        **_names(conversation, kept, longest),
    )


def _sale(conversation: Conversation, kept: Recorded, longest: int) -> str:
    language, names = conversation.language, _names(conversation, kept, longest)
    if kept.quantity is None:
        return say(language, "Sale noted: {commodity} {place} {price}, {price_type}.", **names)
    return say(
        language,
        "Sale noted: {commodity} {place}, {quantity} at {price}, {price_type}.",
        quantity=measured(conversation, kept.quantity, kept.unit),
        **names,
    )


def _names(conversation: Conversation, kept: Recorded, longest: int) -> dict[str, str]:
    language, places = conversation.language, conversation.vocabulary.places
    figure = amount(kept.price, language)
    return {
        "commodity": capitalised(commodity_name(conversation, kept.commodity, longest)),
        "place": place_name(conversation, places[kept.place_id], longest),
        "price": price_per_unit(conversation, figure, kept.currency, kept.unit),
        "price_type": price_type_words(language, kept.price_type),
    }


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
        # What was corrected was told before, maybe on another day.
        known=kept.others if kept.reported_at == conversation.now else None,
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

"""How carrying goods is spoken of, and what people can type to tell what it costs."""

from decimal import Decimal

from handlers.commands import Item, TransportReport
from handlers.conversation import Conversation
from handlers.keywords.naming import measured, told_price, typed_place
from messaging.phrases import say
from messaging.phrases.formats import amount, typed
from prices.vocabulary import PlaceEntry

# A load to type as an example: a can, or what somebody carries.
EXAMPLE_KG = Decimal(20)


def roughly(value: Decimal, language: str) -> str:
    """A figure that is reckoned by a rough tariff: two digits of it, 78, 1,800."""
    exponent = value.adjusted() - 1
    return amount(value.quantize(Decimal(1).scaleb(exponent)), language)


def load_words(conversation: Conversation, quantity: Decimal, unit: str) -> str:
    """How much is carried: 20 kg, 2 x 50 kg bag; one bag of a size without its number."""
    sign = conversation.vocabulary.unit_sign(unit, conversation.language)
    if quantity == 1 and sign[:1].isdigit():
        return sign
    return measured(conversation, quantity, unit)


def fare_example(
    conversation: Conversation,
    command: TransportReport,
    goal: PlaceEntry,
    start: PlaceEntry | None = None,
) -> str:
    """A fare that somebody can type: TRANSPORT NAKURU 300 20KG FROM NJORO."""
    language, fare = conversation.language, _typed_fare(conversation, command.item)
    if start is None:
        fare = fare or say(language, "and the fare")
    place = typed_place(conversation, goal)
    told = say(language, "TRANSPORT {place} {fare}", place=place, fare=fare).rstrip()
    if start is None:
        return told
    leaving = typed_place(conversation, start)
    return say(language, "{example} FROM {place}", example=told, place=leaving)


def typed_load(conversation: Conversation, item: Item) -> str:
    """A load as it was said, to be typed again: 20 KG, 2 BAG."""
    unit = item.unit or "kg"
    words = conversation.vocabulary.unit_name(unit, conversation.language)
    quantity = EXAMPLE_KG if item.unit is None else item.quantity or Decimal(1)
    return f"{typed(quantity)} {words}".upper()


def _typed_fare(conversation: Conversation, item: Item) -> str:
    """The figure with the load, as far as they were said: 300 20 KG."""
    figure = told_price(conversation, Item(price=item.price))
    if figure is None:
        return ""
    is_load_said = item.unit is not None and item.quantity is not None
    return f"{figure} {typed_load(conversation, item)}" if is_load_said else figure

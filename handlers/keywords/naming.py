"""What things are called in a reply, and what people can type to name them back."""

from decimal import Decimal

from handlers.commands import Item
from handlers.conversation import Conversation
from handlers.keywords.fitting import clip
from handlers.keywords.to_type import place_to_type
from messaging.phrases import say
from messaging.phrases.formats import amount, typed
from prices.kinds import PlaceKind
from prices.observations import SMALLEST, TOO_MUCH
from prices.vocabulary import PlaceEntry, fold


def commodity_name(conversation: Conversation, code: str, longest: int = 80) -> str:
    """A commodity within a sentence: milk."""
    name = conversation.vocabulary.commodity_name(code, conversation.language)
    return clip(name[:1].lower() + name[1:], longest)


def place_name(conversation: Conversation, place: PlaceEntry, longest: int = 80) -> str:
    """A place within a sentence; a county is called one: Molo, Nakuru county."""
    name = clip(place.name, longest)
    if place.kind is not PlaceKind.ADMIN1:
        return name
    language, word = conversation.language, conversation.vocabulary.country.admin1_word
    return say(language, "{place} {county}", place=name, county=say(language, word))


def place_choice(conversation: Conversation, place: PlaceEntry, longest: int = 80) -> str:
    """A place among others of its name: Kiambu town, Kiambu county, Karuri (Kiambu)."""
    language, county = conversation.language, conversation.vocabulary.admin1_of(place.id)
    if county is None or county == place:
        return place_name(conversation, place, longest)
    name = clip(place.name, longest)
    if place.kind is PlaceKind.MARKET and fold(place.name) == fold(county.name):
        return say(language, "{place} town", place=name)
    if place.kind is PlaceKind.WARD:
        name = say(language, "{place} ward", place=name)
    elif place.kind is PlaceKind.ADMIN2:
        name = say(language, "{place} area", place=name)
    return f"{name} ({clip(county.name, longest)})"


def measured(conversation: Conversation, quantity: Decimal, unit: str) -> str:
    """How much of it: 20 L, 2 x 90 kg bag."""
    sign = conversation.vocabulary.unit_sign(unit, conversation.language)
    times = " x " if sign[:1].isdigit() else " "
    return f"{amount(quantity, conversation.language)}{times}{sign}"


def query_example(conversation: Conversation, commodity: str, place: PlaceEntry) -> str:
    """A question somebody can type: PRICE MILK NAKURU."""
    words = _typed_words(conversation, commodity, place)
    return say(conversation.language, "PRICE {commodity} {place}", **words)


def best_market_example(conversation: Conversation, commodity: str, place: PlaceEntry) -> str:
    """A question for the best market somebody can type: BEST MILK NAKURU."""
    words = _typed_words(conversation, commodity, place)
    return say(conversation.language, "BEST {commodity} {place}", **words)


def trend_example(conversation: Conversation, commodity: str, place: PlaceEntry) -> str:
    """A question for a trend somebody can type: TREND MILK NAKURU."""
    words = _typed_words(conversation, commodity, place)
    return say(conversation.language, "TREND {commodity} {place}", **words)


def subscribe_example(conversation: Conversation, commodity: str, place: PlaceEntry) -> str:
    """A subscription somebody can type: SUB MILK NAKURU."""
    words = _typed_words(conversation, commodity, place)
    return say(conversation.language, "SUB {commodity} {place}", **words)


def report_example(
    conversation: Conversation, commodity: str, place: PlaceEntry, figure: str | None = None
) -> str:
    """A report somebody can type: MILK NAKURU 45, and without the place at home: MILK 45."""
    language = conversation.language
    words = _typed_words(conversation, commodity, place)
    price = figure or say(language, "and your price")
    if place == conversation.home:
        return say(language, "{commodity} {price}", commodity=words["commodity"], price=price)
    return say(language, "{commodity} {place} {price}", **words, price=price)


def typed_price(conversation: Conversation, item: Item) -> str | None:
    """The price somebody said, to be sent again with what was missing: 45, 3600 90 KG BAG."""
    told = told_price(conversation, item)
    return None if told is None else told.upper()


def told_price(conversation: Conversation, item: Item) -> str | None:
    """The price of an item as it was said: 45, 3600 90 kg bag; None where none can be one."""
    price = item.price
    if price is None or not price.is_finite() or not SMALLEST <= price < TOO_MUCH:
        return None
    if item.unit is None:
        return typed(price)
    return f"{typed(price)} {conversation.vocabulary.unit_name(item.unit, conversation.language)}"


def typed_place(conversation: Conversation, place: PlaceEntry) -> str:
    """A place in words that lead back to it: NAKURU, and KARURI KIAMBU where there are several."""
    return place_to_type(conversation.vocabulary, conversation.language, place)


def _typed_words(conversation: Conversation, commodity: str, place: PlaceEntry) -> dict[str, str]:
    name = commodity_name(conversation, commodity)
    return {"commodity": name.upper(), "place": typed_place(conversation, place)}

"""What to show somebody who does not know what to type: their own things, else the commonest."""

from collections.abc import Iterable
from decimal import Decimal

from handlers.conversation import Conversation
from messaging.phrases.formats import as_told, typed
from prices.answers import NoPrice, Published
from prices.queries import answer_price
from prices.vocabulary import PlaceEntry


def example_commodity(conversation: Conversation) -> str:
    """What the person usually deals in, else what most people ask for."""
    usual = conversation.subscriber.usual_commodity_code
    return usual or next(iter(conversation.vocabulary.commodities))  # in the order of their rank


def example_place(conversation: Conversation) -> PlaceEntry:
    """The person's own place, else the country's largest."""
    vocabulary = conversation.vocabulary
    place = conversation.home or largest_market(vocabulary.places.values())
    return place or next(iter(vocabulary.places.values()))


def largest_market(places: Iterable[PlaceEntry]) -> PlaceEntry | None:
    """Of these places the one with the most people where things are sold."""
    trading = [place for place in places if place.kind.is_trading_place]
    return max(trading, key=lambda place: (place.population or 0, -place.id), default=None)


def example_price(conversation: Conversation, commodity: str, place: PlaceEntry) -> str | None:
    """A price that is likely there, so that nobody learns to report a silly one."""
    answer = answer_price(
        conversation.session,
        conversation.vocabulary,
        commodity=commodity,
        place_id=place.id,
        price_type=None,
        now=conversation.now,
    )
    if isinstance(answer, NoPrice):
        return None
    return example_figure(answer.price if isinstance(answer, Published) else answer.estimate.price)


def example_figure(price: Decimal) -> str:
    """A price to type as an example, as round as it is told: from ten on without cents."""
    told = as_told(price)
    return typed(told.quantize(Decimal(1)) if told >= 10 else told)

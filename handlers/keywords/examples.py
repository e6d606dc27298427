"""What to show somebody who does not know what to type: their own things, else the commonest."""

from handlers.conversation import Conversation
from handlers.keywords.to_type import figure_to_type, largest_market
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
    return figure_to_type(answer)

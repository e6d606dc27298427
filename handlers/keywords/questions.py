"""What is asked back when a message leaves something open, each with words to send."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.commands import Item
from handlers.conversation import Conversation
from handlers.keywords.examples import example_commodity, example_place, largest_market
from handlers.keywords.fitting import Part, clip, fit
from handlers.keywords.naming import place_name
from handlers.parser.places import suggest_place
from messaging.phrases import say
from prices.vocabulary import PlaceEntry

# What to type: a commodity's code and a place in, words out.
Example = Callable[[Conversation, str, PlaceEntry], str]

MOST_CHOICES = 3
QUOTED_LENGTH = 24


@dataclass(frozen=True)
class Subject:
    """A commodity and a place that are both settled, and the item they were said in."""

    commodity: str
    place: PlaceEntry
    item: Item


def settle(conversation: Conversation, item: Item, example: Example) -> Subject | str:
    """What an item is about, or the question that must be answered first.

    Without a place their own is meant, without a commodity their usual one.
    """
    subscriber = conversation.subscriber
    place_id, commodity = item.place_id, item.commodity
    if place_id is None and not item.places and not item.unknown_words:
        place_id = subscriber.home_place_id
    if commodity is None and not item.unknown_words:
        commodity = subscriber.usual_commodity_code
    place = None if place_id is None else conversation.vocabulary.places.get(place_id)
    if place is None:
        return ask_for_place(conversation, replace(item, commodity=commodity), example)
    if commodity is None:
        return _which_commodity(conversation, item, place, example)
    return Subject(commodity, place, item)


def ask_for_place(conversation: Conversation, item: Item, example: Example) -> str:
    """Which place is meant, where a name fits several, none, or none was said."""
    if item.places:
        return _which_of(conversation, item, example)
    if item.unknown_words:
        return _unknown_place(conversation, item, item.unknown_words, example)
    return _which_place(conversation, item, example)


def which_market(conversation: Conversation, subject: Subject, example: Example) -> str:
    """A county is no market: ask for one, naming its largest."""
    region = subject.place
    places = conversation.vocabulary.places.values()
    inside = [place for place in places if region.id in {place.parent_id, place.admin1_id}]
    market = largest_market(inside) or example_place(conversation)
    return say(
        conversation.language,
        "Which market in {place}? Send: {example}",
        place=place_name(conversation, region),
        example=example(conversation, subject.commodity, market),
    )


def _which_of(conversation: Conversation, item: Item, example: Example) -> str:
    """Several places bear the name: which one, in words that tell them apart."""
    language = conversation.language
    places = [conversation.vocabulary.places[place_id] for place_id in item.places]
    commodity = item.commodity or example_commodity(conversation)
    ways = dict.fromkeys(example(conversation, commodity, place) for place in places)
    first, *others = list(ways)[:MOST_CHOICES]
    question = say(language, "Which {place}? Send: {example}", place=places[0].name, example=first)
    return fit(
        lambda _: [
            Part(question),
            *(Part(say(language, "or {example}", example=other), rank=1) for other in others),
        ]
    )


def _unknown_place(conversation: Conversation, item: Item, words: str, example: Example) -> str:
    """The place is none we know: say so, and name the likeliest or ask for a town near it."""
    language = conversation.language
    likely = suggest_place(words, conversation.vocabulary)
    place = likely or example_place(conversation)
    sent = example(conversation, item.commodity or example_commodity(conversation), place)
    if likely is None:
        question = say(language, "Send a town near you: {example}", example=sent)
    else:
        question = say(
            language, "Did you mean {place}? Send: {example}", place=likely.name, example=sent
        )
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "{words} is not a place we know.",
                    words=clip(words, min(longest, QUOTED_LENGTH)),
                )
            ),
            Part(question),
        ]
    )


def _which_place(conversation: Conversation, item: Item, example: Example) -> str:
    language, place = conversation.language, example_place(conversation)
    if item.commodity is None:
        sent = example(conversation, example_commodity(conversation), place)
        return say(language, "Which product, and which place? Send: {example}", example=sent)
    sent = example(conversation, item.commodity, place)
    return say(language, "Which place? Send: {example}", example=sent)


def _which_commodity(
    conversation: Conversation, item: Item, place: PlaceEntry, example: Example
) -> str:
    language = conversation.language
    sent = example(conversation, example_commodity(conversation), place)
    if item.unknown_words:
        words = clip(item.unknown_words, QUOTED_LENGTH)
        return say(
            language, "We have no prices for {words}. Send: {example}", words=words, example=sent
        )
    return say(language, "Which product? Send: {example}", example=sent)

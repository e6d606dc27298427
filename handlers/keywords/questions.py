"""What a message is about, or what has to be asked back first."""

from dataclasses import replace

from handlers.asking import Choice, Question, Wanted, choose
from handlers.commands import Item
from handlers.conversation import Conversation
from handlers.keywords.examples import example_commodity
from handlers.keywords.fitting import clip, quotable
from handlers.keywords.naming import commodity_name
from handlers.keywords.place_questions import QUOTED_LENGTH, ask_for_place
from handlers.keywords.verbs import Subject, Verb
from messaging.phrases import say
from prices.vocabulary import PlaceEntry


def settle(conversation: Conversation, item: Item, verb: Verb) -> Subject | Question:
    """What an item is about, or the question that must be answered first.

    Without a place their own is meant, without a commodity their usual one.
    """
    item = with_their_own(conversation, item)
    place = conversation.vocabulary.places.get(item.place_id or 0)
    if place is None:
        return ask_for_place(conversation, item, verb)
    if item.commodity is None:
        return _which_commodity(conversation, item, place, verb)
    return Subject(item.commodity, place, item)


def with_their_own(conversation: Conversation, item: Item) -> Item:
    """The item with the person's home and usual commodity, where nothing else was said."""
    subscriber = conversation.subscriber
    place_id, commodity = item.place_id, item.commodity
    if place_id is None and not item.places and not item.unknown_words:
        place_id = subscriber.home_place_id
    if commodity is None and not item.commodities and not item.unknown_words:
        commodity = subscriber.usual_commodity_code
    if (place_id, commodity) == (item.place_id, item.commodity):
        return item
    return replace(item, place_id=place_id, commodity=commodity)


def _which_commodity(
    conversation: Conversation, item: Item, place: PlaceEntry, verb: Verb
) -> Question:
    language, about = conversation.language, verb.command(replace(item, unknown_words=None))
    if item.commodities:
        return _which_of_these(conversation, item, verb)
    sent = verb.example(conversation, example_commodity(conversation), place)
    text = say(language, "Which product? Send: {example}", example=sent)
    words = clip(quotable(item.unknown_words or ""), QUOTED_LENGTH)
    if words:
        text = say(
            language, "We have no prices for {words}. Send: {example}", words=words, example=sent
        )
    return Question(text, wants=Wanted.COMMODITY, about=about)


def _which_of_these(conversation: Conversation, item: Item, verb: Verb) -> Question:
    """A word that means several things: which one?"""

    def compose(longest: int) -> tuple[str, list[Choice]]:
        return say(conversation.language, "Which product?"), [
            Choice(
                commodity_name(conversation, code, longest),
                verb.command(replace(item, commodity=code, commodities=())),
            )
            for code in item.commodities
        ]

    about = verb.command(replace(item, commodities=()))
    return choose(conversation, compose, wants=Wanted.COMMODITY, about=about)

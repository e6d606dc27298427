"""Which place is meant: asked back where a name fits several, none, or none was said."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.asking import Choice, Question, Wanted, choose
from handlers.commands import Item
from handlers.conversation import Conversation
from handlers.keywords.examples import example_commodity, example_place
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.naming import place_choice, place_name
from handlers.keywords.verbs import Subject, Verb
from handlers.parser.places import suggest_place
from messaging.phrases import say
from prices.geography import trading_places
from prices.vocabulary import PlaceEntry, fold

MOST_MARKETS = 4
QUOTED_LENGTH = 24


def ask_for_place(conversation: Conversation, item: Item, verb: Verb) -> Question:
    """Which place is meant, where a name fits several, none, or none was said."""
    item = replace(item, place_id=None)
    if item.places:
        return _which_of(conversation, item, verb)
    if item.unknown_words:
        return _unknown_place(conversation, item, item.unknown_words, verb)
    return _which_place(conversation, item, verb)


def which_market(conversation: Conversation, subject: Subject, verb: Verb) -> Question:
    """A county is no market: which of its largest, or any other by its name?"""
    item = replace(subject.item, commodity=subject.commodity)
    return which_place_in(conversation, subject.place, item, verb)


def which_place_in(
    conversation: Conversation, region: PlaceEntry, item: Item, verb: Verb
) -> Question:
    """The same of an item whose commodity may be open."""
    inside = trading_places(conversation.vocabulary, region)
    largest = sorted(inside, key=lambda place: (-(place.population or 0), place.id))[:MOST_MARKETS]
    item = replace(item, place_id=None)
    if not largest:
        return _which_place(conversation, item, verb)

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            conversation.language,
            "Which market in {place}?",
            place=place_name(conversation, region, longest),
        )
        return asked, [
            Choice(clip(place.name, longest), verb.command(_at(item, place))) for place in largest
        ]

    return choose(conversation, compose, wants=Wanted.PLACE, about=verb.command(item))


def _which_of(conversation: Conversation, item: Item, verb: Verb) -> Question:
    """Several places bear the name: which one, in words that tell them apart."""
    places = [conversation.vocabulary.places[place_id] for place_id in item.places]
    is_one_name = len({fold(place.name) for place in places}) == 1

    def compose(longest: int) -> tuple[str, list[Choice]]:
        name = clip(places[0].name, longest)
        asked = say(conversation.language, "Which {place}?", place=name)
        if not is_one_name:
            asked = say(conversation.language, "Which place?")
        return asked, _places_apart(conversation, item, places, verb, longest)

    about = verb.command(replace(item, places=()))
    return choose(conversation, compose, wants=Wanted.PLACE, about=about)


def _places_apart(
    conversation: Conversation, item: Item, places: Sequence[PlaceEntry], verb: Verb, longest: int
) -> list[Choice]:
    return [
        Choice(place_choice(conversation, place, longest), verb.command(_at(item, place)))
        for place in places
    ]


def _unknown_place(conversation: Conversation, item: Item, words: str, verb: Verb) -> Question:
    """The place is none we know: say so, and name the likeliest or ask for a town near it."""
    about = replace(item, unknown_words=None)
    likely = suggest_place(words, conversation.vocabulary)
    if likely is not None:
        return _did_you_mean(conversation, about, words, likely, verb)
    language = conversation.language
    commodity = item.commodity or example_commodity(conversation)
    sent = verb.example(conversation, commodity, example_place(conversation))
    text = fit(
        lambda longest: [
            Part(_not_known(conversation, words, longest)),
            Part(say(language, "Send a town near you: {example}", example=sent)),
        ]
    )
    return Question(text, wants=Wanted.PLACE, about=verb.command(about))


def _did_you_mean(
    conversation: Conversation, item: Item, words: str, likely: PlaceEntry, verb: Verb
) -> Question:
    language = conversation.language

    def compose(longest: int) -> tuple[str, list[Choice]]:
        place = place_name(conversation, likely, longest)
        asked = say(language, "Did you mean {place}?", place=place)
        yes = Choice(say(language, "for yes"), verb.command(_at(item, likely)))
        return f"{_not_known(conversation, words, longest)} {asked}", [yes]

    return choose(conversation, compose, wants=Wanted.PLACE, about=verb.command(item))


def _not_known(conversation: Conversation, words: str, longest: int) -> str:
    language, quoted = conversation.language, clip(quotable(words), min(longest, QUOTED_LENGTH))
    if not quoted:
        return say(language, "That is not a place we know.")
    return say(language, "{words} is not a place we know.", words=quoted)


def _which_place(conversation: Conversation, item: Item, verb: Verb) -> Question:
    language, place, about = conversation.language, example_place(conversation), verb.command(item)
    if item.commodity is None and not item.commodities:
        sent = verb.example(conversation, example_commodity(conversation), place)
        text = say(language, "Which product, and which place? Send: {example}", example=sent)
        return Question(text, wants=Wanted.PLACE, about=about)
    commodity = item.commodity or item.commodities[0]
    sent = verb.example(conversation, commodity, place)
    text = say(language, "Which place? Send: {example}", example=sent)
    return Question(text, wants=Wanted.PLACE, about=about)


def _at(item: Item, place: PlaceEntry) -> Item:
    return replace(item, place_id=place.id, places=(), unknown_words=None)

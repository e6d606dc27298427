"""Somebody says who and where they are."""

from dataclasses import replace

from handlers.asking import Question, Wanted, ask
from handlers.commands import Item, Register
from handlers.conversation import Conversation
from handlers.keywords.examples import example_place
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.naming import place_name, typed_place
from handlers.keywords.place_questions import ask_for_place
from handlers.keywords.verbs import Verb
from messaging.kinds import Channel
from messaging.phrases import languages, say
from messaging.phrases.formats import language_name
from prices.vocabulary import PlaceEntry

NAME_LENGTH = 80


def register(conversation: Conversation, command: Register) -> str:
    """Keep what was said of a person, say it back, and ask for the first thing that is missing."""
    return keep_details(conversation, command, REGISTRATION)


def keep_details(conversation: Conversation, command: Register, verb: Verb) -> str:
    """The same for any verb that tells of a person."""
    if command.language in languages():
        conversation = replace(conversation, language=command.language)
    has_said = _keep(conversation, command)
    question = _missing(conversation, command, verb)
    if question is None:
        return fit(lambda longest: [Part(_known(conversation, longest))])
    asked = ask(conversation, question)
    if not has_said:
        return asked
    return fit(lambda longest: [Part(_known(conversation, longest), rank=1), Part(asked)])


def _keep(conversation: Conversation, command: Register) -> bool:
    subscriber, item = conversation.subscriber, command.item
    said = {
        "name": command.name[:NAME_LENGTH] if command.name else None,
        "home_place_id": item.place_id,
        "usual_commodity_code": item.commodity,
        "language": command.language if command.language in languages() else None,
        "has_chosen_language": True if command.language in languages() else None,
    }
    for field, value in said.items():
        if value is not None:
            setattr(subscriber, field, value)
    return any(value is not None for value in said.values())


def _known(conversation: Conversation, longest: int) -> str:
    subscriber, home = conversation.subscriber, conversation.home
    details = [
        clip(quotable(subscriber.name or ""), longest),
        place_name(conversation, home, longest) if home else None,
        language_name(subscriber.language) if subscriber.language else None,
    ]
    known = ", ".join(filter(None, details))
    return say(conversation.language, "We have noted: {details}.", details=known) if known else ""


def _missing(conversation: Conversation, command: Register, verb: Verb) -> Question | None:
    """The question for the place first: without it no price can be told; then the name."""
    language, subscriber, item = conversation.language, conversation.subscriber, command.item
    if conversation.channel is not Channel.SMS:
        return None  # a menu asks by its own screens
    if item.place_id is None and (item.places or item.unknown_words):
        return ask_for_place(conversation, item, verb)
    sent = register_example(conversation, "", example_place(conversation))
    if subscriber.home_place_id is None:
        text = say(language, "Where are you? Send: {example}", example=sent)
        return Question(text, wants=Wanted.PLACE, about=verb.command(item))
    if subscriber.name is None:
        return Question(say(language, "What is your name? Send: {example}", example=sent))
    return None


def register_example(conversation: Conversation, commodity: str, place: PlaceEntry) -> str:
    """Words to register with: REGISTER JANE NAKURU, REGISTER NAKURU where the name is known."""
    language, where = conversation.language, typed_place(conversation, place)
    if conversation.subscriber.name is None:
        return say(language, "REGISTER JANE {place}", place=where)
    return say(language, "REGISTER {place}", place=where)


# What was said of a name and a language is kept already: only the place is still open.
REGISTRATION = Verb(register_example, lambda item: Register(item=Item(place_id=item.place_id)))

"""Somebody founds a group."""

from dataclasses import replace

from groups.founding import NAME_LENGTH, found_group
from groups.members import office_in
from groups.models import Group
from groups.offices import LEADERS
from handlers.asking import ask
from handlers.commands import Item, JoinGroup
from handlers.conversation import Conversation
from handlers.keywords.examples import example_commodity
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_choice import as_a_name
from handlers.keywords.join_group import group_name
from handlers.keywords.naming import typed_place
from handlers.keywords.place_questions import ask_for_place
from handlers.keywords.subscribe import welcome_back
from handlers.keywords.verbs import Verb
from messaging.phrases import say
from prices.vocabulary import PlaceEntry, fold

# Each is sent a bulletin; whoever founds more of them plays.
MOST_LED = 3


def create_group(conversation: Conversation, command: JoinGroup) -> str:
    """Found it where they live, or at the place they are asked for; they are its secretary."""
    language = conversation.language
    name = clip(as_a_name(quotable(command.code or "")), NAME_LENGTH)
    if not fold(name):
        return say(language, "What is its name? Send CREATE GROUP and the name.")
    led = [
        group
        for group, role in office_in(conversation.session, conversation.subscriber)
        if role in LEADERS
    ]
    same = next((group for group in led if fold(group.name) == fold(name)), None)
    if same is not None:
        return _founded(conversation, same)
    if len(led) >= MOST_LED:
        return say(language, "You lead {n} groups already, and more is not possible.", n=len(led))
    place = _place(conversation, command)
    if place is None:
        verb = Verb(_place_to_type, lambda item: replace(command, item=_where(item)))
        item = replace(command.item, commodity=example_commodity(conversation))
        return ask(conversation, ask_for_place(conversation, item, verb))
    return _founded(conversation, _found(conversation, name, place))


def _place(conversation: Conversation, command: JoinGroup) -> PlaceEntry | None:
    """Where the group is: as they answered, else where they live."""
    item = command.item
    if item.places or item.unknown_words:
        return None
    answered = conversation.vocabulary.places.get(item.place_id or 0)
    return answered or conversation.home


def _where(item: Item) -> Item:
    return Item(place_id=item.place_id, places=item.places, unknown_words=item.unknown_words)


def _place_to_type(conversation: Conversation, _: str, place: PlaceEntry) -> str:
    return typed_place(conversation, place)


def _found(conversation: Conversation, name: str, place: PlaceEntry) -> Group:
    group = found_group(
        conversation.session,
        conversation.subscriber,
        conversation.vocabulary.country,
        name=name,
        place_id=place.id,
        language=conversation.language,
        commodity=example_commodity(conversation),
        now=conversation.now,
    )
    welcome_back(conversation)
    return group


def _founded(conversation: Conversation, group: Group) -> str:
    language = conversation.language
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "{group} is founded and you are its secretary.",
                    group=group_name(group, longest),
                )
            ),
            Part(say(language, "Members send JOIN {code}.", code=group.code)),
            Part(say(language, "Or you send INVITE 07.., without a phone ADD MEMBER JANE"), rank=1),
        ]
    )

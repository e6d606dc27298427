"""Somebody says which market is theirs."""

from handlers.commands import Item, Register, SetHome
from handlers.conversation import Conversation
from handlers.keywords.register import keep_details, register_example
from handlers.keywords.verbs import Verb

HOME = Verb(register_example, lambda item: SetHome(_place_of(item)))


def set_home(conversation: Conversation, command: SetHome) -> str:
    """Keep the place as REGISTER does, and nothing else that stands beside it."""
    return keep_details(conversation, Register(item=_place_of(command.item)), HOME)


def _place_of(item: Item) -> Item:
    return Item(place_id=item.place_id, places=item.places, unknown_words=item.unknown_words)

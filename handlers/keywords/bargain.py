"""A member asks what to say when the group bargains over its milk."""

from groups.bargaining import Card
from groups.bargaining_facts import card_of
from groups.models import Group
from handlers.commands import Bargain
from handlers.conversation import Conversation
from handlers.keywords.bargain_words import parts
from handlers.keywords.fitting import Part, fit
from handlers.keywords.price_notes import demo_mark
from handlers.keywords.selling_choice import group_meant

SEGMENTS = 2


def tell_bargain(conversation: Conversation, command: Bargain) -> str:
    """The card for a talk with one buyer, else with who takes most; in two segments."""
    group = group_meant(conversation, command)
    if isinstance(group, str):
        return group
    session, vocabulary = conversation.session, conversation.vocabulary
    card = card_of(session, vocabulary, group, command.buyer, conversation.now)
    return fit(lambda longest: _parts(conversation, card, group, longest), SEGMENTS)


def _parts(conversation: Conversation, card: Card, group: Group, longest: int) -> list[Part]:
    mark = demo_mark(conversation, card.is_demo)
    return [mark, *parts(conversation, card, group.code, longest)]

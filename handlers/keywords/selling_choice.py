"""Which of somebody's groups is bargained for; a group without a book has prices around it too."""

from dataclasses import replace

from groups.groups import groups_of
from groups.models import Group
from handlers.commands import Bargain, ProductChoice
from handlers.conversation import Conversation
from handlers.keywords.group_choice import group_among
from messaging.phrases import say


def group_meant(conversation: Conversation, command: Bargain | ProductChoice) -> Group | str:
    """The group that is meant; else what to answer: there is none, or which of several."""
    own = groups_of(conversation.session, conversation.subscriber)
    named = [one for one in own if one.code == command.group]
    return group_among(
        conversation,
        named or own,
        lambda code: replace(command, group=code),
        refusal=say(conversation.language, "You are in no group."),
    )

"""Which of somebody's groups that keep a milk book is asked about."""

from dataclasses import replace

from groups.book import find_book
from groups.groups import groups_of
from groups.models import Group
from handlers.asking import ask, drop_it
from handlers.commands import AuditQuery, ProgressQuery
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import which_of_groups
from handlers.keywords.join_group import group_name
from messaging.phrases import say


def book_asked(conversation: Conversation, command: AuditQuery | ProgressQuery) -> Group | str:
    """The group whose book is meant; else what to answer: there is none, or which of several."""
    own = groups_of(conversation.session, conversation.subscriber)
    if not own:
        return say(conversation.language, "You are in no group.")
    with_book = [one for one in own if find_book(conversation.session, one.id) is not None]
    if not with_book:
        return _no_book(conversation, own[0])
    meant = [one for one in with_book if one.code == command.code] or with_book
    if len(meant) == 1:
        return meant[0]
    question = which_of_groups(
        conversation,
        meant,
        lambda code: replace(command, code=code),
        beside=[drop_it(conversation)],
    )
    return ask(conversation, question)


def _no_book(conversation: Conversation, group: Group) -> str:
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "Nothing is written in the milk book of {group} yet.",
                    group=group_name(group, longest),
                )
            )
        ]
    )

"""Which of somebody's groups that keep a milk book is asked about."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from groups.book import find_book
from groups.groups import groups_of
from groups.models import Group
from handlers.asking import Choice, ask, choose, drop_it
from handlers.commands import AuditQuery, ProgressQuery
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
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
    return meant[0] if len(meant) == 1 else _which_group(conversation, command, meant)


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


def _which_group(
    conversation: Conversation, command: AuditQuery | ProgressQuery, among: Sequence[Group]
) -> str:
    def compose(longest: int) -> tuple[str, list[Choice]]:
        names = [group_name(one, longest) for one in among]
        often = Counter(names)
        return say(conversation.language, "Which group?"), [
            *(
                Choice(name if often[name] == 1 else one.code, replace(command, code=one.code))
                for name, one in zip(names, among, strict=True)
            ),
            drop_it(conversation),
        ]

    return ask(conversation, choose(conversation, compose))

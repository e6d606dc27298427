"""Somebody wants out of a group."""

from collections import Counter
from collections.abc import Sequence

from groups.groups import find_group, groups_of, leave
from groups.models import Group, fold_code
from groups.offices import hold_group
from groups.subscriptions import subscriptions_of
from handlers.asking import Choice, ask, choose, drop_it
from handlers.commands import JoinGroup
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_names import group_name
from handlers.keywords.join_group import CODE_LENGTH
from handlers.keywords.leaving_office import give_up_office, leaver_of, question_before
from handlers.keywords.price_notes import demo_mark
from messaging.phrases import say
from prices.vocabulary import fold


def leave_group(conversation: Conversation, command: JoinGroup) -> str:
    """Let the person go; which group is asked where it is not clear, and only of their own."""
    own = groups_of(conversation.session, conversation.subscriber)
    meant = own if command.code is None else _named(own, command.code)
    if len(meant) == 1:
        return _let_go(conversation, meant[0], command)
    if not own:
        return _in_no_group(conversation, command)
    return _which_group(conversation, command, meant or own)


def _named(groups: Sequence[Group], words: str) -> Sequence[Group]:
    """The group of this code; else those whose name holds all the words, as members call them."""
    by_code = [group for group in groups if group.code == fold_code(words)]
    said = set(fold(words).split())
    return by_code or [group for group in groups if said and said <= set(fold(group.name).split())]


def _let_go(conversation: Conversation, group: Group, command: JoinGroup) -> str:
    language, session = conversation.language, conversation.session
    # Of two who lead and leave at the same moment the second finds that nobody stands in.
    hold_group(session, group)
    successor = ""
    leaver = leaver_of(conversation, group, command)
    if leaver is not None:
        question = question_before(conversation, leaver)
        if question is not None:
            return ask(conversation, question)
        successor = give_up_office(conversation, leaver)
    leave(session, group, conversation.subscriber, conversation.now)
    return fit(
        lambda longest: [
            demo_mark(conversation, group.is_demo),
            Part(successor),
            Part(say(language, "You have left {group}.", group=group_name(group, longest))),
            Part(_what_goes_on(conversation)),
            Part(say(language, "To come back send JOIN {code}.", code=group.code)),
        ]
    )


def _what_goes_on(conversation: Conversation) -> str:
    """Leaving one group is not STOP; nothing to say to somebody who gets nothing else."""
    session, subscriber = conversation.session, conversation.subscriber
    has_more = groups_of(session, subscriber) or subscriptions_of(session, subscriber)
    if subscriber.opted_out_at is not None or not has_more:
        return ""
    return say(conversation.language, "Your other messages go on.")


def _in_no_group(conversation: Conversation, command: JoinGroup) -> str:
    language = conversation.language
    return fit(
        lambda longest: [
            Part(_not_there(conversation, command, longest), rank=1),
            Part(say(language, "You are in no group.")),
            Part(say(language, "To end all messages send STOP")),
        ]
    )


def _which_group(conversation: Conversation, command: JoinGroup, among: Sequence[Group]) -> str:
    """One of these, by its number; a wrong code is said first."""
    is_wrong = command.code is not None and not _named(among, command.code)

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(conversation.language, "Which group do you want to leave?")
        wrong = _not_there(conversation, command, longest) if is_wrong else ""
        return f"{wrong} {asked}".strip(), [
            *_choices(among, longest),
            drop_it(conversation),
        ]

    return ask(conversation, choose(conversation, compose))


def _choices(groups: Sequence[Group], longest: int) -> list[Choice]:
    """Each group by its name; by its code where another one looks the same."""
    names = [group_name(group, longest) for group in groups]
    often = Counter(names)
    return [
        Choice(name if often[name] == 1 else group.code, JoinGroup(group.code, is_leaving=True))
        for name, group in zip(names, groups, strict=True)
    ]


def _not_there(conversation: Conversation, command: JoinGroup, longest: int) -> str:
    """What is wrong with the code: a group they are not in, or none at all."""
    language, code = conversation.language, clip(quotable(command.code or ""), CODE_LENGTH)
    if command.code is None or not code:
        return ""
    group = find_group(conversation.session, command.code)
    if group is None:
        return say(language, "There is no group {code}.", code=code.upper())
    return say(language, "You are not in {group}.", group=group_name(group, longest))

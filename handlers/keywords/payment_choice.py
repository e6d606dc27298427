"""Whose pay is meant: which group and which member, asked back where it may be several."""

from collections.abc import Callable, Sequence
from datetime import date

from groups.members import Member, find_members, office_in
from groups.models import Group, Role
from handlers.commands import Command
from handlers.conversation import Conversation
from handlers.keywords.group_choice import group_among, nobody_called, which_of_members
from messaging.phrases.formats import local_date

# The command once more, with the code of the group that was chosen, or the number of the member.
Again = Callable[[str], Command]


def groups_led(conversation: Conversation, roles: Sequence[Role]) -> list[Group]:
    """The groups in which somebody holds one of these offices."""
    offices = office_in(conversation.session, conversation.subscriber)
    return [group for group, role in offices if role in roles]


def group_meant(
    conversation: Conversation,
    groups: Sequence[Group],
    code: str | None,
    again: Again,
    *,
    refusal: str,
) -> Group | str:
    """The one of these groups that is meant; else what to answer."""
    meant = [group for group in groups if code in {None, group.code}]
    return group_among(conversation, meant, again, refusal=refusal)


def member_meant(
    conversation: Conversation, group: Group, words: str, again: Again
) -> Member | str:
    """The member of this name or number; else what to answer: nobody is called so, or several."""
    found = find_members(conversation.session, group, words)
    return found[0] if len(found) == 1 else which_of(conversation, group, words, found, again)


def which_of(
    conversation: Conversation, group: Group, words: str, found: Sequence[Member], again: Again
) -> str:
    """Of nobody, or of several, which is meant."""
    if not found:
        return nobody_called(conversation, group, words)
    return which_of_members(conversation, found, lambda one: again(f"#{one.number}"))


def today_in(conversation: Conversation, group: Group) -> date:
    """The day by the group's own clock."""
    return local_date(conversation.now, group.timezone)

"""Whose pay is meant: which group and which member, asked back where it may be several."""

from collections.abc import Callable, Sequence
from datetime import date

from groups.members import Member, find_members, office_in
from groups.models import Group, Role
from handlers.asking import Choice, ask, choose, drop_it
from handlers.commands import Command
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_choice import NAME_LENGTH, member_name
from handlers.keywords.join_group import group_name
from messaging.phrases import say
from messaging.phrases.formats import local_date

ANY_OFFICE = (Role.CHAIR, Role.SECRETARY, Role.TREASURER, Role.COLLECTOR)

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
    if len(meant) == 1:
        return meant[0]
    if not meant:
        return refusal

    def compose(longest: int) -> tuple[str, list[Choice]]:
        names = [group_name(group, longest) for group in meant]
        return say(conversation.language, "Which group?"), [
            Choice(name if names.count(name) == 1 else group.code, again(group.code))
            for name, group in zip(names, meant, strict=True)
        ]

    return ask(conversation, choose(conversation, compose))


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
        return _nobody(conversation, group, words)

    def compose(longest: int) -> tuple[str, list[Choice]]:
        return say(conversation.language, "Which one is meant?"), [
            *(
                Choice(f"{member_name(one, longest)} #{one.number}", again(f"#{one.number}"))
                for one in found
            ),
            drop_it(conversation),
        ]

    return ask(conversation, choose(conversation, compose))


def _nobody(conversation: Conversation, group: Group, words: str) -> str:
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "Nobody in {group} is called {name}. To see all send MEMBERS",
                    group=group_name(group, longest),
                    name=clip(quotable(words), NAME_LENGTH),
                )
            )
        ]
    )


def today_in(conversation: Conversation, group: Group) -> date:
    """The day by the group's own clock."""
    return local_date(conversation.now, group.timezone)

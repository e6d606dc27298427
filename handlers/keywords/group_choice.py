"""Which group and which member somebody means, asked back where it may be several."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from groups.groups import groups_of
from groups.members import OFFICES, Member, find_members, member_by_id, office_in
from groups.models import Group, Role, fold_code
from groups.offices import LEADERS
from handlers.asking import Choice, Question, ask, choose, drop_it
from handlers.commands import Command, GroupDeed
from handlers.conversation import Conversation
from handlers.first_word import addressing
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_names import group_name
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say

NAME_LENGTH = 24

# What somebody is told, in their own language: names may have so many letters.
Tell = Callable[[Conversation, int], str]


def own_group(conversation: Conversation, command: GroupDeed) -> Group | str:
    """The group somebody means who is in it; else what to answer."""
    own = groups_of(conversation.session, conversation.subscriber)
    nowhere = say(conversation.language, "You are in no group.")
    return _one_of(conversation, command, own, nowhere)


def led_group(conversation: Conversation, command: GroupDeed) -> Group | str:
    """The same of a group which they lead, as its chair or secretary."""
    led = _held(conversation, LEADERS)
    refusal = say(conversation.language, "Only the chair or the secretary of a group can do this.")
    return _one_of(conversation, command, led, refusal)


def office_group(conversation: Conversation, command: GroupDeed) -> Group | str:
    """The same of a group in which they hold any office."""
    refusal = say(conversation.language, "Only officers of a group can do this.")
    return _one_of(conversation, command, _held(conversation, OFFICES), refusal)


def _held(conversation: Conversation, roles: Sequence[Role]) -> list[Group]:
    offices = office_in(conversation.session, conversation.subscriber)
    return [group for group, role in offices if role in roles]


def _one_of(
    conversation: Conversation, command: GroupDeed, groups: Sequence[Group], refusal: str
) -> Group | str:
    if command.group is not None:
        groups = [group for group in groups if group.code == fold_code(command.group)]
    return group_among(
        conversation,
        groups,
        lambda code: replace(command, group=code),
        refusal=refusal,
    )


def group_among(
    conversation: Conversation,
    groups: Sequence[Group],
    again: Callable[[str], Command],
    *,
    refusal: str,
) -> Group | str:
    """The one of these groups; else what to answer: there is none, or which of several.

    `again` makes the command whole with a group's code.
    """
    if len(groups) == 1:
        return groups[0]
    return ask(conversation, which_of_groups(conversation, groups, again)) if groups else refusal


def which_of_groups(
    conversation: Conversation,
    groups: Sequence[Group],
    again: Callable[[str], Command],
    *,
    asked: str = "",
    beside: Sequence[Choice] = (),
) -> Question:
    """Which of several groups; each by its name, by its code where names are alike."""

    def compose(longest: int) -> tuple[str, list[Choice]]:
        names = [group_name(group, longest) for group in groups]
        often = Counter(names)
        return asked or say(conversation.language, "Which group?"), [
            *(
                Choice(name if often[name] == 1 else group.code, again(group.code))
                for name, group in zip(names, groups, strict=True)
            ),
            *beside,
        ]

    return choose(conversation, compose)


def which_member(conversation: Conversation, group: Group, command: GroupDeed) -> Member | str:
    """The member who is meant; else what to answer: nobody is called so, or several are."""
    session = conversation.session
    if command.member_id is not None:
        known = member_by_id(session, group, command.member_id)
        found = [] if known is None else [known]
    else:
        found = find_members(session, group, command.words)
    if len(found) == 1:
        return found[0]
    if not found:
        return nobody_called(conversation, group, command.words)
    return which_of_these(conversation, group, command, found)


def which_of_these(
    conversation: Conversation, group: Group, command: GroupDeed, members: Sequence[Member]
) -> str:
    """One of these, by its number; each with their own in the group, for names may be alike."""
    return which_of_members(
        conversation,
        members,
        lambda one: replace(command, group=group.code, member_id=one.id),
    )


def which_of_members(
    conversation: Conversation, members: Sequence[Member], again: Callable[[Member], Command]
) -> str:
    """Ask which member is meant; `again` makes the command whole with one of them."""

    def compose(longest: int) -> tuple[str, list[Choice]]:
        return say(conversation.language, "Which one is meant?"), [
            *(Choice(f"{member_name(one, longest)} #{one.number}", again(one)) for one in members),
            drop_it(conversation),
        ]

    return ask(conversation, choose(conversation, compose))


def nobody_called(conversation: Conversation, group: Group, words: str) -> str:
    """That a group has no member of that name or number, and how to see all."""
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


def member_name(member: Member, longest: int) -> str:
    """A member by name; by number where the name is written in another script."""
    return clip(quotable(member.name), longest) or f"#{member.number}"


def as_a_name(words: str) -> str:
    """JANE WANJIRU as Jane Wanjiru; whoever minds their capitals keeps them."""
    return words.title() if words in {words.upper(), words.lower()} else words


def office_name(role: Role, language: str) -> str:
    """An office in words."""
    names = {
        Role.CHAIR: say(language, "chair"),
        Role.SECRETARY: say(language, "secretary"),
        Role.TREASURER: say(language, "treasurer"),
        Role.COLLECTOR: say(language, "collector"),
        Role.MEMBER: say(language, "member"),
    }
    return names[role]


def tell(
    conversation: Conversation,
    person_id: int | None,
    words: Tell,
    *,
    key: str,
    due_at: datetime | None = None,
) -> None:
    """Text somebody else what was done, in their own words; nobody who has no phone.

    `key` names what they are told of, beside the text that led to it: they are told once.
    """
    if person_id is None or person_id == conversation.subscriber.id:
        return
    person = conversation.session.get_one(Subscriber, person_id)
    theirs = addressing(conversation.session, conversation.vocabulary, person, conversation.now)
    enqueue(
        conversation.session,
        recipient=person,
        text=fit(lambda longest: [Part(words(theirs, longest))]),
        language=theirs.language,
        kind=OutboundKind.ALERT,
        dedupe_key=f"{conversation.source_key}:{key}:{person_id}",
        now=conversation.now,
        due_at=due_at,
    )

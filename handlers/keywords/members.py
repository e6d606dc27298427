"""Who is in a group and what they are in it: told, entered, let go, given an office."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import assert_never

from groups.members import (
    OFFICES,
    Member,
    add_member,
    member_of,
    members_of,
    remove_member,
)
from groups.models import Group, Role
from groups.offices import (
    LEADERS,
    Appointed,
    HasNoPhone,
    HasOffice,
    IsHeld,
    appoint,
    dismiss,
)
from handlers.commands import GroupDeed
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import (
    NAME_LENGTH,
    as_a_name,
    led_group,
    member_name,
    office_name,
    own_group,
    tell,
    which_member,
)
from handlers.keywords.join_group import group_name
from messaging.phrases import say, say_many
from messaging.segments import measure, to_gsm7

# A list of forty is read on a small screen: what does not fit is a text of its own.
_LIST_SEGMENTS = 3
# A menu's words for a list that goes on behind a member.
_ROOM_FOR_MORE = 30


def tell_members(conversation: Conversation, command: GroupDeed) -> str:
    """How many there are and who holds an office; officers see everybody, by number."""
    is_number = command.words.isdigit()
    if command.words and not is_number:
        command = replace(command, group=command.words, words="")
    group = own_group(conversation, command)
    if isinstance(group, str):
        return group
    own = member_of(conversation.session, group, conversation.subscriber)
    is_officer = own is not None and own.role is not Role.MEMBER
    everybody = members_of(conversation.session, group)
    if is_number and is_officer:
        return _listed(
            conversation, "", [one for one in everybody if one.number >= _first(command)]
        )
    told = fit(lambda longest: [Part(_overview(conversation, group, everybody, longest))])
    return _listed(conversation, told, everybody) if is_officer else told


def _first(command: GroupDeed) -> int:
    return int(command.words)


def _overview(
    conversation: Conversation, group: Group, everybody: Sequence[Member], longest: int
) -> str:
    language = conversation.language
    counted = say_many(language, "{n} member", "{n} members", len(everybody))
    without = sum(1 for one in everybody if one.subscriber_id is None)
    if without:
        counted += ", " + say(language, "{n} without a phone", n=without)
    officers = ", ".join(
        f"{office_name(one.role, language)} {member_name(one, longest)}"
        for one in sorted(everybody, key=_rank)
        if one.role in OFFICES
    )
    told = f"{group_name(group, longest)}: {counted}."
    return f"{told} {officers[0].upper()}{officers[1:]}." if officers else told


def _rank(member: Member) -> int:
    return OFFICES.index(member.role) if member.role in OFFICES else len(OFFICES)


def _listed(conversation: Conversation, before: str, members: Sequence[Member]) -> str:
    """As many as fit, and the text that goes on with the next one."""
    text = before
    for one in members:
        more = say(conversation.language, "More: MEMBERS {number}", number=one.number)
        line = f"{one.number} {member_name(one, NAME_LENGTH)}"
        longer = to_gsm7(f"{text}\n{line}".strip())
        room = to_gsm7(f"{longer}\n{' ' * _ROOM_FOR_MORE}")
        if measure(room).segments > _LIST_SEGMENTS:
            return to_gsm7(f"{text}\n{more}".strip())
        text = longer
    return text or say(conversation.language, "Nobody has that number or a higher one.")


def add(conversation: Conversation, command: GroupDeed) -> str:
    """Enter somebody who has no phone."""
    group = led_group(conversation, command)
    if isinstance(group, str):
        return group
    if command.words.strip("# ").isdigit():
        return say(conversation.language, "Write their name: ADD MEMBER JANE")
    new = add_member(conversation.session, group, as_a_name(command.words), conversation.now)
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "{name} is number {number} in {group}, without a phone.",
                    name=member_name(new, longest),
                    number=new.number,
                    group=group_name(group, longest),
                )
            ),
            Part(
                say(
                    conversation.language,
                    "Has a phone? Send INVITE and the number instead.",
                ),
                rank=1,
            ),
        ]
    )


def remove(conversation: Conversation, command: GroupDeed) -> str:
    """Let a member go whom the chair or the secretary names; not one who leads as they do."""
    found = _led_member(conversation, command)
    if isinstance(found, str):
        return found
    group, member = found
    if member.role in LEADERS:
        return _only_by_election(conversation, member)
    remove_member(conversation.session, member, conversation.now)
    tell(
        conversation,
        member.subscriber_id,
        lambda theirs, longest: say(
            theirs.language,
            "You are no longer in {group}. Questions? Ask its secretary.",
            group=group_name(group, longest),
        ),
        key="removed",
    )
    return _of(
        member,
        lambda name: say(
            conversation.language,
            "{name}, number {number}, is no longer in the group. The book keeps what was written.",
            name=name,
            number=member.number,
        ),
    )


def appoint_officer(conversation: Conversation, command: GroupDeed) -> str:
    """Give an office that is free; of collectors there may be many."""
    found = _led_member(conversation, command)
    if isinstance(found, str):
        return found
    group, member = found
    role = Role(command.office or Role.COLLECTOR)
    done = appoint(conversation.session, group, member, role)
    match done:
        case Appointed():
            _tell_office(conversation, group, member, role)
            return _is_officer(conversation, member, role)
        case HasOffice(held):
            return _holds_one(conversation, member, held)
        case HasNoPhone():
            return _lacks_a_phone(conversation, member)
        case IsHeld(holder):
            return _only_by_election(conversation, holder)
        case _:
            assert_never(done)


def dismiss_officer(conversation: Conversation, command: GroupDeed) -> str:
    """Take a collector's office."""
    found = _led_member(conversation, command)
    if isinstance(found, str):
        return found
    group, member = found
    language = conversation.language
    if not dismiss(conversation.session, member):
        return _of(member, lambda name: say(language, "{name} is no collector.", name=name))
    tell(
        conversation,
        member.subscriber_id,
        lambda theirs, longest: say(
            theirs.language,
            "You are no longer collector of {group}.",
            group=group_name(group, longest),
        ),
        key="dismissed",
    )
    return _of(member, lambda name: say(language, "{name} is no longer collector.", name=name))


def _led_member(conversation: Conversation, command: GroupDeed) -> tuple[Group, Member] | str:
    group = led_group(conversation, command)
    if isinstance(group, str):
        return group
    member = which_member(conversation, group, command)
    return member if isinstance(member, str) else (group, member)


def _tell_office(conversation: Conversation, group: Group, member: Member, role: Role) -> None:
    tell(
        conversation,
        member.subscriber_id,
        lambda theirs, longest: say(
            theirs.language,
            "You are {office} of {group} now.",
            office=office_name(role, theirs.language),
            group=group_name(group, longest),
        ),
        key="office",
    )


def _of(member: Member, words: Callable[[str], str]) -> str:
    """A sentence about a member, whose name is cut where it would not fit."""
    return fit(lambda longest: [Part(words(member_name(member, longest)))])


def _is_officer(conversation: Conversation, member: Member, role: Role) -> str:
    language = conversation.language
    office = office_name(role, language)
    return _of(
        member, lambda name: say(language, "{name} is {office} now.", name=name, office=office)
    )


def _holds_one(conversation: Conversation, member: Member, role: Role) -> str:
    language = conversation.language
    office = office_name(role, language)
    return _of(
        member, lambda name: say(language, "{name} is {office} already.", name=name, office=office)
    )


def _lacks_a_phone(conversation: Conversation, member: Member) -> str:
    return _of(
        member,
        lambda name: say(
            conversation.language,
            "{name} has no phone here, and an officer needs one. Send INVITE and the number.",
            name=name,
        ),
    )


def _only_by_election(conversation: Conversation, holder: Member) -> str:
    language = conversation.language
    office = office_name(holder.role, language)
    return _of(
        holder,
        lambda name: say(
            language, "{name} is {office}: only an election ends that.", name=name, office=office
        ),
    )

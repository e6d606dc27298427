"""An officer opens an election, members name and vote, each once."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from groups.elections import (
    ELECTED,
    close_election,
    have_all_voted,
    hold_election,
    may_name,
    nominate,
    nominees_of,
    open_election,
    running_elections,
    vote,
)
from groups.members import Member, find_among, member_of
from groups.models import Group, Role
from groups.office_models import GroupElection
from handlers.asking import Choice, ask, choose
from handlers.commands import GroupDeed
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import (
    member_name,
    office_group,
    office_name,
    own_group,
    which_member,
    which_of_these,
)
from handlers.keywords.join_group import group_name
from handlers.telling_elections import end_words, tell_begun, tell_closed
from messaging.phrases import say


def begin_election(conversation: Conversation, command: GroupDeed) -> str:
    """ELECT CHAIR by an officer: everybody hears of it."""
    role = Role(command.office or Role.MEMBER)
    if role not in ELECTED:
        return say(conversation.language, "Send ELECT CHAIR, ELECT SECRETARY or ELECT TREASURER")
    group = office_group(conversation, command)
    if isinstance(group, str):
        return group
    election = open_election(
        conversation.session, group, role, conversation.subscriber, conversation.now
    )
    if election is None:
        return say(conversation.language, "That election is under way: NOMINATE JANE, VOTE JANE")
    tell_begun(conversation.session, conversation.vocabulary, group, election, conversation.now)
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "{group} votes for its {office} until {end}. All members are told.",
                    group=group_name(group, longest),
                    office=office_name(role, conversation.language),
                    end=end_words(conversation, group, election),
                )
            )
        ]
    )


def name_somebody(conversation: Conversation, command: GroupDeed) -> str:
    """NOMINATE JANE by any member, within the first day."""
    found = _what_is_voted_on(conversation, command)
    if isinstance(found, str):
        return found
    group, election = found
    if not may_name(election, conversation.now):
        return say(conversation.language, "Nobody is nominated any more. To see who is send VOTE")
    own = member_of(conversation.session, group, conversation.subscriber)
    member = which_member(conversation, group, command)
    if isinstance(member, str) or own is None:
        return member if isinstance(member, str) else _no_election(conversation, group)
    if member.subscriber_id is None:
        return _of(
            member,
            lambda name: say(
                conversation.language,
                "{name} has no phone here, and an officer needs one. Send INVITE and the number.",
                name=name,
            ),
        )
    nominate(conversation.session, election, member, own, conversation.now)
    return _of(
        member,
        lambda name: say(
            conversation.language,
            "{name} is nominated as {office}. To vote send VOTE and a name.",
            name=name,
            office=office_name(election.role, conversation.language),
        ),
    )


def give_vote(conversation: Conversation, command: GroupDeed) -> str:
    """VOTE JANE, once each; another name later takes its place. VOTE alone shows who is up."""
    found = _what_is_voted_on(conversation, command)
    if isinstance(found, str):
        return found
    group, election = found
    nominees = nominees_of(conversation.session, election)
    if not nominees:
        return say(conversation.language, "Nobody is nominated yet. Send NOMINATE and a name.")
    meant = (
        [one for one in nominees if one.id == command.member_id]
        if command.member_id is not None
        else find_among(nominees, command.words)
    )
    own = member_of(conversation.session, group, conversation.subscriber)
    if len(meant) != 1 or own is None:
        return which_of_these(conversation, group, command, meant or nominees)
    vote(conversation.session, election, own, meant[0], conversation.now)
    return _counted(conversation, group, election, meant[0])


def _counted(
    conversation: Conversation, group: Group, election: GroupElection, nominee: Member
) -> str:
    """Say so; whoever votes last of all ends it."""
    session, language = conversation.session, conversation.language
    if not have_all_voted(session, election):
        end = end_words(conversation, group, election)
        return _of(
            nominee,
            lambda name: say(
                language,
                "Your vote for {name} is counted. Until {end} you may change it: VOTE and a name.",
                name=name,
                end=end,
            ),
        )
    closed = close_election(session, election, conversation.now)
    tell_closed(session, conversation.vocabulary, closed, conversation.now)
    return _of(
        nominee,
        lambda name: say(
            language,
            "Your vote for {name} is counted. All have voted: the result comes by text.",
            name=name,
        ),
    )


def _what_is_voted_on(
    conversation: Conversation, command: GroupDeed
) -> tuple[Group, GroupElection] | str:
    """The group and its election, held so that nobody closes it meanwhile; else what to answer."""
    group = own_group(conversation, command)
    if isinstance(group, str):
        return group
    running = [
        one
        for one in running_elections(conversation.session, group)
        if one.ends_at > conversation.now and command.office in {None, one.role.value}
    ]
    if len(running) > 1:
        return _which_office(conversation, group, command, running)
    election = hold_election(conversation.session, running[0].id) if running else None
    return (group, election) if election is not None else _no_election(conversation, group)


def _which_office(
    conversation: Conversation,
    group: Group,
    command: GroupDeed,
    elections: Sequence[GroupElection],
) -> str:
    choices = [
        Choice(
            office_name(one.role, conversation.language),
            replace(command, group=group.code, office=one.role.value),
        )
        for one in elections
    ]
    asked = say(conversation.language, "For which office?")
    return ask(conversation, choose(conversation, lambda _: (asked, choices)))


def _no_election(conversation: Conversation, group: Group) -> str:
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "Nothing is voted on in {group} now.",
                    group=group_name(group, longest),
                )
            )
        ]
    )


def _of(member: Member, words: Callable[[str], str]) -> str:
    return fit(lambda longest: [Part(words(member_name(member, longest)))])

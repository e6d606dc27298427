"""An officer wants out of a group: who leads it then, and who is told.

No group is left without anybody who leads it, as long as somebody in it has a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from groups.members import OFFICES, Member, member_of, members_of
from groups.models import Group, Role
from groups.offices import LEADERS, hand_over
from handlers.asking import Choice, Question, choose
from handlers.commands import JoinGroup
from handlers.conversation import Conversation
from handlers.keywords.group_choice import member_name, office_name, tell
from handlers.keywords.group_names import group_name
from messaging.phrases import say

# Beside the way out, as many as a question offers.
_MOST_SUCCESSORS = 4
# A name beside all that a reply to LEAVE says.
_SHORT = 16


@dataclass(frozen=True)
class Leaver:
    """An officer who wants out, and who stays.

    `others` have a phone, officers first; `is_last`: there is nobody else at all.
    """

    group: Group
    own: Member
    others: Sequence[Member]
    is_last: bool
    is_sure: bool
    successor: Member | None

    @property
    def leaders(self) -> list[Member]:
        """Who leads the group without them, the chair first."""
        return [one for one in self.others if one.role in LEADERS]


def leaver_of(conversation: Conversation, group: Group, command: JoinGroup) -> Leaver | None:
    """Them as an officer of the group; None of a member who holds no office."""
    session = conversation.session
    own = member_of(session, group, conversation.subscriber)
    if own is None or own.role is Role.MEMBER:
        return None
    stay = [one for one in members_of(session, group) if one.id != own.id]
    others = sorted((one for one in stay if one.subscriber_id is not None), key=rank)
    return Leaver(
        group,
        own,
        others,
        is_last=not stay,
        is_sure=command.is_sure,
        successor=next((one for one in others if one.id == command.successor), None),
    )


def question_before(conversation: Conversation, leaver: Leaver) -> Question | None:
    """What they are asked before they are let go; None: nothing."""
    if leaver.leaders:
        needs_none = leaver.own.role not in LEADERS or leaver.is_sure
        return None if needs_none else _stands_in(conversation, leaver)
    if leaver.others:
        return None if leaver.successor is not None else _who_follows(conversation, leaver)
    return None if leaver.is_last or leaver.is_sure else _nobody_can(conversation, leaver)


def give_up_office(conversation: Conversation, leaver: Leaver) -> str:
    """Hand the office over where nobody else leads, and tell whom it concerns; what was done."""
    if leaver.leaders:
        for one in leaver.leaders:
            _tell_leader(conversation, leaver, one)
        return ""
    follower = leaver.successor
    if follower is None:
        return ""
    role = hand_over(conversation.session, leaver.own, follower)
    _tell_follower(conversation, leaver, follower, role)
    for officer in leaver.others:
        if officer.role is not Role.MEMBER and officer.id != follower.id:
            _tell_officer(conversation, leaver, officer, follower, role)
    return say(
        conversation.language,
        "{name} is {office} now.",
        name=member_name(follower, _SHORT),
        office=office_name(role, conversation.language),
    )


def rank(member: Member) -> tuple[int, int]:
    """Officers first; a treasurer knows more of the group than its newest member."""
    is_officer = member.role in OFFICES
    return (OFFICES.index(member.role) if is_officer else len(OFFICES), member.number)


def _stands_in(conversation: Conversation, leaver: Leaver) -> Question:
    language, other = conversation.language, leaver.leaders[0]

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            language,
            "You are {office} of {group}. If you leave, {other} {name} stands in.",
            office=office_name(leaver.own.role, language),
            group=group_name(leaver.group, longest),
            other=office_name(other.role, language),
            name=member_name(other, longest),
        )
        return asked, _leave_or_stay(language, leaver)

    return choose(conversation, compose)


def _nobody_can(conversation: Conversation, leaver: Leaver) -> Question:
    language = conversation.language

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            language,
            "Nobody else in {group} has a phone: if you leave, nobody can lead it.",
            group=group_name(leaver.group, longest),
        )
        return asked, _leave_or_stay(language, leaver)

    return choose(conversation, compose)


def _leave_or_stay(language: str, leaver: Leaver) -> list[Choice]:
    leaves = JoinGroup(leaver.group.code, is_leaving=True, is_sure=True)
    return [
        Choice(say(language, "to leave"), leaves, stays=True),
        Choice(say(language, "to stay"), None, stays=True),
    ]


def _who_follows(conversation: Conversation, leaver: Leaver) -> Question:
    language, code = conversation.language, leaver.group.code

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            language,
            "Nobody else leads {group}. Who takes over from you?",
            group=group_name(leaver.group, longest),
        )
        return asked, [
            *(
                Choice(
                    member_name(one, longest),
                    JoinGroup(code, is_leaving=True, successor=one.id),
                )
                for one in leaver.others[:_MOST_SUCCESSORS]
            ),
            Choice(say(language, "to stay"), None, stays=True),
        ]

    return choose(conversation, compose)


def _tell_leader(conversation: Conversation, leaver: Leaver, leader: Member) -> None:
    """Who has left, and how the office is filled."""

    def words(theirs: Conversation, longest: int) -> str:
        left = say(
            theirs.language,
            "{name} has left {group}, whose {office} they were.",
            name=member_name(leaver.own, longest),
            group=group_name(leaver.group, longest),
            office=office_name(leaver.own.role, theirs.language),
        )
        return f"{left} {how_to_fill(theirs.language, leaver.own.role)}"

    tell(conversation, leader.subscriber_id, words, key="left-office")


def how_to_fill(language: str, role: Role) -> str:
    """What whoever leads a group may do about an office that nobody holds now."""
    match role:
        case Role.CHAIR:
            return say(
                language, "You stand in. To name another: CHAIR and the name, or ELECT CHAIR"
            )
        case Role.SECRETARY:
            return say(
                language,
                "You stand in. To name another: SECRETARY and the name, or ELECT SECRETARY",
            )
        case Role.TREASURER:
            return say(language, "To name another: TREASURER and the name, or ELECT TREASURER")
        case _:
            return say(language, "To name another: COLLECTOR and the name")


def _tell_follower(
    conversation: Conversation, leaver: Leaver, follower: Member, role: Role
) -> None:
    tell(
        conversation,
        follower.subscriber_id,
        lambda theirs, longest: say(
            theirs.language,
            "You are {office} of {group} now.",
            office=office_name(role, theirs.language),
            group=group_name(leaver.group, longest),
        ),
        key="office",
    )


def _tell_officer(
    conversation: Conversation, leaver: Leaver, officer: Member, follower: Member, role: Role
) -> None:
    tell(
        conversation,
        officer.subscriber_id,
        lambda theirs, longest: say(
            theirs.language,
            "{group}: {leaver} has left, {name} is {office} now.",
            group=group_name(leaver.group, longest),
            leaver=member_name(leaver.own, longest),
            name=member_name(follower, longest),
            office=office_name(role, theirs.language),
        ),
        key="left-office",
    )

"""Somebody who was invited to a group answers: yes, no, or to which of several."""

from groups.groups import find_group
from groups.invitations import answer_invitation, invited_to
from groups.members import Member, officers_of
from groups.models import Group
from handlers.asking import Choice, ask, choose, drop_it
from handlers.commands import JoinGroup
from handlers.conversation import Conversation
from handlers.keywords.group_choice import member_name, tell
from handlers.keywords.group_names import group_name
from messaging.phrases import say


def decline_group(conversation: Conversation, command: JoinGroup) -> str:
    """NO to an invitation: from now on no YES to something else brings them in."""
    session, group = conversation.session, find_group(conversation.session, command.code or "")
    if group is not None:
        answer_invitation(session, group, conversation.subscriber, conversation.now, comes=False)
    return say(conversation.language, "Dropped. Nothing was written down.")


def which_group(conversation: Conversation) -> str:
    """They want in and name none: one of those they were invited to."""
    language = conversation.language
    invited = invited_to(conversation.session, conversation.subscriber, conversation.now)
    if not invited:
        return say(language, "Which group? Send JOIN and the code your secretary gave you.")

    def compose(longest: int) -> tuple[str, list[Choice]]:
        return say(language, "Which group do you want to join?"), [
            *(Choice(group_name(one, longest), JoinGroup(one.code)) for one in invited),
            drop_it(conversation),
        ]

    return ask(conversation, choose(conversation, compose))


def placed(conversation: Conversation, group: Group) -> Member | None:
    """Let them into the place they were invited into, if it is still free, and tell the officers.

    All of them: whoever invites a phone into a place could else show its book to anybody, unseen.
    """
    session = conversation.session
    place = answer_invitation(session, group, conversation.subscriber, conversation.now, comes=True)
    if place is not None:
        _tell_officers(conversation, group, place)
    return place


def place_told(conversation: Conversation, place: Member | None, longest: int) -> str:
    """Whose place it is: who got it by mistake should see so."""
    if place is None:
        return ""
    return say(
        conversation.language,
        "You are {name}, number {number}, and your book goes on.",
        name=member_name(place, longest),
        number=place.number,
    )


def _tell_officers(conversation: Conversation, group: Group, place: Member) -> None:
    for officer in officers_of(conversation.session, group):
        tell(
            conversation,
            officer.subscriber_id,
            lambda theirs, longest: say(
                theirs.language,
                "{group}: {name}, number {number}, has a phone of their own now.",
                group=group_name(group, longest),
                name=member_name(place, longest),
                number=place.number,
            ),
            key="placed",
        )

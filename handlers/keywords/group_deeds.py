"""What is done in a group, by what it is."""

from typing import assert_never

from handlers.commands import Deed, GroupDeed
from handlers.conversation import Conversation
from handlers.keywords.audit_tolerance import agree_tolerance, set_tolerance
from handlers.keywords.elections import begin_election, give_vote, name_somebody
from handlers.keywords.meetings import answer_invitation, call_or_tell_meeting
from handlers.keywords.members import add, appoint_officer, dismiss_officer, remove, tell_members
from handlers.keywords.pin import ask_to_move, decide_move, keep_pin


def do_in_group(conversation: Conversation, command: GroupDeed) -> str:  # noqa: C901 – one case each
    """Do it, and say so."""
    match command.deed:
        case Deed.MEMBERS:
            return tell_members(conversation, command)
        case Deed.ADD:
            return add(conversation, command)
        case Deed.REMOVE:
            return remove(conversation, command)
        case Deed.APPOINT:
            return appoint_officer(conversation, command)
        case Deed.DISMISS:
            return dismiss_officer(conversation, command)
        case Deed.MEET:
            return call_or_tell_meeting(conversation, command)
        case Deed.COME | Deed.STAY_AWAY:
            return answer_invitation(conversation, command)
        case Deed.ELECT:
            return begin_election(conversation, command)
        case Deed.NOMINATE:
            return name_somebody(conversation, command)
        case Deed.VOTE:
            return give_vote(conversation, command)
        case Deed.SET_PIN:
            return keep_pin(conversation, command)
        case Deed.NEW_SIM:
            return ask_to_move(conversation, command)
        case Deed.MOVE_SIM | Deed.KEEP_SIM:
            return decide_move(conversation, command)
        case Deed.TOLERATE:
            return set_tolerance(conversation, command)
        case Deed.AGREE_TOLERANCE:
            return agree_tolerance(conversation, command)
        case _:
            assert_never(command.deed)

"""A PIN is set, and a member with a new SIM shows by it who they are."""

from functools import partial

from groups.groups import find_group
from groups.members import Member, member_by_id, officers_of
from groups.models import Group, GroupMember
from groups.sims import (
    Asked,
    Locked,
    ask_for_change,
    decide_change,
    open_change,
    set_pin,
)
from handlers.asking import Question, begin_with
from handlers.commands import Deed, GroupDeed
from handlers.conversation import Conversation
from handlers.first_word import addressing
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import member_name, tell
from handlers.keywords.group_names import group_name
from messaging.inbox import hide_in_inbound
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say

HIDDEN = "****"


def keep_pin(conversation: Conversation, command: GroupDeed) -> str:
    """Keep a PIN, and nothing of it in the text that brought it."""
    set_pin(conversation.subscriber, command.words)
    _hide(conversation, command.words)
    return say(
        conversation.language,
        "Your PIN is kept. Tell nobody, and delete this text. "
        "With a new SIM send NEW SIM, group, your number, PIN",
    )


def ask_to_move(conversation: Conversation, command: GroupDeed) -> str:
    """NEW SIM KIRIMA 7 4821 from the new phone: where the PIN is right, who leads is asked."""
    language = conversation.language
    words = command.words.split()
    if len(words) != 3 or not words[1].lstrip("#").isdecimal():
        return _do_not_fit(conversation)
    code, number, pin = words
    _hide(conversation, pin)
    group = find_group(conversation.session, code)
    if group is None:
        return _do_not_fit(conversation)
    done = ask_for_change(
        conversation.session,
        group,
        int(number.lstrip("#")),
        conversation.subscriber,
        pin,
        conversation.now,
    )
    if isinstance(done, Locked):
        return say(language, "Too many wrong PINs. Please try again tomorrow.")
    if not isinstance(done, Asked):
        return _do_not_fit(conversation)
    if not done.officers:
        return say(language, "The PIN is right, but no other officer can confirm. Elect one first.")
    member = member_by_id(conversation.session, group, done.change.member_id)
    for officer in done.officers:
        _ask_officer(conversation, group, member, officer, done.change.id)
    return say(language, "The PIN is right. Your secretary is asked; you will get a text.")


def _do_not_fit(conversation: Conversation) -> str:
    return say(
        conversation.language, "Group, number and PIN do not fit. Send NEW SIM KIRIMA 7 4821"
    )


def _hide(conversation: Conversation, pin: str) -> None:
    hide_in_inbound(conversation.session, conversation.inbound_id, pin, HIDDEN)


def _ask_officer(
    conversation: Conversation,
    group: Group,
    member: Member | None,
    officer: Member,
    change_id: int,
) -> None:
    """At once, also at night: somebody has lost their phone, and stands beside them perhaps."""
    if officer.subscriber_id is None or member is None:
        return
    session, now = conversation.session, conversation.now
    person = session.get_one(Subscriber, officer.subscriber_id)
    theirs = addressing(session, conversation.vocabulary, person, now)
    text = fit(
        lambda longest: [
            Part(
                say(
                    theirs.language,
                    "{group}: {name}, number {number}, has a new phone. Did they tell you so? "
                    "Reply 1 yes, move it, 2 no.",
                    group=group_name(group, longest),
                    name=member_name(member, longest),
                    number=member.number,
                )
            )
        ]
    )
    answer = partial(GroupDeed, group=group.code, change_id=change_id)
    question = Question(text, (answer(Deed.MOVE_SIM), answer(Deed.KEEP_SIM)))
    enqueue(
        session,
        recipient=person,
        text=begin_with(theirs, question, now),
        language=theirs.language,
        kind=OutboundKind.ALERT,
        dedupe_key=f"sim:{change_id}:{person.id}",
        now=now,
    )


def decide_move(conversation: Conversation, command: GroupDeed) -> str:
    """Who leads says yes or no; the first of them decides, and everybody concerned is told."""
    session, language = conversation.session, conversation.language
    change = open_change(session, command.change_id or 0)
    if change is None:
        return say(language, "That was decided already.")
    group = session.get_one(Group, session.get_one(GroupMember, change.member_id).group_id)
    officers = officers_of(session, group)
    if conversation.subscriber.id not in {one.subscriber_id for one in officers}:
        return say(language, "Only officers of a group can do this.")
    moved = decide_change(
        session,
        change,
        conversation.subscriber,
        conversation.now,
        moves=command.deed is Deed.MOVE_SIM,
    )
    if not moved:
        _tell_newcomer(conversation, group, change.to_subscriber_id, moved=False)
        return say(language, "Noted. Nothing was moved.")
    member = member_by_id(session, group, change.member_id)
    _tell_newcomer(conversation, group, change.to_subscriber_id, moved=True)
    tell(
        conversation,
        change.from_subscriber_id,
        lambda theirs, longest: say(
            theirs.language,
            "Your place in {group} moved to another phone. Not you? Tell its officers at once.",
            group=group_name(group, longest),
        ),
        key="sim-from",
    )
    for officer in officers:
        if officer.subscriber_id not in {change.from_subscriber_id, change.to_subscriber_id}:
            tell(
                conversation,
                officer.subscriber_id,
                lambda theirs, longest: _moved(theirs, group, member, longest),
                key="sim-moved",
            )
    return fit(lambda longest: [Part(_moved(conversation, group, member, longest))])


def _tell_newcomer(conversation: Conversation, group: Group, to: int, *, moved: bool) -> None:
    def words(theirs: Conversation, longest: int) -> str:
        name = group_name(group, longest)
        if moved:
            return say(theirs.language, "You are in {group} with this phone now.", group=name)
        return say(
            theirs.language,
            "{group} did not confirm your new phone. Please talk to your secretary.",
            group=name,
        )

    tell(conversation, to, words, key="sim-to")


def _moved(conversation: Conversation, group: Group, member: Member | None, longest: int) -> str:
    return say(
        conversation.language,
        "{group}: {name} has a new phone now.",
        group=group_name(group, longest),
        name="" if member is None else member_name(member, longest),
    )

"""An officer lets somebody be invited: one text, and nothing more unless they want it."""

from groups.groups import find_group
from groups.invitations import MOST_A_DAY, invitation_key, may_invite, was_invited
from groups.members import member_of, office_in
from groups.models import Group, fold_code
from handlers.asking import Question, begin_with
from handlers.commands import JoinGroup
from handlers.conversation import Conversation
from handlers.first_word import addressing, waking_hours
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.join_group import group_name
from messaging.inbox import hide_in_inbound
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.msisdn import MsisdnError, mask, normalise
from messaging.outbox import enqueue
from messaging.phrases import say
from messaging.subscribers import get_or_create_subscriber


def invite(conversation: Conversation, command: JoinGroup) -> str:
    """Send one invitation; who is in, was invited or wants no messages gets none."""
    group = _group(conversation, command)
    if isinstance(group, str):
        return group
    number = _number(conversation, command)
    if number is None:
        return say(
            conversation.language,
            "Send INVITE and the phone number, one person a text: INVITE 0711000111",
        )
    person = get_or_create_subscriber(
        conversation.session,
        number,
        default_country=conversation.subscriber.country,
        now=conversation.now,
    )
    return _refusal(conversation, group, person) or _send(conversation, group, person)


def _group(conversation: Conversation, command: JoinGroup) -> Group | str:
    """The group they hold an office in; of several the one whose code they wrote."""
    language = conversation.language
    own = [group for group, _ in office_in(conversation.session, conversation.subscriber)]
    if not own:
        return say(language, "Only officers of a group can do this.")
    code = fold_code(command.code or "")
    named = [group for group in own if group.code == code]
    if named:
        return named[0]
    if find_group(conversation.session, code) is not None:
        return say(language, "Only officers of a group can do this.")
    if len(own) == 1:
        return own[0]
    codes = ", ".join(group.code for group in own)
    return say(language, "Which group? Write its code behind the number: {codes}", codes=codes)


def _number(conversation: Conversation, command: JoinGroup) -> str | None:
    """The number in E.164. In the text that is kept it is masked: it is no business of a log."""
    typed = command.invited or ""
    try:
        number = normalise(typed, conversation.subscriber.country)
    except MsisdnError:
        return None
    hide_in_inbound(conversation.session, conversation.inbound_id, typed, mask(number))
    return number


def _refusal(conversation: Conversation, group: Group, person: Subscriber) -> str | None:
    language, session = conversation.language, conversation.session
    if member_of(session, group, person) is not None:
        return say(language, "Whoever has this number is in the group already.")
    if was_invited(session, group, person):
        return say(
            language, "They were invited before. They can send JOIN {code}.", code=group.code
        )
    if person.opted_out_at is not None or person.unreachable_at is not None:
        return say(
            language, "We cannot text this number. They can send JOIN {code}.", code=group.code
        )
    if not may_invite(session, group, conversation.now):
        return say(
            language,
            "No more than {n} invitations a day. Others can send JOIN {code}.",
            n=MOST_A_DAY,
            code=group.code,
        )
    return None


def _send(conversation: Conversation, group: Group, person: Subscriber) -> str:
    now = conversation.now
    theirs = addressing(conversation.session, conversation.vocabulary, person, now)
    due_at, _ = waking_hours(now, group.timezone)
    words = begin_with(
        theirs,
        Question(_words(theirs, group, conversation.subscriber), (JoinGroup(group.code),)),
        due_at,
    )
    enqueue(
        conversation.session,
        recipient=person,
        text=words,
        language=theirs.language,
        kind=OutboundKind.ALERT,
        dedupe_key=invitation_key(group, person),
        now=now,
        due_at=due_at,
    )
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "They are invited to {group}, and are in when they answer YES.",
                    group=group_name(group, longest),
                )
            )
        ]
    )


def _words(theirs: Conversation, group: Group, officer: Subscriber) -> str:
    language = theirs.language
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "{name} invites you to {group}: prices and your milk by text, free.",
                    name=clip(quotable(officer.name or ""), longest) or say(language, "secretary"),
                    group=group_name(group, longest),
                )
            ),
            Part(say(language, "Reply YES, or any day JOIN {code}.", code=group.code)),
        ]
    )

"""An officer lets somebody be invited: one text, and nothing more unless they want it.

Into a place of their own, or into that of a member who had no phone (FOR JANE).
"""

from groups.groups import find_group
from groups.invitations import (
    MOST_A_DAY,
    invitation_key,
    may_invite,
    note_invitation,
    place_key,
    was_asked,
    was_invited,
)
from groups.members import Member, find_members, member_of, office_in
from groups.models import Group, fold_code
from handlers.asking import Question, begin_with
from handlers.commands import JoinGroup
from handlers.conversation import Conversation
from handlers.first_word import addressing, waking_hours
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_choice import member_name, nobody_called
from handlers.keywords.group_names import group_name
from messaging.inbox import hide_in_inbound
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.msisdn import MsisdnError, mask, normalise
from messaging.outbox import enqueue
from messaging.phrases import say
from messaging.subscribers import get_or_create_subscriber

_MOST_NAMED = 4


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
    place = _place(conversation, group, command)
    if isinstance(place, str):
        return place
    person = get_or_create_subscriber(
        conversation.session,
        number,
        default_country=conversation.subscriber.country,
        now=conversation.now,
    )
    return _refusal(conversation, group, person, place) or _send(conversation, group, person, place)


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


def _place(conversation: Conversation, group: Group, command: JoinGroup) -> Member | str | None:
    """The member without a phone into whose place they are invited; None: one of their own."""
    if command.place_of is None:
        return None
    found = find_members(conversation.session, group, command.place_of)
    if not found:
        return nobody_called(conversation, group, command.place_of)
    without = [one for one in found if one.subscriber_id is None]
    if not without:
        return _has_a_phone(conversation, found[0])
    return without[0] if len(without) == 1 else _which_place(conversation, without)


def _which_place(conversation: Conversation, members: list[Member]) -> str:
    """Nothing is held for the answer: it would hold somebody's number."""
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "Which one is meant? Write the number: INVITE 07.. and {names}",
                    names=", ".join(
                        f"#{one.number} {member_name(one, longest)}"
                        for one in members[:_MOST_NAMED]
                    ),
                )
            )
        ]
    )


def _has_a_phone(conversation: Conversation, member: Member) -> str:
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "{name} has a phone in the group already. "
                    "With another one they send NEW SIM, group, number, PIN",
                    name=member_name(member, longest),
                )
            )
        ]
    )


def _refusal(
    conversation: Conversation, group: Group, person: Subscriber, place: Member | None
) -> str | None:
    language, session = conversation.language, conversation.session
    is_in = member_of(session, group, person) is not None
    if is_in and place is None:
        return say(language, "Whoever has this number is in the group already.")
    if was_asked(session, group, person) if is_in else was_invited(session, group, person):
        return _invited_before(conversation, group, person, place)
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


def _invited_before(
    conversation: Conversation, group: Group, person: Subscriber, place: Member | None
) -> str:
    """No second text; but JOIN leads into the place that the officer means now."""
    if place is None:
        return say(
            conversation.language,
            "They were invited before. They can send JOIN {code}.",
            code=group.code,
        )
    note_invitation(
        conversation.session,
        group,
        person,
        place,
        by=conversation.subscriber,
        at=conversation.now,
    )
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "They were invited before. With JOIN {code} they are {name}, number {number}.",
                    code=group.code,
                    name=member_name(place, longest),
                    number=place.number,
                )
            )
        ]
    )


def _send(
    conversation: Conversation, group: Group, person: Subscriber, place: Member | None
) -> str:
    session, now = conversation.session, conversation.now
    is_in = member_of(session, group, person) is not None
    theirs = addressing(session, conversation.vocabulary, person, now)
    due_at, _ = waking_hours(now, group.timezone)
    wording = (
        _is_it_yours(theirs, group, place)
        if is_in and place is not None
        else _words(theirs, group, conversation.subscriber, place)
    )
    answers = (JoinGroup(group.code), JoinGroup(group.code, is_declining=True))
    enqueue(
        session,
        recipient=person,
        text=begin_with(theirs, Question(wording, answers), due_at),
        language=theirs.language,
        kind=OutboundKind.ALERT,
        dedupe_key=place_key(group, person) if is_in else invitation_key(group, person),
        now=now,
        due_at=due_at,
    )
    note_invitation(session, group, person, place, by=conversation.subscriber, at=due_at)
    return fit(lambda longest: [Part(_sent(conversation, group, place, longest, is_in=is_in))])


def _sent(
    conversation: Conversation, group: Group, place: Member | None, longest: int, *, is_in: bool
) -> str:
    language, name = conversation.language, group_name(group, longest)
    if place is None:
        return say(
            language, "They are invited to {group}, and are in when they answer YES.", group=name
        )
    called, number = member_name(place, longest), place.number
    if is_in:
        return say(
            language,
            "They are asked whether they are {name}, number {number}, "
            "and are when they answer YES.",
            name=called,
            number=number,
        )
    return say(
        language,
        "They are invited to {group} as {name}, number {number}, and are in when they answer YES.",
        group=name,
        name=called,
        number=number,
    )


def _words(theirs: Conversation, group: Group, officer: Subscriber, place: Member | None) -> str:
    language = theirs.language

    def invites(longest: int) -> str:
        told = {
            "name": clip(quotable(officer.name or ""), longest) or say(language, "secretary"),
            "group": group_name(group, longest),
        }
        if place is None:
            return say(
                language,
                "{name} invites you to {group}: prices and your milk by text, free.",
                **told,
            )
        return say(
            language,
            "{name} invites you to {group} as {member}, number {number}: "
            "prices and your milk by text, free.",
            **told,
            member=member_name(place, longest),
            number=place.number,
        )

    return fit(
        lambda longest: [
            Part(invites(longest)),
            Part(say(language, "Reply YES, or any day JOIN {code}.", code=group.code)),
        ]
    )


def _is_it_yours(theirs: Conversation, group: Group, place: Member) -> str:
    """To a member whom an officer takes for one who had no phone."""
    language = theirs.language
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "{group}: are you {name}, number {number}? Then that place and its book "
                    "are yours.",
                    group=group_name(group, longest),
                    name=member_name(place, longest),
                    number=place.number,
                )
            ),
            Part(say(language, "Reply YES, or any day JOIN {code}.", code=group.code)),
        ]
    )

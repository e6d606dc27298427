"""Whoever leads calls a meeting; members say whether they come, and anybody asks when it is."""

from datetime import timedelta
from functools import partial

from groups.meetings import (
    Attendance,
    answer_meeting,
    attendance,
    call_meeting,
    find_meeting,
    next_meeting,
)
from groups.members import member_of, members_of
from groups.models import Group, Role
from groups.office_models import GroupMeeting
from handlers.asking import Question, begin_with
from handlers.commands import Deed, GroupDeed
from handlers.conversation import Conversation
from handlers.first_word import addressing, waking_hours
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_choice import led_group, own_group
from handlers.keywords.join_group import group_name
from handlers.keywords.meeting_times import read_when
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from messaging.phrases.formats import clock_time, day_month, local_date, weekday

# What is called for later than in two months is a slip of the date.
FARTHEST = timedelta(days=60)
_ABOUT_LENGTH = 40


def call_or_tell_meeting(conversation: Conversation, command: GroupDeed) -> str:
    """MEETING SAT 10AM calls one; MEETING alone, or with a group's code, tells the next."""
    said = read_when(command.words, conversation.now, conversation.timezone)
    if said is None and len(command.words.split()) > 1:
        return _how_to_call(conversation)
    if said is None:
        return _tell(conversation, command)
    group = led_group(conversation, command)
    if isinstance(group, str):
        return group
    # Once more by the group's own clock, which need not be that of who calls.
    when = read_when(command.words, conversation.now, group.timezone)
    if when is None or not conversation.now < when.at <= conversation.now + FARTHEST:
        return say(conversation.language, "That is over, or more than two months away.")
    meeting = call_meeting(
        conversation.session,
        group,
        starts_at=when.at,
        about=when.about,
        called_by=conversation.subscriber,
        now=conversation.now,
    )
    asked = _ask_everybody(conversation, group, meeting)
    return fit(
        lambda longest: [
            Part(_announced(conversation, group, meeting, longest)),
            Part(
                say(conversation.language, "{n} are asked. To see who comes send MEETING", n=asked)
            ),
        ]
    )


def _how_to_call(conversation: Conversation) -> str:
    return say(conversation.language, "Write day and hour: MEETING SAT 10AM")


def _tell(conversation: Conversation, command: GroupDeed) -> str:
    """The next meeting; officers hear how many come."""
    group = own_group(conversation, _of_group(command))
    if isinstance(group, str):
        return group
    meeting = next_meeting(conversation.session, group, conversation.now)
    if meeting is None:
        return _none_called(conversation, group)
    own = member_of(conversation.session, group, conversation.subscriber)
    is_officer = own is not None and own.role is not Role.MEMBER
    said = attendance(conversation.session, meeting)
    return fit(
        lambda longest: [
            Part(_announced(conversation, group, meeting, longest)),
            Part(_counted(conversation, said) if is_officer else _how_to_answer(conversation)),
        ]
    )


def _of_group(command: GroupDeed) -> GroupDeed:
    """A word behind the verb that tells no time is a group's code."""
    return GroupDeed(command.deed, group=command.group or command.words or None)


def _none_called(conversation: Conversation, group: Group) -> str:
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "{group} has called no meeting.",
                    group=group_name(group, longest),
                )
            )
        ]
    )


def answer_invitation(conversation: Conversation, command: GroupDeed) -> str:
    """COMING or NOT COMING, by number or in words; the last answer counts."""
    group = own_group(conversation, _of_group(command))
    if isinstance(group, str):
        return group
    session, now = conversation.session, conversation.now
    meeting = (
        next_meeting(session, group, now)
        if command.meeting_id is None
        else find_meeting(session, command.meeting_id, now)
    )
    member = member_of(session, group, conversation.subscriber)
    if meeting is None or member is None:
        return _none_called(conversation, group)
    is_coming = command.deed is Deed.COME
    answer_meeting(session, meeting, member, now, is_coming=is_coming)
    noted = (
        say(conversation.language, "Thank you, you are expected.")
        if is_coming
        else say(conversation.language, "Thank you, you are not expected.")
    )
    return fit(
        lambda longest: [
            Part(noted),
            Part(_announced(conversation, group, meeting, longest), rank=1),
        ]
    )


def _ask_everybody(conversation: Conversation, group: Group, meeting: GroupMeeting) -> int:
    """Text every member with a phone but who calls, by day; how many those are."""
    due_at, _ = waking_hours(conversation.now, group.timezone)
    asked = [
        one.subscriber_id
        for one in members_of(conversation.session, group)
        if one.subscriber_id not in {None, conversation.subscriber.id}
    ]
    for person_id in asked:
        person = conversation.session.get_one(Subscriber, person_id)
        theirs = addressing(conversation.session, conversation.vocabulary, person, conversation.now)
        enqueue(
            conversation.session,
            recipient=person,
            text=begin_with(theirs, _question(theirs, group, meeting), due_at),
            language=theirs.language,
            kind=OutboundKind.ALERT,
            dedupe_key=f"meeting:{meeting.id}:{person_id}",
            now=conversation.now,
            due_at=due_at,
            # It is worth reading until it begins.
            valid_for=max(meeting.starts_at - due_at, timedelta(hours=1)),
        )
    return len(asked)


def _question(theirs: Conversation, group: Group, meeting: GroupMeeting) -> Question:
    language = theirs.language
    text = fit(
        lambda longest: [
            Part(_announced(theirs, group, meeting, longest)),
            Part(say(language, "Reply 1 coming, 2 not coming. Later: COMING or NOT COMING")),
        ]
    )
    answer = partial(GroupDeed, group=group.code, meeting_id=meeting.id)
    return Question(text, (answer(Deed.COME), answer(Deed.STAY_AWAY)))


def _announced(
    conversation: Conversation, group: Group, meeting: GroupMeeting, longest: int
) -> str:
    """Kirima Dairy: meeting Saturday 28 Nov, 10:00. Milk prices."""
    language, zone = conversation.language, group.timezone
    day = local_date(meeting.starts_at, zone)
    told = say(
        language,
        "{group}: meeting {weekday} {day}, {time}.",
        group=group_name(group, longest),
        weekday=weekday(day.weekday(), language),
        day=day_month(day, language),
        time=clock_time(meeting.starts_at, zone, language),
    )
    about = clip(quotable(meeting.about or ""), min(longest, _ABOUT_LENGTH)).rstrip(".")
    return f"{told} {about}." if about else told


def _counted(conversation: Conversation, said: Attendance) -> str:
    return say(
        conversation.language,
        "Coming {coming}, not coming {not_coming}, of {asked} with a phone.",
        coming=said.coming,
        not_coming=said.not_coming,
        asked=said.asked,
    )


def _how_to_answer(conversation: Conversation) -> str:
    return say(conversation.language, "Send COMING or NOT COMING")

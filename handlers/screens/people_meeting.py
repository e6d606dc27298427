"""The next meeting: whether the caller comes; who leads sees how many do, and calls one by keys."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from handlers.commands import Deed, GroupDeed
from handlers.keywords.fitting import clip, quotable
from handlers.screens.caller import Caller
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Finish, Forward, Move
from handlers.screens.people_facts import MeetingFacts
from handlers.screens.people_frames import CallMeeting, MeetingDays, MeetingHours, MeetingView
from handlers.screens.people_words import Inside, Who, dead, inside, refusal, refused
from handlers.screens.screen import MORE, Line, Screen, back_and_home, fit, key, listing
from messaging.phrases import say
from messaging.phrases.formats import (
    clock_time,
    day_month,
    hour_of_day,
    local_date,
    weekday,
)

COMING, NOT_COMING, CALL = "1", "2", "3"
YES = "1"
# Who meets later than in a week texts the date.
DAYS = 7
# After the morning's milking, and until the evening's is over.
FIRST_HOUR, LAST_HOUR = 7, 19
_ABOUT_WIDTH = 40


def show(frame: MeetingView, caller: Caller, notice: str) -> Screen:
    """When it is and what for, what the caller said, and what may be said now."""
    language, at = caller.language, inside(frame.group_id, caller)
    if isinstance(at, str):
        return refused(at, caller, notice)
    meeting = at.people.meeting(frame.meeting_id)
    call = key(CALL, say(language, "Call a meeting")) if at.is_one_of(Who.LEADER) else ""
    if meeting is None:
        none = say(language, "No meeting is called.")
        lines = [Line(notice, rank=1), Line(none), Line(call), Line(back_and_home(language))]
        return Screen(fit(lambda _: lines))
    counted = attendance_words(at, meeting, language)
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                Line(announced(meeting.starts_at, at, caller)),
                Line(clip(quotable(meeting.about), min(2 * width, _ABOUT_WIDTH)), rank=4),
                Line(said_words(meeting, language), rank=3),
                Line(counted, rank=2),
                Line(key(COMING, say(language, "Coming"))),
                Line(key(NOT_COMING, say(language, "Not coming"))),
                Line(call),
                Line(back_and_home(language)),
            ]
        )
    )


def press(frame: MeetingView, token: str, caller: Caller) -> Move:
    """Coming, or not; or to the days, to call one."""
    at = inside(frame.group_id, caller)
    if isinstance(at, str):
        return dead(caller)
    if token == CALL:
        if not at.is_one_of(Who.LEADER):
            return Again(refusal(Who.LEADER, caller.language))
        return Forward(_days(at, caller))
    meeting = at.people.meeting(frame.meeting_id)
    deed = {COMING: Deed.COME, NOT_COMING: Deed.STAY_AWAY}.get(token)
    if meeting is None or deed is None:
        return dead(caller)
    return Finish(GroupDeed(deed, group=at.group.code, meeting_id=meeting.id))


def show_days(frame: MeetingDays, caller: Caller, notice: str) -> Screen:
    """The next seven days."""
    language, at = caller.language, inside(frame.group_id, caller, Who.LEADER)
    if isinstance(at, str):
        return refused(at, caller, notice)
    days = [_day_words(day, language) for day in frame.options]
    return listing(language, notice or say(language, "A meeting on which day?"), lambda _: days)


def press_days(frame: MeetingDays, shown: int, token: str, caller: Caller) -> Move:
    """To the hours of that day that are still to come."""
    at = inside(frame.group_id, caller, Who.LEADER)
    if isinstance(at, str):
        return dead(caller)
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    day = picked(frame.options, shown, token)
    if day is None:
        return dead(caller)
    hours = _hours(day, at, caller)
    if not hours:
        return Again(say(caller.language, "That day is over."))
    return Forward(MeetingHours(frame.group_id, day, hours))


def show_hours(frame: MeetingHours, caller: Caller, notice: str) -> Screen:
    """The full hours of a day."""
    language, at = caller.language, inside(frame.group_id, caller, Who.LEADER)
    if isinstance(at, str):
        return refused(at, caller, notice)
    title = say(language, "{day}: at which hour?", day=_day_words(frame.day, language))
    hours = [hour_of_day(hour, language) for hour in frame.options]
    return listing(language, notice or title, lambda _: hours)


def press_hours(frame: MeetingHours, shown: int, token: str, caller: Caller) -> Move:
    """To the question whether it is meant."""
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    hour = picked(frame.options, shown, token)
    if hour is None:
        return dead(caller)
    return Forward(CallMeeting(frame.group_id, frame.day, hour))


def show_call(frame: CallMeeting, caller: Caller, notice: str) -> Screen:
    """Whether it is meant: everybody is texted, and no text comes back."""
    language, at = caller.language, inside(frame.group_id, caller, Who.LEADER)
    if isinstance(at, str):
        return refused(at, caller, notice)
    starts_at = datetime.combine(frame.day, time(frame.hour), at.clock)
    return Screen(
        fit(
            lambda _: [
                Line(notice, rank=2),
                Line(announced(starts_at, at, caller)),
                Line(say(language, "All members get a text."), rank=1),
                Line(key(YES, say(language, "Yes, call it"))),
                Line(back_and_home(language)),
            ]
        )
    )


def press_call(frame: CallMeeting, token: str, caller: Caller) -> Move:
    """It is called, and the reply tells how many are asked."""
    at = inside(frame.group_id, caller, Who.LEADER)
    if isinstance(at, str) or token != YES:
        return dead(caller)
    when = f"{frame.day.day}/{frame.day.month} {frame.hour}:00"
    return Finish(GroupDeed(Deed.MEET, words=when, group=at.group.code))


# What is heard too


def announced(starts_at: datetime, at: Inside, caller: Caller) -> str:
    """Meeting Saturday 28 Nov, 10:00."""
    language, zone = caller.language, at.group.when.timezone
    return say(
        language,
        "Meeting {day}, {time}.",
        day=_day_words(local_date(starts_at, zone), language),
        time=clock_time(starts_at, zone, language),
    )


def said_words(meeting: MeetingFacts, language: str) -> str:
    """What the caller said; nothing where they said nothing yet."""
    if meeting.is_coming is None:
        return ""
    if meeting.is_coming:
        return say(language, "You said: coming.")
    return say(language, "You said: not coming.")


def attendance_words(at: Inside, meeting: MeetingFacts, language: str) -> str:
    """How many come, to officers, as by text."""
    if not at.is_one_of(Who.OFFICER):
        return ""
    said = at.people.attendance(meeting.id)
    return say(
        language,
        "Coming {coming}, not coming {not_coming}, of {asked} with a phone.",
        coming=said.coming,
        not_coming=said.not_coming,
        asked=said.asked,
    )


def _days(at: Inside, caller: Caller) -> MeetingDays:
    """From today on, by the group's clock; from tomorrow where the day is nearly over."""
    today = local_date(caller.now, at.group.when.timezone)
    first = 0 if _hours(today, at, caller) else 1
    days = (today + timedelta(days=one) for one in range(first, first + DAYS))
    return MeetingDays(at.group.id, tuple(days))


def _hours(day: date, at: Inside, caller: Caller) -> tuple[int, ...]:
    every: Sequence[int] = range(FIRST_HOUR, LAST_HOUR + 1)
    return tuple(hour for hour in every if datetime.combine(day, time(hour), at.clock) > caller.now)


def _day_words(day: date, language: str) -> str:
    return f"{weekday(day.weekday(), language)} {day_month(day, language)}"

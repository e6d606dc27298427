"""Somebody wants into a group."""

from groups.groups import find_group, join
from groups.models import Group
from groups.schedules import schedule_of
from handlers.commands import JoinGroup
from handlers.conversation import Conversation
from handlers.keywords.days import days_words
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_names import group_name
from handlers.keywords.invited import place_told, placed, which_group
from handlers.keywords.price_notes import demo_mark
from handlers.keywords.subscribe import welcome_back
from messaging.kinds import Channel
from messaging.phrases import say
from messaging.phrases.formats import hour_of_day

# Where a group's name is told, most verbs look for it here.
__all__ = ["CODE_LENGTH", "group_name", "join_group"]

CODE_LENGTH = 20


def join_group(conversation: Conversation, command: JoinGroup) -> str:
    """Make the person a member; who was out is back in, because they ask for the bulletin."""
    language = conversation.language
    code = clip(quotable(command.code or "").upper(), CODE_LENGTH)
    if command.code is None or not code:
        return which_group(conversation)
    group = find_group(conversation.session, command.code)
    if group is None:
        return say(
            language,
            "There is no group {code}. Please ask your secretary for the code.",
            code=code,
        )
    place = placed(conversation, group)
    is_new = place is not None or join(
        conversation.session, group, conversation.subscriber, conversation.now
    )
    welcome_back(conversation)
    return fit(
        lambda longest: [
            demo_mark(conversation, group.is_demo),
            Part(_greeting(conversation, group, longest, is_new)),
            Part(place_told(conversation, place, longest)),
            Part(_when(group, language), rank=0 if place is None else 1),
            Part(say(language, "Free. Reply STOP to end.") if _is_texted(group) else ""),
        ]
    )


def _when(group: Group, language: str) -> str:
    """When its prices come, or where they are to be looked at."""
    clock = {
        "weekday": days_words(schedule_of(group), language),
        "hour": hour_of_day(group.bulletin_hour, language),
    }
    if _is_texted(group):
        return say(language, "Its prices come every {weekday} at {hour}.", **clock)
    return say(language, "Its prices are new on the menu every {weekday} at {hour}.", **clock)


def _is_texted(group: Group) -> bool:
    return group.bulletin_channel is Channel.SMS


def _greeting(conversation: Conversation, group: Group, longest: int, is_new: bool) -> str:
    language, name = conversation.language, group_name(group, longest)
    if is_new:
        return say(language, "Welcome to {group}.", group=name)
    return say(language, "You are in {group} already.", group=name)

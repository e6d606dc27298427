"""My group: all it offers, what it was told last, the way out of it and into another."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from groups.schedules import Schedule
from handlers.commands import JoinGroup
from handlers.keywords.days import days_words
from handlers.keywords.fitting import clip, quotable
from handlers.parser import Sender, parse
from handlers.screens.book_frames import BookMenu, MyMilk
from handlers.screens.caller import Caller, GroupFacts
from handlers.screens.frames import (
    BulletinView,
    Frame,
    GroupAbout,
    GroupView,
    JoinCode,
    LeaveGroup,
    MyGroups,
)
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Finish, Forward, Move
from handlers.screens.order_frames import Orders
from handlers.screens.pages import cut, page_of
from handlers.screens.people_frames import People
from handlers.screens.screen import MORE, Line, Screen, back_and_home, fit, key, listing
from handlers.screens.selling_frames import SellBetter
from messaging.phrases import say, say_many
from messaging.phrases.formats import hour_of_day

# The keys of a group are the same for every member: they stand on posters, and are dialled at once.
LAST_BULLETIN, MY_MILK, BOOK, PEOPLE = "1", "2", "3", "4"
ORDERS, SELLING, ABOUT = "5", "6", "7"
# Where each leads; those of officers are told to nobody else.
WAYS: Mapping[str, Callable[[int], Frame]] = {
    LAST_BULLETIN: BulletinView,
    MY_MILK: MyMilk,
    BOOK: BookMenu,
    PEOPLE: People,
    ORDERS: Orders,
    SELLING: SellBetter,
    ABOUT: GroupAbout,
}
OF_OFFICERS = frozenset({BOOK})
LEAVE, JOIN = "1", "2"
YES = "1"
# As many letters of what was typed are said back, and no code is longer.
CODE_WIDTH, LONGEST_CODE = 20, 60
# Days that take more of the screen are counted instead of named.
LONGEST_DAYS = 28


def show_list(frame: MyGroups, caller: Caller, notice: str) -> Screen:
    """The caller's groups by name; by code where another one looks the same."""
    groups = _listed(frame, caller)
    return listing(
        caller.language,
        notice or say(caller.language, "Which group?"),
        lambda width: _names(groups, width),
    )


def press_list(frame: MyGroups, shown: int, token: str, caller: Caller) -> Move:
    """A group by its number, or more of them."""
    groups = _listed(frame, caller)
    if token == MORE and shown < len(groups):
        return Forward(MyGroups(tuple(group.id for group in groups[shown:])))
    group = picked(groups, shown, token)
    if group is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return Forward(GroupView(group.id))


def show(frame: GroupView, caller: Caller, notice: str) -> Screen:
    """Its name, and all that it offers."""
    language, group = caller.language, group_of(frame.group_id, caller)
    if group is None:
        return _not_there(language, notice, key(ABOUT, say(language, "Leave or join")))
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                Line(_name(group, width), rank=2),
                *_ways(group, language),
                Line(back_and_home(language)),
            ]
        )
    )


def press(frame: GroupView, token: str, caller: Caller) -> Move:
    """To one of the things that it offers."""
    language, group = caller.language, group_of(frame.group_id, caller)
    if group is None and token == ABOUT:
        return Forward(JoinCode())
    if group is None or token not in WAYS:
        return Again(say(language, "Not on the list. Press a number:"))
    if token in OF_OFFICERS and not group.is_officer:
        return Again(say(language, "Only the officers of the group can do that."))
    return Forward(WAYS[token](group.id))


def _ways(group: GroupFacts, language: str) -> list[Line]:
    ways = {
        LAST_BULLETIN: say(language, "Last bulletin"),
        MY_MILK: say(language, "My milk"),
        BOOK: say(language, "Milk book"),
        PEOPLE: say(language, "Members"),
        ORDERS: say(language, "Feed order"),
        SELLING: say(language, "Sell better"),
        ABOUT: say(language, "Leave or join"),
    }
    return [
        Line(key(number, word))
        for number, word in ways.items()
        if group.is_officer or number not in OF_OFFICERS
    ]


def show_about(frame: GroupAbout, caller: Caller, notice: str) -> Screen:
    """How many they are, its code, when its prices come, and the ways out and into another."""
    language, group = caller.language, group_of(frame.group_id, caller)
    if group is None:
        return _not_there(language, notice, key(JOIN, say(language, "Join another")))
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                Line(_name(group, width)),
                Line(say(language, "Demo group") if group.is_demo else ""),
                Line(say_many(language, "{n} member", "{n} members", group.members), rank=2),
                # For who wants to join them.
                Line(say(language, "Code: {code}", code=group.code), rank=3),
                Line(out_words(caller) or _when(group, language)),
                Line(key(LEAVE, say(language, "Leave the group"))),
                Line(key(JOIN, say(language, "Join another"))),
                Line(back_and_home(language)),
            ]
        )
    )


def press_about(frame: GroupAbout, token: str, caller: Caller) -> Move:
    """Out of it, or into another."""
    if token == JOIN:
        return Forward(JoinCode())
    if token == LEAVE and group_of(frame.group_id, caller) is not None:
        return Forward(LeaveGroup(frame.group_id))
    return Again(say(caller.language, "Not on the list. Press a number:"))


def show_bulletin(frame: BulletinView, caller: Caller, notice: str) -> Screen:
    """What the group was told last, page by page; where there was nothing yet, when it comes."""
    return page_of(caller.language, _bulletin(frame, caller), frame.page, notice)


def press_bulletin(frame: BulletinView, token: str, caller: Caller) -> Move:
    """To the next page."""
    if token == MORE and frame.page + 1 < len(_bulletin(frame, caller)):
        return Forward(replace(frame, page=frame.page + 1))
    return Again(say(caller.language, "Not on the list. Press a number:"))


def show_code(caller: Caller, notice: str) -> Screen:
    """Where the code comes from; to who is in no group yet it is said that they are in none."""
    language = caller.language
    silence = "" if caller.facts.groups() else say(language, "You are in no group.")
    return Screen(
        fit(
            lambda _: [
                Line(notice or silence),
                Line(say(language, "Type the code that your secretary gave you:")),
                Line(back_and_home(language)),
            ]
        )
    )


def press_code(token: str, caller: Caller) -> Move:
    """Into the group of that code; a code that no group has is asked for again."""
    code = _code(token, caller)
    if len(code) <= LONGEST_CODE and caller.facts.has_group(code):
        return Finish(JoinGroup(code))
    quoted = clip(quotable(code).strip().upper(), CODE_WIDTH)
    if not quoted:
        return Again(say(caller.language, "No group has that code."))
    return Again(say(caller.language, "There is no group {code}.", code=quoted))


def show_leave(frame: LeaveGroup, caller: Caller, notice: str) -> Screen:
    """Whether it is meant, and what ends with it."""
    language, group = caller.language, group_of(frame.group_id, caller)
    if group is None:
        return _not_there(language, notice)
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=2),
                Line(say(language, "Leave {group}?", group=_name(group, width))),
                Line(say(language, "You will get no more of its prices."), rank=1),
                Line(say(language, "Your office in it ends too.") if group.is_officer else ""),
                Line(key(YES, say(language, "Yes, leave"))),
                Line(back_and_home(language)),
            ]
        )
    )


def press_leave(frame: LeaveGroup, token: str, caller: Caller) -> Move:
    """Out of it."""
    group = group_of(frame.group_id, caller)
    if token == YES and group is not None:
        return Finish(JoinGroup(group.code, is_leaving=True))
    return Again(say(caller.language, "Not on the list. Press a number:"))


def out_words(caller: Caller) -> str:
    """To who wants no messages: that none comes; nothing to everybody else."""
    if not caller.is_out:
        return ""
    return say(caller.language, "All messages are off until you send START.")


def group_of(group_id: int, caller: Caller) -> GroupFacts | None:
    """The group; None where the caller is in it no more, whatever an earlier screen showed."""
    return next((group for group in caller.facts.groups() if group.id == group_id), None)


def code_of(group_id: int, caller: Caller) -> str:
    """The code by which commands name it."""
    group = group_of(group_id, caller)
    return "" if group is None else group.code


def _listed(frame: MyGroups, caller: Caller) -> list[GroupFacts]:
    return [group for group in caller.facts.groups() if group.id in frame.options]


def _not_there(language: str, notice: str, *keys: str) -> Screen:
    told = say(language, "You are not in this group any more.")
    lines = [Line(notice, rank=1), *map(Line, (told, *keys, back_and_home(language)))]
    return Screen(fit(lambda _: lines))


def _names(groups: Sequence[GroupFacts], width: int) -> list[str]:
    names = [_name(group, width) for group in groups]
    often = Counter(names)
    return [
        name if often[name] == 1 else group.code for name, group in zip(names, groups, strict=True)
    ]


def _name(group: GroupFacts, width: int) -> str:
    return clip(quotable(group.name), width) or group.code


def _when(group: GroupFacts, language: str) -> str:
    return prices_come(language, group.when)


def prices_come(language: str, when: Schedule) -> str:
    """When something comes: Prices every Monday, 7 am."""
    days, hour = days_words(when, language), hour_of_day(when.hour, language)
    if len(days) > LONGEST_DAYS:
        count = len(when.weekdays)
        return say(language, "Prices {n} days a week, {hour}", n=count, hour=hour)
    return say(language, "Prices every {weekday}, {hour}", weekday=days, hour=hour)


def _bulletin(frame: BulletinView, caller: Caller) -> list[str]:
    language, group = caller.language, group_of(frame.group_id, caller)
    if group is None:
        return [say(language, "You are not in this group any more.")]
    text = caller.facts.bulletin(group.id)
    nothing_yet = f"{say(language, 'No bulletin yet.')}\n{_when(group, language)}"
    return cut(text or "", language) or [nothing_yet]


def _code(token: str, caller: Caller) -> str:
    """The code in what was typed, also in "join kirima", as members are told to text it."""
    if " " not in token:
        return token
    match parse(token, caller.vocabulary, Sender(language=caller.language)).command:
        case JoinGroup(str(code), is_leaving=False):
            return code
        case _:
            return token

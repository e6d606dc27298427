"""A group's people: how many, who holds an office, and the ways to what members do together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from handlers.screens.caller import Caller
from handlers.screens.moves import Again, Forward, Move
from handlers.screens.pages import packed, page_of
from handlers.screens.people_facts import Headcount, MemberFacts
from handlers.screens.people_frames import (
    AddMember,
    Elections,
    InvitePhone,
    MeetingView,
    MemberList,
    Officers,
    People,
    PeopleFrame,
)
from handlers.screens.people_words import (
    PAGE,
    Inside,
    Who,
    dead,
    inside,
    name_of,
    office_words,
    refusal,
    refused,
)
from handlers.screens.screen import MORE, NAME_WIDTHS, Line, Screen, back_and_home, fit, key
from messaging.phrases import say, say_many
from messaging.phrases.formats import capitalised

# The same for every member, as those of the group are: what is not for them is not shown.
MEETING, ELECTIONS, OFFICERS, MEMBERS, ADD, INVITE = "1", "2", "3", "4", "5", "6"


@dataclass(frozen=True)
class Way:
    """Where a key leads, and whom."""

    frame: Callable[[Inside], PeopleFrame]
    who: Who = Who.MEMBER


WAYS: Mapping[str, Way] = {
    MEETING: Way(lambda at: MeetingView(at.group.id, _next_meeting(at))),
    ELECTIONS: Way(lambda at: Elections(at.group.id)),
    OFFICERS: Way(lambda at: Officers(at.group.id)),
    MEMBERS: Way(lambda at: first_members(at), Who.OFFICER),
    ADD: Way(lambda at: AddMember(at.group.id), Who.LEADER),
    INVITE: Way(lambda at: InvitePhone(at.group.id), Who.OFFICER),
}


def show(frame: People, caller: Caller, notice: str) -> Screen:
    """How many they are, who leads them as far as there is room, and the ways on."""
    language, at = caller.language, inside(frame.group_id, caller)
    if isinstance(at, str):
        return refused(at, caller, notice)
    counted, officers = at.people.headcount(), at.people.officers()
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                _counted(counted, language),
                # The first officers stay longest: fewer of them, rather than shorter keys.
                *(
                    Line(_officer(one, width, language), rank=place)
                    for place, one in enumerate(officers, start=3)
                ),
                *(
                    Line(key(number, word))
                    for number, word in _words(language).items()
                    if at.is_one_of(WAYS[number].who)
                ),
                Line(back_and_home(language)),
            ]
        )
    )


def press(frame: People, token: str, caller: Caller) -> Move:
    """To one of them; a key that is for officers says so to anybody else."""
    at, way = inside(frame.group_id, caller), WAYS.get(token)
    if way is None or isinstance(at, str):
        return dead(caller)
    if not at.is_one_of(way.who):
        return Again(refusal(way.who, caller.language))
    return Forward(way.frame(at))


def show_officers(frame: Officers, caller: Caller, notice: str) -> Screen:
    """All of them by name, page by page."""
    at = inside(frame.group_id, caller)
    if isinstance(at, str):
        return refused(at, caller, notice)
    return page_of(caller.language, _pages(at, caller.language), frame.page, notice)


def press_officers(frame: Officers, token: str, caller: Caller) -> Move:
    """To the next page."""
    at = inside(frame.group_id, caller)
    if isinstance(at, str) or token != MORE:
        return dead(caller)
    if frame.page + 1 >= len(_pages(at, caller.language)):
        return dead(caller)
    return Forward(replace(frame, page=frame.page + 1))


def first_members(at: Inside, *, without: int | None = None) -> MemberList:
    """The list of all members from its beginning; `without` one who is just let go."""
    numbers = [one for one in at.people.numbers_after(0, PAGE + 1) if one != without]
    return MemberList(at.group.id, tuple(numbers[:PAGE]))


def _words(language: str) -> Mapping[str, str]:
    return {
        MEETING: say(language, "Meeting"),
        ELECTIONS: say(language, "Elections"),
        OFFICERS: say(language, "Officers"),
        MEMBERS: say(language, "Members"),
        ADD: say(language, "Add without a phone"),
        INVITE: say(language, "Invite a phone"),
    }


def _next_meeting(at: Inside) -> int | None:
    meeting = at.people.meeting(None)
    return None if meeting is None else meeting.id


def _counted(counted: Headcount, language: str) -> Line:
    told = say_many(language, "{n} member", "{n} members", counted.members)
    if not counted.without_phone:
        return Line(told, rank=2)
    without = say(language, "{n} without a phone", n=counted.without_phone)
    return Line(f"{told}, {without}", rank=2, short=told, short_rank=2)


def _officer(officer: MemberFacts, width: int, language: str) -> str:
    """Chair: Jane Wanjiru."""
    office = capitalised(office_words(officer.office, language))
    return f"{office}: {name_of(officer, width)}"


def _pages(at: Inside, language: str) -> list[str]:
    officers = [_officer(one, NAME_WIDTHS[0], language) for one in at.people.officers()]
    return packed([_counted(at.people.headcount(), language).text, *officers], language)

"""What the screens about a group's people share: who may see one, and how people are named."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from zoneinfo import ZoneInfo

from handlers.keywords.fitting import clip, quotable
from handlers.screens.caller import Caller, GroupFacts
from handlers.screens.groups import group_of
from handlers.screens.moves import Again
from handlers.screens.people_facts import (
    CHAIR,
    COLLECTOR,
    MEMBER,
    SECRETARY,
    TREASURER,
    MemberFacts,
    Nominee,
    PeopleFacts,
)
from handlers.screens.screen import Line, Screen, back_and_home, fit, fits, listing
from messaging.phrases import say

# As many numbers as a page of a list keeps: those that have a key, and one to tell of more.
PAGE = 8


class Who(IntEnum):
    """For whom a screen or a key is."""

    MEMBER = 0
    OFFICER = 1
    LEADER = 2


@dataclass(frozen=True)
class Inside:
    """A caller in one of their groups."""

    group: GroupFacts
    people: PeopleFacts
    own: MemberFacts

    def is_one_of(self, who: Who) -> bool:
        """Whether something is for them."""
        return _rank(self.own) >= who

    @property
    def clock(self) -> ZoneInfo:
        """The group's own clock, which need not be the caller's."""
        return ZoneInfo(self.group.when.timezone)


def inside(group_id: int, caller: Caller, who: Who = Who.MEMBER) -> Inside | str:
    """Where a caller stands in a group; else why a screen is not for them.

    Whatever an earlier screen showed: they may have left since, or lost an office.
    """
    gone = say(caller.language, "You are not in this group any more.")
    group = group_of(group_id, caller)
    if group is None:
        return gone
    people = caller.facts.people(group_id)
    own = people.own()
    if own is None:
        return gone
    found = Inside(group, people, own)
    return found if found.is_one_of(who) else refusal(who, caller.language)


def refusal(who: Who, language: str) -> str:
    """Who may do what somebody may not, in the words of the texts."""
    if who is Who.LEADER:
        return say(language, "Only the chair or the secretary of a group can do this.")
    return say(language, "Only officers of a group can do this.")


def refused(why: str, caller: Caller, notice: str) -> Screen:
    """A screen that is not for the caller, or of which there is nothing to see any more."""
    keys = back_and_home(caller.language)
    return Screen(fit(lambda _: [Line(notice, rank=1), Line(why), Line(keys)]))


def dead(caller: Caller) -> Again:
    """A key that is none."""
    return Again(say(caller.language, "Not on the list. Press a number:"))


def office_words(office: str, language: str) -> str:
    """An office in words."""
    names = {
        CHAIR: say(language, "chair"),
        SECRETARY: say(language, "secretary"),
        TREASURER: say(language, "treasurer"),
        COLLECTOR: say(language, "collector"),
        MEMBER: say(language, "member"),
    }
    return names[office]


def name_of(member: MemberFacts | Nominee, width: int) -> str:
    """A member by name; by number where the name is written in another script."""
    return clip(quotable(member.name), width) or f"#{member.number}"


def labels(members: Sequence[MemberFacts | Nominee], width: int) -> list[str]:
    """Each by name; with the number in the group where names look alike."""
    names = [name_of(one, width) for one in members]
    often = Counter(names)
    return [
        name if often[name] == 1 or name.startswith("#") else f"{name} #{one.number}"
        for name, one in zip(names, members, strict=True)
    ]


def listed(
    headings: Sequence[str],
    label: Callable[[int], Sequence[str]],
    caller: Caller,
    *,
    other: str = "",
) -> Screen:
    """A list under the first of these headings that leaves it room; the last is what must be."""
    for heading in headings:
        screen = listing(caller.language, heading, label, other=other)
        if screen.text.startswith(heading) and fits(screen.text):
            break
    return screen


def headings(notice: str, *lines: str) -> list[str]:
    """What was just said above the lines of a heading, and less of it where room lacks.

    The lines that come first stay longest; without a notice the first one stays.
    """
    told = [one for one in lines if one]
    fewest = 0 if notice else min(1, len(told))
    return [
        "\n".join(filter(None, [notice, *told[:many]])) for many in range(len(told), fewest - 1, -1)
    ]


def by_number(number: int) -> str:
    """A member as a command names them: nothing is left to ask back."""
    return f"#{number}"


def _rank(own: MemberFacts) -> Who:
    if own.leads:
        return Who.LEADER
    return Who.OFFICER if own.is_officer else Who.MEMBER

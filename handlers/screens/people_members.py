"""The members one by one: listed, looked at, entered, invited, given an office, let go."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.commands import Command, Deed, GroupDeed, JoinGroup
from handlers.screens.caller import Caller
from handlers.screens.details import letters_of_name
from handlers.screens.lists import is_words, picked
from handlers.screens.moves import Again, Enter, Forward, Move
from handlers.screens.people import first_members
from handlers.screens.people_facts import COLLECTOR, ELECTED, MEMBER, MemberFacts
from handlers.screens.people_frames import (
    AddMember,
    Appoint,
    InvitePhone,
    MemberCard,
    MemberList,
    Nominate,
    RemoveMember,
)
from handlers.screens.people_words import (
    PAGE,
    Inside,
    Who,
    by_number,
    dead,
    inside,
    labels,
    name_of,
    office_words,
    refusal,
    refused,
)
from handlers.screens.screen import MORE, Line, Screen, back_and_home, fit, key, listing
from messaging.msisdn import MsisdnError, normalise
from messaging.phrases import say
from messaging.phrases.formats import capitalised

GIVE, TAKE, REMOVE = "1", "2", "3"
YES = "1"


def show_list(frame: MemberList, caller: Caller, notice: str) -> Screen:
    """Members by name, for officers."""
    at = inside(frame.group_id, caller, Who.OFFICER)
    if isinstance(at, str):
        return refused(at, caller, notice)
    return members_listed(at, frame.options, caller, notice)


def press_list(frame: MemberList, shown: int, token: str, caller: Caller) -> Move:
    """A member by the key, or by a name that is typed."""
    at = inside(frame.group_id, caller, Who.OFFICER)
    if isinstance(at, str):
        return dead(caller)
    chosen = chosen_member(at, frame, shown, token)
    if isinstance(chosen, int):
        return Forward(MemberCard(frame.group_id, chosen))
    return _on_in_list(frame, chosen, token, caller)


def show_card(frame: MemberCard, caller: Caller, notice: str) -> Screen:
    """Number, name and office; to whoever leads what they may change."""
    language, at = caller.language, inside(frame.group_id, caller, Who.OFFICER)
    if isinstance(at, str):
        return refused(at, caller, notice)
    member = _member(at, frame.number)
    if member is None:
        return refused(_gone(caller), caller, notice)
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                Line(f"#{member.number} {name_of(member, width)}"),
                Line(capitalised(office_words(member.office, language))),
                Line("" if member.has_phone else say(language, "Without a phone")),
                *(Line(key(number, word)) for number, word in _may(at, member, language)),
                Line(back_and_home(language)),
            ]
        )
    )


def press_card(frame: MemberCard, token: str, caller: Caller) -> Move:
    """To an office, or out of one; the way out of the group is asked about once more."""
    at = inside(frame.group_id, caller, Who.OFFICER)
    member = None if isinstance(at, str) else _member(at, frame.number)
    if isinstance(at, str) or member is None:
        return dead(caller)
    if token in {GIVE, TAKE, REMOVE} and not at.is_one_of(Who.LEADER):
        return Again(refusal(Who.LEADER, caller.language))
    if token not in dict(_may(at, member, caller.language)):
        return dead(caller)
    match token:
        case "1":
            return Forward(Appoint(frame.group_id, member.number, _free_offices(at)))
        case "2":
            return Enter(_deed(Deed.DISMISS, at, member, COLLECTOR), frame)
        case _:
            return Forward(RemoveMember(frame.group_id, member.number))


def show_appoint(frame: Appoint, caller: Caller, notice: str) -> Screen:
    """The offices that nobody holds; of collectors there may be many."""
    language, at = caller.language, inside(frame.group_id, caller, Who.LEADER)
    member = None if isinstance(at, str) else _member(at, frame.number)
    if isinstance(at, str) or member is None:
        return refused(at if isinstance(at, str) else _gone(caller), caller, notice)
    name = name_of(member, 16)
    return listing(
        language,
        notice or say(language, "Which office for {name}?", name=name),
        lambda _: [capitalised(office_words(one, language)) for one in frame.options],
    )


def press_appoint(frame: Appoint, shown: int, token: str, caller: Caller) -> Move:
    """The office is theirs; their card says so."""
    at = inside(frame.group_id, caller, Who.LEADER)
    member = None if isinstance(at, str) else _member(at, frame.number)
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    office = picked(frame.options, shown, token)
    if isinstance(at, str) or member is None or office is None:
        return dead(caller)
    card = MemberCard(frame.group_id, frame.number)
    return Enter(_deed(Deed.APPOINT, at, member, office), card)


def show_remove(frame: RemoveMember, caller: Caller, notice: str) -> Screen:
    """Whether it is meant, and what stays."""
    language, at = caller.language, inside(frame.group_id, caller, Who.LEADER)
    member = None if isinstance(at, str) else _member(at, frame.number)
    if isinstance(at, str) or member is None:
        return refused(at if isinstance(at, str) else _gone(caller), caller, notice)
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=2),
                Line(
                    say(
                        language,
                        "Remove {name}, number {number}?",
                        name=name_of(member, width),
                        number=member.number,
                    )
                ),
                Line(say(language, "The book keeps what was written."), rank=1),
                Line(key(YES, say(language, "Yes, remove"))),
                Line(back_and_home(language)),
            ]
        )
    )


def press_remove(frame: RemoveMember, token: str, caller: Caller) -> Move:
    """Out of the group; the list shows who is left."""
    at = inside(frame.group_id, caller, Who.LEADER)
    member = None if isinstance(at, str) else _member(at, frame.number)
    if isinstance(at, str) or member is None or token != YES:
        return dead(caller)
    left = first_members(at, without=member.number)
    return Enter(_deed(Deed.REMOVE, at, member), left)


def show_add(frame: AddMember, caller: Caller, notice: str) -> Screen:
    """The question for a name; after one the next may be typed."""
    language, at = caller.language, inside(frame.group_id, caller, Who.LEADER)
    if isinstance(at, str):
        return refused(at, caller, notice)
    asked = say(language, "Name of a member without a phone? Type it:")
    return _typed(asked, caller, notice)


def press_add(frame: AddMember, token: str, caller: Caller) -> Move:
    """They are in the group, and the next may be typed; what holds no letter is no name."""
    at, name = inside(frame.group_id, caller, Who.LEADER), letters_of_name(token)
    if isinstance(at, str):
        return Again(at)
    if name is None:
        return Again(say(caller.language, "Please use letters."))
    return Enter(GroupDeed(Deed.ADD, words=name, group=at.group.code), frame)


def show_invite(frame: InvitePhone, caller: Caller, notice: str) -> Screen:
    """The question for a number; after one the next may be typed."""
    language, at = caller.language, inside(frame.group_id, caller, Who.OFFICER)
    if isinstance(at, str):
        return refused(at, caller, notice)
    asked = say(language, "Phone number of who is invited? Type it:")
    return _typed(asked, caller, notice)


def press_invite(frame: InvitePhone, token: str, caller: Caller) -> Move:
    """One invitation, and the next number may be typed."""
    at = inside(frame.group_id, caller, Who.OFFICER)
    if isinstance(at, str):
        return Again(at)
    try:
        number = normalise(token, caller.vocabulary.country.code)
    except MsisdnError:
        return Again(say(caller.language, "That is no phone number."))
    command: Command = JoinGroup(at.group.code, invited=number)
    return Enter(command, frame)


# What is picked from a list of members, here and where somebody is nominated


def members_listed(
    at: Inside, numbers: Sequence[int], caller: Caller, notice: str, *, title: str = ""
) -> Screen:
    """A page of members; whoever left meanwhile keeps the key, so that no other's moves."""
    found = {one.number: one for one in at.people.named(numbers)}
    members = [found.get(number, MemberFacts(number, "")) for number in numbers]
    title = title or say(caller.language, "Press a number or type a name:")
    return listing(caller.language, notice or title, lambda width: labels(members, width))


def chosen_member(
    at: Inside, frame: MemberList | Nominate, shown: int, token: str
) -> int | Sequence[int]:
    """Who was picked, by number; several, or nobody, where a page was turned or a name typed."""
    options = frame.options
    if token == MORE and shown < len(options):
        up_for = frame.election_id if isinstance(frame, Nominate) else None
        return at.people.numbers_after(options[shown - 1] if shown else 0, PAGE, up_for=up_for)
    if is_words(token):
        found = at.people.find(token)
        return found[0] if len(found) == 1 else found[:PAGE]
    chosen = picked(options, shown, token)
    return () if chosen is None else chosen


def _on_in_list(frame: MemberList, numbers: Sequence[int], token: str, caller: Caller) -> Move:
    if numbers:
        return Forward(replace(frame, options=tuple(numbers)))
    return nobody(token, caller)


def nobody(token: str, caller: Caller) -> Again:
    """That nobody is called so, or that the key is none."""
    if is_words(token):
        return Again(say(caller.language, "Nobody in the group is called so."))
    return dead(caller)


def _member(at: Inside, number: int) -> MemberFacts | None:
    found = at.people.named([number])
    return found[0] if found else None


def _gone(caller: Caller) -> str:
    return say(caller.language, "They are no longer in the group.")


def _may(at: Inside, member: MemberFacts, language: str) -> list[tuple[str, str]]:
    """What may be done with a member's place, by its key; nothing by whoever does not lead."""
    if not at.is_one_of(Who.LEADER):
        return []
    ways = [
        (GIVE, say(language, "Give an office"), member.office == MEMBER and member.has_phone),
        (TAKE, say(language, "End the office"), member.office == COLLECTOR),
        (REMOVE, say(language, "Remove from the group"), not member.leads),
    ]
    return [(number, word) for number, word, is_open in ways if is_open]


def _free_offices(at: Inside) -> tuple[str, ...]:
    held = {one.office for one in at.people.officers()}
    return (COLLECTOR, *(one for one in ELECTED if one not in held))


def _deed(deed: Deed, at: Inside, member: MemberFacts, office: str | None = None) -> GroupDeed:
    return GroupDeed(deed, by_number(member.number), office=office, group=at.group.code)


def _typed(asked: str, caller: Caller, notice: str) -> Screen:
    keys = back_and_home(caller.language)
    return Screen(fit(lambda _: [Line(notice, rank=1), Line(asked), Line(keys)]))

"""What a group votes on: who is up, one vote each, who is named, and what was decided last."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.commands import Deed, GroupDeed
from handlers.screens.caller import Caller
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Enter, Forward, Move
from handlers.screens.people_facts import ELECTED, ElectionFacts, Nominee
from handlers.screens.people_frames import Elections, ElectionView, Nominate, OpenElection
from handlers.screens.people_members import chosen_member, members_listed, nobody
from handlers.screens.people_words import (
    PAGE,
    Inside,
    Who,
    by_number,
    dead,
    headings,
    inside,
    labels,
    listed,
    name_of,
    office_words,
    refusal,
    refused,
)
from handlers.screens.screen import MORE, NAME_WIDTHS, OTHER, Screen, listing
from messaging.phrases import say
from messaging.phrases.formats import capitalised, clock_time, day_month, local_date, weekday

# Where names are cut to this, only what a key stands for is left of a line.
NARROW = NAME_WIDTHS[2]


def show_list(frame: Elections, caller: Caller, notice: str) -> Screen:
    """What is voted on, each with its end or the caller's own vote; what was decided last."""
    language, at = caller.language, inside(frame.group_id, caller)
    if isinstance(at, str):
        return refused(at, caller, notice)
    running = at.people.running()[frame.start :]
    votes = [own_vote(one, at) for one in running]
    nothing = "" if running or frame.start else say(language, "Nothing is voted on now.")
    decided = decided_words(at.people.decided(), at, language)
    return listed(
        headings(notice, nothing, decided),
        lambda width: [
            _in_list(one, mine, at, width, language)
            for one, mine in zip(running, votes, strict=True)
        ],
        caller,
        other=say(language, "Open an election") if at.is_one_of(Who.OFFICER) else "",
    )


def press_list(frame: Elections, shown: int, token: str, caller: Caller) -> Move:
    """To one of them, or to a new one."""
    at = inside(frame.group_id, caller)
    if isinstance(at, str):
        return dead(caller)
    if token == OTHER:
        return _to_open(at, caller)
    running = at.people.running()[frame.start :]
    if token == MORE and shown < len(running):
        return Forward(replace(frame, start=frame.start + shown))
    chosen = picked(running, shown, token)
    return dead(caller) if chosen is None else Forward(ElectionView(frame.group_id, chosen.id))


def show(frame: ElectionView, caller: Caller, notice: str) -> Screen:
    """Who is up, by a key each; where it is over, how it ended."""
    language, at = caller.language, inside(frame.group_id, caller)
    if isinstance(at, str):
        return refused(at, caller, notice)
    election = at.people.election(frame.election_id)
    if election is None or not is_running(election, caller):
        return refused(over_words(election, at, language), caller, notice)
    nominees = at.people.nominees(election.id)
    return listed(
        headings(notice, *_asked(election, nominees, at, language)),
        lambda width: nominee_labels(nominees[frame.start :], width, language),
        caller,
        other=say(language, "Nominate") if election.may_name else "",
    )


def press(frame: ElectionView, shown: int, token: str, caller: Caller) -> Move:
    """A vote; until the end another one takes its place. Or to the list of whom to nominate."""
    at = inside(frame.group_id, caller)
    election = None if isinstance(at, str) else at.people.election(frame.election_id)
    if isinstance(at, str) or election is None or not is_running(election, caller):
        return dead(caller)
    if token == OTHER and election.may_name:
        return _to_nominate(at, election, caller)
    nominees = at.people.nominees(election.id)[frame.start :]
    if token == MORE and shown < len(nominees):
        return Forward(replace(frame, start=frame.start + shown))
    chosen = picked(nominees, shown, token)
    if chosen is None:
        return dead(caller)
    if not chosen.is_there:
        return Again(say(caller.language, "They are no longer in the group."))
    return Enter(_deed(Deed.VOTE, at, election, by_number(chosen.number)), Elections(at.group.id))


def show_nominate(frame: Nominate, caller: Caller, notice: str) -> Screen:
    """Everybody with a phone who is not up yet: whom people name they have to see."""
    at = inside(frame.group_id, caller)
    if isinstance(at, str):
        return refused(at, caller, notice)
    title = say(caller.language, "Nominate whom? Press a number or type a name:")
    return members_listed(at, frame.options, caller, notice, title=title)


def press_nominate(frame: Nominate, shown: int, token: str, caller: Caller) -> Move:
    """They are up; the election shows them with the others."""
    at = inside(frame.group_id, caller)
    election = None if isinstance(at, str) else at.people.election(frame.election_id)
    if isinstance(at, str) or election is None:
        return dead(caller)
    chosen = chosen_member(at, frame, shown, token)
    if isinstance(chosen, int):
        command = _deed(Deed.NOMINATE, at, election, by_number(chosen))
        return Enter(command, ElectionView(frame.group_id, election.id))
    if chosen:
        return Forward(replace(frame, options=tuple(chosen)))
    return nobody(token, caller)


def show_open(frame: OpenElection, caller: Caller, notice: str) -> Screen:
    """The offices that nobody votes on now; the one picked is told to everybody."""
    language, at = caller.language, inside(frame.group_id, caller, Who.OFFICER)
    if isinstance(at, str):
        return refused(at, caller, notice)
    asked = say(language, "Which office? All members get a text.")
    offices = [capitalised(office_words(one, language)) for one in frame.options]
    return listing(language, notice or asked, lambda _: offices)


def press_open(frame: OpenElection, shown: int, token: str, caller: Caller) -> Move:
    """It is open, and stands among those that are."""
    at = inside(frame.group_id, caller, Who.OFFICER)
    if isinstance(at, str):
        return dead(caller)
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    office = picked(frame.options, shown, token)
    if office is None:
        return dead(caller)
    command = GroupDeed(Deed.ELECT, office=office, group=at.group.code)
    return Enter(command, Elections(frame.group_id))


# What is heard too


def is_running(election: ElectionFacts, caller: Caller) -> bool:
    """Whether votes are still taken."""
    return election.closed_at is None and caller.now < election.ends_at


def end_words(election: ElectionFacts, at: Inside, language: str) -> str:
    """When it ends, by the group's own clock: Thursday 12:00."""
    zone = at.group.when.timezone
    day = local_date(election.ends_at, zone).weekday()
    return f"{weekday(day, language)} {clock_time(election.ends_at, zone, language)}"


def until_words(election: ElectionFacts, at: Inside, language: str) -> str:
    """Chair until Thursday 12:00."""
    office = capitalised(office_words(election.office, language))
    end = end_words(election, at, language)
    return say(language, "{office} until {end}", office=office, end=end)


def own_vote(election: ElectionFacts, at: Inside) -> Nominee | None:
    """Whom the caller's vote is for; None where they have not voted."""
    number = at.people.voted_for(election.id)
    nominees = [] if number is None else at.people.nominees(election.id)
    return next((one for one in nominees if one.number == number), None)


def vote_words(mine: Nominee | None, width: int, language: str) -> str:
    """The same in words."""
    return "" if mine is None else say(language, "Your vote: {name}", name=name_of(mine, width))


def nominee_labels(nominees: Sequence[Nominee], width: int, language: str) -> list[str]:
    """Each by name; who left meanwhile keeps the key, so that no other's moves."""
    left = say(language, "(left)")
    return [
        name if one.is_there else f"{name} {left}"
        for name, one in zip(labels(nominees, width), nominees, strict=True)
    ]


def over_words(election: ElectionFacts | None, at: Inside, language: str) -> str:
    """How an election ended, or that nobody has counted yet."""
    if election is None:
        return say(language, "Nothing is voted on now.")
    office = capitalised(office_words(election.office, language))
    if election.closed_at is None:
        return say(language, "{office}: time is up. The result comes by text.", office=office)
    if election.voted_again:
        return say(language, "{office}: even. It is voted on once more.", office=office)
    return decided_words(election, at, language)


def decided_words(election: ElectionFacts | None, at: Inside, language: str) -> str:
    """What was decided: Chair: Jane Wanjiru was elected, 12 Nov."""
    if election is None or election.closed_at is None:
        return ""
    office = capitalised(office_words(election.office, language))
    day = day_month(local_date(election.closed_at, at.group.when.timezone), language)
    if election.elected is None:
        return say(language, "{office}: nobody was elected, {day}.", office=office, day=day)
    name = name_of(election.elected, NAME_WIDTHS[0])
    return say(language, "{office}: {name} was elected, {day}.", office=office, name=name, day=day)


def _in_list(
    election: ElectionFacts, mine: Nominee | None, at: Inside, width: int, language: str
) -> str:
    """Chair until Thursday 12:00; once the caller voted, for whom. Without room the office."""
    office = capitalised(office_words(election.office, language))
    if width <= NARROW:
        return office if mine is None else f"{office}: {name_of(mine, width)}"
    if mine is None:
        return until_words(election, at, language)
    return f"{office}. {vote_words(mine, width, language)}"


def _asked(
    election: ElectionFacts, nominees: Sequence[Nominee], at: Inside, language: str
) -> list[str]:
    """What is voted on until when, and what is to be done."""
    until = until_words(election, at, language)
    if not nominees:
        return [until, say(language, "Nobody is nominated yet.")]
    mine = vote_words(own_vote(election, at), NAME_WIDTHS[1], language)
    return [until, mine or say(language, "Vote for whom?")]


def _to_open(at: Inside, caller: Caller) -> Move:
    if not at.is_one_of(Who.OFFICER):
        return Again(refusal(Who.OFFICER, caller.language))
    taken = {one.office for one in at.people.running()}
    free = tuple(one for one in ELECTED if one not in taken)
    if not free:
        return Again(say(caller.language, "Every office is voted on already."))
    return Forward(OpenElection(at.group.id, free))


def _to_nominate(at: Inside, election: ElectionFacts, caller: Caller) -> Move:
    numbers = tuple(at.people.numbers_after(0, PAGE, up_for=election.id))
    if not numbers:
        return Again(say(caller.language, "Everybody with a phone is nominated."))
    return Forward(Nominate(at.group.id, election.id, numbers))


def _deed(deed: Deed, at: Inside, election: ElectionFacts, words: str) -> GroupDeed:
    return GroupDeed(deed, words, office=election.office, group=at.group.code)

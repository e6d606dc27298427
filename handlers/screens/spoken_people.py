"""What members do together, as it is heard: the next meeting, and one's vote by a key."""

from typing import assert_never

from handlers.keywords.fitting import quotable
from handlers.screens import people, people_meeting
from handlers.screens.caller import Caller
from handlers.screens.people_election import (
    decided_words,
    is_running,
    nominee_labels,
    over_words,
    own_vote,
    until_words,
    vote_words,
)
from handlers.screens.people_facts import ElectionFacts
from handlers.screens.people_frames import Elections, ElectionView, MeetingView, People
from handlers.screens.people_words import Inside, inside
from handlers.screens.spoken_prices import today
from messaging.phrases import say
from messaging.phrases.aloud import read_aloud
from messaging.phrases.numbers import in_words

# The screens of this file; of the rest of a group's people nothing is heard.
Heard = People | MeetingView | Elections | ElectionView
# No name is longer.
_WHOLE = 80


def people_aloud(frame: Heard, caller: Caller) -> tuple[list[str], list[str]]:
    """A screen's sentences, and what is numbered behind them."""
    at = inside(frame.group_id, caller)
    if isinstance(at, str):
        return [at], []
    match frame:
        case People():
            return _ways(at, caller), []
        case MeetingView():
            return _meeting(frame, at, caller), []
        case Elections():
            return _elections(at, caller)
        case ElectionView():
            return _election(frame, at, caller)
        case _:
            assert_never(frame)


def _ways(at: Inside, caller: Caller) -> list[str]:
    language = caller.language
    return [
        f"{_aloud(quotable(at.group.name) or at.group.code, caller)}.",
        say(language, "For the next meeting press {key}.", key=_key(people.MEETING, caller)),
        say(language, "For elections press {key}.", key=_key(people.ELECTIONS, caller)),
    ]


def _meeting(frame: MeetingView, at: Inside, caller: Caller) -> list[str]:
    """Meeting Saturday the twenty-eighth of November, ten o'clock. If you come press one."""
    language, meeting = caller.language, at.people.meeting(frame.meeting_id)
    if meeting is None:
        return [say(language, "No meeting is called.")]
    coming, away = (_key(one, caller) for one in (people_meeting.COMING, people_meeting.NOT_COMING))
    about = quotable(meeting.about).rstrip(".")
    return [
        _aloud(people_meeting.announced(meeting.starts_at, at, caller), caller),
        _aloud(f"{about}." if about else "", caller),
        people_meeting.said_words(meeting, language),
        _aloud(people_meeting.attendance_words(at, meeting, language), caller),
        say(language, "If you come press {key}.", key=coming),
        say(language, "If you do not come press {key}.", key=away),
    ]


def _elections(at: Inside, caller: Caller) -> tuple[list[str], list[str]]:
    language, running = caller.language, at.people.running()
    decided = _aloud(decided_words(at.people.decided(), at, language), caller)
    if not running:
        return [say(language, "Nothing is voted on now."), decided], []
    named = [_aloud(until_words(one, at, language), caller) for one in running]
    return [decided], named


def _election(frame: ElectionView, at: Inside, caller: Caller) -> tuple[list[str], list[str]]:
    """Whom the vote is for so far, and everybody who is up by a key."""
    election = at.people.election(frame.election_id)
    if election is None or not is_running(election, caller):
        return [_aloud(over_words(election, at, caller.language), caller)], []
    nominees = at.people.nominees(election.id)[frame.start :]
    named = [_aloud(one, caller) for one in nominee_labels(nominees, _WHOLE, caller.language)]
    return _asked(election, at, caller, has_nominees=bool(named)), named


def _asked(election: ElectionFacts, at: Inside, caller: Caller, *, has_nominees: bool) -> list[str]:
    language = caller.language
    until = f"{_aloud(until_words(election, at, language), caller)}."
    if not has_nominees:
        return [until, say(language, "Nobody is nominated yet.")]
    mine = vote_words(own_vote(election, at), _WHOLE, language)
    said = f"{_aloud(mine, caller)}." if mine else ""
    return [until, said, say(language, "Vote for whom?")]


def _key(key: str, caller: Caller) -> str:
    return in_words(int(key), caller.language)


def _aloud(text: str, caller: Caller) -> str:
    return read_aloud(text, caller.language, this_year=today(caller).year)

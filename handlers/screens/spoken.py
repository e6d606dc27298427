"""The menu of a call, for people who cannot read: the screens that can be heard, key by key.

Frames, keys and ways are those of the screens. What has no voice – telling a price, typing a
name – is not offered, and its key leads nowhere. Only the mark of an alert takes several keys.
"""

from dataclasses import replace

from handlers.commands import (
    Alert,
    Confirm,
    Deed,
    GroupDeed,
    SetLanguage,
    Statement,
    Subscribe,
    Unsubscribe,
)
from handlers.screens import tree
from handlers.screens.book_frames import MyMilk
from handlers.screens.caller import Caller
from handlers.screens.frames import (
    AddAlert,
    Alerts,
    AlertView,
    Asked,
    BulletinView,
    Commodities,
    Frame,
    GroupView,
    JoinCode,
    Languages,
    MyGroups,
    Places,
    PriceView,
    Purpose,
    Root,
    State,
    WatchMark,
    WatchSide,
    WatchView,
)
from handlers.screens.lists import plain
from handlers.screens.people_frames import Elections, ElectionView, MeetingView, People
from handlers.screens.screen import BACK, HOME, OTHER, Screen
from handlers.screens.spoken_prices import today
from handlers.screens.spoken_screens import AGAIN, BRANCHES, spoken_languages, what_is_said
from handlers.screens.tree import Menu, Step
from messaging.kinds import Channel
from messaging.phrases import say
from messaging.phrases.aloud import read_aloud, speakable

# What ends a figure of several keys.
END_OF_FIGURE = "#"
# What places and commodities can be chosen for by ear.
_HEARD = frozenset({Purpose.PRICES, Purpose.SUBSCRIBE, Purpose.WATCH})
_HEARD_COMMANDS = SetLanguage | Subscribe | Alert | Unsubscribe | Statement | Confirm
# What is done in a group by ear.
_HEARD_DEEDS = frozenset({Deed.COME, Deed.STAY_AWAY, Deed.VOTE})


def draw(state: State, caller: Caller, notice: str = "") -> tuple[Screen, State]:
    """What is said, and the state that remembers what is numbered in it."""
    if not has_voice(state.frame):
        state = state.home()
    frame = _for_the_ear(state.frame, caller)
    sentences, shown = what_is_said(frame, caller)
    text = speakable(" ".join(filter(None, [notice, *sentences])))
    return Screen(text, shown=shown), State((*state.frames[:-1], frame), shown)


def draw_reply(state: State, caller: Caller, reply: str) -> tuple[Screen, State]:
    """What is said next, after the reply to what was just done."""
    return draw(state, caller, read_aloud(reply, caller.language, this_year=today(caller).year))


def press(state: State, token: str, caller: Caller) -> Step:
    """One key further, where that leads to something that can be heard."""
    token = plain(token)
    if isinstance(state.frame, WatchMark):
        token = token.rstrip(END_OF_FIGURE)  # a gateway may bring it along
    if token in {BACK, HOME} and len(state.frames) > 1:
        return Step(state.back() if token == BACK else state.home())
    step = _step(state, token, caller)
    if step is None or not _is_heard(step) or (step.notice and not _says_why(state.frame)):
        return Step(state, say(caller.language, "That number leads nowhere here."))
    notice = read_aloud(step.notice, caller.language, this_year=today(caller).year)
    return replace(step, notice=notice)


def takes_free_text(_: State) -> bool:
    """Nothing is typed in a call but keys."""
    return False


MENU = Menu(Channel.VOICE, draw, draw_reply, press, takes_free_text)


def has_voice(frame: Frame) -> bool:
    """True for a screen that can be heard."""
    match frame:
        case Commodities(purpose=purpose) | Places(purpose=purpose):
            return purpose in _HEARD
        case Root() | PriceView() | MyGroups() | GroupView() | BulletinView() | JoinCode():
            return True
        case Languages() | Alerts() | AlertView() | WatchView() | AddAlert():
            return True
        case WatchMark() | WatchSide() | Asked() | MyMilk():
            return True
        case People() | MeetingView() | Elections() | ElectionView():
            return True
        case _:
            return False


def _step(state: State, token: str, caller: Caller) -> Step | None:
    """Where a key leads; None where it is none of this screen's."""
    match state.frame:
        case Root() if token not in BRANCHES:
            return None
        case PriceView() | BulletinView() | JoinCode() if token == AGAIN:
            return Step(state)
        case GroupView() | MyMilk() | Asked() if token == AGAIN:
            return Step(state)
        case BulletinView() | JoinCode():
            return None
        case PriceView() if token != OTHER:
            return None
        case _:
            return tree.press(state, token, caller)


def _is_heard(step: Step) -> bool:
    if step.command is None:
        return has_voice(step.state.frame)
    if isinstance(step.command, GroupDeed):
        return step.command.deed in _HEARD_DEEDS
    return isinstance(step.command, _HEARD_COMMANDS)


def _says_why(frame: Frame) -> bool:
    """True where a key that leads no further has a reason of its own."""
    return isinstance(frame, WatchMark | AddAlert)


def _for_the_ear(frame: Frame, caller: Caller) -> Frame:
    """The frame as it is heard: few languages are offered, those of the caller's country.

    Each of them takes its time to hear.
    """
    match frame:
        case Languages():
            return replace(frame, options=spoken_languages(caller))
        case _:
            return frame

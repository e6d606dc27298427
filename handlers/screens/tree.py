"""The menu tree: every screen drawn and every key pressed, as pure functions."""

from dataclasses import dataclass, replace
from typing import assert_never

from handlers.commands import Command
from handlers.screens import commodities, doubt, language, places, prices, report, root
from handlers.screens.caller import Caller
from handlers.screens.frames import (
    Amount,
    Commodities,
    Doubt,
    Languages,
    Places,
    PriceView,
    Root,
    State,
)
from handlers.screens.lists import plain
from handlers.screens.moves import Again, Finish, Forward, Move, Settle
from handlers.screens.screen import BACK, HOME, Screen


@dataclass(frozen=True)
class Step:
    """Where a key led; a command is to be done first, and its reply ends the call when `ends`."""

    state: State
    notice: str = ""
    command: Command | None = None
    ends: bool = False


def draw(state: State, caller: Caller, notice: str = "") -> tuple[Screen, State]:
    """The screen to show, and the state that remembers what is numbered on it."""
    screen = _show(state, caller, notice)
    return screen, replace(state, shown=screen.shown)


def takes_free_text(state: State) -> bool:
    """True where everything typed is one answer, `*` included."""
    return isinstance(state.frame, Amount)


def press(state: State, token: str, caller: Caller) -> Step:
    """One input further."""
    token = plain(token)
    if len(state.frames) > 1:
        if token == BACK:
            return Step(state.back())
        if token == HOME and not takes_free_text(state):
            return Step(State())
    return _step(state, _move(state, token, caller))


def _step(state: State, move: Move) -> Step:
    match move:
        case Forward(frame):
            return Step(state.forward(frame))
        case Again(notice):
            return Step(state, notice)
        case Finish(command):
            return Step(state, command=command, ends=True)
        case Settle(command):
            return Step(State(), command=command)
        case _:
            assert_never(move)


def _move(state: State, token: str, caller: Caller) -> Move:
    match state.frame:
        case Root():
            return root.press(token, caller)
        case Commodities() as frame:
            return commodities.press(frame, state.shown, token, caller)
        case Places() as frame:
            return places.press(frame, state.shown, token, caller)
        case PriceView() as frame:
            return prices.press(frame, token, caller)
        case Amount() as frame:
            return report.press(frame, token, caller)
        case Doubt() as frame:
            return doubt.press(frame, state.shown, token, caller)
        case Languages() as frame:
            return language.press(frame, state.shown, token, caller)
        case _:
            assert_never(state.frame)


def _show(state: State, caller: Caller, notice: str) -> Screen:
    match state.frame:
        case Root():
            return root.show(caller, notice)
        case Commodities() as frame:
            return commodities.show(frame, caller, notice)
        case Places() as frame:
            return places.show(frame, caller, notice)
        case PriceView() as frame:
            return prices.show(frame, caller, notice)
        case Amount() as frame:
            return report.show(frame, caller, notice)
        case Doubt() as frame:
            return doubt.show(frame, caller, notice)
        case Languages() as frame:
            return language.show(frame, caller, notice)
        case _:
            assert_never(state.frame)

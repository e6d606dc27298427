"""A call broke off a moment ago: it goes on where it was, or all begins anew."""

from handlers.screens.caller import Caller
from handlers.screens.moves import Again, Back, Home, Move
from handlers.screens.screen import BACK, Line, Screen, fit, key
from messaging.phrases import say

GO_ON = "1"


def show(caller: Caller, notice: str) -> Screen:
    """The two ways on."""
    language = caller.language
    return Screen(
        fit(
            lambda _: [
                Line(notice, rank=1),
                Line(say(language, "Your last call broke off.")),
                Line(key(GO_ON, say(language, "Continue"))),
                Line(key(BACK, say(language, "Start again"))),
            ]
        )
    )


def press(token: str, caller: Caller) -> Move:
    """On from where it was, or to the first screen."""
    match token:
        case "1":
            return Back()
        case "0" | "00":
            return Home()
        case _:
            return Again(say(caller.language, "Press 1 or 0."))

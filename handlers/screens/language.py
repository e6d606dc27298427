"""Which language? Each one is named by itself, so that its speakers find it."""

from dataclasses import replace

from handlers.commands import SetLanguage
from handlers.screens.caller import Caller
from handlers.screens.frames import Languages
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Forward, Move, Settle
from handlers.screens.screen import MORE, Screen, listing
from messaging.phrases import say
from messaging.phrases.formats import language_name

# Nobody knows yet in which language the caller reads.
_WELCOME = "Karibu Bei. Lugha? Language?"


def show(frame: Languages, caller: Caller, notice: str) -> Screen:
    """The languages Bei speaks."""
    names = [language_name(code) for code in frame.options]
    return listing(
        caller.language,
        notice or (_WELCOME if frame.is_welcome else say(caller.language, "Lugha / Language")),
        lambda _: names,
        back=say(caller.language, "Skip") if frame.is_welcome else "",
    )


def press(frame: Languages, shown: int, token: str, caller: Caller) -> Move:
    """A language by its number; the choice is kept."""
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    code = picked(frame.options, shown, token)
    if code is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    # In the first call the next question lies below this one.
    return Settle(SetLanguage(code), goes_back=frame.is_welcome)

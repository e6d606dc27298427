"""What was asked back stands on the screen as it is held, and a number answers it.

Whoever leaves it open, or hangs up, answers it by text within the two hours that it is held.
"""

from handlers.commands import Confirm
from handlers.screens.caller import Caller
from handlers.screens.frames import Asked
from handlers.screens.lists import is_words, picked
from handlers.screens.moves import Again, Enter, Finish, Move
from handlers.screens.screen import BACK, HOME, Line, Screen, back_and_home, fit, key
from messaging.phrases import say


def show(_: Asked, caller: Caller, notice: str) -> Screen:
    """The question; where it was answered meanwhile, or is held no more, that."""
    language, question = caller.language, caller.facts.question()
    if question is None:
        over = say(language, "Nothing is asked any more.")
        return Screen(
            fit(lambda _: [Line(notice, rank=1), Line(over), Line(back_and_home(language))])
        )
    later = key(BACK, say(language, "Answer later"))
    return Screen(
        fit(
            lambda _: [
                Line(notice, rank=1),
                Line(question.text),
                Line(f"{later} {key(HOME, say(language, 'Home'))}"),
            ]
        ),
        shown=question.choices,
    )


def press(frame: Asked, token: str, caller: Caller) -> Move:
    """The answer of that number; of words only a text can be heard."""
    question = caller.facts.question()
    choices = range(1, question.choices + 1) if question else ()
    choice = picked(choices, len(choices), token)
    if choice is None:
        return Again(_no_answer(token, caller.language))
    answer = Confirm(choice)
    return Finish(answer) if frame.ends else Enter(answer)


def _no_answer(token: str, language: str) -> str:
    if is_words(token):
        return say(language, "Answer in words by SMS.")
    return say(language, "Not on the list. Press a number:")

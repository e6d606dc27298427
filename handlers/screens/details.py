"""Who I am: what Bei knows of a caller, and the way to change each of it."""

import unicodedata

from handlers.commands import Register, Start, Stop
from handlers.keywords.fitting import clip, quotable
from handlers.parser import Sender, parse
from handlers.parser.cleaning import clean
from handlers.screens.caller import Caller
from handlers.screens.entrances import to_commodities, to_places
from handlers.screens.frames import Languages, NameEntry, Purpose, StopAll
from handlers.screens.lists import is_words
from handlers.screens.moves import Again, Finish, Forward, Move, Settle
from handlers.screens.screen import Line, Screen, back_and_home, fit, key
from messaging.phrases import languages_for, say
from messaging.phrases.formats import language_name
from messaging.segments import DROPPED

NAME, PLACE, LANGUAGE, PRODUCT, MESSAGES = "1", "2", "3", "4", "5"
# Two keys, so that a dial that is repeated as a whole (*384*123*6*5*1#) never undoes what the
# first one did: who stopped is not signed up again by stopping twice.
YES_STOP, YES_START = "1", "2"
# What is not known yet.
UNKNOWN = "?"

# What stands between a name's letters.
_BETWEEN = " '.-"


def show(caller: Caller, notice: str) -> Screen:
    """Each detail behind the key that changes it."""
    language = caller.language

    def compose(width: int) -> list[Line]:
        product, home_id = caller.usual_commodity, caller.home_place_id
        name = say(language, "Name: {name}", name=_name(caller, width))
        place = UNKNOWN if home_id is None else caller.place(home_id, width)
        commodity = UNKNOWN if product is None else caller.commodity(product, width)
        return [
            Line(notice or say(language, "My details"), rank=0 if notice else 1),
            Line(key(NAME, name)),
            Line(key(PLACE, say(language, "Place: {place}", place=place))),
            Line(key(LANGUAGE, say(language, "Language: {name}", name=language_name(language)))),
            Line(key(PRODUCT, say(language, "Product: {commodity}", commodity=commodity))),
            Line(key(MESSAGES, _messages(caller))),
            Line(back_and_home(language)),
        ]

    return Screen(fit(compose))


def press(token: str, caller: Caller) -> Move:
    """To change one of them."""
    match token:
        case "1":
            return Forward(NameEntry())
        case "2":
            return to_places(caller, Purpose.HOME)
        case "3":
            return Forward(Languages(languages_for(caller.vocabulary.country.languages)))
        case "4":
            return to_commodities(caller, Purpose.USUAL)
        case "5":
            return Forward(StopAll())
        case _:
            return Again(say(caller.language, "Not on the list. Press a number:"))


def show_name(caller: Caller, notice: str) -> Screen:
    """The name as it is kept, and the question for another."""
    language = caller.language
    known = "" if caller.name is None else say(language, "Name: {name}", name=_name(caller, 40))
    return Screen(
        fit(
            lambda _: [
                Line(notice, rank=1),
                Line(known, rank=2),
                Line(say(language, "What is your name? Type it:")),
                Line(back_and_home(language)),
            ]
        )
    )


def press_name(token: str, caller: Caller) -> Move:
    """Keep the name; what holds no letter is none."""
    name = _name_typed(token, caller)
    if name is None:
        return Again(say(caller.language, "Please use letters."))
    return Settle(Register(name=name), goes_back=True)


def _name_typed(token: str, caller: Caller) -> str | None:
    """The name alone, where it was said in a sentence: "naitwa Jane", "my name is Jane"."""
    if " " in token:
        match parse(token, caller.vocabulary, Sender(language=caller.language)).command:
            case Register(name=str(name)):
                return name
    return letters_of_name(token)


def letters_of_name(text: str) -> str | None:
    """What was typed without digits, signs and pictures, as in a text; None for no letter."""
    written = "".join(sign if _is_of_a_name(sign) else " " for sign in clean(text))
    name = " ".join(written.split()).strip(_BETWEEN)
    return name if is_words(name) else None


def _is_of_a_name(sign: str) -> bool:
    """A letter, a vowel sign of a script that has them, or what joins the parts of a name."""
    is_mark = unicodedata.category(sign).startswith("M") and sign not in DROPPED
    return sign.isalpha() or is_mark or sign in _BETWEEN


def show_stop(caller: Caller, notice: str) -> Screen:
    """Really no more messages; for who is out already, messages again?"""
    language = caller.language
    if caller.is_out:
        told = say(language, "You stopped all messages from Bei.")
        beside, yes = "", key(YES_START, say(language, "Get messages again"))
    else:
        told = say(language, "Stop all messages from Bei?")
        beside = say(language, "You can still dial and ask.")
        yes = key(YES_STOP, say(language, "Yes, stop all"))
    return Screen(
        fit(
            lambda _: [
                Line(notice, rank=2),
                Line(told),
                Line(beside, rank=1),
                Line(yes),
                Line(back_and_home(language)),
            ]
        )
    )


def press_stop(token: str, caller: Caller) -> Move:
    """Out, or in again."""
    if token == YES_STOP and not caller.is_out:
        return Finish(Stop())
    if token == YES_START and caller.is_out:
        return Finish(Start())
    return Again(say(caller.language, "Not on the list. Press a number:"))


def _name(caller: Caller, width: int) -> str:
    """The name as far as a screen can show it: one of another script would fill it alone."""
    if not caller.name:
        return UNKNOWN
    return clip(quotable(caller.name), width) or say(caller.language, "noted")


def _messages(caller: Caller) -> str:
    if caller.is_out:
        return say(caller.language, "Messages: off")
    return say(caller.language, "Messages: on")

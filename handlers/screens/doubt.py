"""A price that is hardly meant: is it so? What was likelier meant is one key away."""

from handlers.commands import Item, PriceReport
from handlers.screens.caller import Caller
from handlers.screens.frames import Amount, Doubt, Meaning
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Finish, Forward, Move
from handlers.screens.screen import BACK, NAME_WIDTHS, Line, Screen, fit, is_whole, key, numbered
from messaging.phrases import say
from messaging.phrases.formats import amount, price

# Of what may have been meant; beside it stand what was typed, and to type it again.
MOST_LIKELY, OTHERS = 2, 2


def show(frame: Doubt, caller: Caller, notice: str) -> Screen:
    """What was typed beside what is usual, and as many likely meanings as there is room for."""

    def compose(shown: int, width: int) -> list[Line]:
        return [
            Line(notice, rank=1),
            Line(_question(frame, caller, width)),
            *(Line(label) for label in numbered(_labels(frame, shown, caller, width))),
            Line(key(BACK, say(caller.language, "Back"))),
        ]

    for shown in range(min(len(frame.likely), MOST_LIKELY) + OTHERS, OTHERS - 1, -1):
        if is_whole(compose(shown, NAME_WIDTHS[-1])):
            break
    return Screen(fit(lambda width: compose(shown, width)), shown=shown)


def press(frame: Doubt, shown: int, token: str, caller: Caller) -> Move:
    """It is that, or it is typed again; either way it is this report that was meant."""
    meanings = [Finish(_report(frame, meaning)) for meaning in _meanings(frame, shown)]
    again = Forward(
        Amount(frame.commodity, frame.place_id, frame.report_id, price_type=frame.price_type)
    )
    nothing = Again(say(caller.language, "Not on the list. Press a number:"))
    return picked([*meanings, again], shown, token) or nothing


def _meanings(frame: Doubt, shown: int) -> list[Meaning]:
    return [*frame.likely[: shown - OTHERS], frame.told]


def _report(frame: Doubt, meaning: Meaning) -> PriceReport:
    item = Item(
        commodity=frame.commodity,
        place_id=frame.place_id,
        price=meaning.price,
        unit=meaning.unit,
        held_report=frame.report_id,
    )
    return PriceReport((item,))


def _question(frame: Doubt, caller: Caller, width: int) -> str:
    language = caller.language
    names = {
        "commodity": caller.commodity(frame.commodity, width),
        "place": caller.place(frame.place_id, width),
        "price": amount(frame.told.price, language),
        "unit": caller.unit(frame.told.unit),
    }
    if frame.usual is None:
        return say(language, "{commodity} at {place}: {price} a {unit}?", **names)
    return say(
        language,
        "{commodity} at {place}: {price} a {unit}? Usual is {usual}.",
        **names,
        usual=price(frame.usual, language),
    )


def _labels(frame: Doubt, shown: int, caller: Caller, width: int) -> list[str]:
    language = caller.language
    return [
        say(language, "It is {price}", price=amount(meaning.price, language))
        if meaning.unit == frame.told.unit
        else say(language, "It is per {unit}", unit=caller.unit(meaning.unit, width))
        for meaning in _meanings(frame, shown)
    ] + [say(language, "Type again")]

"""What the price is for: another unit, another step of the trade."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.screens.caller import Caller
from handlers.screens.frames import PriceTypes, Units
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Forward, Move
from handlers.screens.report import price_type_words
from handlers.screens.screen import MORE, Screen, listing
from messaging.phrases import say


def show_units(frame: Units, caller: Caller, notice: str) -> Screen:
    """The units in which the commodity may be priced."""
    return units_listed(frame.amount.commodity, frame.options, caller, notice)


def units_listed(commodity: str, options: Sequence[str], caller: Caller, notice: str) -> Screen:
    """Of one of which of these is a price?"""
    name = caller.commodity(commodity)
    return listing(
        caller.language,
        notice or say(caller.language, "{commodity}: price of one?", commodity=name),
        lambda width: [caller.unit(code, width) for code in options],
    )


def press_unit(frame: Units, shown: int, token: str, caller: Caller) -> Move:
    """Back to the price, for one of another unit."""
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    unit = picked(frame.options, shown, token)
    if unit is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return Forward(replace(frame.amount, unit=unit))


def show_price_types(frame: PriceTypes, caller: Caller, notice: str) -> Screen:
    """The steps of the trade."""
    language = caller.language
    return listing(
        language,
        notice or say(language, "Where is this price paid?"),
        lambda _: [price_type_words(language, price_type) for price_type in frame.options],
    )


def press_price_type(frame: PriceTypes, shown: int, token: str, caller: Caller) -> Move:
    """Back to the price, at another step."""
    price_type = picked(frame.options, shown, token)
    if price_type is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return Forward(replace(frame.amount, price_type=price_type))

"""Which commodity? The branch that every purpose but the home place passes through."""

from handlers.commands import Item, Register
from handlers.screens.caller import Caller
from handlers.screens.entrances import more_commodities, to_places
from handlers.screens.frames import BestMarkets, Commodities, PriceView, Purpose
from handlers.screens.lists import is_words, picked
from handlers.screens.moves import Again, Forward, Move, Settle
from handlers.screens.names import commodity_named
from handlers.screens.screen import MORE, Screen, listing
from messaging.phrases import say


def show(frame: Commodities, caller: Caller, notice: str) -> Screen:
    """The list, under the name of the place where it is known."""
    return listing(
        caller.language,
        notice or _title(frame, caller),
        lambda width: [caller.commodity(code, width) for code in frame.options],
    )


def press(frame: Commodities, shown: int, token: str, caller: Caller) -> Move:
    """A commodity by number or by name, or more of them."""
    if token == MORE and shown < len(frame.options):
        return more_commodities(caller, frame, shown)
    code = picked(frame.options, shown, token)
    if code is None and is_words(token):
        code = commodity_named(token, caller.vocabulary)
    if code is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return _reach(frame, code, caller)


def _reach(frame: Commodities, code: str, caller: Caller) -> Move:
    if frame.purpose is Purpose.USUAL:
        return Settle(Register(item=Item(commodity=code)), goes_back=True)
    if frame.place_id is None:
        return to_places(caller, frame.purpose, code)
    if frame.purpose is Purpose.SELL:
        return Forward(BestMarkets(code, frame.place_id))
    return Forward(PriceView(code, frame.place_id))


def _title(frame: Commodities, caller: Caller) -> str:
    if frame.place_id is None:
        return say(caller.language, "Which product? Or type a name:")
    place = caller.place(frame.place_id)
    if frame.purpose is Purpose.SELL:
        return say(caller.language, "Sell from {place}", place=place)
    return say(caller.language, "Prices, {place}", place=place)

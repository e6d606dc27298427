"""Which place? Home first where it is known, else county by county, or by typing a name."""

from collections import Counter
from dataclasses import replace

from handlers.commands import Item, Register, Subscribe
from handlers.screens.caller import Caller
from handlers.screens.frames import Amount, BestMarkets, Places, PriceView, Purpose, WatchMark
from handlers.screens.lists import is_words, picked
from handlers.screens.moves import Again, Finish, Forward, Move, Settle
from handlers.screens.names import places_named, without_namesakes
from handlers.screens.screen import MORE, Screen, listing
from messaging.phrases import say
from prices.geography import trading_places
from prices.kinds import PlaceKind
from prices.vocabulary import PlaceEntry

# Where nobody told a price there is none to see; to tell one, or to live, any place will do.
_OF_PRICED_MARKETS = frozenset({Purpose.PRICES, Purpose.SELL})


def show(frame: Places, caller: Caller, notice: str) -> Screen:
    """The list of places, each name told apart from its like."""
    return listing(
        caller.language,
        notice or _title(frame, caller),
        lambda width: _labels(frame, caller, width),
        back=say(caller.language, "Skip") if _is_first(frame) else "",
    )


def press(frame: Places, shown: int, token: str, caller: Caller) -> Move:
    """A place by number or by name, or more of them."""
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    place_id = picked(frame.options, shown, token)
    if place_id is not None:
        return _reach(frame, place_id, caller)
    if is_words(token):
        return _by_name(frame, token, caller)
    return Again(say(caller.language, "Not on the list. Press a number:"))


def _by_name(frame: Places, token: str, caller: Caller) -> Move:
    found = places_named(token, caller.vocabulary)
    match found:
        case ():
            return Again(say(caller.language, "We do not know that place. Press a number:"))
        case (only,):
            return _reach(frame, only, caller)
        case _:
            return Forward(Places(frame.purpose, found, frame.commodity))


def _reach(frame: Places, place_id: int, caller: Caller) -> Move:
    """Arrive at a market; open a county, unless it stands in its own list and is meant whole."""
    if caller.is_trading_place(place_id) or place_id == frame.county_id:
        return _arrive(frame, place_id)
    markets = _markets(frame, place_id, caller)
    if markets:
        return Forward(Places(frame.purpose, markets, frame.commodity, place_id))
    if frame.purpose is Purpose.REPORT:
        return Again(say(caller.language, "We know no market there. Press a number:"))
    return _arrive(frame, place_id)


def _markets(frame: Places, county_id: int, caller: Caller) -> tuple[int, ...]:
    """What a county opens to: for prices itself and the markets that have one, else everything."""
    priced: tuple[int, ...] = ()
    if frame.commodity is not None:
        priced = tuple(caller.facts.markets_with_prices(county_id, frame.commodity))
    if frame.purpose in _OF_PRICED_MARKETS:
        return (county_id, *priced) if priced else ()
    inside = trading_places(caller.vocabulary, caller.vocabulary.places[county_id])
    everything = (place.id for place in sorted(inside, key=_by_weight))
    markets = without_namesakes((*priced, *everything), caller.vocabulary)
    # A county's price is watched like a market's.
    return (county_id, *markets) if markets and frame.purpose is Purpose.WATCH else markets


def _by_weight(place: PlaceEntry) -> tuple[bool, int, str]:
    """Markets by size, then wards by name."""
    return (place.kind is PlaceKind.WARD, -(place.population or 0), place.name)


def _arrive(frame: Places, place_id: int) -> Move:
    commodity = frame.commodity
    if commodity is None:
        return Settle(Register(item=Item(place_id=place_id)))
    match frame.purpose:
        case Purpose.REPORT:
            return Forward(Amount(commodity, place_id))
        case Purpose.SUBSCRIBE:
            return Finish(Subscribe((Item(commodity=commodity, place_id=place_id),)))
        case Purpose.WATCH:
            return Forward(WatchMark(commodity, place_id))
        case Purpose.SELL:
            return Forward(BestMarkets(commodity, place_id))
        case _:
            return Forward(PriceView(commodity, place_id))


def _is_first(frame: Places) -> bool:
    """True where a caller who was never asked before is asked for a home."""
    return frame.purpose is Purpose.WELCOME and frame.county_id is None


def _title(frame: Places, caller: Caller) -> str:
    language = caller.language
    if frame.commodity is not None:
        return say(
            language,
            "{commodity}: where? Or type a name:",
            commodity=caller.commodity(frame.commodity),
        )
    if frame.county_id is None:
        return say(language, "Where do you sell? Or type a name:")
    return say(language, "Which place?")


def _labels(frame: Places, caller: Caller, width: int) -> list[str]:
    names = [caller.place(place_id, width) for place_id in frame.options]
    often = Counter(names)
    markets_often = Counter(
        name
        for place_id, name in zip(frame.options, names, strict=True)
        if caller.is_trading_place(place_id)
    )
    return [
        _market(place_id, name, caller, width if markets_often[name] > 1 else None)
        if caller.is_trading_place(place_id)
        else _county(frame, place_id, name, caller, is_shared=often[name] > 1)
        for place_id, name in zip(frame.options, names, strict=True)
    ]


def _market(place_id: int, name: str, caller: Caller, width: int | None) -> str:
    """A market by its name; with a width, beside what it lies in, both on one line of a list."""
    above_id = caller.vocabulary.places[place_id].parent_id
    if above_id is None or width is None:
        return name
    half = width * 2 // 3
    return f"{caller.place(place_id, half)}, {caller.place(above_id, half)}"


def _county(frame: Places, place_id: int, name: str, caller: Caller, *, is_shared: bool) -> str:
    """A county is called one where a market bears its name too; what lies within it is not."""
    if place_id == frame.county_id:
        return say(caller.language, "All of {place}", place=name)
    if not is_shared or caller.vocabulary.places[place_id].kind is not PlaceKind.ADMIN1:
        return name
    county = say(caller.language, caller.vocabulary.country.admin1_word)
    return say(caller.language, "{place} {county}", place=name, county=county)

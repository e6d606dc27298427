"""The way into a list: which entries it holds, and in which order."""

from handlers.screens.caller import Caller
from handlers.screens.frames import Commodities, Places, Purpose
from handlers.screens.moves import Forward


def to_commodities(caller: Caller, purpose: Purpose, place_id: int | None = None) -> Forward:
    """To the commodities, the likeliest at that place first."""
    return Forward(Commodities(purpose, tuple(caller.facts.commodities(place_id)), place_id))


def to_places(caller: Caller, purpose: Purpose, commodity: str | None = None) -> Forward:
    """To the counties; the home place stands above them where it can be meant."""
    counties = tuple(caller.facts.counties(commodity))
    if caller.home_place_id is None or purpose is Purpose.HOME:
        return Forward(Places(purpose, counties, commodity))
    options = dict.fromkeys((caller.home_place_id, *counties))
    return Forward(Places(purpose, tuple(options), commodity))

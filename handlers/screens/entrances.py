"""The way into a list: which entries it holds, and in which order."""

from handlers.screens.caller import Caller
from handlers.screens.frames import Commodities, Places, Purpose
from handlers.screens.moves import Forward


def to_commodities(caller: Caller, purpose: Purpose, place_id: int | None = None) -> Forward:
    """To the commodities, the likeliest at that place first."""
    return Forward(Commodities(purpose, tuple(caller.facts.commodities(place_id)), place_id))


def to_places(caller: Caller, purpose: Purpose, commodity: str | None = None) -> Forward:
    """To the counties: first the home place, where it can be meant, and the county around it."""
    counties = list(caller.facts.counties(commodity))
    home_id = caller.home_place_id
    if home_id is None:
        return Forward(Places(purpose, tuple(counties), commodity))
    own_county_id = caller.vocabulary.places[home_id].admin1_id
    counties.sort(key=lambda place_id: place_id != own_county_id)
    options = counties if purpose is Purpose.HOME else dict.fromkeys((home_id, *counties))
    return Forward(Places(purpose, tuple(options), commodity))

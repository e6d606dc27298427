"""The way into a list: which entries it holds, and in which order."""

from handlers.screens.caller import Caller
from handlers.screens.frames import (
    Alerts,
    Commodities,
    GroupView,
    JoinCode,
    MyGroups,
    Places,
    Purpose,
)
from handlers.screens.moves import Forward

# Where one is at home, no price is asked for: the county is opened instead.
_ASK_FOR_HOME = frozenset({Purpose.HOME, Purpose.WELCOME})
# Places that lead a list before the counties do.
MOST_FAVOURITES = 3


def to_commodities(caller: Caller, purpose: Purpose, place_id: int | None = None) -> Forward:
    """To the commodities, the likeliest at that place first."""
    return Forward(Commodities(purpose, tuple(caller.facts.commodities(place_id)), place_id))


def to_places(caller: Caller, purpose: Purpose, commodity: str | None = None) -> Forward:
    """To the counties; before them the home place and favourites, where they can be meant."""
    return Forward(places_for(caller, purpose, commodity))


def places_for(caller: Caller, purpose: Purpose, commodity: str | None = None) -> Places:
    """The list of places that a purpose begins with."""
    counties, places = list(caller.facts.counties(commodity)), caller.vocabulary.places
    home_id = caller.home_place_id
    own_county_id = None if home_id is None else places[home_id].admin1_id
    counties.sort(key=lambda place_id: place_id != own_county_id)
    if purpose in _ASK_FOR_HOME:
        return Places(purpose, tuple(counties))
    favourites = caller.facts.favourites(commodity)[:MOST_FAVOURITES]
    first = [] if home_id is None else [home_id]
    return Places(purpose, tuple(dict.fromkeys((*first, *favourites, *counties))), commodity)


def to_group(caller: Caller) -> Forward:
    """To the group of somebody who is in one, else to which of them, or to join one."""
    found = caller.facts.groups()
    match found:
        case ():
            return Forward(JoinCode())
        case (only,):
            return Forward(GroupView(only.id))
        case _:
            return Forward(MyGroups(tuple(group.id for group in found)))


def to_alerts(caller: Caller) -> Forward:
    """To what is sent to the caller by itself."""
    return Forward(Alerts(tuple(weekly.price for weekly in caller.facts.alerts())))

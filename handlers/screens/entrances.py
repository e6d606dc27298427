"""The way into a list: which entries it holds, and in which order."""

from collections.abc import Sequence

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
from handlers.screens.screen import MOST_OPTIONS

# Where one is at home, no price is asked for: the county is opened instead.
_ASK_FOR_HOME = frozenset({Purpose.HOME, Purpose.WELCOME})
# Of a list of commodities: one more than a screen can number, so that it offers more of them.
KEPT = MOST_OPTIONS + 1
# Places that lead a list before the counties do.
MOST_FAVOURITES = 3


def to_commodities(caller: Caller, purpose: Purpose, place_id: int | None = None) -> Forward:
    """To the commodities, the likeliest at that place first."""
    return Forward(_beginning(purpose, caller.facts.commodities(place_id), place_id))


def more_commodities(caller: Caller, frame: Commodities, shown: int) -> Forward:
    """To those that the list has behind the ones shown."""
    left: Sequence[str] = frame.options[shown:]
    if frame.has_more:
        every = caller.facts.commodities(frame.place_id)
        left = every[every.index(left[0]) :]
    return Forward(_beginning(frame.purpose, left, frame.place_id))


def _beginning(purpose: Purpose, left: Sequence[str], place_id: int | None) -> Commodities:
    return Commodities(purpose, tuple(left[:KEPT]), place_id, has_more=len(left) > KEPT)


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
    weekly = (one.price for one in caller.facts.alerts())
    return Forward(Alerts((*weekly, *(one.id for one in caller.facts.watched()))))

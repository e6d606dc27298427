"""The first screen: everything that works, one key away."""

from handlers.screens.caller import Caller
from handlers.screens.entrances import to_commodities, to_places
from handlers.screens.frames import Languages, Purpose
from handlers.screens.moves import Again, Forward, Move
from handlers.screens.screen import Screen, listing
from messaging.phrases import languages_for, say


def show(caller: Caller, notice: str) -> Screen:
    """The title, the home place where it is known, and the branches."""
    title = "Bei"
    if caller.home_place_id is not None:
        title = f"Bei - {caller.place(caller.home_place_id)}"
    return listing(
        caller.language,
        "\n".join(filter(None, [notice, title])),
        [
            say(caller.language, "Prices"),
            say(caller.language, "Report a price"),
            say(caller.language, "Weekly prices"),
            say(caller.language, "My place"),
            say(caller.language, "Lugha / Language"),
        ],
        has_back=False,
    )


def press(token: str, caller: Caller) -> Move:
    """Into a branch. Prices opens on the home place at once: that is what most people ask."""
    match token:
        case "1" if caller.home_place_id is not None:
            return to_commodities(caller, Purpose.PRICES, caller.home_place_id)
        case "1":
            return to_commodities(caller, Purpose.PRICES)
        case "2":
            return to_commodities(caller, Purpose.REPORT)
        case "3":
            return to_commodities(caller, Purpose.SUBSCRIBE)
        case "4":
            return to_places(caller, Purpose.HOME)
        case "5":
            return Forward(Languages(languages_for(caller.vocabulary.country.languages)))
        case _:
            return Again(say(caller.language, "Press a number from 1 to 5."))

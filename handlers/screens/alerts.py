"""What comes by itself: the prices that somebody gets each week."""

from collections import Counter
from collections.abc import Sequence

from handlers.commands import Item, Unsubscribe
from handlers.screens.caller import Caller, WeeklyFacts
from handlers.screens.entrances import to_commodities
from handlers.screens.frames import Alerts, AlertView, PriceKey, Purpose
from handlers.screens.groups import out_words, prices_come
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Forward, Move, Settle
from handlers.screens.screen import MORE, OTHER, Line, Screen, back_and_home, fit, key, listing
from messaging.phrases import say
from prices.kinds import PlaceKind

STOP = "1"
# No name is longer.
_WHOLE = 80


def show_list(frame: Alerts, caller: Caller, notice: str) -> Screen:
    """What the caller gets, what was ended since this list was opened left out; and a way to more.

    Who wants no messages is told that none comes.
    """
    language, options = caller.language, _listed(frame, caller)
    empty = "" if options else say(language, "You get no weekly prices yet.")
    heading = empty or out_words(caller) or say(language, "You get every week:")
    return listing(
        language,
        "\n".join(filter(None, [notice, heading])),
        lambda width: _titles(options, caller, width),
        other=say(language, "Add prices"),
    )


def press_list(frame: Alerts, shown: int, token: str, caller: Caller) -> Move:
    """One of them by its number, more of them, or new ones."""
    if token == OTHER:
        return to_commodities(caller, Purpose.SUBSCRIBE)
    options = _listed(frame, caller)
    if token == MORE and shown < len(options):
        return Forward(Alerts(tuple(options[shown:])))
    option = picked(options, shown, token)
    if option is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return Forward(AlertView(*option))


def show(frame: AlertView, caller: Caller, notice: str) -> Screen:
    """What comes when, and the way to end it."""
    language, weekly = caller.language, _weekly(frame, caller)
    if weekly is None:
        lines = [say(language, "You do not get these prices.")]
    else:
        when = prices_come(language, weekly.weekday, weekly.hour)
        lines = [when, out_words(caller), key(STOP, say(language, "Stop these prices"))]
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                Line(_whole_title(PriceKey(frame.commodity, frame.place_id), caller, width)),
                *map(Line, lines),
                Line(back_and_home(language)),
            ]
        )
    )


def press(frame: AlertView, token: str, caller: Caller) -> Move:
    """No more of it: the list shows what is left."""
    if token == STOP and _weekly(frame, caller) is not None:
        item = Item(commodity=frame.commodity, place_id=frame.place_id)
        return Settle(Unsubscribe((item,)), goes_back=True)
    return Again(say(caller.language, "Not on the list. Press a number:"))


def _listed(frame: Alerts, caller: Caller) -> list[PriceKey]:
    """What is left of a page; all of it where nothing is left of this one."""
    wanted = [one.price for one in caller.facts.alerts()]
    return [price for price in wanted if price in frame.options] or wanted


def _weekly(frame: AlertView, caller: Caller) -> WeeklyFacts | None:
    wanted = PriceKey(frame.commodity, frame.place_id)
    return next((one for one in caller.facts.alerts() if one.price == wanted), None)


def _titles(options: Sequence[PriceKey], caller: Caller, width: int) -> list[str]:
    """Each by its thing and place; a county is called one beside a market that bears its name."""
    names = [_title(option, caller, _WHOLE) for option in options]
    often = Counter(names)
    return [
        (_title if often[name] == 1 else _whole_title)(option, caller, width)
        for option, name in zip(options, names, strict=True)
    ]


def _title(price: PriceKey, caller: Caller, width: int) -> str:
    """Milk, Nakuru."""
    return f"{caller.commodity(price.commodity, width)}, {caller.place(price.place_id, width)}"


def _whole_title(price: PriceKey, caller: Caller, width: int) -> str:
    """Milk, Nakuru county; a market as it is."""
    place = caller.place(price.place_id, width)
    if caller.vocabulary.places[price.place_id].kind is PlaceKind.ADMIN1:
        county = say(caller.language, caller.vocabulary.country.admin1_word)
        place = say(caller.language, "{place} {county}", place=place, county=county)
    return f"{caller.commodity(price.commodity, width)}, {place}"

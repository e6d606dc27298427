"""What comes by itself: the prices that somebody gets each week, and those that are watched."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from groups.alert_rules import AlertWay
from handlers.commands import Coming, Item, Unsubscribe
from handlers.screens.caller import Caller, WatchedFacts, WeeklyFacts
from handlers.screens.frames import AddAlert, Alerts, AlertView, PriceKey, WatchView
from handlers.screens.groups import out_words, prices_come
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Forward, Move, Settle
from handlers.screens.screen import MORE, OTHER, Line, Screen, back_and_home, fit, key, listing
from messaging.phrases import say
from messaging.phrases.formats import amount
from prices.kinds import PlaceKind

STOP = "1"
# No name is longer.
_WHOLE = 80

# What comes each week, by its price, or what is watched.
Entry = PriceKey | WatchedFacts


def show_list(frame: Alerts, caller: Caller, notice: str) -> Screen:
    """What the caller gets, what was ended since this list was opened left out; and a way to more.

    Who wants no messages is told that none comes.
    """
    language, entries = caller.language, listed(frame, caller)
    return listing(
        language,
        "\n".join(filter(None, [notice, heading(entries, caller)])),
        lambda width: labels(entries, caller, width),
        other=say(language, "Add"),
    )


def press_list(frame: Alerts, shown: int, token: str, caller: Caller) -> Move:
    """One of them by its number, more of them, or new ones."""
    if token == OTHER:
        return Forward(AddAlert())
    entries = listed(frame, caller)
    if token == MORE and shown < len(entries):
        return Forward(Alerts(tuple(map(_key, entries[shown:]))))
    entry = picked(entries, shown, token)
    if entry is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    if isinstance(entry, WatchedFacts):
        return Forward(WatchView(entry.id))
    return Forward(AlertView(*entry))


def show(frame: AlertView, caller: Caller, notice: str) -> Screen:
    """What comes when, and the way to end it."""
    language, wish = caller.language, weekly(frame, caller)
    if wish is None:
        lines = [say(language, "You do not get these prices.")]
    else:
        when = prices_come(language, wish.when)
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
    if token == STOP and weekly(frame, caller) is not None:
        item = Item(commodity=frame.commodity, place_id=frame.place_id)
        return Settle(Unsubscribe((item,), Coming.WEEKLY), goes_back=True)
    return Again(say(caller.language, "Not on the list. Press a number:"))


def listed(frame: Alerts, caller: Caller) -> list[Entry]:
    """What is left of a page; all of it where nothing is left of this one."""
    every: list[Entry] = [*(one.price for one in caller.facts.alerts()), *caller.facts.watched()]
    return [entry for entry in every if _key(entry) in frame.options] or every


def heading(entries: Sequence[Entry], caller: Caller) -> str:
    """What the list is of."""
    language = caller.language
    if not entries:
        return say(language, "You have no alerts yet.")
    if out_words(caller):
        return out_words(caller)
    if caller.facts.watched():
        return say(language, "Your alerts:")
    return say(language, "You get every week:")


def _key(entry: Entry) -> PriceKey | int:
    return entry.id if isinstance(entry, WatchedFacts) else entry


def weekly(frame: AlertView, caller: Caller) -> WeeklyFacts | None:
    """The wish; None where it has ended, whatever an earlier screen showed."""
    wanted = PriceKey(frame.commodity, frame.place_id)
    return next((one for one in caller.facts.alerts() if one.price == wanted), None)


def labels(entries: Sequence[Entry], caller: Caller, width: int) -> list[str]:
    """Each by its thing and place; a county is called one beside a market that bears its name."""
    prices = [entry.price if isinstance(entry, WatchedFacts) else entry for entry in entries]
    names = {price: _title(price, caller, _WHOLE) for price in prices}
    often = Counter(names.values())
    return [
        _label(
            entry,
            (_title if often[names[price]] == 1 else _whole_title)(price, caller, width),
            caller,
            width,
        )
        for entry, price in zip(entries, prices, strict=True)
    ]


def _label(entry: Entry, title: str, caller: Caller, width: int) -> str:
    """Milk, Nakuru weekly; Milk, Nakuru over 50."""
    language = caller.language
    if not isinstance(entry, WatchedFacts):
        # Where nothing else is on the list, its heading says so.
        is_alone = not caller.facts.watched()
        return title if is_alone else say(language, "{price} weekly", price=title)
    mark = amount(entry.mark or Decimal(0), language)
    if entry.unit is not None:
        mark = f"{mark}/{caller.sign_of(entry.price.commodity, entry.unit, width)}"
    match entry.way:
        case AlertWay.ABOVE:
            return say(language, "{price} over {mark}", price=title, mark=mark)
        case AlertWay.BELOW:
            return say(language, "{price} under {mark}", price=title, mark=mark)
        case AlertWay.UNUSUAL:
            return say(language, "{price} unusual", price=title)


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

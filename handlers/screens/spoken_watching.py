"""What comes by itself, as it is heard: the list, each entry with where it stands, and a new one.

The mark is the one thing that takes several keys: whoever types it ends with the hash key.
"""

from decimal import Decimal
from typing import assert_never

from groups.alert_rules import AlertWay
from handlers.screens import alerts, watch_marks, watching
from handlers.screens.alerts import heading, labels, listed
from handlers.screens.caller import Caller, Standing, WatchedFacts
from handlers.screens.frames import (
    AddAlert,
    Alerts,
    AlertView,
    PriceKey,
    WatchMark,
    WatchSide,
    WatchView,
)
from handlers.screens.groups import out_words, prices_come
from handlers.screens.screen import BACK, OTHER
from handlers.screens.spoken_prices import (
    basis_aloud,
    commodity_name,
    of_type_aloud,
    place_name,
    today,
    unit_name,
)
from handlers.screens.watching import Measure
from messaging.phrases import say
from messaging.phrases.aloud import money_aloud, read_aloud
from messaging.phrases.numbers import in_words

# No name is longer.
_WHOLE = 80

# The screens of this file that are no list.
Heard = AlertView | WatchView | AddAlert | WatchMark | WatchSide


def list_aloud(frame: Alerts, caller: Caller) -> tuple[str, list[str], str]:
    """What the list is of, each entry, and the way to another."""
    entries = listed(frame, caller)
    named = [_aloud(label, caller) for label in labels(entries, caller, _WHOLE)]
    add = say(caller.language, "To add one press {key}.", key=_key(OTHER, caller))
    return heading(entries, caller), named, add


def watching_aloud(frame: Heard, caller: Caller) -> list[str]:
    """A screen's sentences, its keys among them, that of the way back the last."""
    match frame:
        case AlertView():
            return [*_weekly(frame, caller), _back(caller)]
        case WatchView():
            return [*_watched(frame, caller), _back(caller)]
        case AddAlert():
            return [*_which(caller), _back(caller)]
        case WatchMark():
            return _mark(frame, caller)
        case WatchSide():
            return [*_side(frame, caller), _back(caller)]
        case _:
            assert_never(frame)


def _weekly(frame: AlertView, caller: Caller) -> list[str]:
    said = [_named(PriceKey(frame.commodity, frame.place_id), caller)]
    weekly = alerts.weekly(frame, caller)
    if weekly is None:
        return [*said, say(caller.language, "You do not get these prices.")]
    when = _aloud(prices_come(caller.language, weekly.when), caller)
    return [*said, f"{when}.", out_words(caller), _stop(alerts.STOP, caller)]


def _watched(frame: WatchView, caller: Caller) -> list[str]:
    watched = watching.watched_by(frame, caller)
    if watched is None:
        return [say(caller.language, "This price is not watched for you.")]
    standing = caller.facts.standing(*watched.price, watched.price_type)
    unit = unit_name(watched.price.commodity, watched.unit, caller)
    return [
        _named(watched.price, caller),
        _waited_for(watched, unit, caller),
        *_stands(standing, watching.measure_of(watched), caller),
        *_usual(watched, caller),
        out_words(caller),
        _stop(watching.STOP, caller),
    ]


def _waited_for(watched: WatchedFacts, unit: str, caller: Caller) -> str:
    language, mark = caller.language, _money(watched.mark or Decimal(0), caller)
    match watched.way:
        case AlertWay.ABOVE:
            return say(
                language, "You get a text when one {unit} is {price} or more.",
                unit=unit, price=mark,
            )  # fmt: skip
        case AlertWay.BELOW:
            return say(
                language, "You get a text when one {unit} is {price} or less.",
                unit=unit, price=mark,
            )  # fmt: skip
        case AlertWay.UNUSUAL:
            return say(language, "You get a text when it is far from usual.")


def _usual(watched: WatchedFacts, caller: Caller) -> list[str]:
    if watched.way is not AlertWay.UNUSUAL:
        return []
    usually = caller.facts.usually(*watched.price, watched.price_type)
    figure = "" if usually is None else _money(usually.price, caller)
    return [_aloud(watching.usual_words(usually, figure, caller.language), caller)]


def _which(caller: Caller) -> list[str]:
    language = caller.language
    weekly, watched = _key(watching.WEEKLY, caller), _key(watching.WATCHED, caller)
    return [
        say(language, "For prices every week press {key}.", key=weekly),
        say(language, "To be told at a price press {key}.", key=watched),
    ]


def _mark(frame: WatchMark, caller: Caller) -> list[str]:
    """The price, then what is asked; each answer ends with the hash key."""
    language, meant = caller.language, watch_marks.measure(frame, caller)
    unit = unit_name(frame.commodity, frame.unit, caller)
    standing = caller.facts.standing(frame.commodity, frame.place_id, None)
    unusual = " ".join(_key(digit, caller) for digit in watch_marks.UNUSUAL)
    return [
        _named(PriceKey(frame.commodity, frame.place_id), caller),
        *_stands(standing, meant, caller),
        say(language, "At which price of one {unit} do we text you?", unit=unit),
        say(language, "Press the figure, then the hash key."),
        say(language, "For whatever is unusual press {key}, then the hash key.", key=unusual),
        say(language, "To go back press {key}, then the hash key.", key=_key(BACK, caller)),
    ]


def _side(frame: WatchSide, caller: Caller) -> list[str]:
    language, mark = caller.language, frame.mark
    standing = caller.facts.standing(mark.commodity, mark.place_id, None)
    meant, figure = watch_marks.measure(mark, caller), _money(frame.price, caller)
    above, below = _key(watch_marks.ABOVE, caller), _key(watch_marks.BELOW, caller)
    return [
        _named(PriceKey(mark.commodity, mark.place_id), caller),
        *_stands(standing, meant, caller),
        say(
            language, "To be told when it is {price} or more press {key}.",
            price=figure, key=above,
        ),
        say(
            language, "To be told when it is {price} or less press {key}.",
            price=figure, key=below,
        ),
    ]  # fmt: skip


def _stands(standing: Standing, measure: Measure, caller: Caller) -> list[str]:
    """At the farm one litre sells for forty-seven shillings. Six reports, the newest from today."""
    estimate = standing.estimate
    if estimate is None:
        return [say(caller.language, "Nobody there has told a price yet.")]
    figure = _money(estimate.price * measure.base_units, caller)
    unit = unit_name(measure.commodity, measure.unit, caller)
    demo = [f"{say(caller.language, 'Demo data, not real')}."] if estimate.is_demo else []
    return [
        *demo,
        of_type_aloud(standing.price_type, unit, figure, caller),
        basis_aloud(estimate, standing.markets, caller),
    ]


def _named(price: PriceKey, caller: Caller) -> str:
    return say(
        caller.language,
        "{commodity} at {place}.",
        commodity=commodity_name(price.commodity, caller),
        place=place_name(price.place_id, caller),
    )


def _stop(key: str, caller: Caller) -> str:
    return say(caller.language, "To stop it press {key}.", key=_key(key, caller))


def _back(caller: Caller) -> str:
    return say(caller.language, "To go back press {key}.", key=_key(BACK, caller))


def _money(value: Decimal, caller: Caller) -> str:
    return money_aloud(value, caller.vocabulary.country.currency, caller.language)


def _key(key: str, caller: Caller) -> str:
    return in_words(int(key), caller.language)


def _aloud(text: str, caller: Caller) -> str:
    return read_aloud(text, caller.language, this_year=today(caller).year)

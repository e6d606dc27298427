"""The caller says at which price to be told: typed, as a report's price is, and from which side."""

from dataclasses import replace
from decimal import Decimal

from groups.alert_rules import AlertWay, towards
from handlers.commands import Alert, Item
from handlers.screens.caller import Caller, Standing
from handlers.screens.frames import WatchMark, WatchSide, WatchUnits
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Finish, Forward, Move
from handlers.screens.report import price_typed
from handlers.screens.report_terms import units_listed
from handlers.screens.screen import MORE, Line, Screen, back_and_home, fit, key
from handlers.screens.watching import Measure, demo_mark, paid, stands, title, waited_for
from messaging.phrases import say
from messaging.phrases.formats import amount, as_told

# Nobody writes 1 as 01: so these keys stay apart from every price.
UNUSUAL, OTHER_UNIT = "01", "02"
ABOVE, BELOW = "1", "2"
# A mark so many times the price, or the price so many times the mark, may be one of another unit or
# a slip: it is shown beside the price before it counts, as it is asked about by text.
FAR = 3


def show(frame: WatchMark, caller: Caller, notice: str) -> Screen:
    """Where the price stands, and what is asked: the mark for one of a unit."""
    language, standing = caller.language, _standing(frame, caller)
    unusual = key(UNUSUAL, say(language, "When it is unusual"))
    other_unit = key(OTHER_UNIT, say(language, "Other unit"))

    def compose(width: int) -> list[Line]:
        asked = say(
            language,
            "Text you at which price per {unit}? Type it:",
            unit=caller.unit(_unit(frame, caller), width),
        )
        name = title(frame.commodity, frame.place_id, standing.price_type, caller, width)
        return [
            Line(notice),
            # What was asked about already need not be named again.
            Line(name.text, rank=2) if notice else name,
            stands(standing, measure(frame, caller), caller, width),
            demo_mark(standing, language),
            Line(asked),
            Line(f"{unusual} {other_unit}", rank=3, short=unusual, short_rank=1),
            Line(back_and_home(language)),
        ]

    return Screen(fit(compose))


def press(frame: WatchMark, token: str, caller: Caller) -> Move:
    """A mark, or whatever is unusual; from which side, where that is not plain."""
    standing = _standing(frame, caller)
    if token == UNUSUAL:
        return Finish(_alert(frame, standing, None, AlertWay.UNUSUAL, caller))
    if token == OTHER_UNIT:
        units = tuple(caller.facts.units(frame.commodity, frame.place_id))
        return Forward(WatchUnits(frame, units))
    mark = price_typed(token)
    if mark is None:
        return Again(say(caller.language, "That is no price we can read."))
    way = _way(frame, standing, mark, caller)
    if way is None:
        return Forward(WatchSide(frame, mark))
    return Finish(_alert(frame, standing, mark, way, caller))


def show_units(frame: WatchUnits, caller: Caller, notice: str) -> Screen:
    """The units in which the commodity may be priced."""
    return units_listed(frame.mark.commodity, frame.options, caller, notice)


def press_unit(frame: WatchUnits, shown: int, token: str, caller: Caller) -> Move:
    """Back to the mark, for one of another unit."""
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    unit = picked(frame.options, shown, token)
    if unit is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return Forward(replace(frame.mark, unit=unit))


def show_side(frame: WatchSide, caller: Caller, notice: str) -> Screen:
    """The price beside the mark, and either side of it."""
    language, mark = caller.language, frame.mark
    standing = _standing(mark, caller)
    meant, price = measure(mark, caller), amount(frame.price, language)

    def compose(width: int) -> list[Line]:
        figure = paid(price, meant._replace(unit=mark.unit), caller, width)
        return [
            Line(notice, rank=2),
            title(mark.commodity, mark.place_id, standing.price_type, caller, width),
            stands(standing, meant, caller, width),
            demo_mark(standing, language),
            Line(key(ABOVE, waited_for(language, AlertWay.ABOVE, figure))),
            Line(key(BELOW, waited_for(language, AlertWay.BELOW, figure))),
            Line(back_and_home(language)),
        ]

    return Screen(fit(compose))


def press_side(frame: WatchSide, token: str, caller: Caller) -> Move:
    """From below, or from above; back, to type another."""
    way = {ABOVE: AlertWay.ABOVE, BELOW: AlertWay.BELOW}.get(token)
    if way is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return Finish(_alert(frame.mark, _standing(frame.mark, caller), frame.price, way, caller))


def _standing(mark: WatchMark, caller: Caller) -> Standing:
    return caller.facts.standing(mark.commodity, mark.place_id, None)


def measure(mark: WatchMark, caller: Caller) -> Measure:
    """One of the unit that is asked for; of a base unit where nobody knows what it holds."""
    size = _base_units(mark, caller)
    return Measure(mark.commodity) if size is None else Measure(mark.commodity, mark.unit, size)


def _way(frame: WatchMark, standing: Standing, mark: Decimal, caller: Caller) -> AlertWay | None:
    """Towards the mark from where the price stands; None: nobody can tell, or it may be a slip."""
    size, lately = _base_units(frame, caller), standing.lately
    if size is None or lately is None:
        return None
    now = lately.price * size
    if max(mark / now, now / mark) > FAR:
        return None
    return towards(mark, as_told(now))


def _base_units(mark: WatchMark, caller: Caller) -> Decimal | None:
    if mark.unit is None:
        return Decimal(1)
    return caller.facts.base_units(mark.commodity, mark.place_id, mark.unit)


def _unit(mark: WatchMark, caller: Caller) -> str:
    return mark.unit or caller.vocabulary.commodities[mark.commodity].base_unit


def _alert(
    frame: WatchMark, standing: Standing, mark: Decimal | None, way: AlertWay, caller: Caller
) -> Alert:
    """The alert as a text would ask for it, of the price that was shown."""
    item = Item(
        commodity=frame.commodity,
        place_id=frame.place_id,
        price_type=standing.price_type,
        price=mark,
        # The screen asked for the price of just this much.
        unit=None if mark is None else _unit(frame, caller),
    )
    return Alert(item, None if way is AlertWay.UNUSUAL else way is AlertWay.ABOVE)

"""A price that is watched: which mark, where it stands, the way out, and the way into another."""

from decimal import Decimal
from typing import NamedTuple

from groups.alert_rules import MOST, AlertWay, Usually
from handlers.commands import Coming, Item, Unsubscribe
from handlers.keywords.plain_words import price_type_words
from handlers.screens.caller import Caller, Standing, WatchedFacts
from handlers.screens.entrances import to_commodities
from handlers.screens.frames import Purpose, WatchView
from handlers.screens.groups import out_words
from handlers.screens.moves import Again, Move, Settle
from handlers.screens.prices import basis
from handlers.screens.screen import Line, Screen, back_and_home, fit, key
from messaging.phrases import say
from messaging.phrases.formats import amount, money, month_name, price
from prices.estimates import Confidence
from prices.kinds import PriceType

STOP = "1"
WEEKLY, WATCHED = "1", "2"


class Measure(NamedTuple):
    """What a price is for: one `unit` of a commodity; None: its base unit."""

    commodity: str
    unit: str | None = None
    base_units: Decimal = Decimal(1)


def show(frame: WatchView, caller: Caller, notice: str) -> Screen:
    """What is waited for, where the price stands now, and the way to end it."""
    language, watched = caller.language, watched_by(frame, caller)
    if watched is None:
        gone = say(language, "This price is not watched for you.")
        return Screen(
            fit(lambda _: [Line(notice, rank=1), Line(gone), Line(back_and_home(language))])
        )
    standing = caller.facts.standing(*watched.price, watched.price_type)
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                title(*watched.price, standing.price_type, caller, width),
                Line(waited_for(language, watched.way, _mark(watched, caller, width))),
                stands(standing, measure_of(watched), caller, width),
                Line(_usual(watched, caller), rank=4),
                demo_mark(standing, language),
                Line(out_words(caller), rank=1),
                Line(key(STOP, say(language, "Stop this alert"))),
                Line(back_and_home(language)),
            ]
        )
    )


def press(frame: WatchView, token: str, caller: Caller) -> Move:
    """No more of it: the list shows what is left."""
    watched = watched_by(frame, caller)
    if token == STOP and watched is not None:
        item = Item(commodity=watched.price.commodity, place_id=watched.price.place_id)
        return Settle(Unsubscribe((item,), Coming.ALERTS, watched.id), goes_back=True)
    return Again(say(caller.language, "Not on the list. Press a number:"))


def show_add(caller: Caller, notice: str) -> Screen:
    """One that comes each week, or one that is watched?"""
    language = caller.language
    return Screen(
        fit(
            lambda _: [
                Line(notice or say(language, "What shall we text you?")),
                Line(key(WEEKLY, say(language, "Weekly prices"))),
                Line(key(WATCHED, say(language, "Tell me at a price"))),
                Line(back_and_home(language)),
            ]
        )
    )


def press_add(token: str, caller: Caller) -> Move:
    """To what it is about; whoever has as many as may be first ends one."""
    if token == WEEKLY:
        return to_commodities(caller, Purpose.SUBSCRIBE)
    if token != WATCHED:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    if len(caller.facts.watched()) >= MOST:
        return Again(
            say(
                caller.language,
                "{n} prices are watched for you, and that is the most.",
                n=MOST,
            )
        )
    return to_commodities(caller, Purpose.WATCH)


# What the screens about a watched price share


def watched_by(frame: WatchView, caller: Caller) -> WatchedFacts | None:
    """The alert; None where it has ended, whatever an earlier screen showed."""
    return next((one for one in caller.facts.watched() if one.id == frame.alert_id), None)


def title(commodity: str, place_id: int, price_type: PriceType, caller: Caller, width: int) -> Line:
    """Milk, Nakuru, farm gate; where room lacks only what is not meant anyway."""
    short = f"{caller.commodity(commodity, width)}, {caller.place(place_id, width)}"
    whole = f"{short}, {price_type_words(caller.language, price_type)}"
    if price_type is not caller.vocabulary.commodities[commodity].price_type:
        return Line(whole)
    return Line(whole, rank=5, short=short)


def waited_for(language: str, way: AlertWay, mark: str) -> str:
    """Text when KES 50/L or more."""
    match way:
        case AlertWay.ABOVE:
            return say(language, "Text when {price} or more", price=mark)
        case AlertWay.BELOW:
            return say(language, "Text when {price} or less", price=mark)
        case AlertWay.UNUSUAL:
            return say(language, "Text when far from usual")


def paid(figure: str, measure: Measure, caller: Caller, width: int) -> str:
    """A figure for one of a unit: KES 47/L."""
    sign = caller.vocabulary.country.currency_sign
    unit = caller.sign_of(measure.commodity, measure.unit, width)
    return f"{money(figure, sign, caller.language)}/{unit}"


def stands(standing: Standing, measure: Measure, caller: Caller, width: int) -> Line:
    """Where it stands, told of as much as the mark: Now KES 47/L, 6 reports, today."""
    language, estimate = caller.language, standing.estimate
    if estimate is None:
        return Line(say(language, "No price from people there yet."), rank=2)
    figure = paid(price(estimate.price * measure.base_units, language), measure, caller, width)
    whole = f"{figure}, {basis(estimate, standing.markets, caller)}"
    if estimate.confidence is Confidence.OLD:
        # Without its age it would pass for today's.
        return Line(say(language, "Last told: {price}.", price=whole), rank=2)
    now = say(language, "Now {price}.", price=figure)
    return Line(say(language, "Now {price}.", price=whole), rank=3, short=now, short_rank=2)


def demo_mark(standing: Standing, language: str) -> Line:
    """The mark of what was made up to show how Bei works; a word of it is always there."""
    if standing.estimate is None or not standing.estimate.is_demo:
        return Line("")
    return Line(say(language, "Demo data, not real"), rank=3, short=say(language, "DEMO"))


def usual_words(usually: Usually | None, figure: str, language: str) -> str:
    """What is usual, to whoever waits for what is not: Usual for November 44."""
    if usually is None:
        return say(language, "Usual not known yet.")
    if usually.month is None:
        return say(language, "The last weeks {price}.", price=figure)
    month = month_name(usually.month, language)
    return say(language, "Usual for {month} {price}.", month=month, price=figure)


def _mark(watched: WatchedFacts, caller: Caller, width: int) -> str:
    """The mark with its money, as it was said: KES 3,600/90 kg bag."""
    figure = amount(watched.mark or Decimal(0), caller.language)
    return paid(figure, measure_of(watched), caller, width)


def measure_of(watched: WatchedFacts) -> Measure:
    """What its mark is for."""
    return Measure(watched.price.commodity, watched.unit, watched.base_units)


def _usual(watched: WatchedFacts, caller: Caller) -> str:
    if watched.way is not AlertWay.UNUSUAL:
        return ""
    usually = caller.facts.usually(*watched.price, watched.price_type)
    figure = "" if usually is None else price(usually.price, caller.language)
    return usual_words(usually, figure, caller.language)

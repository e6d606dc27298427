"""The first screen: everything that works, one key away, and what the caller wants most."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.screens.caller import Caller
from handlers.screens.entrances import to_alerts, to_commodities, to_group
from handlers.screens.frames import (
    Amount,
    Details,
    Frame,
    GroupView,
    HelpPage,
    Languages,
    PriceKey,
    PriceView,
    Purpose,
    Root,
)
from handlers.screens.moves import Again, Forward, Move
from handlers.screens.screen import (
    BACK,
    FEWEST_OPTIONS,
    MORE,
    NAME_WIDTHS,
    Line,
    Screen,
    fit,
    fits,
    key,
)
from messaging.phrases import languages_for, say
from messaging.phrases.formats import age_words
from prices.answers import OwnPrice

# What the caller wants most has the key that turns pages elsewhere: here there are none to turn.
SHORTCUT = "9"
BRANCHES = 8


def show(frame: Root, caller: Caller, notice: str) -> Screen:
    """The title, the home place where it is known, the shortcut and the branches.

    The keys are the same for everybody: what is dialled at once, as *384*123*1*1#, has to lead
    everyone to the same screen. Where all of it would be too long, it comes in parts.
    """
    branches = _branches(caller.language)

    def compose(width: int) -> list[Line]:
        return [
            Line(notice, rank=1),
            Line(_title(caller, width)),
            Line(_shortcut(frame, caller, width), rank=2),
            *map(Line, branches),
        ]

    if frame.start == 0 and fits(whole := fit(compose)):
        return Screen(whole, shown=BRANCHES)
    return _part(frame, caller.language, notice or _title(caller, NAME_WIDTHS[-1]), branches)


def press(frame: Root, shown: int, token: str, caller: Caller) -> Move:
    """Into a branch. Prices opens on the home place at once: that is what most people ask."""
    if token == MORE and frame.start + shown < BRANCHES:
        return Forward(replace(frame, start=frame.start + shown))
    if token == SHORTCUT and (wanted := _wanted(frame)) is not None:
        return Forward(wanted)
    return _branch(token, caller) or Again(say(caller.language, "Press a number from 1 to 8."))


def _branch(token: str, caller: Caller) -> Move | None:  # noqa: C901 – one case each
    match token:
        case "1":
            return to_commodities(caller, Purpose.PRICES, caller.home_place_id)
        case "2":
            return to_commodities(caller, Purpose.SELL, caller.home_place_id)
        case "3":
            return to_commodities(caller, Purpose.REPORT)
        case "4":
            return to_group(caller)
        case "5":
            return to_alerts(caller)
        case "6":
            return Forward(Details())
        case "7":
            return Forward(Languages(languages_for(caller.vocabulary.country.languages)))
        case "8":
            return Forward(HelpPage())
        case _:
            return None


def _wanted(frame: Root) -> Frame | None:
    """Where the shortcut leads: an officer to the group, a reporter to tell, others to ask."""
    if frame.office is not None:
        return GroupView(frame.office.group_id)
    if frame.told is not None:
        return Amount(frame.told.commodity, frame.told.place_id)
    return None if frame.asked is None else PriceView(frame.asked.commodity, frame.asked.place_id)


def _title(caller: Caller, width: int) -> str:
    if caller.home_place_id is None:
        return "Bei"
    return f"Bei - {caller.place(caller.home_place_id, width)}"


def _shortcut(frame: Root, caller: Caller, width: int) -> str:
    language = caller.language
    if frame.office is not None:
        return key(SHORTCUT, frame.office.code)
    if frame.told is not None:
        commodity = caller.commodity(frame.told.commodity, width)
        place = caller.place(frame.told.place_id, width)
        told = say(language, "My price: {commodity}, {place}", commodity=commodity, place=place)
        return key(SHORTCUT, told)
    return "" if frame.asked is None else key(SHORTCUT, _price(frame.asked, caller, width))


def _price(asked: PriceKey, caller: Caller, width: int) -> str:
    """What it costs, where people there told it; else only that it is one key away."""
    commodity, answer = caller.commodity(asked.commodity, width), caller.facts.price(*asked)
    if not isinstance(answer, OwnPrice) or answer.estimate.is_demo:
        return f"{commodity}, {caller.place(asked.place_id, width)}"
    timezone = caller.vocabulary.country.timezone
    return say(
        caller.language,
        "{commodity} {price}/{unit}, {age}",
        commodity=commodity,
        price=caller.money(answer.currency, answer.estimate.price),
        unit=caller.unit_sign(asked.commodity),
        age=age_words(answer.estimate.newest_at, caller.now, timezone, caller.language),
    )


def _branches(language: str) -> list[str]:
    labels = (
        say(language, "Prices"),
        say(language, "Where to sell"),
        say(language, "Report a price"),
        say(language, "My group"),
        say(language, "Alerts"),
        say(language, "My details"),
        say(language, "Lugha / Language"),
        say(language, "Help"),
    )
    return [key(str(number), label) for number, label in enumerate(labels, start=1)]


def _part(frame: Root, language: str, title: str, branches: Sequence[str]) -> Screen:
    """As many branches as fit, the rest behind 9; the title goes before there are too few."""
    rest = branches[frame.start :]
    for heading in (title, ""):
        for count in range(len(rest), 0, -1):
            text = "\n".join(filter(None, [heading, *rest[:count], _keys(frame, language, count)]))
            if fits(text):
                break
        if count >= FEWEST_OPTIONS:
            break
    return Screen(text, shown=count)


def _keys(frame: Root, language: str, count: int) -> str:
    keys = [key(MORE, say(language, "More"))] if frame.start + count < BRANCHES else []
    keys += [key(BACK, say(language, "Back"))] if frame.start else []
    return " ".join(keys)

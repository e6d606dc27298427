"""Help: how to find one's way, what to write by text, how messages end; a few short pages."""

from dataclasses import replace

from handlers.keywords.to_type import figure_to_type, largest_market, place_to_type
from handlers.screens.caller import Caller
from handlers.screens.frames import HelpPage
from handlers.screens.moves import Again, Forward, Move
from handlers.screens.pages import packed, page_of
from handlers.screens.screen import MORE, Screen
from messaging.phrases import say
from prices.vocabulary import PlaceEntry


def show(frame: HelpPage, caller: Caller, notice: str) -> Screen:
    """One page."""
    return page_of(caller.language, _pages(caller), frame.page, notice)


def press(frame: HelpPage, token: str, caller: Caller) -> Move:
    """To the next page."""
    if token == MORE and frame.page + 1 < len(_pages(caller)):
        return Forward(replace(frame, page=frame.page + 1))
    return Again(say(caller.language, "Not on the list. Press a number:"))


def _pages(caller: Caller) -> list[str]:
    """Each subject begins a page of its own."""
    subjects = (_keys(caller), _by_text(caller), _stopping(caller))
    return [page for subject in subjects for page in packed(subject, caller.language)]


def _keys(caller: Caller) -> list[str]:
    language = caller.language
    dialled = caller.service_code
    return [
        say(language, "Dial {code} any time.", code=dialled) if dialled else "",
        say(language, "Press the number of what you want, or type a name."),
        say(language, "0: one screen back"),
        say(language, "00: the start"),
        say(language, "9: more"),
    ]


def _by_text(caller: Caller) -> list[str]:
    """How to ask and to tell, in the caller's own things where they are known."""
    language, vocabulary = caller.language, caller.vocabulary
    code = caller.usual_commodity or next(iter(vocabulary.commodities))
    place = _place(caller)
    commodity = vocabulary.commodity_name(code, language).upper()
    where = place_to_type(vocabulary, language, place)
    figure = figure_to_type(caller.facts.price(code, place.id))
    price = figure or say(language, "and your price")
    asked = say(language, "PRICE {commodity} {place}", commodity=commodity, place=where)
    if place.id == caller.home_place_id:
        told = say(language, "{commodity} {price}", commodity=commodity, price=price)
    else:
        told = say(
            language, "{commodity} {place} {price}", commodity=commodity, place=where, price=price
        )
    return [
        say(language, "It works by SMS too."),
        say(language, "To ask: {example}.", example=asked),
        say(language, "To tell your price: {example}.", example=told),
    ]


def _stopping(caller: Caller) -> list[str]:
    language = caller.language
    return [
        say(
            language,
            "To end weekly prices: {alerts}, key 5 at the start.",
            alerts=say(language, "Alerts"),
        ),
        say(language, "To end all messages send STOP"),
        say(language, "To get them again send START"),
    ]


def _place(caller: Caller) -> PlaceEntry:
    places = caller.vocabulary.places
    if caller.home_place_id is not None:
        return places[caller.home_place_id]
    return largest_market(places.values()) or next(iter(places.values()))

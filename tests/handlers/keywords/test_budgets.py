"""No reply costs more than it may, with the longest real names, in any language."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from handlers.commands import (
    Command,
    Help,
    Item,
    PriceQuery,
    PriceReport,
    Register,
    SetLanguage,
    Start,
    Stop,
    Subscribe,
    Unknown,
    Unsubscribe,
)
from messaging.phrases import languages
from messaging.phrases.formats import amount, money
from messaging.segments import measure
from prices.kinds import PlaceKind, PriceType
from prices.vocabulary import PlaceEntry
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk

COUNTRIES = ["KE", "UG", "GH"]
MOST_NAMES = 2


def longest_places(talk: Talk) -> list[PlaceEntry]:
    """The trading places with the longest names, and the longest county."""
    places = sorted(talk.vocabulary.places.values(), key=lambda place: -len(place.name))
    trading = [place for place in places if place.kind.is_trading_place][:MOST_NAMES]
    county = next(place for place in places if place.kind is PlaceKind.ADMIN1)
    return [*trading, county]


def longest_commodities(talk: Talk) -> list[str]:
    """The commodities with the longest names in any language."""

    def length(code: str) -> int:
        return max(len(talk.vocabulary.commodity_name(code, one)) for one in languages())

    return sorted(talk.vocabulary.commodities, key=length)[-MOST_NAMES:]


def commands(talk: Talk, commodity: str, place: PlaceEntry) -> Iterator[Command]:
    """Everything somebody can say about a commodity and a place."""
    item = Item(commodity, place.id)
    other = next(p for p in longest_places(talk) if p != place)
    for price_type in (None, PriceType.RETAIL):
        yield PriceQuery((Item(commodity, place.id, price_type=price_type),))
    for price in ("9999999.99", "0", "1e30"):
        yield PriceReport((Item(commodity, place.id, Decimal(price)),))
    yield PriceReport((Item(commodity, place.id, Decimal("9999.99"), unit="jerrycan_20l"),))
    yield PriceReport((Item(commodity, place.id, Decimal("9999.99"), unit="wheelbarrow"),))
    yield PriceReport((Item(commodity, place.id, Decimal("1"), currency="USD"),))
    yield PriceReport((item,))
    for ask in (PriceQuery, PriceReport):
        yield ask((Item(commodity, places=(place.id, other.id)),))
        yield ask((Item(commodity, unknown_words="w" * 200),))
        yield ask((Item(commodity, unknown_words=f"{place.name}x"),))
        yield ask((Item(place_id=place.id, unknown_words="word " * 40),))
        yield ask((Item(commodity),))
    yield Subscribe(item)
    yield Subscribe(Item(commodity, places=(place.id, other.id)))
    yield Unsubscribe(Item(commodity))
    yield Register("Wanjiku wa Kamau " * 9, item)
    yield Register("Wanjiku wa Kamau " * 9, Item(unknown_words=f"{place.name}x"))
    yield Register("Wanjiku wa Kamau " * 9, Item(places=(place.id, other.id)))
    yield from (Help(), Unknown(), Unknown("too_long"), Stop(), Start(), SetLanguage(None))


def make_prices(talk: Talk, commodity: str, place: PlaceEntry) -> None:
    """The widest figures and the most reports that a cell is likely to have."""
    for reporter, price in zip(
        [OTIENO, ACHIENG, MUTISO], ("8888.25", "9999.25", "9999.75"), strict=True
    ):
        talk.says(reporter, PriceReport((Item(commodity, place.id, Decimal(price)),)))


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_reply_about_one_thing_is_one_segment(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    too_long = []
    for commodity, place in product(longest_commodities(talk), longest_places(talk)):
        for has_prices in (False, True):
            if has_prices:
                make_prices(talk, commodity, place)
            for language, command in product(languages(), commands(talk, commodity, place)):
                for home in (None, place.id):
                    talk.subscriber(WANJIKU).home_place_id = home
                    reply = talk.says(WANJIKU, command, language) or ""
                    if measure(reply).segments > 1:
                        too_long.append(reply)
    assert "\n".join(sorted(set(too_long))) == ""


@pytest.mark.parametrize("country", COUNTRIES)
def test_several_things_are_two_segments(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    items = [
        Item(commodity, place.id, Decimal("9999999.25"))
        for commodity, place in product(longest_commodities(talk), longest_places(talk))
    ]
    for language in languages():
        for command in (PriceReport(tuple(items)), PriceQuery(tuple(items))):
            reply = talk.says(KAMAU, command, language)
            assert reply is not None
            assert measure(reply).segments <= 2


def test_published_prices_are_one_segment(talk: Talk) -> None:
    for commodity, place in product(longest_commodities(talk), longest_places(talk)):
        if place.kind.is_trading_place:
            talk.publish(commodity, place.name, "9999.25", date(2025, 9, 15))
        for language in languages():
            reply = talk.says(WANJIKU, PriceQuery((Item(commodity, place.id),)), language)
            assert reply is not None
            assert measure(reply).segments == 1


def test_figures_are_never_cut(talk: Talk) -> None:
    for commodity, place in product(longest_commodities(talk), longest_places(talk)):
        if place.kind.is_trading_place:
            make_prices(talk, commodity, place)
            for language in languages():
                reply = talk.says(WANJIKU, PriceQuery((Item(commodity, place.id),)), language)
                assert reply is not None
                figure, low, high = (amount(Decimal(n), language) for n in (9999, 8888, 10000))
                assert f" {money(figure, 'KES', language)}/" in reply
                assert f"({low}-{high})" in reply

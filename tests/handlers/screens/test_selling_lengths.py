"""Where to sell and how prices move fit every phone, with the longest names and figures."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import assert_never

import pytest

from db.session import open_database
from handlers.keywords.offer_words import shown_net
from handlers.screens.caller import Caller
from handlers.screens.frames import BestMarkets, TrendView
from handlers.screens.screen import BUDGET
from messaging.phrases import languages, say
from messaging.phrases.formats import amount, price
from messaging.segments import measure
from prices.catalogue import load_vocabulary
from prices.comparisons import OwnTrend, PublishedTrend
from prices.kinds import PlaceKind
from prices.nearby import Selling
from prices.vocabulary import PlaceEntry, Vocabulary
from tests.handlers.screens.fakes import NOON
from tests.handlers.screens.selling import SellingFacts, longest_sellings, longest_trends, seen
from tests.handlers.screens.test_lengths import COUNTRIES

NOTICES = ("", "Not on the list. Press a number:")


@pytest.fixture(scope="module")
def vocabularies(sqlite_template: Path) -> dict[str, Vocabulary]:
    """Every country's real words."""
    template = open_database(f"sqlite:///{sqlite_template}")
    with template.read() as session:
        loaded = {country: load_vocabulary(session, country) for country in COUNTRIES}
    template.engine.dispose()
    return loaded


def longest(vocabulary: Vocabulary, *, trading: bool) -> list[PlaceEntry]:
    """The places with the longest names: those where something is sold, or counties."""
    places = sorted(vocabulary.places.values(), key=lambda place: -len(place.name))
    if trading:
        return [place for place in places if place.kind.is_trading_place][:5]
    return [place for place in places if place.kind is PlaceKind.ADMIN1][:2]


def longest_commodities(vocabulary: Vocabulary, language: str) -> list[str]:
    """Those with the longest names, and those with the longest names of their unit."""
    by_name = sorted(
        vocabulary.commodities, key=lambda code: -len(vocabulary.commodity_name(code, language))
    )
    by_unit = sorted(
        vocabulary.commodities,
        key=lambda code: (
            -len(vocabulary.unit_name(vocabulary.commodities[code].base_unit, language))
        ),
    )
    return [*by_name[:2], by_unit[0]]


def asked(vocabulary: Vocabulary, language: str) -> Iterator[tuple[str, PlaceEntry, str]]:
    """What can be asked, and what stands above the answer."""
    places = [longest(vocabulary, trading=True)[0], longest(vocabulary, trading=False)[0]]
    commodities = longest_commodities(vocabulary, language)
    for code, place, notice in product(commodities, places, NOTICES):
        yield code, place, notice and say(language, notice)


def whole(text: str) -> str:
    """The screen, held to what every network shows."""
    assert measure(text).encoding == "GSM-7", text
    assert measure(text).length <= BUDGET, text
    assert text.splitlines()[-1].startswith("0 "), text
    return text


def essential(selling: Selling, caller: Caller) -> str:
    """What no lack of room may take away: what the best offer leaves, or how far was looked."""
    if not selling.offers:
        return "100"
    return amount(max(map(shown_net, selling.offers)), caller.language)


def is_marked(text: str, language: str) -> bool:
    """Whether it is said that this was made up."""
    marks = (say(language, "Demo data, not real"), say(language, "DEMO"))
    return any(line in marks for line in text.splitlines())


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_where_to_sell_fits(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    for selling in longest_sellings(longest(vocabulary, trading=True)):
        facts = SellingFacts(vocabulary, selling=selling)
        caller = Caller(language, vocabulary, facts, NOON)
        for code, place, notice in asked(vocabulary, language):
            text = whole(seen(BestMarkets(code, place.id), caller, notice))
            assert essential(selling, caller) in text, text
            assert is_marked(text, language) == selling.is_demo, text


def figures(trend: OwnTrend | PublishedTrend | None, caller: Caller) -> list[str]:
    """What no lack of room may take away: every figure but the earliest."""
    match trend:
        case None:
            return []
        case OwnTrend():
            told = [trend.now.estimate.price, trend.week_ago]
        case PublishedTrend():
            told = [trend.now.price, trend.month_before]
        case _:
            assert_never(trend)
    told.append(None if trend.usual is None else trend.usual.norm.price)
    return [price(figure, caller.language) for figure in told if figure is not None]


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_how_a_price_moved_fits(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    other = longest(vocabulary, trading=True)[0]
    for code, place, notice in asked(vocabulary, language):
        shop_code = longest_commodities(vocabulary, language)[0]
        for trend in longest_trends(place, other, code, shop_code):
            facts = SellingFacts(vocabulary, moved=trend)
            caller = Caller(language, vocabulary, facts, NOON)
            text = whole(seen(TrendView(code, place.id), caller, notice))
            for figure in figures(trend, caller):
                assert figure in text, text

"""No word about an alert costs more than it may, with the longest real names, in any language."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from groups.alert_rules import AlertWay, Usually, Zone
from groups.alerts import MOST, Running, Wanted, alerts_of
from groups.crossing_news import News, Open
from groups.watching import Seen
from handlers.commands import Alert, Coming, Item, Unsubscribe
from handlers.telling_alerts import tell_crossings
from messaging.models import OutboundMessage
from messaging.phrases import languages
from messaging.segments import measure
from prices.cells import Cell
from prices.estimates import Confidence, Estimate
from prices.kinds import PriceType
from tests.cast import WANJIKU
from tests.handlers.keywords.talking import Talk
from tests.handlers.keywords.test_budgets import (
    COUNTRIES,
    longest_commodities,
    longest_places,
    longest_unit,
    make_prices,
)

# What is said is the same on every database: one of them is enough for so many.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WIDEST = Decimal("9999.25")


def about(item: Item, unit: str) -> Iterator[Alert]:
    """Every way of saying it of one thing."""
    for price_type in (None, PriceType.WHOLESALE):
        typed = replace(item, price_type=price_type)
        yield Alert(typed)
        for price, is_above in product(("9999.25", "9.25", "9999999.25"), (True, False, None)):
            priced = replace(typed, price=Decimal(price))
            yield Alert(priced, is_above)
            yield Alert(replace(priced, unit=unit), is_above)
    yield Alert(replace(item, price=WIDEST, unit="wheelbarrow"))
    yield Alert(replace(item, price=WIDEST, currency="USD"))
    yield Alert(replace(item, price=Decimal("1e30")))


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_reply_is_one_segment(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    too_long = []
    for language, place in product(languages(), longest_places(talk)):
        commodity = longest_commodities(talk, language)[0]
        unit = longest_unit(talk, language)
        for has_prices in (False, True):
            if has_prices and place.kind.is_trading_place:
                make_prices(talk, commodity, place)
            for command in about(Item(commodity, place.id), unit):
                reply = talk.says(WANJIKU, command, language) or ""
                size = measure(reply)
                if size.segments != 1 or size.encoding != "GSM-7":
                    too_long.append(reply)
            talk.says(WANJIKU, Unsubscribe((Item(),), Coming.ALERTS), language)
    assert "\n".join(sorted(set(too_long))) == ""


def widest(talk: Talk, language: str, count: int = MOST) -> list[Wanted]:
    """As many alerts as anybody may have, for bags of the things and at the places that are
    called longest.
    """
    commodities = longest_commodities(talk, language, count // 2)
    unit = longest_unit(talk, language)
    cells = [
        Cell(code, place.id, PriceType.WHOLESALE)
        for code, place in product(commodities, longest_places(talk))
    ]
    return [Wanted(cell, AlertWay.ABOVE, WIDEST * 100, unit, Decimal(90)) for cell in cells]


@pytest.mark.parametrize("country", COUNTRIES)
def test_all_of_them_are_two_segments(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    for language in languages():
        for wanted in widest(talk, language):
            cell = wanted.cell
            item = Item(cell.commodity, cell.place_id, Decimal("9999.25"))
            talk.says(WANJIKU, Alert(item, is_above=True), language)
        assert len(alerts_of(talk.session, talk.subscriber(WANJIKU))) == MOST
        listed = talk.says(WANJIKU, Alert(Item()), language) or ""
        assert measure(listed).segments == 2, listed
        refused = talk.says(WANJIKU, Alert(Item("milk", longest_places(talk)[0].id)), language)
        assert measure(refused or "").segments == 1
        ended = talk.says(WANJIKU, Unsubscribe((Item(),), Coming.ALERTS), language) or ""
        assert measure(ended).segments == 1, ended


def news_of(talk: Talk, wanted: Wanted, zone: Zone, number: int) -> News:
    estimate = Estimate(
        WIDEST, WIDEST, WIDEST, 222, 99, talk.now, Confidence.GOOD, is_demo=number == 0
    )
    usual = Usually(Decimal("8888.25"), 0.05, talk.now.date().replace(day=1))
    crossing = Open(number, Running(number, wanted, zone), zone, talk.now)
    return News(crossing, Seen(estimate, {}), None if wanted.mark else usual)


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_is_told_in_an_hour_is_two_segments_and_nothing_is_lost(
    talk: Talk, country: str
) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    person = talk.subscriber(WANJIKU)
    for language, way in product(languages(), AlertWay):
        person.language = language
        wanted = [
            replace(one, way=way, price=None if way is AlertWay.UNUSUAL else one.price)
            for one in widest(talk, language)
        ]
        zone = Zone.LOW if way is AlertWay.BELOW else Zone.HIGH
        left = [news_of(talk, one, zone, number) for number, one in enumerate(wanted)]
        while left:
            talk.wait(hours=1)
            count = tell_crossings(talk.session, talk.vocabulary, person, left, talk.now)
            assert count >= 1
            size = measure(told(talk).text)
            assert size.encoding == "GSM-7"
            assert size.segments <= (1 if count == 1 else 2), told(talk).text
            left = left[count:]


def told(talk: Talk) -> OutboundMessage:
    """The newest text."""
    return talk.session.query(OutboundMessage).order_by(OutboundMessage.id.desc()).limit(1).one()


def test_within_the_hour_nothing_more_is_promised(talk: Talk) -> None:
    person = talk.subscriber(WANJIKU)
    news = [news_of(talk, widest(talk, "en")[0], Zone.HIGH, 0)]
    assert tell_crossings(talk.session, talk.vocabulary, person, news, talk.now) == 1
    talk.wait(minutes=1)
    assert tell_crossings(talk.session, talk.vocabulary, person, news, talk.now) == 0

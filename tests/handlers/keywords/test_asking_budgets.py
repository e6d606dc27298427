"""What is asked for, called back and thanked with airtime costs one segment, in any language."""

from dataclasses import replace
from decimal import Decimal
from itertools import count, product

import pytest
from sqlalchemy import select

from handlers.allowance import Allowance
from handlers.asking_reporters import nudge
from handlers.commands import Balance, Item, PriceQuery, PriceReport, SaleRecord
from messaging.airtime import AirtimeOffer
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage
from messaging.phrases import languages, say
from messaging.segments import measure
from prices.cells import Cell
from prices.kinds import ObservationStatus
from prices.vocabulary import PlaceEntry
from tests.cast import OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk
from tests.handlers.keywords.test_budgets import (
    COUNTRIES,
    WIDEST,
    longest_commodities,
    longest_near,
    longest_places,
    longest_unit,
)

# What a text says is the same on every database: one of them is enough for so many.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

_people = count(1)


def somebody(talk: Talk, language: str) -> str:
    """A reporter whom nobody has asked for anything yet, and who chose a language."""
    number = next(_people)
    prefix = {"KE": "+2547120", "PE": "+5198760", "BD": "+88017120"}[talk.country]
    msisdn = f"{prefix}{number:05}"
    talk.subscriber(msisdn).language = language
    return msisdn


def tell(talk: Talk, msisdn: str, commodity: str, place: PlaceEntry, price: str) -> str:
    unit = talk.vocabulary.commodities[commodity].base_unit
    item = Item(commodity, place.id, Decimal(price), unit=unit)
    reply = talk.says(msisdn, PriceReport((item,)), "en")
    assert reply is not None
    return reply


def know(talk: Talk, msisdn: str, commodity: str, place: PlaceEntry, days_ago: int) -> None:
    """Somebody told a price so many days ago, and is believed, however dear it is."""
    talk.wait(days=-days_ago)
    tell(talk, msisdn, commodity, place, "9999.75")
    talk.kept()[-1].status = ObservationStatus.ACCEPTED
    talk.session.flush()
    talk.wait(days=days_ago)


def texts(talk: Talk, kind: OutboundKind) -> list[str]:
    return list(talk.session.scalars(select(OutboundMessage.text).filter_by(kind=kind)))


def too_long(found: list[str]) -> list[str]:
    sizes = ((text, measure(text)) for text in found)
    return [text for text, size in sizes if size.segments > 1 or size.encoding != "GSM-7"]


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("is_known_near", [True, False])
@pytest.mark.parametrize("days_ago", [8, 40])
def test_the_promise_the_ask_and_the_call_back(
    talk: Talk, country: str, is_known_near: bool, days_ago: int
) -> None:
    talk = Talk(talk.session, talk.now, country, Allowance(asks_a_day=10_000))
    market, _ = longest_places(talk)
    replies = []
    for language in languages():
        commodity = longest_commodities(talk, language)[0]
        knower = somebody(talk, language)
        know(talk, knower, commodity, market, days_ago)
        if is_known_near:
            for place in longest_near(talk, market):
                tell(talk, OTIENO, commodity, place, "9999.75")
        talk.subscriber(WANJIKU).language = language
        question = PriceQuery((Item(commodity, market.id),))
        reply = talk.says(WANJIKU, question, language) or ""
        if not is_known_near:
            assert reply.endswith(say(language, "We are asking there and will text you."))
        replies.append(reply)
        talk.wait(hours=23)
        tell(talk, knower, commodity, market, "9999.75")
        talk.wait(days=50)
    asks, call_backs = texts(talk, OutboundKind.NUDGE), texts(talk, OutboundKind.ALERT)
    assert len(call_backs) == len(languages()) <= len(asks)
    assert too_long([*replies, *asks, *call_backs]) == []


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_nudge(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country)
    market, _ = longest_places(talk)
    for language in languages():
        commodity = longest_commodities(talk, language)[0]
        know(talk, somebody(talk, language), commodity, market, 20)
        cell = Cell(commodity, market.id, talk.vocabulary.commodities[commodity].price_type)
        assert nudge(talk.session, talk.vocabulary, cell, talk.now, a_day=99)
        talk.wait(days=50)
    assert len(texts(talk, OutboundKind.NUDGE)) == len(languages())
    assert too_long(texts(talk, OutboundKind.NUDGE)) == []


@pytest.mark.parametrize("country", COUNTRIES)
def test_airtime_is_thanked_with_in_one_segment(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country)
    currency = talk.vocabulary.country.currency
    offer = AirtimeOffer(Decimal("9999999.99"), currency, 9999, Decimal(10) ** 13)
    talk.allowance = Allowance(airtime=offer)
    market, _ = longest_places(talk)
    found = []
    for language, verb, has_home in product(languages(), (PriceReport, SaleRecord), (True, False)):
        commodity = longest_commodities(talk, language)[0]
        unit = longest_unit(talk, language)
        base_unit = talk.vocabulary.commodities[commodity].base_unit
        item = Item(commodity, market.id, Decimal("9999.75"), unit=base_unit)
        for told in (item, replace(item, quantity=WIDEST), replace(item, unit=unit)):
            person = somebody(talk, language)
            talk.subscriber(person).home_place_id = market.id if has_home else None
            found.append(talk.says(person, verb((told,)), language) or "")
            found.append(talk.says(person, Balance(), language) or "")
            talk.wait(days=50)
    assert any(say("en", "{amount} airtime is on its way.", amount="")[1:] in one for one in found)
    assert too_long(found) == []

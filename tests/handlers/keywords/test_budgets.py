"""No reply costs more than it may, with the longest real names, in any language."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import get_args

import pytest

from groups.models import Group
from handlers.asking import Question
from handlers.commands import (
    AgreeScheme,
    Alert,
    AuditQuery,
    Balance,
    Bargain,
    BestMarket,
    BulkOrder,
    BulkSale,
    BuyerPaid,
    Charge,
    Command,
    Confirm,
    Correction,
    Deed,
    Delivery,
    Dispute,
    EraseMe,
    GroupDeed,
    Help,
    Item,
    JoinGroup,
    LossRecord,
    MembersPaid,
    MilkRecord,
    MyData,
    OrderDeed,
    OwnRecord,
    PriceQuery,
    PriceReport,
    ProductChoice,
    ProductCost,
    ProgressQuery,
    Register,
    RejectRecord,
    SaleRecord,
    SetHome,
    SetLanguage,
    SetScheme,
    Start,
    Statement,
    Stop,
    Subscribe,
    TransportReport,
    Trend,
    Unknown,
    Unsubscribe,
    Unsure,
    WhatIf,
)
from handlers.keywords.price_report import REPORT
from handlers.keywords.report_questions import is_it_so
from handlers.keywords.sale_record import SALE
from handlers.keywords.verbs import Subject
from messaging.phrases import languages, say
from messaging.phrases.formats import amount
from messaging.segments import measure
from prices.catalogue import conversions
from prices.geography import distances
from prices.kinds import Buyer, PlaceKind, PriceType, TransportMode
from prices.models import BuyerTerms
from prices.observations import TOO_MUCH, Held
from prices.vocabulary import PlaceEntry
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk
from tests.prices.stories import report_price

# What a reply says is the same on every database: one of them is enough for so many.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# Long names, a sign of money that sticks to its figure, money that may stand behind one.
COUNTRIES = ["KE", "PE", "BD"]
WIDEST = Decimal("9999999.99")
BENGALI = "সিরাজগঞ্জ বাজার"


def longest_places(talk: Talk) -> list[PlaceEntry]:
    """The trading place with the longest name, and the longest county."""
    places = sorted(talk.vocabulary.places.values(), key=lambda place: -len(place.name))
    market = next(place for place in places if place.kind.is_trading_place)
    county = next(place for place in places if place.kind is PlaceKind.ADMIN1)
    return [market, county]


def longest_commodities(talk: Talk, language: str, count: int = 2) -> list[str]:
    """The commodities with the longest names in a language, the longest first."""
    words = talk.vocabulary
    longest = sorted(words.commodities, key=lambda code: -len(words.commodity_name(code, language)))
    return longest[:count]


def longest_unit(talk: Talk, language: str) -> str:
    """The measure with the longest name in a language."""
    every = talk.vocabulary.units
    return max(every, key=lambda code: len(talk.vocabulary.unit_name(code, language)))


def longest_near(talk: Talk, place: PlaceEntry) -> list[PlaceEntry]:
    """The places with the longest names within reach of one."""
    places = talk.vocabulary.places
    near = [places[id_] for id_ in distances(talk.vocabulary, place, places, within_km=100)]
    trading = [one for one in near if one.kind.is_trading_place and one != place]
    return sorted(trading, key=lambda one: -len(one.name))[:3]


def about_prices(talk: Talk, commodity: str, place: PlaceEntry, language: str) -> Iterator[Command]:
    """What can be asked and told of a commodity and a place that are both known."""
    item = Item(commodity, place.id)
    priced = replace(item, price=WIDEST, quantity=WIDEST)
    for price_type in (None, PriceType.RETAIL):
        asked = replace(item, price_type=price_type)
        yield from (PriceQuery((asked,)), BestMarket(asked), Trend(asked))
    unit = longest_unit(talk, language)
    yield BestMarket(replace(item, quantity=WIDEST))
    yield from (BestMarket(replace(item, quantity=Decimal(12), unit=one)) for one in (None, unit))
    yield from about_roads(talk, item, unit)
    base_unit = talk.vocabulary.commodities[commodity].base_unit
    tellers: list[Callable[[tuple[Item, ...]], Command]] = [PriceReport, SaleRecord]
    for tell in tellers:
        for price in ("9999999.99", "0", "1e30"):
            yield tell((replace(item, price=Decimal(price)),))
        for unit in ("jerrycan_20l", "wheelbarrow", base_unit, longest_unit(talk, language)):
            yield tell((replace(priced, price=Decimal("9999.99"), unit=unit),))
        yield tell((replace(item, price=Decimal(1), currency="USD"),))
        yield tell((replace(item, prices=(WIDEST, Decimal("8888888.88"), Decimal("0.05"))),))
        yield tell((item,))
    for slip in ("100000.25", "1.25"):
        yield PriceReport((replace(item, price=Decimal(slip)),))
    yield from (Subscribe((item,)), Unsubscribe((Item(commodity),)), Alert(priced, is_above=True))
    told, sold = PriceReport((priced, priced)), SaleRecord((priced,))
    yield Unsure((told, sold, Alert(item), Trend(item), BestMarket(item), Unsubscribe((item,))))
    yield Unsure((Register(item=item), SetHome(item), LossRecord(item), Stop(), JoinGroup("X")))
    yield Unsure((JoinGroup("X", is_leaving=True), Unsubscribe((item, item)), Subscribe((item,))))


def about_roads(talk: Talk, item: Item, unit: str) -> Iterator[Command]:
    """What carrying to a place costs, from the place with the longest name near it."""
    start = Item(place_id=longest_near(talk, talk.vocabulary.places[item.place_id or 0])[0].id)
    load = replace(item, quantity=Decimal("9999.25"), unit=unit)
    for fare in (None, "1", "9999.25", "9999999.99", "0", "1e30"):
        price = None if fare is None else Decimal(fare)
        yield TransportReport(replace(load, price=price), start, TransportMode.MOTORBIKE)
        yield TransportReport(replace(item, price=price), start)
        yield TransportReport(Item(place_id=item.place_id, price=price), start)
    yield TransportReport(replace(load, price=WIDEST), Item(place_id=item.place_id))
    yield TransportReport(replace(load, price=Decimal(5), currency="USD"), start)
    yield TransportReport(replace(item, prices=(WIDEST, Decimal("8888888.88"))), start)
    yield TransportReport(replace(load, price=Decimal(1), unit="wheelbarrow"), start)


def open_questions(
    talk: Talk, commodity: str, place: PlaceEntry, language: str
) -> Iterator[Command]:
    """Everything about a commodity and a place in which one of them is left open."""
    others = [one for one in longest_places(talk) if one != place]
    near = longest_near(talk, place)
    places = tuple(one.id for one in (place, *others, *near))
    every: list[Callable[[Item], Command]] = [
        lambda item: PriceQuery((item,)),
        lambda item: PriceReport((item,)),
        lambda item: SaleRecord((item,)),
        BestMarket,
        Trend,
        lambda item: Subscribe((item,)),
        Alert,
        TransportReport,
        lambda item: TransportReport(Item(commodity, place.id, WIDEST, quantity=WIDEST), item),
        SetHome,
        lambda item: Register("Wanjiku wa Kamau " * 9, item),
        lambda item: Register(BENGALI, item),
    ]
    open_items = (
        Item(commodity, places=places),
        Item(commodity, unknown_words="w" * 200),
        Item(commodity, unknown_words=f"{place.name}x"),
        Item(commodity, unknown_words=BENGALI),
        Item(place_id=place.id, unknown_words="word " * 40),
        Item(place_id=place.id, unknown_words=BENGALI),
        Item(place_id=place.id, commodities=tuple(longest_commodities(talk, language))),
        Item(commodity, price=WIDEST, unit="jerrycan_20l"),
        Item(commodity),
        Item(),
    )
    for verb, item in product(every, open_items):
        # An alert of nothing lists them all: see test_alert_budgets.
        if (verb, item) != (Alert, Item()):
            yield verb(item)


def about_nothing() -> Iterator[Command]:
    """What names neither a commodity nor a place."""
    yield from (Help(), Unknown(), Unknown("too_long"), Stop(), Start(), SetLanguage(None))
    yield from (Unknown("no_question"), Confirm(1), Confirm(0, is_word=True), Balance())
    yield from (EraseMe(), EraseMe(is_sure=True))
    yield from (Statement(), LossRecord(Item()), MilkRecord((Delivery("Jane", Decimal(1)),)))
    yield from (JoinGroup(None), JoinGroup("w" * 200), JoinGroup(BENGALI), JoinGroup("LONG"))
    leaving = (None, "w" * 200, BENGALI, "LONG", "Mwangaza")
    yield from (JoinGroup(code, is_leaving=True) for code in leaving)
    yield from (SetLanguage(language) for language in languages())
    yield from about_books()


def about_books() -> Iterator[Command]:
    """What only members and officers may ask and write, of somebody who is in no group.

    What these hear has budgets of its own: test_milk_book_budgets and its neighbours.
    """
    for words in ("", "Jane", "w" * 200, BENGALI):
        yield from (GroupDeed(deed, words) for deed in Deed if deed is not Deed.TOLERATE)
        yield from (Statement(member=words), Charge(words, WIDEST), SetScheme(words))
        delivery = Delivery(words, WIDEST)
        yield from (MilkRecord((delivery,)), RejectRecord(delivery), OwnRecord(delivery))
        yield from (BulkSale(WIDEST, words, WIDEST), BuyerPaid(words, WIDEST))
        yield MembersPaid(words, WIDEST)
        yield from (BulkOrder(deed, words, WIDEST, WIDEST, words, words) for deed in OrderDeed)
    yield from (LossRecord(Item("milk", quantity=WIDEST)), Correction(10**9, WIDEST), Dispute())
    yield from (WhatIf(WIDEST), AgreeScheme(7), AuditQuery(), ProgressQuery())
    yield GroupDeed(Deed.TOLERATE, "2.5")  # it is one by its figure
    yield from (Bargain(), Bargain("w" * 80), ProductChoice(), ProductChoice(WIDEST))
    yield ProductChoice(costs=(ProductCost("cheese", WIDEST),))


def make_prices(talk: Talk, commodity: str, place: PlaceEntry) -> None:
    """The widest figures and the most reports that a cell is likely to have, for a month."""
    unit = talk.vocabulary.commodities[commodity].base_unit
    now = talk.now
    for days_ago, price in product((30, 7, 0), ("8888.25", "9999.25", "9999.75")):
        talk.wait(days=-days_ago)
        reporter = {"8888.25": OTIENO, "9999.25": ACHIENG, "9999.75": MUTISO}[price]
        for where in (place, *longest_near(talk, place)):
            if where.kind.is_trading_place:
                told = Decimal(price) - days_ago
                report_price(
                    talk.session, talk.vocabulary, reporter, commodity, where.name, told, talk.now,
                    place_id=where.id, unit=unit,
                )  # fmt: skip
        talk.now = now


def found_too_long(talk: Talk, language: str, command: Command, segments: int = 1) -> list[str]:
    """The reply, and what a wrong number earns after it, where they cost too much."""
    replies = [talk.says(WANJIKU, command, language), talk.says(WANJIKU, Confirm(9), language)]
    return [
        reply
        for reply in filter(None, replies)
        if measure(reply).segments > segments or measure(reply).encoding != "GSM-7"
    ]


def test_every_command_is_tried(talk: Talk) -> None:
    place = longest_places(talk)[0]
    tried = [*about_nothing(), *open_questions(talk, "milk", place, "en")]
    tried += about_prices(talk, "milk", place, "en")
    tried += [MyData()]  # two segments: test_my_data
    assert {type(command) for command in tried} == set(get_args(Command))


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_reply_about_one_thing_is_one_segment(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    too_long: list[str] = []
    for language, place in product(languages(), longest_places(talk)):
        commodity = longest_commodities(talk, language)[0]
        for has_prices, home in ((False, None), (True, None), (True, place.id)):
            if has_prices:
                make_prices(talk, commodity, place)
            for command in about_prices(talk, commodity, place, language):
                talk.subscriber(WANJIKU).home_place_id = home
                too_long += found_too_long(talk, language, command)
    assert "\n".join(sorted(set(too_long))) == ""


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_question_back_is_one_segment(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    too_long: list[str] = []
    for language, place, has_home in product(languages(), longest_places(talk), (True, False)):
        commodity = longest_commodities(talk, language)[0]
        for command in open_questions(talk, commodity, place, language):
            person = talk.subscriber(WANJIKU)
            person.home_place_id = place.id if has_home else None
            person.usual_commodity_code = None
            too_long += found_too_long(talk, language, command)
    assert "\n".join(sorted(set(too_long))) == ""


@pytest.mark.parametrize("country", COUNTRIES)
def test_everything_else_is_one_segment(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    too_long: list[str] = []
    place = longest_places(talk)[0]
    talk.session.add(long_group(country, place))
    for language in languages():
        commodity = longest_commodities(talk, language)[0]
        person = talk.subscriber(WANJIKU)
        person.home_place_id, person.usual_commodity_code = place.id, commodity
        for has_prices in (False, True):
            if has_prices:
                make_prices(talk, commodity, place)
                talk.says(WANJIKU, PriceReport((Item(commodity, place.id, Decimal("9999.75")),)))
            for command in about_nothing():
                too_long += found_too_long(talk, language, command)
    assert "\n".join(sorted(set(too_long))) == ""


def long_group(country: str, place: PlaceEntry) -> Group:
    """A group with as long a name as a group may have."""
    return Group(
        code="LONG",
        name=("Mwangaza wa Wafugaji wa Ng'ombe wa Maziwa " * 2)[:80],
        country=country,
        place_id=place.id,
        language="en",
        commodity_code="milk",
        bulletin_weekdays=4,
        bulletin_hour=16,
        timezone="Africa/Nairobi",
        is_demo=True,
    )


@pytest.mark.parametrize("country", COUNTRIES)
def test_several_things_are_two_segments(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    for language in languages():
        items = [
            Item(commodity, place.id, Decimal("9999999.25"), quantity=WIDEST)
            for commodity, place in product(
                longest_commodities(talk, language), longest_places(talk)
            )
        ]
        either = Item(items[0].commodity, places=tuple(item.place_id or 0 for item in items))
        for verb, several in product(
            (PriceReport, SaleRecord, PriceQuery, Subscribe), (items, [*items[:2], either])
        ):
            reply = talk.says(KAMAU, verb(tuple(several)), language)
            assert reply is not None
            assert measure(reply).segments <= 2


@pytest.mark.parametrize("country", COUNTRIES)
def test_two_weekly_prices_are_one_segment(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    for language, places in product(languages(), product(longest_places(talk), repeat=2)):
        names = zip(longest_commodities(talk, language), places, strict=True)
        items = tuple(Item(commodity, place.id) for commodity, place in names)
        for command in (Subscribe(items), Unsubscribe(items)):
            reply = talk.says(KAMAU, command, language)
            assert reply is not None
            assert measure(reply).segments == 1, reply


@pytest.mark.parametrize("country", COUNTRIES)
def test_any_number_of_weekly_prices_is_two_segments(talk: Talk, country: str) -> None:
    talk = Talk(talk.session, talk.now, country=country)
    _, county = longest_places(talk)
    for language in languages():
        items = tuple(Item(code, county.id) for code in longest_commodities(talk, language, 20))
        for command in (Subscribe(items), Unsubscribe(items)):
            reply = talk.says(KAMAU, command, language)
            assert reply is not None
            assert measure(reply).segments <= 2, reply


def test_published_prices_are_one_segment(talk: Talk) -> None:
    market, _ = longest_places(talk)
    for commodity in {longest_commodities(talk, language)[0] for language in languages()}:
        for month, price in (((2025, 9), "9999.25"), ((2025, 8), "9777.75"), ((2024, 9), "1")):
            talk.publish(commodity, market.name, price, date(*month, 15))
    for language, place in product(languages(), longest_places(talk)):
        commodity = longest_commodities(talk, language)[0]
        for verb in (lambda item: PriceQuery((item,)), Trend):
            reply = talk.says(WANJIKU, verb(Item(commodity, place.id)), language)
            assert reply is not None
            assert measure(reply).segments == 1


def test_what_is_usual_is_told_within_one_segment(talk: Talk) -> None:
    market, _ = longest_places(talk)
    for commodity in {longest_commodities(talk, language)[0] for language in languages()}:
        for number in range(2022 * 12, 2026 * 12 + 10):
            talk.publish(commodity, market.name, "9999.25", date(number // 12, number % 12 + 1, 15))
    for language, place, has_reports in product(languages(), longest_places(talk), (False, True)):
        commodity = longest_commodities(talk, language)[0]
        if has_reports:
            make_prices(talk, commodity, place)
        for price_type in (None, PriceType.RETAIL):
            item = Item(commodity, place.id, price_type=price_type)
            for command in (PriceQuery((item,)), Trend(item)):
                assert found_too_long(talk, language, command) == []


def test_where_to_sell_is_told_within_one_segment(talk: Talk) -> None:
    """With buyers by their longest names, rejects, a bonus, days to pay and a dear road."""
    market, _ = longest_places(talk)
    near = longest_near(talk, market)
    for commodity in {longest_commodities(talk, language)[0] for language in languages()}:
        unit = talk.vocabulary.commodities[commodity].base_unit
        for place, buyer in product(near, Buyer):
            item = Item(commodity, place.id, Decimal("8888.75"), unit=unit, buyer=buyer)
            talk.says(OTIENO, PriceReport((item,)))
            talk.session.add(long_terms(commodity, place, buyer))
        talk.session.flush()
    for language in languages():
        commodity = longest_commodities(talk, language)[0]
        for quantity, days in product((None, "1", "9999.25"), (0, 2)):
            talk.wait(days=days)
            asked = Item(commodity, market.id, quantity=quantity and Decimal(quantity))
            assert found_too_long(talk, language, BestMarket(asked)) == []


def long_terms(commodity: str, place: PlaceEntry, buyer: Buyer) -> BuyerTerms:
    """Everything that may be known of a buyer, at its longest."""
    return BuyerTerms(
        place_id=place.id,
        commodity_code=commodity,
        buyer=buyer,
        name="Ushirika wa Wafugaji wa Ng'ombe wa Maziw",
        reject_share=Decimal("0.1234"),
        bonus=Decimal("222.75"),
        days_to_pay=120,
        source="a story",
    )


def test_figures_are_never_cut(talk: Talk) -> None:
    market, _ = longest_places(talk)
    for language in languages():
        commodity = longest_commodities(talk, language)[0]
        make_prices(talk, commodity, market)
        reply = talk.says(WANJIKU, PriceQuery((Item(commodity, market.id),)), language)
        assert reply is not None
        figures = reply.replace(" ", "").replace(",", "")
        assert re.search(r"9\d{3}[A-Z]*/\w+\([89]\d{3}-(9\d{3}|1\d{4})\)", figures), reply


def doubtful(talk: Talk, commodity: str, place: PlaceEntry) -> Iterator[Held]:
    """Prices that nobody can mean where it costs 9,999.25: digits and every unit mistaken."""
    base_unit = talk.vocabulary.commodities[commodity].base_unit
    known = conversions(
        talk.session,
        commodity=commodity,
        country=talk.country,
        place_id=place.id,
        on=talk.now.date(),
    )
    for unit, quantity in ((unit, one.quantity) for unit, one in known.items()):
        for off, (is_said, is_known) in product(SLIPS, product((True, False), repeat=2)):
            told = (USUAL * quantity * Decimal(off)).quantize(Decimal("0.01"))
            if (is_said or unit == base_unit) and 0 < told < TOO_MUCH:
                yield Held(
                    1, commodity, place.id, PriceType.RETAIL, talk.country, told, unit,
                    told / quantity, is_said, USUAL, is_known,
                )  # fmt: skip


USUAL = Decimal("9999.25")
SLIPS = ("0.01", "0.1", "0.3", "0.5", "1.9", "2.1", "10", "20.1", "51", "92", "101")


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_doubt_is_one_segment(talk: Talk, country: str) -> None:
    """What was said and the way out are offered, however long names and figures are."""
    talk = Talk(talk.session, talk.now, country=country)
    market, _ = longest_places(talk)
    for language in languages():
        conversation = talk.conversation(WANJIKU, language)
        for commodity in {*longest_commodities(talk, language), "milk", "maize"}:
            subject = Subject(commodity, market, Item(commodity, market.id))
            for held, verb in product(doubtful(talk, commodity, market), (REPORT, SALE)):
                question = is_it_so(conversation, subject, held, verb)
                assert_whole(question, held, language)


def assert_whole(question: Question, held: Held, language: str) -> None:
    asked = question.text
    assert measure(asked).segments == 1, asked
    assert measure(asked).encoding == "GSM-7", asked
    # In the question, and to be stood by.
    assert asked.count(amount(held.price, language)) >= 2, asked
    assert say(language, "to drop it") in asked, asked
    assert 2 <= len(question.choices) <= 5

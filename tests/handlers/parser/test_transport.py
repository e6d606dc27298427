"""What carrying costs, however it is typed."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from db.session import open_database
from handlers.commands import BestMarket, Item, PriceQuery, TransportReport, Unknown
from handlers.parser import parse
from prices.catalogue import load_vocabulary
from prices.kinds import TransportMode
from prices.vocabulary import Vocabulary
from tests.handlers.parser.words import (
    GITHUNGURI,
    KIAMBU,
    MAKUTANO_NAKURU,
    MAKUTANO_NYERI,
    MOLO,
    NAKURU,
    NAKURU_COUNTY,
    NYERI,
    WANJIKU_AT_HOME,
    read,
)
from tests.prices.stories import place_named


def to_nakuru(fare: int | None = 300, quantity: int | None = None, unit: str | None = None) -> Item:
    return Item(
        place_id=NAKURU,
        price=None if fare is None else Decimal(fare),
        quantity=None if quantity is None else Decimal(quantity),
        unit=unit,
    )


def fare_of(text: str) -> Item:
    command = read(text)
    assert isinstance(command, TransportReport), command
    return command.item


@pytest.mark.parametrize(
    "text",
    [
        "TRANSPORT NAKURU 300 20KG",
        "transport nakuru 300 20 kg",
        "transport nakuru 20kg 300",
        "transport nakuru kes 300 20 kg",
        "transport nakuru 300 bob 20 kgs",
        "transport nakuru 20 kg for 300",
        "transport nakuru 300/= kg 20",
        "20 kg transport nakuru 300",
        "cost of transport nakuru 300, 20kg",
        "usafiri nakuru 300 kilo 20",
        "nauli ya nakuru mia tatu kilo 20",
    ],
)
def test_a_fare_and_a_load(text: str) -> None:
    item = fare_of(text)
    assert (item.place_id, item.price, item.quantity, item.unit) == (NAKURU, 300, 20, "kg")


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("transport nakuru 300", to_nakuru()),
        ("transport nakuru 300 20", Item(place_id=NAKURU, prices=(Decimal(300), Decimal(20)))),
        ("transport nakuru 300 40 litres", to_nakuru(300, 40, "litre")),
        ("transport nakuru 300 2 bags", to_nakuru(300, 2, "bag")),
        ("transport nakuru 300 90kg bag", to_nakuru(300, None, "bag_90kg")),
        ("transport nakuru 300 a bag", to_nakuru(300, None, "bag")),
        ("transport nakuru 300 per bag", to_nakuru(300, None, "bag")),
        ("nauli nakuru gunia 300", to_nakuru(300, None, "bag")),
        ("transport nakuru 3 per litre", to_nakuru(3, None, "litre")),
        ("transport nakuru 20kg", to_nakuru(None, 20, "kg")),
        ("transport nakuru", to_nakuru(None)),
        ("transport nakuru 0", to_nakuru(0)),
        ("transport nakuru 300 0kg", to_nakuru(300, 0, "kg")),
    ],
)
def test_what_was_said_and_no_more(text: str, item: Item) -> None:
    assert fare_of(text) == item


def test_the_thing_that_is_carried() -> None:
    assert fare_of("transport of milk to nakuru 300 20 litres").commodity == "milk"
    cows = fare_of("transport 2 cows nakuru 4000")
    assert (cows.commodity, cows.quantity, cows.price) == ("cattle", 2, 4000)
    assert fare_of("milk transport nakuru 300") == Item("milk", NAKURU, Decimal(300))


@pytest.mark.parametrize(
    ("text", "start", "goal"),
    [
        ("transport nakuru 300 from molo", MOLO, NAKURU),
        ("transport from molo to nakuru 300", MOLO, NAKURU),
        ("transport to nakuru from molo 300", MOLO, NAKURU),
        ("transport molo to nakuru 300", MOLO, NAKURU),
        ("transport molo nakuru 300", MOLO, NAKURU),
        ("usafiri kutoka molo hadi nakuru 300", MOLO, NAKURU),
        ("nauli nyeri mpaka githunguri 300", NYERI, GITHUNGURI),
        ("transport nakuru 300", None, NAKURU),
        ("transport nakuru county 300", None, NAKURU_COUNTY),
    ],
)
def test_from_where_to_where(text: str, start: int | None, goal: int) -> None:
    command = read(text)
    assert isinstance(command, TransportReport)
    assert (command.start.place_id, command.item.place_id) == (start, goal)


def test_a_second_name_may_only_say_where_the_first_lies() -> None:
    command = read("transport makutano nyeri 300")
    assert command == TransportReport(Item(place_id=MAKUTANO_NYERI, price=Decimal(300)))
    several = read("transport makutano 300")
    assert isinstance(several, TransportReport)
    assert set(several.item.places) == {MAKUTANO_NAKURU, MAKUTANO_NYERI}


def test_a_place_that_nobody_knows() -> None:
    command = read("transport xyzville 300 20kg from molo")
    assert isinstance(command, TransportReport)
    assert (command.item.unknown_words, command.start.place_id) == ("xyzville", MOLO)
    command = read("transport nakuru 300 20kg from xyzville")
    assert isinstance(command, TransportReport)
    assert (command.start.unknown_words, command.item.place_id) == ("xyzville", NAKURU)


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("by bus", TransportMode.BUS),
        ("by matatu", TransportMode.BUS),
        ("kwa basi", TransportMode.BUS),
        ("by boda boda", TransportMode.MOTORBIKE),
        ("kwa pikipiki", TransportMode.MOTORBIKE),
        ("pickup", TransportMode.PICKUP),
        ("by lorry", TransportMode.LORRY),
        ("kwa lori", TransportMode.LORRY),
        ("", None),
    ],
)
def test_by_which_way(words: str, mode: TransportMode | None) -> None:
    assert read(f"transport nakuru 300 {words}") == TransportReport(to_nakuru(), Item(), mode)


@pytest.mark.parametrize(
    "text",
    [
        "transport",
        "how much is transport to nakuru?",
        "what is the cost of transport to nakuru",
        "bei ya usafiri nakuru?",
        "nauli ya nakuru ni ngapi?",
    ],
)
def test_without_a_fare_it_is_asked_for(text: str) -> None:
    command = read(text)
    assert isinstance(command, TransportReport)
    assert command.item.price is None


@pytest.mark.parametrize(
    "text",
    [
        "transport is a big problem here",
        "usafiri umepanda hadi 300",
        "nimefika salama nakuru, nauli ilikuwa elfu tatu",
        "Fare refund Ksh 300. Bring original ID nakuru",
        "nitumie 300 ya nauli nakuru",
        "matatu nakuru 300",
        "boda 300 nakuru",
        "fare nakuru 500",
    ],
)
def test_other_talk_of_transport_is_none(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Unknown()


def test_a_price_beside_a_word_for_transport_stays_a_question() -> None:
    assert isinstance(read("price milk nakuru including transport"), PriceQuery)


def test_nothing_is_filled_in() -> None:
    """The act knows where somebody lives; the text said nothing of it."""
    assert read("transport kiambu 300", WANJIKU_AT_HOME) == TransportReport(
        Item(place_id=KIAMBU, price=Decimal(300))
    )


@pytest.mark.parametrize(
    ("text", "quantity", "unit"),
    [
        ("BEST MILK 40L", 40, "litre"),
        ("best milk nakuru 40 litres", 40, "litre"),
        ("where can i sell 2 bags of maize", 2, "bag"),
        ("wapi niuze maziwa lita 40", 40, "litre"),
        ("BEST MILK", None, None),
    ],
)
def test_how_much_there_is_to_sell(text: str, quantity: int | None, unit: str | None) -> None:
    command = read(text)
    assert isinstance(command, BestMarket)
    assert (command.item.quantity, command.item.unit) == (quantity, unit)
    assert command.item.price is None


@pytest.fixture(scope="module")
def words_of(sqlite_template: Path) -> dict[str, Vocabulary]:
    database = open_database(f"sqlite:///{sqlite_template}")
    with database.read() as session:
        loaded = {code: load_vocabulary(session, code) for code in ("PE", "SN")}
    database.engine.dispose()
    return loaded


@pytest.mark.parametrize(
    ("country", "text", "start", "goal", "item", "mode"),
    [
        (
            "PE",
            "transporte de Puno a Juliaca 30 soles saco",
            "Puno",
            "Juliaca",
            {"price": 30, "unit": "bag"},
            None,
        ),
        (
            "PE",
            "flete a juliaca 15 soles 50 kg de papa en camión",
            None,
            "Juliaca",
            {"price": 15, "quantity": 50, "unit": "kg", "commodity": "potatoes"},
            TransportMode.LORRY,
        ),
        (
            "SN",
            "transport de Thiès à Dakar 2000 francs 50 kg",
            "Thiès",
            "Dakar",
            {"price": 2000, "quantity": 50, "unit": "kg"},
            None,
        ),
        (
            "SN",
            "frais de transport kaolack 1500 sac de mil",
            None,
            "Kaolack",
            {"price": 1500, "unit": "bag", "commodity": "millet"},
            None,
        ),
    ],
)
def test_in_other_languages(
    words_of: dict[str, Vocabulary],
    country: str,
    text: str,
    start: str | None,
    goal: str,
    item: dict[str, Any],
    mode: TransportMode | None,
) -> None:
    words = words_of[country]
    command = parse(text, words).command
    assert isinstance(command, TransportReport)
    assert command.item.place_id == place_named(words, goal).id
    assert command.start.place_id == (None if start is None else place_named(words, start).id)
    assert {slot: getattr(command.item, slot) for slot in item} == item
    assert command.mode is mode

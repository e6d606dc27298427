"""BARGAIN and PRODUCTS: a strict form; whatever is not of it is read as everybody's texts are."""

from decimal import Decimal

import pytest

from handlers.commands import Bargain, PriceQuery, PriceReport, ProductChoice, ProductCost, Unknown
from handlers.parser import parse
from handlers.parser.selling_text import meanings, read_selling
from prices.vocabulary import Vocabulary


@pytest.fixture
def kenya(vocabularies: dict[str, Vocabulary]) -> Vocabulary:
    """The words that are listened for in Kenya."""
    return vocabularies["KE"]


CHEESE = ProductCost("cheese", Decimal(60))


@pytest.mark.parametrize(
    ("text", "buyer", "language"),
    [
        ("BARGAIN", None, "en"),
        ("bargain?", None, "en"),
        ("Bargaining card", None, "en"),
        ("BARGAIN MILK", None, "en"),
        ("bargain milk price", None, "en"),
        ("BARGAIN KCC", "KCC", "en"),
        ("BARGAIN: KCC.", "KCC", "en"),
        ("bargain with Brookside Dairies", "Brookside Dairies", "en"),
        ("PATANA", None, "sw"),
        ("patana na KCC", "KCC", "sw"),
        ("patana bei ya maziwa", None, "sw"),
        ("negociar", None, "es"),
        ("Negociar con Gloria", "Gloria", "es"),
        ("négocier avec Danone", "Danone", "fr"),
        ("negocier", None, "fr"),
    ],
)
def test_what_to_say_to_a_buyer(
    text: str, buyer: str | None, language: str, kenya: Vocabulary
) -> None:
    parsed = parse(text, kenya)
    assert (parsed.command, parsed.language) == (Bargain(buyer), language)


@pytest.mark.parametrize(
    ("text", "litres", "costs"),
    [
        ("PRODUCTS", None, ()),
        ("products?", None, ()),
        ("milk products", None, ()),
        ("PRODUCTS 100", "100", ()),
        ("products 100l", "100", ()),
        ("PRODUCTS 100 L", "100", ()),
        ("products 1,250.5 litres", "1250.5", ()),
        ("PRODUCTS CHEESE 60", None, (CHEESE,)),
        ("products cost of cheese: 60", None, (CHEESE,)),
        ("PRODUCTS 100 YOGHURT 12, CHEESE 60", "100",
         (ProductCost("milk_fermented", Decimal(12)), CHEESE)),
        ("products ghee 39.50", None, (ProductCost("butter", Decimal("39.50")),)),
        ("BIDHAA", None, ()),
        ("bidhaa za maziwa", None, ()),
        ("bidhaa lita 100 jibini 60", "100", (CHEESE,)),
        ("productos", None, ()),
        ("productos lácteos 50 queso 60", "50", (CHEESE,)),
        ("produits laitiers", None, ()),
    ],
)  # fmt: skip
def test_what_milk_may_become(
    text: str, litres: str | None, costs: tuple[ProductCost, ...], kenya: Vocabulary
) -> None:
    # The words of cheese in Spanish are listened for where Spanish is written.
    said = ProductChoice(None if litres is None else Decimal(litres), costs)
    assert parse(text, kenya).command == said


@pytest.mark.parametrize(
    "text",
    [
        "bargain maize nakuru",
        "bargain milk nakuru",
        "bargain 45",
        "bargain with those who said that they would come on monday",
        "bargain hunting is what we do in town today",
        "products maize 60",
        "products of the farm are ready",
        "products cheese",
        "products 100 200",
        "products cheese sixty",
        "products " + "w" * 400,
        "patanisho la leo radio",
        "my products 100",
        "",
        " ",
        "?",
    ],
)
def test_what_is_not_of_this_form(text: str, kenya: Vocabulary) -> None:
    assert read_selling(text, kenya) is None
    assert not isinstance(parse(text, kenya).command, Bargain | ProductChoice)


def test_others_are_read_as_ever(kenya: Vocabulary) -> None:
    assert isinstance(parse("milk nakuru 45", kenya).command, PriceReport)
    assert isinstance(parse("price cheese nakuru", kenya).command, PriceQuery)
    assert isinstance(parse("", kenya).command, Unknown)


def test_every_verb_is_understood(kenya: Vocabulary) -> None:
    for word, meant in meanings().items():
        for means, language in meant.items():
            if means in {"bargain", "products"}:
                parsed = parse(word, kenya)
                assert isinstance(parsed.command, Bargain | ProductChoice), word
                assert parsed.language == language

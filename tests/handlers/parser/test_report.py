"""What `bei parse` prints."""

import json
from typing import get_args

import pytest

from handlers.commands import Command, Unsure
from handlers.parser import Sender, parse
from handlers.parser.report import INTENTS, as_json, explain
from tests.handlers.parser.words import GITHUNGURI, WORDS


def _json(text: str) -> dict[str, object]:
    return as_json(parse(text, WORDS), WORDS)


def test_every_command_has_an_intent_of_the_contract() -> None:
    assert {*INTENTS, Unsure} == set(get_args(Command))
    contract = (
        "price_query price_report sale_record best_market trend subscribe unsubscribe alert "
        "register join_group milk_record loss_record statement language home balance help stop "
        "group reject_record correction own_record dispute bulk_sale buyer_paid members_paid "
        "start confirm unknown audit progress transport "
        "charge what_if scheme scheme_adopted order bargain products "
        "my_data erase"
    )
    assert set(INTENTS.values()) <= set(contract.split())


def test_object_of_a_report() -> None:
    assert _json("maize gunia 90kg 2,800.50 bungoma jumla") == {
        "intent": "price_report",
        "language": "en",
        "items": [
            {
                "commodity": "maize",
                "place": "Bungoma",
                "price": 2800.5,
                "currency": None,
                "unit": "bag_90kg",
                "quantity": None,
                "price_type": "wholesale",
                "grade": None,
                "buyer": None,
            }
        ],
        "confidence": 1.0,
        "ask": None,
    }


@pytest.mark.parametrize(
    "text", ["bei", "STOP", "REG*Peter*Nyeri", "milk 45, eggs 15 nakuru", "45"]
)
def test_object_can_be_written_as_json(text: str) -> None:
    json.dumps(_json(text))


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("milk nakuru", None),
        ("milk nakuru 45", None),
        ("STOP", None),
        ("bei", "Which commodity?"),
        ("milk 45", "Which place?"),
        ("milk githungri 45", None),
        ("milk githunguriana 45", "Which place? Did you mean Githunguri?"),
        ("milk makutano 45", "Which place: Makutano (Nakuru), Makutano (Nyeri)?"),
        ("report milk nakuru", "What price?"),
        ("subscribe milk", "Which place?"),
    ],
)
def test_question_it_would_ask_back(text: str, ask: str | None) -> None:
    assert _json(text)["ask"] == ask


def test_place_is_named_even_when_we_must_ask_which() -> None:
    (item,) = _json("milk makutano 45")["items"]  # type: ignore[misc]
    assert item["place"] == "Makutano"


def test_what_was_delivered_is_an_item() -> None:
    (item,) = _json("RECORD JANE 12 A")["items"]  # type: ignore[misc]
    assert (item["commodity"], item["quantity"], item["grade"]) == ("milk", 12.0, "A")


def test_command_that_names_nothing_has_no_items() -> None:
    assert _json("STOP")["items"] == []
    assert _json("JOIN KIRIMA")["items"] == []
    assert _json("NAME Jane")["items"] == []


def test_stages_are_explained() -> None:
    told = explain("milk @ 45 bob githungri", WORDS, Sender(home_place_id=GITHUNGURI))
    assert told.splitlines() == [
        "text     'milk @ 45 bob githungri'",
        "clean    'milk @ 45 bob githungri'",
        "tag      'milk': commodity milk (en)",
        "tag      '@': mark",
        "tag      '45': number 45",
        "tag      'bob': money KES",
        "tag      'githungri': place Githunguri (Kiambu), likeness 0.95",
        "reading  price_report explains 0.99",
        "command  price_report (confidence 0.99)",
        "item     commodity milk, place Githunguri, price 45.0",
    ]
    assert "too long" in explain("x" * 2000, WORDS)

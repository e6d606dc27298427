"""Texts as people send them, labelled by hand, read with the reference data of their country."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from handlers.parser import parse
from handlers.parser.report import as_json
from prices.vocabulary import Vocabulary, fold

_EXAMPLES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "labelled_examples.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
_SLOTS = ("commodity", "place", "price", "unit", "price_type", "quantity", "grade")
# Labels know fewer intents than we do.
_LABELLED_AS = {"start": "subscribe", "language": "unknown"}


def _read(example: dict[str, Any], vocabularies: dict[str, Vocabulary]) -> dict[str, Any]:
    vocabulary = vocabularies[example["country"]]
    return as_json(parse(example["text"], vocabulary), vocabulary)


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example["id"])
def test_intent(example: dict[str, Any], vocabularies: dict[str, Vocabulary]) -> None:
    read = _read(example, vocabularies)
    accepted = {example["intent"], *example.get("accept_intents", [])}
    assert _LABELLED_AS.get(read["intent"], read["intent"]) in accepted


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example["id"])
def test_slots(example: dict[str, Any], vocabularies: dict[str, Vocabulary]) -> None:
    read = _read(example, vocabularies)
    if read["intent"] != example["intent"]:
        pytest.skip("another reading that is right too")
    item = read["items"][0] if read["items"] else dict.fromkeys(_SLOTS)
    for slot in set(_SLOTS) - set(example.get("optional", [])):
        assert _is_right(slot, item[slot], example), f"{slot}: {item[slot]}"


def test_no_price_is_made_of_a_text_that_is_not_for_us(
    vocabularies: dict[str, Vocabulary],
) -> None:
    others = [example for example in _EXAMPLES if example["intent"] == "unknown"]
    invented = [
        example["text"]
        for example in others
        if _read(example, vocabularies)["intent"] == "price_report"
    ]
    assert others
    assert invented == []


def _is_right(slot: str, value: Any, example: dict[str, Any]) -> bool:
    alternative = example.get(f"alt_{slot}", [])
    accepted = [
        example[slot],
        *(alternative if isinstance(alternative, list) else [alternative]),
    ]
    if slot == "unit" and example["unit"] is None:
        return True  # the commodity's usual unit is as right as none
    return _comparable(value) in map(_comparable, accepted)


def _comparable(value: Any) -> Any:
    match value:
        case str():
            return fold(value).replace(" ", "")
        case int() | float():
            return Decimal(str(value))
        case _:
            return value

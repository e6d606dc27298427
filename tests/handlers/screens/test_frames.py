"""What is kept of a call between two hops."""

import json

import pytest

from handlers.screens.frames import (
    DEEPEST,
    Amount,
    Commodities,
    Languages,
    Places,
    PriceView,
    Purpose,
    Root,
    State,
    as_json,
    from_json,
)
from tests.handlers.screens.fakes import KIAMBU_COUNTY, MOLO, NAKURU_COUNTY, VOCABULARY

EVERYWHERE = State(
    (
        Root(),
        Languages(("en", "sw")),
        Commodities(Purpose.REPORT, ("milk", "maize")),
        Commodities(Purpose.PRICES, ("milk",), MOLO),
        Places(Purpose.SUBSCRIBE, (KIAMBU_COUNTY, NAKURU_COUNTY), "milk"),
        Places(Purpose.HOME, (MOLO,), None, NAKURU_COUNTY),
        PriceView("milk", MOLO),
        Amount("milk", MOLO),
    ),
    shown=3,
)


def test_a_state_survives_the_database() -> None:
    kept = json.loads(json.dumps(as_json(EVERYWHERE)))
    assert from_json(kept, VOCABULARY) == EVERYWHERE


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"frames": [{"at": "moon"}], "shown": 0},
        {"frames": [{"at": "price", "commodity": "milk"}], "shown": 0},
        {"frames": [{"at": "price", "commodity": "milk", "place_id": 999}], "shown": 0},
        {"frames": [{"at": "amount", "commodity": "dust", "place_id": MOLO}], "shown": 0},
        {"frames": [{"at": "places", "purpose": "joy", "options": [1]}], "shown": 0},
        {"frames": [], "shown": 0},
        {"frames": None, "shown": 0},
    ],
)
def test_what_cannot_be_read_is_nothing(kept: dict[str, object]) -> None:
    assert from_json(kept, VOCABULARY) is None


def test_going_round_in_circles_does_not_grow_for_ever() -> None:
    state = State()
    for _ in range(100):
        state = state.forward(PriceView("milk", MOLO))
    assert len(state.frames) == DEEPEST
    assert state.frames[0] == Root()

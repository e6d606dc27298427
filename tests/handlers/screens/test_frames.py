"""What is kept of a call between two hops."""

import json
from decimal import Decimal

import pytest

from handlers.screens.frames import (
    DEEPEST,
    AddAlert,
    Alerts,
    Amount,
    Commodities,
    Doubt,
    Languages,
    Meaning,
    Places,
    PriceKey,
    PriceView,
    Purpose,
    Root,
    State,
    WatchMark,
    WatchSide,
    WatchUnits,
    WatchView,
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
        Amount("milk", MOLO, held_report=7),
        Doubt("milk", MOLO, 7, Meaning(Decimal("450"), "litre"), Decimal("45.0625")),
        Doubt(
            "maize",
            MOLO,
            8,
            Meaning(Decimal("3600.50"), "kg"),
            Decimal(40),
            (Meaning(Decimal("3600.50"), "bag_90kg"), Meaning(Decimal("36.005"), "kg")),
        ),
        Alerts((PriceKey("milk", MOLO), 7, 12)),
        AddAlert(),
        WatchView(7),
        WatchMark("milk", MOLO),
        WatchUnits(WatchMark("maize", MOLO, "kg"), ("kg", "bag_90kg")),
        WatchSide(WatchMark("maize", MOLO, "bag_90kg"), Decimal("3600.50")),
    ),
    shown=3,
)


def test_a_state_survives_the_database() -> None:
    kept = json.loads(json.dumps(as_json(EVERYWHERE)))
    assert from_json(kept, VOCABULARY) == EVERYWHERE


def doubt(**changed: object) -> dict[str, object]:
    """A doubt as it is kept, but for what is changed."""
    kept = {
        "at": "doubt",
        "commodity": "milk",
        "place_id": MOLO,
        "report_id": 7,
        "told": ["450", "litre"],
        "usual": "45",
        "likely": [["45", "litre"]],
    }
    return {"frames": [kept | changed], "shown": 3}


def test_a_doubt_is_kept_in_plain_words() -> None:
    state = from_json(doubt(), VOCABULARY)
    assert state is not None
    assert as_json(state) == doubt()


def test_an_amount_of_an_earlier_version_answers_no_doubt() -> None:
    kept = {"frames": [{"at": "amount", "commodity": "milk", "place_id": MOLO}], "shown": 0}
    assert from_json(kept, VOCABULARY) == State((Amount("milk", MOLO),))


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"frames": [{"at": "moon"}], "shown": 0},
        {"frames": [{"at": "price", "commodity": "milk"}], "shown": 0},
        {"frames": [{"at": "price", "commodity": "milk", "place_id": 999}], "shown": 0},
        {"frames": [{"at": "amount", "commodity": "dust", "place_id": MOLO}], "shown": 0},
        {"frames": [{"at": "places", "purpose": "joy", "options": [1]}], "shown": 0},
        {"frames": [{"at": "alerts", "options": [7, ["dust", MOLO]]}], "shown": 0},
        {"frames": [{"at": "watched", "alert_id": "seven"}], "shown": 0},
        {
            "frames": [{"at": "mark", "commodity": "milk", "place_id": MOLO, "unit": "yard"}],
            "shown": 0,
        },
        {
            "frames": [
                {"at": "mark_side", "mark": {"commodity": "milk", "place_id": 999}, "price": "50"}
            ],
            "shown": 0,
        },
        {
            "frames": [
                {
                    "at": "mark_units",
                    "mark": {"commodity": "milk", "place_id": MOLO},
                    "options": ["yard"],
                }
            ],
            "shown": 0,
        },
        doubt(told=["450", "furlong"]),
        doubt(likely=[["45", "furlong"]]),
        doubt(told=["much", "litre"]),
        doubt(usual="much"),
        doubt(report_id="seven"),
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

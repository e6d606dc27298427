"""The rules by which a labelled text is compared with what was read of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from prices.vocabulary import fold

# A line of a labelled file, or an object that `bei parse --jsonl` prints.
Line = Mapping[str, Any]

INTENTS = (
    "price_query", "price_report", "sale_record", "subscribe", "unsubscribe", "stop", "help",
    "register", "join_group", "unknown",
)  # fmt: skip
SLOTS = ("commodity", "place", "price", "unit", "price_type", "quantity", "grade")

# Labels know fewer intents than the program does.
_LABELLED_AS = {
    "best_market": "price_query",
    "trend": "price_query",
    "transport": "unknown",
    "alert": "subscribe",
    "start": "subscribe",
    "home": "register",
    "language": "register",
    "milk_record": "sale_record",
    "loss_record": "unknown",
    "statement": "unknown",
    "balance": "unknown",
    "audit": "unknown",
    "progress": "unknown",
    "confirm": "unknown",
}
_ALSO_UNKNOWN = frozenset({"language"})
_NUMBERS = frozenset({"price", "quantity"})
_NAMES = frozenset({"place", "grade"})
_HALF_A_CENT = Decimal("0.005")


def intent_as_labelled(read: str, label: Line) -> str:
    """The label's word for an intent of the program; the accepted one where two would do."""
    if label["intent"] == "unknown" and read in _ALSO_UNKNOWN:
        return "unknown"
    return _LABELLED_AS.get(read, read)


def accepts_intent(label: Line, intent: str) -> bool:
    """True for the labelled intent and for those that are right too."""
    return intent == label["intent"] or intent in label.get("accept_intents", ())


def scores(label: Line, slot: str) -> bool:
    """False for a slot, or the intent, that this line leaves open."""
    return slot not in label.get("optional", ())


def accepts(label: Line, slot: str, value: Any, usual_units: Mapping[str, str]) -> bool:
    """True when the value read is the labelled one, or one that is right too."""
    accepted = [label.get(slot), *_also_right(label, slot)]
    if slot == "unit" and label.get("unit") is None:
        named = [label.get("commodity"), *_also_right(label, "commodity")]
        accepted += [usual_units[code] for code in named if code in usual_units]
    return any(_is_same(slot, value, one) for one in accepted)


def _is_same(slot: str, value: Any, other: Any) -> bool:
    """Numbers to the cent; names without case, accents, apostrophes and spaces."""
    if value is None or other is None:
        return value is other
    if slot in _NUMBERS:
        return abs(Decimal(str(value)) - Decimal(str(other))) <= _HALF_A_CENT
    if slot in _NAMES:
        return _bare(str(value)) == _bare(str(other))
    return bool(value == other)


def _bare(name: str) -> str:
    return fold(name).replace(" ", "")


def _also_right(label: Line, slot: str) -> list[Any]:
    alternative = label.get(f"alt_{slot}", [])
    return alternative if isinstance(alternative, list) else [alternative]

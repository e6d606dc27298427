"""Commands written down and read again, so that an answer can make one whole (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from handlers.commands import (
    Alert,
    BestMarket,
    Command,
    Item,
    JoinGroup,
    LossRecord,
    PriceQuery,
    PriceReport,
    Register,
    SaleRecord,
    SetHome,
    Subscribe,
    TransportReport,
    Trend,
    Unsubscribe,
    Unsure,
)
from handlers.parser.report import INTENTS, items_of
from prices.vocabulary import Vocabulary

_UNSURE = "unsure"
_KINDS = {intent: kind for kind, intent in INTENTS.items()}


def as_json(command: Command) -> dict[str, Any]:
    """A command as JSON, under its name in the contract."""
    if isinstance(command, Unsure):
        return {"intent": _UNSURE, "readings": [as_json(one) for one in command.readings]}
    intent = INTENTS[type(command)]
    return {"intent": intent, "slots": _adapter(intent).dump_python(command, mode="json")}


def from_json(stored: Mapping[str, Any]) -> Command | None:
    """The command that was written down; None where an older version of Bei wrote another form."""
    try:
        if stored["intent"] == _UNSURE:
            readings = [from_json(one) for one in stored["readings"]]
            return Unsure(tuple(one for one in readings if one is not None))
        return _adapter(stored["intent"]).validate_python(stored["slots"])
    except (KeyError, ValidationError):
        return None


def open_items(command: Command) -> tuple[Item, ...]:
    """What a command is about, what an answer may still complete first: of a road its open end."""
    match command:
        case TransportReport(item, start):
            return (start, item) if _lacks_its_start(command) else (item, start)
        case _:
            return items_of(command)


def with_items(command: Command, items: Iterable[Item]) -> Command:
    """The same command about other things, in the order of its open ones.

    One that names nothing stays as it is.
    """
    items = tuple(items) or (Item(),)
    match command:
        case TransportReport():
            start, item = items if _lacks_its_start(command) else reversed(items)
            return replace(command, start=start, item=item)
        case PriceQuery() | PriceReport() | SaleRecord() | Subscribe() | Unsubscribe():
            return replace(command, items=items)
        case BestMarket() | Trend() | Alert() | SetHome() | LossRecord() | Register() | JoinGroup():
            return replace(command, item=items[0])
        case _:
            return command


def _lacks_its_start(road: TransportReport) -> bool:
    return road.item.place_id is not None and road.start.place_id is None


def without_what_is_gone(command: Command, vocabulary: Vocabulary) -> Command:
    """The command without places, commodities and units that are known no more: we ask again."""
    if isinstance(command, Unsure):
        readings = tuple(without_what_is_gone(one, vocabulary) for one in command.readings)
        return Unsure(readings)
    return with_items(command, (_known(item, vocabulary) for item in open_items(command)))


def _known(item: Item, vocabulary: Vocabulary) -> Item:
    places, commodities, units = vocabulary.places, vocabulary.commodities, vocabulary.units
    return replace(
        item,
        commodity=item.commodity if item.commodity in commodities else None,
        place_id=item.place_id if item.place_id in places else None,
        unit=item.unit if item.unit in units else None,
        commodities=tuple(code for code in item.commodities if code in commodities),
        places=tuple(id_ for id_ in item.places if id_ in places),
    )


@cache
def _adapter(intent: str) -> TypeAdapter[Command]:
    return TypeAdapter(_KINDS[intent])

"""Where a caller stands: a stack of frames, one per screen passed, kept as JSON between hops."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, assert_never

from pydantic import TypeAdapter

from prices.vocabulary import Vocabulary

# A caller who goes round in circles keeps this many steps to go back.
DEEPEST = 12


class Purpose(StrEnum):
    """What a place or a commodity is being chosen for."""

    PRICES = "prices"
    REPORT = "report"
    SUBSCRIBE = "subscribe"
    HOME = "home"


@dataclass(frozen=True)
class Root:
    """The first screen."""


@dataclass(frozen=True)
class Commodities:
    """Which commodity? `options` is what is left of the list from this page on."""

    purpose: Purpose
    options: tuple[str, ...]
    place_id: int | None = None


@dataclass(frozen=True)
class Places:
    """Which place? Picking a county opens it, unless it is the county that is open."""

    purpose: Purpose
    options: tuple[int, ...]
    commodity: str | None = None
    county_id: int | None = None


@dataclass(frozen=True)
class PriceView:
    """What a commodity costs at a place."""

    commodity: str
    place_id: int


@dataclass(frozen=True)
class Amount:
    """The caller types a price, of a report that was doubted what was meant by it."""

    commodity: str
    place_id: int
    held_report: int | None = None


class Meaning(NamedTuple):
    """So much for one of a unit."""

    price: Decimal
    unit: str


@dataclass(frozen=True)
class Doubt:
    """Is it so? `told` is what was typed, `likely` what was rather meant, the likeliest first.

    `usual` is what one of the same unit usually costs there; None: nobody knows.
    """

    commodity: str
    place_id: int
    report_id: int
    told: Meaning
    usual: Decimal | None
    likely: tuple[Meaning, ...] = ()


@dataclass(frozen=True)
class Languages:
    """The languages to choose from."""

    options: tuple[str, ...]


Frame = Root | Commodities | Places | PriceView | Amount | Doubt | Languages

_NAMES: Mapping[str, type[Frame]] = {
    "root": Root,
    "commodities": Commodities,
    "places": Places,
    "price": PriceView,
    "amount": Amount,
    "doubt": Doubt,
    "languages": Languages,
}


@dataclass(frozen=True)
class State:
    """The frames from the root to the screen on the phone, and how many options it numbers."""

    frames: tuple[Frame, ...] = (Root(),)
    shown: int = 0

    @property
    def frame(self) -> Frame:
        """The screen on the phone."""
        return self.frames[-1]

    def forward(self, frame: Frame) -> "State":
        """One screen further; the root stays at the bottom."""
        kept = self.frames[1:][-(DEEPEST - 2) :]
        return State((self.frames[0], *kept, frame))

    def back(self) -> "State":
        """One screen back."""
        return State(self.frames[:-1] or (Root(),))

    def instead(self, frame: Frame) -> "State":
        """Another screen in the place of this one."""
        return self.back().forward(frame)


def as_json(state: State) -> dict[str, Any]:
    """The state as the database keeps it."""
    names = {kind: name for name, kind in _NAMES.items()}
    frames = [_as_json(names[type(frame)], frame) for frame in state.frames]
    return {"frames": frames, "shown": state.shown}


def from_json(kept: Mapping[str, Any], vocabulary: Vocabulary) -> State | None:
    """The state that was kept; None where it is of another version, or names what is no more."""
    try:
        state = State(tuple(_frame(dict(frame)) for frame in kept["frames"]), int(kept["shown"]))
    except (KeyError, TypeError, ValueError):
        return None
    is_known = all(_is_known(frame, vocabulary) for frame in state.frames)
    return state if state.frames and is_known else None


def _is_known(frame: Frame, vocabulary: Vocabulary) -> bool:
    places: set[int | None] = set()
    commodities: set[str | None] = set()
    units: set[str] = set()
    match frame:
        case Root() | Languages():
            return True
        case Commodities():
            places, commodities = {frame.place_id}, set(frame.options)
        case Places():
            places, commodities = {frame.county_id, *frame.options}, {frame.commodity}
        case PriceView() | Amount():
            places, commodities = {frame.place_id}, {frame.commodity}
        case Doubt():
            places, commodities = {frame.place_id}, {frame.commodity}
            units = {meant.unit for meant in (frame.told, *frame.likely)}
        case _:
            assert_never(frame)
    return (
        places - {None} <= vocabulary.places.keys()
        and commodities - {None} <= vocabulary.commodities.keys()
        and units <= vocabulary.units.keys()
    )


def _as_json(name: str, frame: Frame) -> dict[str, Any]:
    return {"at": name, **_adapter(name).dump_python(frame, mode="json")}


def _frame(kept: dict[str, Any]) -> Frame:
    return _adapter(kept.pop("at")).validate_python(kept)


@cache
def _adapter(name: str) -> TypeAdapter[Frame]:
    return TypeAdapter(_NAMES[name])

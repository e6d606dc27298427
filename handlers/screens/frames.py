"""Where a caller stands: a stack of frames, one per screen passed, kept as JSON between hops."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, assert_never

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
    """The caller types a price."""

    commodity: str
    place_id: int


@dataclass(frozen=True)
class Languages:
    """The languages to choose from."""

    options: tuple[str, ...]


Frame = Root | Commodities | Places | PriceView | Amount | Languages

_NAMES: Mapping[str, type[Frame]] = {
    "root": Root,
    "commodities": Commodities,
    "places": Places,
    "price": PriceView,
    "amount": Amount,
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


def as_json(state: State) -> dict[str, Any]:
    """The state as the database keeps it."""
    names = {kind: name for name, kind in _NAMES.items()}
    frames = [{"at": names[type(frame)], **asdict(frame)} for frame in state.frames]
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
    places: set[int | None]
    commodities: set[str | None]
    match frame:
        case Root() | Languages():
            return True
        case Commodities():
            places, commodities = {frame.place_id}, set(frame.options)
        case Places():
            places, commodities = {frame.county_id, *frame.options}, {frame.commodity}
        case PriceView() | Amount():
            places, commodities = {frame.place_id}, {frame.commodity}
        case _:
            assert_never(frame)
    return (
        places - {None} <= vocabulary.places.keys()
        and commodities - {None} <= vocabulary.commodities.keys()
    )


def _frame(kept: dict[str, Any]) -> Frame:
    kind = _NAMES[kept.pop("at")]
    return kind(**{name: _thawed(name, value) for name, value in kept.items()})


def _thawed(name: str, value: Any) -> Any:
    if name == "purpose":
        return Purpose(value)
    return tuple(value) if isinstance(value, list) else value

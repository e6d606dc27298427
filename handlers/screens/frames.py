"""Where a caller stands: a stack of frames, one per screen passed, kept as JSON between hops."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from handlers.screens.book_frames import NAMES as BOOK_NAMES
from handlers.screens.book_frames import BookFrame, MilkFrame
from handlers.screens.order_frames import NAMES as ORDER_NAMES
from handlers.screens.order_frames import OrderFrame
from handlers.screens.people_frames import NAMES as PEOPLE_NAMES
from handlers.screens.people_frames import PeopleFrame
from handlers.screens.selling_frames import NAMES as SELLING_NAMES
from handlers.screens.selling_frames import SellingFrame
from prices.kinds import PriceType
from prices.vocabulary import Vocabulary

# A caller who goes round in circles keeps this many steps to go back.
DEEPEST = 12


class Purpose(StrEnum):
    """What a place or a commodity is being chosen for."""

    PRICES = "prices"
    SELL = "sell"
    REPORT = "report"
    SUBSCRIBE = "subscribe"
    WATCH = "watch"  # to be told when it comes to a mark
    USUAL = "usual"  # the commodity that leads every list
    HOME = "home"
    WELCOME = "welcome"  # the home place, in the first call ever


class PriceKey(NamedTuple):
    """Which commodity, at which place."""

    commodity: str
    place_id: int


class Office(NamedTuple):
    """The group whose officer is calling."""

    group_id: int
    code: str


@dataclass(frozen=True)
class Root:
    """The first screen: the same keys for everybody, and one shortcut for who is calling.

    It leads an officer to the group, a reporter to what was told last, and everybody else to the
    price that they ask for most. Where the screen has to be parted, `start` counts the keys that
    stand on earlier parts.
    """

    office: Office | None = None
    told: PriceKey | None = None
    asked: PriceKey | None = None
    start: int = 0


@dataclass(frozen=True)
class Resume:
    """An earlier call broke off: it goes on, or all begins anew."""


@dataclass(frozen=True)
class Commodities:
    """Which commodity? `options` is what is left of the list from this page on.

    Of a long list it is the beginning, and `has_more` behind it: every hop keeps all its frames.
    """

    purpose: Purpose
    options: tuple[str, ...]
    place_id: int | None = None
    has_more: bool = False


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
class BestMarkets:
    """Where a commodity sells best from a place."""

    commodity: str
    place_id: int


@dataclass(frozen=True)
class TrendView:
    """How a price moved."""

    commodity: str
    place_id: int


@dataclass(frozen=True)
class Amount:
    """The caller types a price, of a report that was doubted what was meant by it.

    `unit` and `price_type` None: the commodity's own.
    """

    commodity: str
    place_id: int
    held_report: int | None = None
    unit: str | None = None
    price_type: PriceType | None = None


@dataclass(frozen=True)
class Units:
    """Of which unit is the price that `amount` asks for?"""

    amount: Amount
    options: tuple[str, ...]


@dataclass(frozen=True)
class PriceTypes:
    """At which step of the trade is the price that `amount` asks for?"""

    amount: Amount
    options: tuple[PriceType, ...]


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
    price_type: PriceType | None = None


@dataclass(frozen=True)
class MyGroups:
    """Which of my groups?"""

    options: tuple[int, ...]


@dataclass(frozen=True)
class GroupView:
    """A group and what it offers its members."""

    group_id: int


@dataclass(frozen=True)
class GroupAbout:
    """What a group is, and the ways out of it and into another."""

    group_id: int


@dataclass(frozen=True)
class Asked:
    """What was asked back, as it is held: a number answers it, and with `ends` it ends the call."""

    ends: bool = False


@dataclass(frozen=True)
class BulletinView:
    """A group's last bulletin, from a page on."""

    group_id: int
    page: int = 0


@dataclass(frozen=True)
class JoinCode:
    """The caller types the code of a group."""


@dataclass(frozen=True)
class LeaveGroup:
    """Really leave this group?"""

    group_id: int


@dataclass(frozen=True)
class Alerts:
    """What is sent to the caller by itself: the prices of each week, and what is watched, by id."""

    options: tuple[PriceKey | int, ...]


@dataclass(frozen=True)
class AlertView:
    """A price that comes each week, and the way to end it."""

    commodity: str
    place_id: int


@dataclass(frozen=True)
class WatchView:
    """A price that is watched, and the way to end it."""

    alert_id: int


@dataclass(frozen=True)
class AddAlert:
    """One that comes each week, or one that is watched?"""


@dataclass(frozen=True)
class WatchMark:
    """The caller types the price at which to be told; `unit` None: that of the base unit."""

    commodity: str
    place_id: int
    unit: str | None = None


@dataclass(frozen=True)
class WatchUnits:
    """Of which unit is the price that `mark` asks for?"""

    mark: WatchMark
    options: tuple[str, ...]


@dataclass(frozen=True)
class WatchSide:
    """Is the price that was typed for `mark` to be reached from below, or from above?"""

    mark: WatchMark
    price: Decimal


@dataclass(frozen=True)
class Details:
    """What we know of the caller."""


@dataclass(frozen=True)
class NameEntry:
    """The caller types a name."""


@dataclass(frozen=True)
class StopAll:
    """Really no more messages; for who is out already, messages again?"""


@dataclass(frozen=True)
class HelpPage:
    """How to use Bei, from a page on."""

    page: int = 0


@dataclass(frozen=True)
class Languages:
    """The languages to choose from; the first call ever begins with them."""

    options: tuple[str, ...]
    is_welcome: bool = False


Frame = (
    Root
    | Resume
    | Commodities
    | Places
    | PriceView
    | BestMarkets
    | TrendView
    | Amount
    | Units
    | PriceTypes
    | Doubt
    | MyGroups
    | GroupView
    | GroupAbout
    | Asked
    | BulletinView
    | JoinCode
    | LeaveGroup
    | PeopleFrame
    | OrderFrame
    | SellingFrame
    | Alerts
    | AlertView
    | WatchView
    | AddAlert
    | WatchMark
    | WatchUnits
    | WatchSide
    | Details
    | NameEntry
    | StopAll
    | HelpPage
    | Languages
    | MilkFrame
    | BookFrame
)

# The name of each in the database: it is kept there between hops, and counted where people leave.
NAMES: Mapping[type[Frame], str] = {
    Root: "root",
    Resume: "resume",
    Commodities: "commodities",
    Places: "places",
    PriceView: "price",
    BestMarkets: "best",
    TrendView: "trend",
    Amount: "amount",
    Units: "units",
    PriceTypes: "price_types",
    Doubt: "doubt",
    MyGroups: "groups",
    GroupView: "group",
    GroupAbout: "about_group",
    Asked: "asked",
    BulletinView: "bulletin",
    JoinCode: "join",
    LeaveGroup: "leave",
    **PEOPLE_NAMES,
    **ORDER_NAMES,
    **SELLING_NAMES,
    Alerts: "alerts",
    AlertView: "alert",
    WatchView: "watched",
    AddAlert: "add_alert",
    WatchMark: "mark",
    WatchUnits: "mark_units",
    WatchSide: "mark_side",
    Details: "details",
    NameEntry: "name",
    StopAll: "stop",
    HelpPage: "help",
    Languages: "languages",
    **BOOK_NAMES,
}
_KINDS: Mapping[str, type[Frame]] = {name: kind for kind, name in NAMES.items()}


@dataclass(frozen=True)
class State:
    """The frames from the root to the screen on the phone, and how many options it numbers.

    A screen too long for one is shown in so many `parts`, of which one is on the phone; -1: none
    yet, for something had to be said before.
    """

    frames: tuple[Frame, ...] = (Root(),)
    shown: int = 0
    part: int = 0
    parts: int = 1

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

    def before_list(self) -> "State":
        """One screen back, however many pages of a list were turned to get here."""
        state = self.back()
        while len(state.frames) > 1 and type(state.frame) is type(self.frame):
            state = state.back()
        return state

    def on_with(self, frame: Frame | None) -> "State":
        """On from a screen that is done: back to one of that kind, else to it instead of this.

        None: one screen back.
        """
        if frame is None:
            return self.back()
        kinds = [type(one) for one in self.frames]
        at = kinds.index(type(frame)) if type(frame) in kinds else len(kinds) - 1
        return State(self.frames[: max(at, 1)]).forward(frame)

    def home(self) -> "State":
        """Back to the first screen, as it was shown to this caller."""
        return State(self.frames[:1])

    def instead(self, frame: Frame) -> "State":
        """Another screen in the place of this one."""
        return self.back().forward(frame)


def as_json(state: State) -> dict[str, Any]:
    """The state as the database keeps it."""
    kept = {"frames": [_as_json(frame) for frame in state.frames], "shown": state.shown}
    is_whole = (state.part, state.parts) == (0, 1)
    return kept if is_whole else kept | {"part": state.part, "parts": state.parts}


def from_json(kept: Mapping[str, Any], vocabulary: Vocabulary) -> State | None:
    """The state that was kept; None where it is of another version, or names what is no more."""
    try:
        state = State(
            tuple(_frame(frame) for frame in kept["frames"]),
            int(kept["shown"]),
            int(kept.get("part", 0)),
            int(kept.get("parts", 1)),
        )
    except (KeyError, TypeError, ValueError):
        return None
    is_known = all(_is_known(frame, vocabulary) for frame in state.frames)
    return state if state.frames and is_known else None


def _is_known(frame: Frame, vocabulary: Vocabulary) -> bool:
    commodities, places, units = _named(frame)
    return (
        places - {None} <= vocabulary.places.keys()
        and commodities - {None} <= vocabulary.commodities.keys()
        and units - {None} <= vocabulary.units.keys()
    )


# The commodities, places and units that a frame names.
_Named = tuple[set[str | None], set[int | None], set[str | None]]


def _named(frame: Frame) -> _Named:  # noqa: C901 – one case each
    match frame:
        case Root():
            prices = [one for one in (frame.told, frame.asked) if one is not None]
            return {one.commodity for one in prices}, {one.place_id for one in prices}, set()
        case Commodities():
            return set(frame.options), {frame.place_id}, set()
        case Places():
            return {frame.commodity}, {frame.county_id, *frame.options}, set()
        case PriceView() | BestMarkets() | TrendView() | AlertView():
            return {frame.commodity}, {frame.place_id}, set()
        case Amount():
            return {frame.commodity}, {frame.place_id}, {frame.unit}
        case Units(amount, options):
            return {amount.commodity}, {amount.place_id}, {amount.unit, *options}
        case PriceTypes(amount):
            return {amount.commodity}, {amount.place_id}, {amount.unit}
        case Doubt():
            units: set[str | None] = {meant.unit for meant in (frame.told, *frame.likely)}
            return {frame.commodity}, {frame.place_id}, units
        case Alerts(options):
            prices = [one for one in options if isinstance(one, PriceKey)]
            return {one.commodity for one in prices}, {one.place_id for one in prices}, set()
        case WatchMark():
            return {frame.commodity}, {frame.place_id}, {frame.unit}
        case WatchUnits(mark, options):
            return {mark.commodity}, {mark.place_id}, {mark.unit, *options}
        case WatchSide(mark):
            return {mark.commodity}, {mark.place_id}, {mark.unit}
        case _:
            return set(), set(), set()


def _as_json(frame: Frame) -> dict[str, Any]:
    name = NAMES[type(frame)]
    return {"at": name, **_adapter(name).dump_python(frame, mode="json", exclude_defaults=True)}


def _frame(kept: Mapping[str, Any]) -> Frame:
    fields = {name: value for name, value in kept.items() if name != "at"}
    return _adapter(kept["at"]).validate_python(fields)


@cache
def _adapter(name: str) -> TypeAdapter[Frame]:
    return TypeAdapter(_KINDS[name])

"""Who a caller is, which groups they are in and what they get each week, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from groups.schedules import Schedule
from handlers.screens.caller import Caller, GroupFacts, WatchedFacts, WeeklyFacts
from handlers.screens.frames import Frame, PriceKey, Root, State
from handlers.screens.tree import Step, draw, press
from prices.vocabulary import Vocabulary
from tests.handlers.screens.book import WrittenBook
from tests.handlers.screens.fakes import GITHUNGURI, NAKURU, NOON, VOCABULARY, PlainFacts
from tests.handlers.screens.people import WrittenPeople


def weekly_on(weekday: int, hour: int) -> Schedule:
    """Once a week, by the clock of Nairobi."""
    return Schedule((weekday,), hour, "Africa/Nairobi")


MONDAY = weekly_on(0, 7)
KIRIMA = GroupFacts(
    id=1,
    code="KIRIMA",
    name="Kirima Dairy Group",
    members=12,
    when=MONDAY,
    currency="KES",
    is_officer=False,
    is_demo=False,
)
UMOJA = replace(
    KIRIMA, id=2, code="UMOJA", name="Umoja wa Wakulima", members=1, when=weekly_on(4, 16)
)

MILK, MAIZE = PriceKey("milk", GITHUNGURI), PriceKey("maize", NAKURU)
WEEKLY = (WeeklyFacts(MILK, MONDAY), WeeklyFacts(MAIZE, MONDAY))

WHO = ("name", "home_place_id", "usual_commodity", "is_out", "service_code")


@dataclass(frozen=True)
class AccountFacts(PlainFacts):
    """What is written down here of one caller."""

    own_groups: Sequence[GroupFacts] = ()
    codes: frozenset[str] = frozenset({"KIRIMA", "UMOJA", "KIRIMA 2", "208"})
    bulletins: Mapping[int, str] = field(default_factory=dict)
    weekly: Sequence[WeeklyFacts] = ()
    marks: Sequence[WatchedFacts] = ()
    books: Mapping[int, WrittenBook] = field(default_factory=dict)
    of_people: Mapping[int, WrittenPeople] = field(default_factory=dict)

    def favourites(self, commodity: str | None) -> Sequence[int]:
        """None."""
        return ()

    def groups(self) -> Sequence[GroupFacts]:
        """As written down."""
        return self.own_groups

    def has_group(self, code: str) -> bool:
        """As written down, however it is typed."""
        return code.upper() in self.codes

    def bulletin(self, group_id: int) -> str | None:
        """As written down."""
        return self.bulletins.get(group_id)

    def book(self, group_id: int) -> WrittenBook:
        """As written down."""
        return self.books.get(group_id, WrittenBook())

    def people(self, group_id: int) -> WrittenPeople:
        """As written down."""
        return self.of_people.get(group_id, WrittenPeople())

    def alerts(self) -> Sequence[WeeklyFacts]:
        """As written down."""
        return self.weekly

    def watched(self) -> Sequence[WatchedFacts]:
        """As written down."""
        return self.marks


def caller(language: str = "en", vocabulary: Vocabulary = VOCABULARY, **known: Any) -> Caller:
    """Somebody on the line: what of `known` says who they are, the rest are facts about them."""
    who = {name: known.pop(name) for name in WHO if name in known}
    return Caller(language, vocabulary, AccountFacts(vocabulary, **known), NOON, **who)


def at(*frames: Frame) -> State:
    """Where somebody stands who came by these screens."""
    return State((Root(), *frames))


def shown(state: State, on_the_line: Caller, notice: str = "") -> str:
    """The words of the screen there."""
    return draw(state, on_the_line, notice)[0].text


def pressed(state: State, token: str, on_the_line: Caller) -> Step:
    """A key on the screen as it was drawn."""
    return press(draw(state, on_the_line)[1], token, on_the_line)


def after(state: State, token: str, on_the_line: Caller) -> str:
    """The screen that a key leads to."""
    step = pressed(state, token, on_the_line)
    return shown(step.state, on_the_line, step.notice)

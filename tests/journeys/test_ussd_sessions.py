"""Ten thousand random calls through the webhook: none fails, and nothing is done twice.

Whoever calls presses what the screen shows, or something else; the carrier repeats hops, brings
some of them late and loses others; people hang up anywhere and dial again.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import assert_never
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from app import create_app
from db.base import Base
from db.session import Database
from groups.book_models import BookLine
from groups.models import GroupMember, PriceAlert, Subscription
from handlers.screens.frames import NAMES, from_json
from messaging.kinds import OutboundKind
from messaging.models import ConsentEvent, OutboundMessage, Subscriber, UssdSession
from prices.menus import Menus
from prices.models import PriceObservation
from tests.app.gateways import Gateways
from tests.journeys.ussd_callers import CODES, PHONES, Phone
from tests.journeys.ussd_carrier import CODE, SECOND, WRONG_CODE, Carrier, Line
from tests.journeys.ussd_worlds import World, on_postgresql, on_sqlite

VISITS = 10  # in one story, by a few people


# What is done with a phone


@dataclass(frozen=True)
class Shown:
    """Press one of the keys on the screen; where there is none to choose, type what is asked."""

    which: int


@dataclass(frozen=True)
class Typed:
    """Type this, whatever the screen says."""

    text: str


@dataclass(frozen=True)
class Odd:
    """Type what comes to mind."""


@dataclass(frozen=True)
class Repeated:
    """The carrier brings the last hop once more, so many times."""

    times: int


@dataclass(frozen=True)
class Late:
    """The carrier brings an earlier hop, after those that followed it."""

    which: int


@dataclass(frozen=True)
class Lost:
    """The carrier brings something that does not go on from what we know."""


@dataclass(frozen=True)
class Stranger:
    """Another number comes with this session's id."""

    next_but: int


@dataclass(frozen=True)
class OtherCode:
    """The same number comes with this session's id, by another service code."""


@dataclass(frozen=True)
class Pause:
    """The caller thinks."""

    seconds: int


Step = Shown | Typed | Odd | Repeated | Late | Lost | Stranger | OtherCode | Pause

# What a screen may ask for: prices likely and unlikely, codes of groups, names.
ANSWERS = (
    "47", "450", "46.50", "4", "45", "9999999", "1,250", "KES 44", "44/=", CODES[0], CODES[1],
    "join kirima", "nosuch", "Wanjiku wa Kamau", "দুধ", "Ng'ang'a",
)  # fmt: skip
WORDS = (
    "nakuru",
    "maziwa",
    "milk",
    "molo",
    "kirima",
    "dhaka",
    "lima",
    "kampala",
    "stop",
    "english",
)
GARBAGE = (
    "", " ", "98", "7", "-45", "0.001", "9" * 20, "😀", "😀😀 milk", "\0", "1\0", "1\n2", "#", "**",
    "' OR 1=1 --", "x" * 1000, "*" * 1000, "1*" * 500, "٣", "১", "{place}", "%s", "\u202e1",
)  # fmt: skip
# With a price, a question, a text, a subscription, a stop, a name in one go.
DEEP = (
    "", "", "", "1", "1*1", "1*1*1*1", "1*1*1*2*2", "2*1*1", "2*1*1*1*2", "3*1*1*47", "3*1*1*1*47",
    "3*1*1*450", "3*1*1*1*450*1", "3*1*1*450*2", "3*1*1*01*1*45", "3*1*1*1*02*2*60", "4", "4*1",
    "4*7*1*1", "4*KIRIMA", "4*7*2*UMOJA", "4*7", "4*7*1", "4*2", "4*2*1", "4*2*1*1", "4*2*1*1*10",
    "4*2*2", "4*2*3", "4*2*3*13", "4*2*4", "4*3", "4*3*1", "4*3*1*1", "4*3*1*1*12", "4*3*1*2*70 A",
    "4*3*1*3*70", "4*3*2*1*5", "4*3*3*9", "4*3*4", "4*3*4*1", "4*3*4*1", "4*3*4*1", "4*3*4*1",
    "4*3*4*KCC", "4*3*5", "4*3*5*1", "4*3*5*1*01", "4*3*6", "4*3*6*1", "4*3*6*1*01", "4*3*7",
    "4*3*7*1", "5", "5*8*1*1*1", "5*8*1*1*1*1", "5*1*1", "5*2", "5*3",
    "5*8*2*1*1*60", "5*8*2*1*1*1", "5*8*2*1*1*1*50", "5*8*2*1*1*01", "5*8*2*milk*nakuru*9000",
    "5*8*2*1*1*02", "5*8*2*1*1*02*2", "5*2*1", "5*8*2*1*1*1*02*2*3600", "6*5*1", "6*5*2",
    "6*1*Wanjiku", "6*2*1*1", "6*3*1", "6*4*2", "7*1", "7*2", "8*9*9*9", "9", "9*47", "9*450",
    "1*milk*nakuru*2", "3*milk*molo*47", "1*1*1*4", "1**1", "1*" * 25, "x" * 1000, "1*0*1*00*3",
)  # fmt: skip
STEPS: tuple[Step, ...] = (
    *map(Shown, range(10)),
    *map(Shown, range(10)),
    *map(Shown, range(10)),
    *map(Typed, ("0", "00", "9", "8")),
    *map(Typed, ANSWERS[:6]),
    *map(Typed, WORDS),
    *map(Typed, GARBAGE),
    Odd(), Odd(),
    Repeated(1), Repeated(1), Repeated(1), Repeated(3),
    Late(0), Late(1), Late(2),
    Lost(),
    Stranger(1), OtherCode(),
    Pause(1), Pause(40), Pause(200),
)  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """Somebody dials, presses this and that, and is gone; what comes later may be too late."""

    who: int
    after: int  # seconds
    dialled: str
    steps: Sequence[Step]
    odd: str
    later: Sequence[Step]  # when another call has been made already


VISIT = st.builds(
    Visit,
    who=st.integers(0, 2),
    after=st.sampled_from((5, 40, 170, 180, 181, 240, 3600)),
    dialled=st.sampled_from(DEEP),
    steps=st.lists(st.sampled_from(STEPS), max_size=5),
    odd=st.text(max_size=12),
    later=st.lists(st.sampled_from(STEPS), max_size=1),
)
WHO = st.lists(st.sampled_from(PHONES), min_size=3, max_size=3, unique=True)
STORY = st.lists(VISIT, min_size=VISITS, max_size=VISITS)
# What fails is made as small as it can be; why it fails stands in its notes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


# Walking


@dataclass
class Walk:
    """One story: a few people, one visit after the other."""

    carrier: Carrier
    people: Sequence[Phone]
    lost: Iterator[int] = field(default_factory=lambda: count(1))

    def go(self, visits: Sequence[Visit]) -> None:
        """Each visit, and what comes later of the one before."""
        before: tuple[Line, Visit] | None = None
        for visit in visits:
            line = self.visit(visit)
            if before is not None:
                self.take(before[0], before[1].later, before[1].odd)
            before = line, visit

    def visit(self, visit: Visit) -> Line:
        self.carrier.now += visit.after * SECOND
        line = self.carrier.dial(self.people[visit.who], visit.dialled)
        self.take(line, visit.steps, visit.odd)
        return line

    def take(self, line: Line, steps: Sequence[Step], odd: str) -> None:
        for step in steps:
            self.step(line, step, odd)

    def step(self, line: Line, step: Step, odd: str) -> None:  # noqa: C901 – one case each
        carrier = self.carrier
        match step:
            case Shown(which):
                carrier.press(line, key_of(line.body, which))
            case Typed(typed):
                carrier.press(line, typed)
            case Odd():
                carrier.press(line, odd)
            case Repeated(times):
                for _ in range(times):
                    carrier.repeat(line, line.transcript)
            case Late(which):
                carrier.bring_late(line, which)
            case Lost():
                carrier.bring(line, f"1*lost{next(self.lost)}*2*1")
            case Stranger(next_but):
                number = PHONES.index(line.phone) + next_but
                carrier.step_in(line, PHONES[number % len(PHONES)], CODE)
            case OtherCode():
                carrier.step_in(line, line.phone, WRONG_CODE)
            case Pause(seconds):
                carrier.now += seconds * SECOND
            case _:
                assert_never(step)


_KEY = re.compile(r"(?m)(?:^|(?<= ))(0[0-2]?|[1-9])(?= [^\W\d])")


def key_of(body: str, which: int) -> str:
    """One of the keys on the screen; where they only lead away, what may be asked for."""
    keys: list[str] = list(dict.fromkeys(_KEY.findall(body[4:])))
    if all(key.startswith("0") for key in keys):
        keys += ANSWERS
    return keys[which * 3 % len(keys)]


def walk(world: World, *, stories: int) -> Counter[str]:
    """So many stories; how much happened in them."""
    service = world.service
    carrier = Carrier(world, Gateways(create_app(service=service).test_client()))
    tally: Counter[str] = Counter()
    world.begin_anew()
    before = what_came_of_it(world)

    @settings(max_examples=stories, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(people=WHO, visits=STORY)
    def some_calls(people: Sequence[Phone], visits: Sequence[Visit]) -> None:
        world.begin_anew()
        carrier.begin_anew()
        service.catalogue.menus = Menus()
        Walk(carrier, people).go(visits)
        tally.update(what_came_of_it(world) - before)

    with patch("app.webhooks._now", lambda: carrier.now):
        some_calls()
    return tally + carrier.hops


# What a caller may do, and by which rows it is seen.
DONE = {
    "prices told": select(func.count(PriceObservation.id)),
    "texts wanted": select(func.count(OutboundMessage.id)).filter_by(kind=OutboundKind.REPLY),
    "stops and starts": select(func.count(ConsentEvent.id)),
    "subscriptions": select(func.count(Subscription.id)),
    "alerts": select(func.count(PriceAlert.id)),
    "memberships": select(func.count(GroupMember.id)),
    "lines of milk books": select(func.count(BookLine.id)),
}


def what_came_of_it(world: World) -> Counter[str]:
    """How much was done; and that it was done once, by somebody, and can go on."""
    database, catalogue = world.service.database, world.service.catalogue
    with database.read() as session:
        calls = session.execute(select(UssdSession, Subscriber.country).join(Subscriber)).all()
        for call, country in calls:
            goes_on_elsewhere = call.state == {}
            state = from_json(call.state, catalogue.vocabulary(session, country))
            assert call.ended or goes_on_elsewhere or state is not None, call.state
        keys = (PriceObservation.source_key, OutboundMessage.dedupe_key, BookLine.source_key)
        for column in keys:
            assert session.scalar(select(func.count(column) - func.count(column.distinct()))) == 0
        for membership in (
            (Subscription.subscriber_id, Subscription.bulletin_list_id),
            (GroupMember.subscriber_id, GroupMember.group_id),
        ):
            twice = select(*membership).group_by(*membership).having(func.count() > 1)
            assert session.execute(twice).all() == []
        running = select(PriceAlert.subscriber_id, PriceAlert.watched_price_id, PriceAlert.way)
        watched = running.where(PriceAlert.ended_at.is_(None))
        twice = watched.group_by(*running.selected_columns).having(func.count() > 1)
        assert session.execute(twice).all() == []
        nobodys_rows(session.connection())
        amounts = Counter({name: session.scalar(rows) or 0 for name, rows in DONE.items()})
    return amounts + Counter(str(call.screen) for call, _ in calls) + Counter(calls=len(calls))


def nobodys_rows(connection: Connection) -> None:
    """Every row that is somebody's is of somebody whom we know."""
    people = Subscriber.__table__
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is people:
                found = select(func.count()).select_from(
                    table.outerjoin(people, key.parent == people.c.id)
                )
                orphans = found.where(key.parent.is_not(None), people.c.id.is_(None))
                assert connection.scalar(orphans) == 0, table.name


def walk_on_sqlite(reference: Path, folder: Path, stories: int) -> Counter[str]:
    """A walk in a process of its own."""
    with on_sqlite(reference, folder) as world:
        return walk(world, stories=stories)


def test_ten_thousand_random_calls(sqlite_template: Path, tmp_path: Path) -> None:
    # Half of them each, beside each other: it is all work of the processor.
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        halves = [
            processes.submit(walk_on_sqlite, sqlite_template, tmp_path / half, 5_000 // VISITS)
            for half in ("one", "other")
        ]
        tally = sum((half.result() for half in halves), Counter[str]())
    assert tally["calls"] >= 10_000
    assert {*DONE, *NAMES.values()} <= tally.keys(), "nobody came by some screens, or did a thing"


def test_a_thousand_random_calls_on_postgresql(postgresql_server: Database) -> None:
    with on_postgresql(postgresql_server, "walked") as world:
        assert walk(world, stories=1_000 // VISITS)["calls"] >= 1_000

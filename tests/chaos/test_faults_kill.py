"""The web is killed between having stored a text and saying so: the gateway brings it again.

Then it is one text and one reply. Kills in other places are in test_bulletin_under_fire.py, in
tests/journeys/test_bulletin_survives_kill.py and in tests/app/test_spool.py.
"""

import subprocess
import sys
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from db.session import Database
from messaging.models import InboundMessage, OutboundMessage
from tests.app.gateway_forms import AT
from tests.chaos.processes import HOST, Bei, Running, free_port, until
from tests.stand_in.plan import Plan
from tests.stand_in.process import standing_in


def serve(bei: Bei, log: Path) -> Running:
    """The web whose texts may kill it; it is started anew as a supervisor would."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                Path(sys.executable).with_name("granian"),
                *("--interface", "wsgi", "--factory", "--host", HOST, "--port", str(bei.port)),
                *("--respawn-failed-workers", "tests.chaos.faulty:dying_web"),
            ],
            cwd=bei.folder,
            env=bei.environment({}),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    until(lambda: _is_up(bei))
    return Running(process, log)


def _is_up(bei: Bei) -> bool:
    try:
        return requests.get(f"http://{HOST}:{bei.port}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


def rows(database: Database) -> tuple[int, int]:
    with database.read() as session:
        return (
            session.scalar(select(func.count()).select_from(InboundMessage)) or 0,
            session.scalar(select(func.count()).select_from(OutboundMessage)) or 0,
        )


def test_the_power_goes_between_the_storing_and_the_answer(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with (
        standing_in(Plan(), tmp_path / "journal") as gateway,
        Bei(tmp_path, database_url, gateway.url, free_port()) as bei,
        serve(bei, tmp_path / "web.txt"),
    ):
        (tmp_path / "armed").touch()
        with pytest.raises(requests.ConnectionError):
            bei.webhook("sms", AT)
        assert rows(database) == (1, 1), "it was stored, with its reply"
        until(lambda: _is_up(bei))
        assert bei.webhook("sms", AT).status_code == 200
        assert bei.webhook("sms", AT).status_code == 200
        assert rows(database) == (1, 1)

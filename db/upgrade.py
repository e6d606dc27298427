"""Bring a database to the newest revision, or tell how far it is."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from db.session import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(database: Database) -> None:
    """Run every migration that is missing, in one transaction."""
    with database.engine.begin() as connection:
        upgrade_in(connection)


def upgrade_in(connection: Connection) -> None:
    """Run every migration that is missing, within a transaction that goes on afterwards."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_known(revision: str) -> bool:
    """Whether there is a migration of that number: a database of a newer Bei has another."""
    known = ScriptDirectory.from_config(_config()).walk_revisions()
    return any(script.revision == revision for script in known)


def is_behind(current: str | None, newest: str | None) -> bool:
    """Whether a database lacks what this version needs.

    One that a newer Bei has upgraded does not: no release takes away what the one before it uses.
    """
    return current != newest and (current is None or is_known(current))


def revisions(database: Database) -> tuple[str | None, str | None]:
    """The revision the database has, and the newest one there is."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, _newest()


@cache
def _newest() -> str | None:
    """Read once: whoever asks every few seconds whether all is well would read all of them."""
    return ScriptDirectory.from_config(_config()).get_current_head()

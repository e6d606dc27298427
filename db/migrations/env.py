"""Alembic's wiring: which metadata, which database, how revisions are numbered."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Enum

import db.retention  # noqa: F401
import groups.audit_models
import groups.book_models
import groups.broadcast_models
import groups.models
import groups.office_models
import groups.order_models
import groups.scheme_models  # noqa: F401
import messaging.cost_models
import messaging.hook_models
import messaging.models  # noqa: F401
import scheduler.beat_models  # noqa: F401
from db.base import Base, Exact, JsonObject, UtcDateTime
from db.session import open_database


def number_revision(
    migration_context: MigrationContext, _: object, directives: list[MigrationScript]
) -> None:
    """Name a new revision by the next number: 0007."""
    config = migration_context.config or context.config
    head = ScriptDirectory.from_config(config).get_current_head()
    for directive in directives:
        directive.rev_id = f"{int(head or 0) + 1:04d}"


def render_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their short names; an enumeration is a plain column."""
    if kind != "type":
        return False
    match item:
        case Enum():
            return f"sa.String({item.length})"
        case Exact():
            return _imported(autogen, f"Exact({item.places})")
        case UtcDateTime():
            return _imported(autogen, "UtcDateTime()")
    return _imported(autogen, "JsonObject") if item is JsonObject else False


def _imported(autogen: AutogenContext, written: str) -> str:
    autogen.imports.add(f"from db.base import {written.partition('(')[0]}")
    return written


def migrate(connection: Connection) -> None:
    """Run the migrations on one connection; SQLite alters tables by copying them."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        process_revision_directives=number_revision,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_type,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    # Only Alembic's own command line gets here; whoever hands us a connection needs no settings.
    from app.config import load_settings

    with open_database(load_settings().database_url).engine.connect() as opened:
        migrate(opened)
        opened.commit()

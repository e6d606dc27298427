"""Alembic's wiring: which metadata, which database, how revisions are numbered."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Enum

import groups.models  # noqa: F401 – this and the next two are imported for their tables
import messaging.models  # noqa: F401
import prices.models  # noqa: F401
from db.base import Base, Exact, JsonObject, UtcDateTime
from db.session import open_database


def number_revision(
    migration_context: MigrationContext, _: object, directives: list[MigrationScript]
) -> None:
    """Name a new revision by the next number: 0007."""
    head = ScriptDirectory.from_config(migration_context.config).get_current_head()
    for directive in directives:
        directive.rev_id = f"{int(head or 0) + 1:04d}"


def render_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their short names; an enumeration is a plain column."""
    own = {
        Exact: lambda: f"Exact({item.places})",
        UtcDateTime: lambda: "UtcDateTime()",
        type(JsonObject): lambda: "JsonObject",
    }
    if kind != "type":
        return False
    if isinstance(item, Enum):
        return f"sa.String({item.length})"
    if type(item) not in own:
        return False
    autogen.imports.add(
        f"from db.base import {'JsonObject' if item is JsonObject else type(item).__name__}"
    )
    return own[type(item)]()


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

"""Open the service for a command, or say in one line why it cannot be."""

from datetime import UTC, datetime

import click

from app.config import load_settings
from app.health import examination
from app.number_seal import numbers_fault
from app.service import Service, open_service
from db.session import Database


def now() -> datetime:
    """This moment: the command line is an edge, so it may look at the clock."""
    return datetime.now(UTC)


def open_bare() -> Service:
    """The service by its settings, whatever state its database is in."""
    service = open_service(load_settings())
    click.get_current_context().call_on_close(service.database.engine.dispose)
    return service


def open_ready() -> Service:
    """The service with its database at the newest revision."""
    service = open_bare()
    current, newest = database_revisions(service.database)
    if current != newest:
        raise click.ClickException(
            f"the database is at revision {current or 'none'}, not {newest}: run `bei db upgrade`"
        )
    fault = numbers_fault(service)
    if fault is not None:
        raise click.ClickException(fault)
    return service


def database_revisions(database: Database) -> tuple[str | None, str | None]:
    """The database's revision and the newest; a database out of reach is one line."""
    try:
        return examination.database_revisions(database)
    except examination.OutOfReachError as fault:
        raise click.ClickException(str(fault)) from None

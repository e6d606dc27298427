"""`bei book`: a group's milk book, looked through and given out."""

import sys
from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from app.cli.milk_map import map_command
from app.cli.opening import open_ready
from app.tables import write_csv, write_json
from groups.book import find_book, first_broken_line
from groups.book_exports import BOOK_COLUMNS, book_rows
from groups.groups import find_group
from groups.models import Group

_WRITERS: dict[str, Callable[..., None]] = {"csv": write_csv, "json": write_json}


@click.group()
def book() -> None:
    """A group's milk book: whether anybody changed it, and its lines for a spreadsheet."""


@book.command("verify")
@click.argument("group")
def verify(group: str) -> None:
    """Tell whether every line of GROUP's book is as it was written; exit 1 where one is not.

    Each line carries a hash over all it says and the line before it. The last one, noted elsewhere,
    shows later whether all was changed to fit.
    """
    service = open_ready()
    with service.database.read() as session:
        asked = _asked(session, group)
        kept = find_book(session, asked.id)
        if kept is None:
            click.echo(f"{asked.code} has no book yet")
            return
        broken = first_broken_line(session, asked.id)
        if broken is None:
            end = f", the last hash is {kept.last_hash}" if kept.lines else ""
            click.echo(f"{asked.code}: {kept.lines:,} lines, all as they were written{end}")
            return
    raise click.ClickException(
        f"{asked.code}: line {broken} was changed, put in or taken out after it was written; "
        f"compare it with a backup"
    )


@book.command("export")
@click.argument("group")
@click.option(
    "--format", "form", type=click.Choice(list(_WRITERS)), default="csv", show_default=True
)
def export(group: str, form: str) -> None:
    """Print every line of GROUP's book, also what another one corrects, without phone numbers."""
    service = open_ready()
    with service.database.read() as session:
        asked = _asked(session, group)
        _WRITERS[form](sys.stdout, BOOK_COLUMNS, book_rows(session, asked.id))


book.add_command(map_command)


def _asked(session: Session, code: str) -> Group:
    group = find_group(session, code)
    if group is None:
        raise click.BadParameter(f"there is no group {code}", param_hint="GROUP")
    return group

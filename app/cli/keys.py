"""`bei key`: keys by which programs may tell prices."""

import click

from app.api.keys import (
    DEFAULT_PER_MINUTE,
    MOST_PER_MINUTE,
    every_key,
    give_key,
    key_by_prefix,
    revoke,
)
from app.api.models import Scope
from app.cli.opening import now, open_ready
from app.staff.change_log import write_change


@click.group()
def key() -> None:
    """Keys of the API: `bei key add "Co-op union" --scope observations:write`."""


@key.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
)
@click.option(
    "--per-minute",
    type=click.IntRange(1, MOST_PER_MINUTE),
    default=DEFAULT_PER_MINUTE,
    show_default=True,
    help="How many reports it may tell a minute.",
)
def add_command(name: str, scopes: tuple[str, ...], per_minute: int) -> None:
    """Give NAME a key; it is told once."""
    with open_ready().database.begin() as session:
        given, written = give_key(
            session,
            name=name,
            scopes=[Scope(scope) for scope in scopes],
            per_minute=per_minute,
            now=now(),
        )
        write_change(
            session,
            None,
            action="give key",
            subject=f"key {given.prefix}",
            before={},
            after={"name": given.name, "scopes": given.scopes, "per_minute": given.per_minute},
            now=now(),
        )
    click.echo(f"Key of {given.name}: {written}")


@key.command("list")
def list_command() -> None:
    """Every key by how it begins, whose it is, and when it was last used."""
    with open_ready().database.read() as session:
        found = every_key(session)
    for one in found:
        used = "never" if one.last_used_at is None else f"{one.last_used_at:%Y-%m-%d %H} h UTC"
        taken = ", taken back" if one.revoked_at else ""
        click.echo(f"{one.prefix}  {one.name}  {one.scopes}{taken}  last used: {used}")
    if not found:
        click.echo("None yet: bei key add NAME --scope observations:write")


@key.command("revoke")
@click.argument("prefix")
def revoke_command(prefix: str) -> None:
    """Take back the key that begins with PREFIX: it opens nothing any more."""
    with open_ready().database.begin() as session:
        found = key_by_prefix(session, prefix)
        if found is None:
            raise click.ClickException(f"no key begins with {prefix}: bei key list")
        revoke(found, now())
        write_change(
            session,
            None,
            action="take key back",
            subject=f"key {found.prefix}",
            before={"is_valid": True},
            after={"is_valid": False},
            now=now(),
        )
    click.echo(f"The key of {found.name} opens nothing any more.")

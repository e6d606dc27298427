"""`bei hook`: programs that are told when a price changes."""

from datetime import datetime
from uuid import uuid4

import click
from sqlalchemy.orm import Session

from app.cli.opening import now, open_ready
from app.health.hooks import line_of
from app.hook_wishes import hook_wished
from app.secret_key import secret_key_of
from app.service import Service
from app.staff.change_log import write_change
from messaging.hook_events import TEST, body_of
from messaging.hook_models import Hook
from messaging.hook_posting import Line
from messaging.hook_reads import standing_of
from messaging.hook_signing import fingerprint, secret_of, signed
from messaging.hooks import add_hook, every_hook, find_hook, remove_hook, renew_secret, told_of


@click.group()
def hook() -> None:
    """Webhooks out: `bei hook add "Co-op union" https://example.org/prices`."""


@hook.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--country", help="Of this country alone, as KE; of all where it is not given.")
@click.option("--commodity", "commodities", multiple=True, help="Of this alone; may be repeated.")
@click.option("--county", "counties", multiple=True, help="Of this county alone; may be repeated.")
@click.option("--demo", is_flag=True, help="Of prices that were made up to show Bei, too.")
def add_command(
    name: str,
    url: str,
    country: str | None,
    commodities: tuple[str, ...],
    counties: tuple[str, ...],
    demo: bool,
) -> None:
    """Tell URL of every price that changes; its secret is told once."""
    service = open_ready()
    with service.database.begin() as session:
        try:
            wanted = hook_wished(
                session,
                service,
                url=url,
                country=country,
                commodities=commodities,
                counties=counties,
                with_demo=demo,
            )
            key = _key(service)
            added = add_hook(session, key, name, wanted, made_by="server", now=now())
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
        if added is None:
            raise click.ClickException(f"there is a hook {name} already: bei hook remove it first")
        made, secret = added
        _note(session, "add hook", made, {}, told_of(made))
    click.echo(f"Secret of {made.name}: {secret}")


@hook.command("list")
def list_command() -> None:
    """Every hook: where it leads, what waits, what was given up."""
    with open_ready().database.read() as session:
        lines = [line_of(standing_of(session, one, now())) for one in every_hook(session)]
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo("None yet: bei hook add NAME https://…")


@hook.command("remove")
@click.argument("name")
def remove_command(name: str) -> None:
    """Tell NAME nothing more; its name is free again."""
    with open_ready().database.begin() as session:
        found = _named(session, name)
        before = told_of(found)
        remove_hook(found, now())
        _note(session, "remove hook", found, before, {})
    click.echo(f"{found.name} is told nothing more.")


@hook.command("secret")
@click.argument("name")
def secret_command(name: str) -> None:
    """Give NAME another secret, told once; the old one signs nothing from now on."""
    service = open_ready()
    with service.database.begin() as session:
        found = _named(session, name)
        secret = renew_secret(found, _key(service))
        _note(session, "renew secret of hook", found, {}, {})
    click.echo(f"Secret of {found.name}: {secret}")


@hook.command("test")
@click.argument("name")
def test_command(name: str) -> None:
    """Send NAME an event of type "test" now, and print how it is answered."""
    service = open_ready()
    with service.database.read() as session:
        found = _named(session, name)
    secret = secret_of(_key(service), found.salt)
    if fingerprint(secret) != found.fingerprint:
        raise click.ClickException(f"BEI_SECRET_KEY was changed: bei hook secret {found.name}")
    moment, key = now(), uuid4().hex
    body = body_of(key, TEST, {"hook": found.name}, moment).encode()
    with Line(found.url, to_loopback=service.settings.hooks_to_loopback) as line:
        answer = line.post(signed(secret, key, _seconds(moment), body), body)
    if not answer.is_taken:
        said = "" if answer.code is None else f"{answer.code} "
        raise click.ClickException(f"{found.name} did not take it: {said}{answer.words}")
    click.echo(f"{found.name} took it: {answer.code} {answer.words}".rstrip())


def _named(session: Session, name: str) -> Hook:
    found = find_hook(session, name)
    if found is None:
        raise click.ClickException(f"there is no hook {name}: bei hook list")
    return found


def _key(service: Service) -> str:
    key = secret_key_of(service.settings)
    if key is None:
        raise click.ClickException("events are signed by BEI_SECRET_KEY, which is not set")
    return key


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _note(
    session: Session,
    action: str,
    found: Hook,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    write_change(
        session,
        None,
        action=action,
        subject=f"hook {found.name}",
        before=before,
        after=after,
        now=now(),
    )

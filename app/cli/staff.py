"""`bei staff`: who may log in at the desk."""

import secrets
import sys

import click
from sqlalchemy.orm import Session

from app.cli.opening import now, open_ready
from app.staff.accounts import (
    add_staff,
    close_account,
    every_staff,
    find_staff,
    open_again,
    set_password,
    set_role,
)
from app.staff.change_log import write_change
from app.staff.models import Staff, StaffRole
from app.staff.second_step import turn_off

_ROLE = click.option(
    "--role",
    type=click.Choice([role.value for role in StaffRole]),
    required=True,
    help="viewer sees, moderator judges and sends, admin changes everything.",
)
_PASSWORD = click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin; else one is made."
)


@click.group()
def staff() -> None:
    """Who may log in at /dashboard: `bei staff add jane@example.org --role moderator`."""


@staff.command("add")
@click.argument("email")
@_ROLE
@_PASSWORD
def add_command(email: str, role: str, password_stdin: bool) -> None:
    """Open an account for EMAIL; its password is told once."""
    password = _password(password_stdin)
    with open_ready().database.begin() as session:
        try:
            added = add_staff(
                session, email=email, role=StaffRole(role), password=password, now=now()
            )
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
        _note(session, "open account", added, {}, {"role": added.role})
        click.echo(f"{added.email} may log in as {added.role}.")
    if not password_stdin:
        click.echo(f"Password: {password}")


@staff.command("list")
def list_command() -> None:
    """Every account, its role, and when it was last used."""
    with open_ready().database.read() as session:
        found = every_staff(session)
    for one in found:
        used = "never" if one.last_login_at is None else f"{one.last_login_at:%Y-%m-%d %H:%M} UTC"
        closed = ", closed" if one.disabled_at else ""
        second = ", second step" if one.has_second_step else ""
        click.echo(f"{one.email}  {one.role}{second}{closed}  last log-in: {used}")
    if not found:
        click.echo("Nobody yet: bei staff add EMAIL --role admin")


@staff.command("password")
@click.argument("email")
@_PASSWORD
def password_command(email: str, password_stdin: bool) -> None:
    """Give EMAIL another password, told once; whoever is logged in with the old one is out."""
    password = _password(password_stdin)
    with open_ready().database.begin() as session:
        found = _found(session, email)
        try:
            set_password(found, password)
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
        _note(session, "new password", found, {}, {})
    click.echo(f"{found.email} has a new password.")
    if not password_stdin:
        click.echo(f"Password: {password}")


@staff.command("role")
@click.argument("email")
@_ROLE
def role_command(email: str, role: str) -> None:
    """Let EMAIL do more, or less."""
    with open_ready().database.begin() as session:
        found = _found(session, email)
        before = found.role
        set_role(found, StaffRole(role))
        _note(session, "change role", found, {"role": before}, {"role": found.role})
    click.echo(f"{found.email} is {found.role}.")


@staff.command("second-step-off")
@click.argument("email")
def second_step_off_command(email: str) -> None:
    """Let a password be enough for EMAIL, whose phone is lost, until another is set up."""
    with open_ready().database.begin() as session:
        found = _found(session, email)
        before = found.has_second_step
        turn_off(session, found)
        _note(
            session,
            "turn off second step",
            found,
            {"second_step": before},
            {"second_step": False},
        )
    click.echo(f"For {found.email} a password is enough now.")


@staff.command("close")
@click.argument("email")
def close_command(email: str) -> None:
    """Let EMAIL log in no more; it stays in the log of changes."""
    with open_ready().database.begin() as session:
        found = _found(session, email)
        close_account(found, now())
        _note(session, "close account", found, {"is_open": True}, {"is_open": False})
    click.echo(f"{found.email} may log in no more.")


@staff.command("reopen")
@click.argument("email")
def reopen_command(email: str) -> None:
    """Let EMAIL log in again."""
    with open_ready().database.begin() as session:
        found = _found(session, email)
        open_again(found)
        _note(session, "reopen account", found, {"is_open": False}, {"is_open": True})
    click.echo(f"{found.email} may log in again.")


def _password(is_on_stdin: bool) -> str:
    if is_on_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return secrets.token_urlsafe(12)


def _found(session: Session, email: str) -> Staff:
    found = find_staff(session, email)
    if found is None:
        raise click.ClickException(f"nobody has the address {email}: bei staff list")
    return found


def _note(
    session: Session, action: str, staff: Staff, before: dict[str, object], after: dict[str, object]
) -> None:
    write_change(
        session,
        None,
        action=action,
        subject=f"staff {staff.email}",
        before=before,
        after=after,
        now=now(),
    )

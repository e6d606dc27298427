"""`bei person`: what is kept of somebody, for who asks for it."""

import os
from pathlib import Path

import click

from app.cli.opening import now, open_ready
from app.person_file import person_file, subject_of
from app.staff.change_log import write_change
from messaging.msisdn import MsisdnError, mask, normalise
from messaging.subscribers import find_subscriber


@click.group()
def person() -> None:
    """What is kept of one person."""


@person.command("export")
@click.argument("msisdn")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def export_command(msisdn: str, file: Path | None) -> None:
    """Write everything that is kept of who has this number, as JSON, to FILE or stdout.

    It is meant for that person alone: their own number stands in it, others' are masked.
    """
    service, moment = open_ready(), now()
    try:
        number = normalise(msisdn, service.settings.country)
    except MsisdnError as fault:
        raise click.ClickException(str(fault)) from None
    with service.database.begin() as session:
        found = find_subscriber(session, number)
        if found is None:
            raise click.ClickException(f"nobody has the number {mask(number)} here")
        told = person_file(session, found, moment)
        if file is not None:
            _write(file, told)
        write_change(
            session,
            None,
            action="export person",
            subject=subject_of(found),
            before={},
            after={"bytes": len(told.encode())},
            now=moment,
        )
    if file is None:
        click.echo(told, nl=False)
    else:
        click.echo(f"{file}: everything that is kept of {mask(number)}, for them alone")


def _write(file: Path, told: str) -> None:
    """A new file that nobody else on this machine can read."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as out:
            out.write(told)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already: name another file") from None
    except OSError as fault:
        raise click.ClickException(
            f"{file} cannot be written: {fault.strerror}; name another file"
        ) from None

"""`bei numbers`: how phone numbers are kept, and the change to another key."""

import click
from sqlalchemy.orm import Session

from app.cli.opening import open_bare
from app.number_seal import numbers_fault
from app.secret_key import number_key_of
from app.service import Service
from db.sealed import Seal, SealedError
from messaging.sealing import are_sealed, count_sealed, seal_anew


@click.group()
def numbers() -> None:
    """Phone numbers: sealed in the database, or in the clear."""


@numbers.command("status")
def status_command() -> None:
    """Tell how many are sealed, and whether the key is theirs."""
    service = open_bare()
    with service.database.read() as session:
        sealed, total = count_sealed(session)
    click.echo(f"{sealed:,} of {total:,} phone numbers are sealed")
    fault = numbers_fault(service)
    if fault is not None:
        raise click.ClickException(fault)


@numbers.command("reseal")
@click.option(
    "--old-key",
    prompt="The key they are sealed with now",
    hide_input=True,
    help="Better typed when asked for than written here, where others may read it.",
)
def reseal_command(old_key: str) -> None:
    """Seal every number with the key in BEI_NUMBER_KEY. Stop web and worker first.

    And what this machine keeps on disk for the database: run it on each machine that does.
    """
    service = open_bare()
    old, new = Seal(old_key.strip()), Seal(_new_key(service))
    try:
        with service.database.begin() as session:
            count = 0 if _is_done(session) else seal_anew(session, old, new)
        files = service.spool.seal_anew(old, new)
    except SealedError as fault:
        raise click.ClickException(f"{fault}: nothing was changed") from None
    click.echo(f"{count:,} phone numbers sealed with the new key")
    if files:
        click.echo(f"{files:,} kept on disk sealed with it too")


def _is_done(session: Session) -> bool:
    """Whether the database has the new key already: it was changed from another machine."""
    try:
        return are_sealed(session)
    except SealedError:
        return False


def _new_key(service: Service) -> str:
    key = number_key_of(service.settings)
    if key is None:
        raise click.ClickException("there is no new key: set BEI_NUMBER_KEY")
    return key

"""`bei db`: the tables and the reference data."""

from dataclasses import asdict

import click

from app.cli.opening import database_revisions, now, open_bare, open_ready
from app.demo import seed_demo
from app.number_seal import WHAT_TO_DO, bring_up_to_date
from db.sealed import SealedError
from prices.bookkeeping import mark_outdated
from prices.importers.reference import ReferenceFileError, ReferenceSummary, load_reference


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest revision."""
    service = open_bare()
    before, newest = database_revisions(service.database)
    try:
        sealed = bring_up_to_date(service)
    except SealedError as fault:
        raise click.ClickException(f"{fault}: {WHAT_TO_DO}") from None
    click.echo(f"at revision {newest}" if before == newest else f"upgraded to revision {newest}")
    if sealed:
        click.echo(f"{sealed:,} phone numbers sealed")


@db.command("seed")
@click.option("--demo", is_flag=True, help="Add people, reports and groups, marked as demo.")
def seed_command(demo: bool) -> None:
    """Load the catalogue, units and places; running it again changes nothing."""
    service = open_ready()
    if demo and not service.settings.simulator:
        raise click.ClickException(
            "demo people would mix with real ones: --demo needs BEI_SIMULATOR on"
        )
    try:
        with service.database.begin() as session:
            summary = load_reference(session)
            # After an upgrade that changed the filter, the worker hears all reports again.
            mark_outdated(session)
    except ReferenceFileError as fault:
        raise click.ClickException(str(fault)) from None
    _tell_reference(summary)
    if demo:
        click.echo(str(seed_demo(service, now())))


def _tell_reference(summary: ReferenceSummary) -> None:
    if not summary.changed:
        click.echo("reference data: nothing to change")
    for table, changes in summary.tables.items():
        words = ", ".join(f"{count:,} {verb}" for verb, count in asdict(changes).items() if count)
        if words:
            click.echo(f"{table}: {words}")
    if summary.kept:
        click.echo(f"{summary.kept:,} rows stay as the desk decided")

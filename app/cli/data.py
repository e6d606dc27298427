"""`bei db` and `bei import`: the tables, the reference data, the published prices."""

from dataclasses import asdict
from pathlib import Path

import click

from app.cli.opening import database_revisions, now, open_bare, open_ready
from app.demo import seed_demo
from app.progress import progress_bar
from db.upgrade import upgrade
from prices.importers.reference import ReferenceFileError, ReferenceSummary, load_reference
from prices.importers.wfp import ImportFileError, ImportSummary, import_wfp


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest revision."""
    service = open_bare()
    before, newest = database_revisions(service.database)
    upgrade(service.database)
    click.echo(f"at revision {newest}" if before == newest else f"upgraded to revision {newest}")


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
    except ReferenceFileError as fault:
        raise click.ClickException(str(fault)) from None
    _tell_reference(summary)
    if demo:
        click.echo(str(seed_demo(service, now())))


@click.group("import")
def import_() -> None:
    """Bring data in from files."""


@import_.command("prices")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["wfp"]), default="wfp", show_default=True)
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing.")
def import_prices(file: Path, form: str, dry_run: bool) -> None:
    """Import a published price series; running it again changes nothing."""
    service = open_ready()
    try:
        with progress_bar(form.upper()) as progress:
            summary = import_wfp(service.database, file, dry_run=dry_run, progress=progress)
    except ImportFileError as fault:
        raise click.ClickException(str(fault)) from None
    _tell(summary, dry_run)


def _tell_reference(summary: ReferenceSummary) -> None:
    if not summary.changed:
        click.echo("reference data: nothing to change")
    for table, changes in summary.tables.items():
        words = ", ".join(f"{count:,} {verb}" for verb, count in asdict(changes).items() if count)
        if words:
            click.echo(f"{table}: {words}")


def _tell(summary: ImportSummary, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    click.echo(
        f"{summary.read:,} rows read: {summary.inserted:,} {would}inserted, "
        f"{summary.updated:,} {would}updated, {summary.unchanged:,} unchanged, "
        f"{summary.duplicates:,} repeated by a later row, "
        f"{sum(left_out.count for left_out in summary.skipped.values()):,} skipped"
    )
    for reason, left_out in sorted(summary.skipped.items()):
        click.echo(f"  {left_out.count:>6,}  {reason}: {', '.join(left_out.examples)}")
    if summary.new_markets:
        click.echo(
            f"  {len(summary.new_markets):>6,}  new markets: {', '.join(summary.new_markets)}"
        )

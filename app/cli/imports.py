"""`bei import`: published prices and people's reports, from files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from app.cli.opening import now, open_ready
from app.imports.reporters import looking, meeting
from app.progress import progress_bar
from prices.importers.csv_file import ImportFileError
from prices.importers.named_series import import_bei, import_kamis
from prices.importers.observations import ObservationSummary, import_observations
from prices.importers.series import ImportSummary
from prices.importers.wfp import import_wfp


@click.group("import")
def import_() -> None:
    """Bring data in from files."""


@import_.command("prices")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["wfp", "kamis", "bei"]),
    default="wfp",
    show_default=True,
    help="wfp: as HDX publishes it. kamis: date, market, commodity, wholesale, retail, county. "
    "bei: date, market, commodity, price_type, price, currency, unit, source.",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing.")
def import_prices(file: Path, form: str, dry_run: bool) -> None:
    """Import a published price series; running it again changes nothing."""
    service = open_ready()
    with _one_line_faults(), progress_bar(form.upper()) as progress:
        summary = _importer(form, service.settings.country)(
            service.database, file, dry_run=dry_run, progress=progress
        )
    _tell(summary, dry_run)


def _importer(form: str, country: str) -> Callable[..., ImportSummary]:
    match form:
        case "kamis":
            return import_kamis
        case "bei":
            return partial(import_bei, country=country)
        case _:
            return import_wfp


@import_.command("observations")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing.")
def observations(file: Path, dry_run: bool) -> None:
    """Import people's price reports; running it again adds nothing, and goes on after a break.

    FILE is a CSV with the columns reported_at (ISO 8601), reporter (phone number), commodity,
    market, price; and as far as known unit, currency, price_type, grade, buyer, quantity.
    """
    service = open_ready()
    country = service.settings.country
    with _one_line_faults(), progress_bar("Reports") as progress:
        summary = import_observations(
            service.database,
            file,
            country=country,
            meet=looking(country) if dry_run else meeting(country),
            vocabulary_of=service.catalogue.vocabulary,
            now=now(),
            dry_run=dry_run,
            progress=progress,
        )
    _tell_observations(summary, dry_run)


@contextmanager
def _one_line_faults() -> Iterator[None]:
    try:
        yield
    except ImportFileError as fault:
        raise click.ClickException(str(fault)) from None


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


def _tell_observations(summary: ObservationSummary, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    click.echo(
        f"{summary.read:,} rows read: {summary.kept:,} {would}kept, {summary.known:,} there "
        f"already, {summary.unkept:,} {would}left out"
    )
    for unkept in summary.named:
        click.echo(f"  line {unkept.line}: {unkept.reason}")
    if summary.unkept > len(summary.named):
        click.echo(f"  … and {summary.unkept - len(summary.named):,} more")

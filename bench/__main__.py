"""`python -m bench [NAME…]`: every benchmark, or those named, and one table of all figures."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import click

from bench.results import as_json, table
from bench.running import BENCHES, run


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([bench.name for bench in BENCHES]))
@click.option("--quick", is_flag=True, help="Small: whether all runs, not how fast it is.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Figures as JSON.")
def main(names: tuple[str, ...], quick: bool, save: Path | None) -> None:
    """Measure; exit 1 where a goal is missed or a benchmark fails."""
    outcomes = []
    for bench in BENCHES:
        if names and bench.name not in names:
            continue
        click.echo(f"\n== {bench.name} ==")
        outcomes.append(run(bench, quick=quick))
        click.echo(outcomes[-1].fault, err=True, nl=bool(outcomes[-1].fault))
        if save is not None:  # so far: who stops a long run keeps what it found
            save.write_text(json.dumps(_machine() | {"outcomes": as_json(outcomes)}, indent=1))
    click.echo()
    for line in table(outcomes):
        click.echo(line)
    loads = [outcome.load for outcome in outcomes]
    click.echo(f"{os.cpu_count()} cores; wanted before each: {min(loads):.1f} to {max(loads):.1f}")
    missed = [outcome.bench for outcome in outcomes if not outcome.is_good]
    if missed:
        raise click.ClickException(f"not as wanted: {', '.join(missed)}")


def _machine() -> dict[str, object]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


if __name__ == "__main__":
    main()

"""`bei doctor`: is everything in place? Each line says what is, or what to do."""

import sys

import click

from app.cli.opening import now, open_bare
from app.health.examination import examine


@click.command()
def doctor() -> None:
    """Check settings, database, migrations and gateways; exit 1 on a problem."""
    findings = list(examine(open_bare(), now()))
    for finding in findings:
        click.echo(f"{'ok   ' if finding.is_well else 'WRONG'} {finding.subject}: {finding.words}")
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)

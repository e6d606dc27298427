"""`bei doctor`: is everything in place? Each line says what is, or what to do."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli.opening import database_revisions, open_bare
from app.config import Settings
from app.service import Service
from prices.models import Commodity, Place, PublishedPrice


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    is_well: bool
    words: str


@click.command()
def doctor() -> None:
    """Check settings, database, migrations and gateways; exit 1 on a problem."""
    findings = list(_examine(open_bare()))
    for finding in findings:
        click.echo(f"{'ok   ' if finding.is_well else 'WRONG'} {finding.subject}: {finding.words}")
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


def _examine(service: Service) -> Iterator[Finding]:
    # Settings that cannot be read end the command before it gets here, with one line.
    yield Finding("settings", True, f"country {service.settings.country}")
    try:
        current, newest = database_revisions(service.database)
    except click.ClickException as fault:
        yield Finding("database", False, fault.format_message())
        return
    yield Finding("database", True, service.database.engine.dialect.name)
    yield _migrations(current, newest)
    if current == newest:
        with service.database.read() as session:
            yield _reference(session)
            yield _history(session)
    yield from _gateways(service.settings)


def _migrations(current: str | None, newest: str | None) -> Finding:
    if current == newest:
        return Finding("migrations", True, f"at {newest}, the newest")
    return Finding(
        "migrations", False, f"at {current or 'none'}, not {newest}: run `bei db upgrade`"
    )


def _reference(session: Session) -> Finding:
    commodities = session.scalar(select(func.count()).select_from(Commodity)) or 0
    places = session.scalar(select(func.count()).select_from(Place)) or 0
    words = f"{commodities:,} commodities, {places:,} places"
    if commodities and places:
        return Finding("reference data", True, words)
    return Finding("reference data", False, f"{words}: run `bei db seed`")


def _history(session: Session) -> Finding:
    newest = session.scalar(select(func.max(PublishedPrice.priced_on)))
    words = f"published to {newest:%B %Y}" if newest else "none: `bei import prices FILE` loads one"
    # A service without a published series works, on reports alone.
    return Finding("price history", True, words)


def _gateways(settings: Settings) -> Iterator[Finding]:
    if settings.has_africastalking:
        sender = settings.at_sender or "their default sender"
        yield Finding("africastalking", True, f"as {settings.at_username}, from {sender}")
    if settings.has_twilio:
        yield Finding("twilio", True, f"from {settings.twilio_from}")
    if settings.simulator:
        reach = "this machine alone" if settings.listen_address == "127.0.0.1" else "EVERYBODY"
        yield Finding(
            "simulator",
            not settings.has_gateway,
            f"on, in reach of {reach}"
            + (": set BEI_SIMULATOR=off beside a real gateway" if settings.has_gateway else ""),
        )
    if not settings.has_gateway and not settings.simulator:
        yield Finding("gateways", False, "none: set BEI_AT_… or BEI_TWILIO_…, see docs/gateways.md")

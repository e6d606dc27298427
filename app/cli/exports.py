"""`bei export`: prices, reports and the outbox, for other programs and for spreadsheets."""

import io
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TextIO

import click
from sqlalchemy.orm import Session

from app.cli.opening import now, open_ready
from app.service import Service
from app.tables import Row, write_csv, write_json
from messaging.exporters import OUTBOX_COLUMNS, outbox
from prices.exporters import (
    ESTIMATE_COLUMNS,
    OBSERVATION_COLUMNS,
    Moment,
    estimates,
    observations,
)
from prices.reads import countries
from prices.vocabulary import Vocabulary

WRITERS = {"csv": write_csv, "json": write_json}


@click.group()
def export() -> None:
    """Give data out: prices, reports, the outbox; no phone number is among it."""


def _day(_: click.Context, __: click.Parameter, at: datetime | None) -> date | None:
    if at is not None and not 2000 <= at.year < 2100:
        raise click.BadParameter(f"no price is known of the year {at.year}; write YYYY-MM-DD")
    return None if at is None else at.date()


Rows = Callable[[Service, Session, Moment], Iterator[Row]]


def _exports(columns: Sequence[str]) -> Callable[[Rows], click.Command]:
    """Make a command of a function that gives rows: all share their options and their writing."""

    def command(rows: Rows) -> click.Command:
        @export.command(rows.__name__.removesuffix("_rows"))
        @click.option(
            "--at",
            type=click.DateTime(["%Y-%m-%d"]),
            callback=_day,
            metavar="YYYY-MM-DD",
            help="As it was at the end of that day, by each country's clock; now when not given.",
        )
        @click.option(
            "--format", "form", type=click.Choice(list(WRITERS)), default="csv", show_default=True
        )
        @click.option(
            "-o", "--output", type=click.Path(path_type=Path), help="A file; else stdout."
        )
        @wraps(rows)
        def run(at: date | None, form: str, output: Path | None) -> None:
            service = open_ready()
            moment = Moment(now(), at)
            with service.database.read() as session, _opened(output) as out:
                WRITERS[form](out, columns, rows(service, session, moment))

        return run

    return command


@_exports(ESTIMATE_COLUMNS)
def estimates_rows(service: Service, session: Session, moment: Moment) -> Iterator[Row]:
    """Every market's price as published, per base unit: reports after --at do not count.

    An empty grade or buyer means all of them together. Made-up demo prices are left out.
    """
    return estimates(session, _vocabularies(service, session), moment)


@_exports(OBSERVATION_COLUMNS)
def observations_rows(service: Service, session: Session, moment: Moment) -> Iterator[Row]:
    """Every price report until --at, without phone numbers and without the words it came in.

    A reporter is a pseudonym: a hash keyed with BEI_SECRET_KEY, the same in every export; without
    that setting keyed by chance, another in every export. Made-up demo reports are left out.
    """
    secret = service.settings.secret_key
    key = secret.get_secret_value().encode() if secret else secrets.token_bytes(32)
    return observations(session, _vocabularies(service, session), moment, key=key)


@_exports(OUTBOX_COLUMNS)
def outbox_rows(service: Service, session: Session, moment: Moment) -> Iterator[Row]:
    """Every message we promised and what became of it; phone numbers are masked."""
    home = service.catalogue.vocabulary(session, service.settings.country).country
    return outbox(session, moment.by_clock_of(home))


def _vocabularies(service: Service, session: Session) -> list[Vocabulary]:
    """Every country's, our own first."""
    own = service.settings.country
    codes = sorted(countries(session), key=lambda code: (code != own, code))
    return [service.catalogue.vocabulary(session, code) for code in codes]


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """The file, or stdout; a reader that had enough (`| head`) is no fault."""
    if output is not None:
        try:
            with output.open("w", encoding="utf-8", newline="") as out:
                yield out
        except OSError as fault:
            raise click.ClickException(
                f"{output} cannot be written: {fault.strerror}; choose another file with -o"
            ) from None
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain at its end, when it flushes what nobody reads.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

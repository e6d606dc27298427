"""`python -m bench.sms`: texts per second over HTTP, beside the bare floor of the same run.

On each database the real server (`bei web`) and a floor (`bench.sms_floor`: the same server and
framework, raw SQL that writes the same rows) are sent texts in turns. Each is authenticated, known
again where it comes twice, understood, priced and answered in the outbox, on the disk before 200.
"""

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import func, select

from bench.sides import Contest, settled
from bench.sms_floor import make_callers
from bench.sms_texts import Text, texts
from bench.ussd_calls import Farmer
from bench.ussd_load import Talk
from db.session import Database, open_database
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from prices.models import PriceObservation


def fill_floor(url: str, farmers: Sequence[Farmer]) -> None:
    """As ours is filled, and with numbers as they are: the floor has no key to sealed ones."""
    settled(url, len(farmers))
    database = open_database(url)
    make_callers(url, callers_of(database))
    database.engine.dispose()


def callers_of(database: Database) -> list[tuple[Any, ...]]:
    """Everybody's id, number and home."""
    person = Subscriber.id, Subscriber.msisdn, Subscriber.home_place_id
    with database.read() as session:
        return [tuple(row) for row in session.execute(select(*person))]


def _check(url: str, talks: list[Talk]) -> None:
    """Look into the database: each text is there once, with its reply; each price was heard."""
    database = open_database(url)
    kept, answered, told = _kept(database)
    database.engine.dispose()
    made = [talk.call for talk in talks if isinstance(talk.call, Text)]
    reports = sum(one.kind.reports for one in made)
    click.echo(
        f"  {len(made):,} texts, {kept:,} kept, {answered:,} answered; {reports:,} told a price,"
        f" {told:,} reports"
    )
    if not (kept == answered == len(made) and told == reports):
        raise click.ClickException("the database does not hold each text and each price once")


def _kept(database: Database) -> tuple[int, int, int]:
    """How many texts of ours there are, replies to them, and reports of them."""
    is_ours = InboundMessage.gateway_message_id.startswith("bench-")
    answers = select(func.count(OutboundMessage.id)).join(
        InboundMessage, InboundMessage.id == OutboundMessage.in_reply_to_id
    )
    with database.read() as session:
        return (
            session.scalar(select(func.count()).where(is_ours)) or 0,
            session.scalar(answers.where(is_ours)) or 0,
            session.scalar(
                select(func.count()).where(PriceObservation.source_key.startswith("sms:"))
            )
            or 0,
        )


main = Contest(
    what="texts",
    webhook="sms",
    floor="bench.sms_floor",
    calls=texts,
    fill_floor=fill_floor,
    check=_check,
).command()

if __name__ == "__main__":
    main()

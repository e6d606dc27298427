"""`python -m bench.ussd`: hops per second over HTTP, beside the bare floor of the same run.

On each database the real server (`bei web`) and a floor (`bench.ussd_floor`: the same server and
framework, one raw select and one raw insert a hop) are called in turns, so that both see the same
machine. First callers press as soon as they see a screen: as many hops as go. Then hops come when
they are due, so many a second, and the time of each counts from then.
"""

import click
from sqlalchemy import func, select

from bench.sides import Contest
from bench.ussd_calls import Call, calls
from bench.ussd_floor import fill_floor
from bench.ussd_load import Talk
from db.session import Database, open_database
from messaging.models import UssdSession
from prices.models import PriceObservation


def _check(url: str, talks: list[Talk]) -> None:
    """Look into the database: each call is there once, and so is each price that was told."""
    database = open_database(url)
    sessions, keys = _kept(database)
    database.engine.dispose()
    made = [talk.call for talk in talks if isinstance(talk.call, Call)]
    tellers = {key.split(":")[1] for key in keys}
    told = sum(one.script.reports for one in made)
    click.echo(
        f"  {len(made):,} calls, {sessions:,} sessions; {told:,} told a price, "
        f"{len(keys):,} reports of {len(tellers):,} sessions"
    )
    if not (sessions == len(made) and len(keys) == len(tellers) == told):
        raise click.ClickException("the database does not hold each call and each price once")
    if len({one.farmer for one in made}) < len(made):
        raise click.ClickException("there were too few farmers: some called twice")


def _kept(database: Database) -> tuple[int, list[str]]:
    """How many sessions there are of ours, and whence each report of a call came."""
    with database.read() as session:
        sessions = session.scalar(
            select(func.count()).where(UssdSession.gateway_session_id.startswith("bench-"))
        )
        key = PriceObservation.source_key
        return sessions or 0, list(session.scalars(select(key).where(key.startswith("ussd:"))))


main = Contest(
    what="hops",
    webhook="ussd",
    floor="bench.ussd_floor",
    calls=calls,
    fill_floor=fill_floor,
    check=_check,
).command()

if __name__ == "__main__":
    main()

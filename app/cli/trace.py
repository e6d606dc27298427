"""`bei trace`: the way of one message."""

import click

from app.cli.opening import open_ready
from app.service import PREFERRED
from messaging.traces import ways


@click.command()
@click.argument("which", metavar="ID")
def trace(which: str) -> None:
    """Tell the way of a message: what came, what was done, what went, what became of it.

    ID is a gateway's id of a text or a call, or ours as logs have it: t4711 came, m812 went, c35 is
    a call. Times are UTC; numbers are masked.
    """
    service = open_ready()
    with service.database.read() as session:
        found = ways(session, which, {*PREFERRED, *service.gateways})
    if not found:
        raise click.ClickException(
            f"nothing is known of {which}: give a gateway's id, or t…, m… or c… with our number"
        )
    for at, way in enumerate(found):
        if at:
            click.echo("")
        click.echo(way.trace)
        for step in way.steps:
            click.echo(
                f"  {step.at:%Y-%m-%d %H:%M:%S}.{step.at.microsecond // 1000:03}  {step.what}"
            )

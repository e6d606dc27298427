"""`python -m tests.stand_in --journal FILE`: the stand-in as a process of its own.

It says where it is in a line of its own, and serves until it is told to stop.
"""

import signal
import sys
from pathlib import Path

import click

from tests.stand_in.plan import Plan, from_json
from tests.stand_in.standin import StandIn


@click.command()
@click.option("--port", default=0, show_default=True, help="0: any that is free.")
@click.option("--journal", type=click.Path(path_type=Path), required=True)
@click.option("--plan", help="As JSON; without one nothing goes wrong.")
@click.option("--reports-to", help="Where Africa's Talking's delivery reports go.")
def main(port: int, journal: Path, plan: str | None, reports_to: str | None) -> None:
    """Stand in for both gateways."""
    planned = Plan() if plan is None else from_json(plan)
    with StandIn(planned, journal, reports_to=reports_to, port=port) as stand_in:
        sys.stdout.write(f"{stand_in.url}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    # Before any thread is: all of them leave the signals to the one that waits.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()

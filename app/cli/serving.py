"""`bei run`, `bei web`, `bei worker`: what the Procfile starts."""

import sys
from typing import Any

import click
from granian import Granian
from granian.constants import Interfaces

from app.cli.forked import let_forks_be_ended, run_together
from app.cli.opening import open_bare, open_ready
from app.config import Settings
from app.first_run import prepare
from app.logs import configure_logs, server_logs
from app.metrics.together import counting_together
from app.service import Service
from app.worker import work

# Every web process answers this many requests at a time; they wait for the database, not for us.
THREADS_PER_WEB_PROCESS = 4
# To answer what it has; deploy/systemd waits 30 before it kills them all.
LONGEST_FAREWELL_SECONDS = 25


@click.command()
def web() -> None:
    """Serve webhooks and pages on PORT."""
    service = open_ready()
    settings = service.settings
    service.database.engine.dispose()  # the processes that serve open their own
    configure_logs(log_format=settings.log_format)
    with counting_together():
        serve("app:create_app", settings, log_dictconfig=server_logs())


def serve(factory: str, settings: Settings, **more: Any) -> None:
    """Serve a WSGI application where, and in as many processes as, the settings say."""
    let_forks_be_ended()
    Granian(
        factory,
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.listen_address,
        port=settings.port,
        workers=settings.web_concurrency,
        blocking_threads=THREADS_PER_WEB_PROCESS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=LONGEST_FAREWELL_SECONDS,
        **more,
    ).serve()


@click.command()
def worker() -> None:
    """Send what is due, publish bulletins, tidy up – until told to stop."""
    work(open_ready())


@click.command()
def run() -> None:
    """Serve on this machine, web and worker together; a new embedded database is filled first."""
    service = open_bare()
    prepare(service, tell=click.echo)
    _tell_addresses(service)
    service.database.engine.dispose()
    from app.cli import main  # which imports this file

    sys.exit(run_together(["web", "worker"], main))


def _tell_addresses(service: Service) -> None:
    settings = service.settings
    here = f"http://{settings.browse_address}:{settings.port}"
    if settings.simulator:
        click.echo(
            f"\n  Phone page   {here}/phone\n  Service code {settings.ussd_code}"
            f"\n  Board        {here}/\n  Desk         {here}/dashboard (bei staff add EMAIL)\n"
        )
    else:
        click.echo(f"\n  Serving at {here}\n")

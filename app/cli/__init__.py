"""The operator's command line: `bei`. One file per family of commands."""

import logging
import sys

import click

from app.cli.backup import backup, move_command, restore_command
from app.cli.book import book
from app.cli.bulletins import bulletin
from app.cli.data import db
from app.cli.doctor import doctor
from app.cli.exports import export
from app.cli.hooks import hook
from app.cli.imports import import_
from app.cli.keys import key
from app.cli.numbers import numbers
from app.cli.payment import payment
from app.cli.person import erase_command
from app.cli.person_export import person
from app.cli.prices import parse, price
from app.cli.radio import radio
from app.cli.selling import bargain
from app.cli.serving import run, web, worker
from app.cli.staff import staff
from app.cli.talking import dial, text
from app.cli.trace import trace
from app.config import SettingsError
from app.logs import configure_logs


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bei", prog_name="bei")
def bei() -> None:
    """Bei: market prices over SMS and USSD."""


for command in (
    run, web, worker, db, import_, export, parse, price, text, dial, bulletin, radio,
    book, payment, bargain, staff, key, hook, numbers, doctor, trace,
    backup, restore_command, move_command, erase_command, person,
):  # fmt: skip
    bei.add_command(command)


def main() -> None:
    """Run one command; whatever goes wrong as expected is told in one line."""
    # A command tells its result itself; `web` and `worker` will log what they do.
    configure_logs(logging.WARNING)
    try:
        # Without standalone mode, click's own exits come back as a number.
        sys.exit(bei(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        click.echo(help_wanted.format_message())
        sys.exit(2)
    except click.ClickException as fault:
        _complain(fault.format_message(), fault.exit_code)
    except SettingsError as fault:
        _complain(str(fault), 2)
    except click.Abort:
        sys.exit(130)


def _complain(line: str, exit_code: int) -> None:
    click.echo(f"bei: {' '.join(line.split())}", err=True)
    sys.exit(exit_code)

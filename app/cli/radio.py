"""`bei radio`: a minute of market prices to be read out, and the stations that get one."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.asked import checked, place_asked
from app.cli.opening import now, open_ready
from app.cli.radio_asked import commodities_asked, language_asked, weekdays_asked
from app.cli.radio_lines import last_line, length_line, next_line, station_line
from app.radio import radio_desk
from app.service import Service
from groups.models import EditionState
from groups.schedules import Schedule
from groups.stations import (
    Wanted,
    add_station,
    checked_email,
    checked_name,
    end_station,
    find_station,
    last_script,
    stations,
)
from prices.vocabulary import Vocabulary
from scheduler.radio import compose
from scheduler.radio_prices import MOST_PRICES
from scheduler.radio_voice import PROGRAM, speak, voice_program
from scheduler.radio_writing import mark_written, write_files


class _Radio(click.Group):
    """`bei radio PLACE` is `bei radio script PLACE`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Begin with a command; whatever is none is a place, or an option before it."""
        if args and args[0] not in {*self.commands, *context.help_option_names}:
            args = ["script", *args]
        return super().parse_args(context, args)


@click.group(cls=_Radio)
def radio() -> None:
    """A minute of market prices to be read out: `bei radio PLACE`."""


_language = click.option("--language", help="en or sw; the country's own when not given.")
_commodities = click.option(
    "--commodity",
    "commodities",
    multiple=True,
    help=f"What it tells of, up to {MOST_PRICES} times; what people there tell of when not given.",
)


@radio.command("script")
@click.argument("place")
@_language
@_commodities
@click.option("--wav", type=click.Path(dir_okay=False, path_type=Path), help="Speak it too.")
def script_command(
    place: str, language: str | None, commodities: tuple[str, ...], wav: Path | None
) -> None:
    """Print the script for PLACE as it reads now, every figure in words."""
    service = open_ready()
    with service.database.read() as session:
        vocabulary = _vocabulary(session, service)
        language = language_asked(language, vocabulary)
        composed = compose(
            session,
            vocabulary,
            place_id=place_asked(place, vocabulary).id,
            commodities=commodities_asked(commodities, vocabulary),
            language=language,
            number=radio_desk(service.settings).number,
            now=now(),
        )
    click.echo(composed.script.text)
    click.echo(length_line(composed.script, language, vocabulary), err=True)
    if wav is not None:
        _speak(composed.script.text, language, wav)


@radio.command("add")
@click.argument("name")
@click.argument("place")
@_language
@_commodities
@click.option("--days", help="Days of the week: mon or mon,thu.")
@click.option("--day", "month_day", type=click.IntRange(1, 31), help="Or a day of the month.")
@click.option("--hour", type=click.IntRange(0, 23), required=True, help="By the place's clock.")
@click.option("--email", help="Where the station reads mail.")
def add_command(
    name: str,
    place: str,
    language: str | None,
    commodities: tuple[str, ...],
    days: str | None,
    month_day: int | None,
    hour: int,
    email: str | None,
) -> None:
    """Write a script for the station NAME again and again, with the prices of PLACE."""
    weekdays = weekdays_asked(days, month_day)
    service = open_ready()
    with service.database.begin() as session:
        vocabulary = _vocabulary(session, service)
        wanted = Wanted(
            place_id=place_asked(place, vocabulary).id,
            language=language_asked(language, vocabulary),
            schedule=Schedule(weekdays, hour, vocabulary.country.timezone, month_day),
            commodities=commodities_asked(commodities, vocabulary),
            email=None if email is None else checked(checked_email, email),
        )
        station = add_station(session, checked(checked_name, name), wanted)
        if station is None:
            raise click.ClickException(f"there is a station {name} already: end it first")
        told = station_line(session, station)
        due = next_line(station, now())
    click.echo(told)
    click.echo(f"  {due}, in {radio_desk(service.settings).directory}")


@radio.command("stations")
def stations_command() -> None:
    """List the stations, when each gets its next script, and what became of the last."""
    service, moment = open_ready(), now()
    with service.database.read() as session:
        for station in stations(session):
            click.echo(station_line(session, station))
            last = last_line(last_script(session, station), station)
            click.echo(f"  {next_line(station, moment)}; {last}")


@radio.command("end")
@click.argument("name")
def end_command(name: str) -> None:
    """Write no more scripts for the station NAME."""
    service = open_ready()
    with service.database.begin() as session:
        station = end_station(session, name, now())
        if station is None:
            raise _no_station(name)
        click.echo(f"{station.name} gets no more scripts")


@radio.command("write")
@click.argument("name")
def write_command(name: str) -> None:
    """Write the files of the last script of the station NAME on this machine, once more."""
    service = open_ready()
    with service.database.read() as session:
        station = find_station(session, name)
        if station is None:
            raise _no_station(name)
        script = last_script(session, station, EditionState.MADE)
    if script is None:
        raise click.ClickException(f"no script of {station.name} was made yet")
    try:
        written = write_files(script, station, radio_desk(service.settings))
    except OSError as fault:
        raise click.ClickException(f"BEI_RADIO_DIR cannot be written to: {fault}") from None
    if script.written_at is None:
        mark_written(service.database, script.id, now())
    click.echo(written.mail)
    if written.sound is not None:
        click.echo(written.sound)
    if written.silent_because is not None:
        raise click.ClickException(f"{written.silent_because}; the mail is written")


def _vocabulary(session: Session, service: Service) -> Vocabulary:
    return service.catalogue.vocabulary(session, service.settings.country)


def _speak(text: str, language: str, wav: Path) -> None:
    program = voice_program()
    if program is None:
        raise click.ClickException(f"{PROGRAM} is not installed: {wav} was not written")
    fault = speak(program, text, language, wav)
    if fault is not None:
        raise click.ClickException(f"{fault}: {wav} was not written")


def _no_station(name: str) -> click.ClickException:
    return click.ClickException(f"there is no station {name}; `bei radio stations` lists them")

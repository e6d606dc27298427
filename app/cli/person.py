"""`bei erase`: somebody's number, name and words, taken out of the database."""

import click

from app.cli.opening import now, open_ready
from app.service import Service
from app.staff.change_log import write_change
from db.traces import take_away_traces
from groups.erasing import groups_with_account, phones_before
from groups.groups import groups_of
from handlers.erasing import Busy, Erased, erase
from messaging.erasing import count_said
from messaging.models import Subscriber
from messaging.msisdn import MsisdnError, mask, normalise
from messaging.subscribers import find_subscriber
from prices.erasing import count_told


@click.command("erase")
@click.argument("msisdn")
def erase_command(msisdn: str) -> None:
    """Erase who has this number, for good: what goes and what stays is told first."""
    service = open_ready()
    number = _number(msisdn, service)
    person_id = _tell_what_goes(service, number)
    typed = click.prompt("Type the number again to erase it", default="", show_default=False)
    if _number(typed, service) != number:
        raise click.ClickException("that is another number: nothing was erased")
    with service.database.begin() as session:
        done = erase(session, service.catalogue, person_id, now())
        if not isinstance(done, Erased):
            raise click.ClickException(_why_not(done))
        write_change(
            session,
            None,
            action="erase person",
            subject=f"subscriber {person_id}",
            before={"is_known": True},
            after={"is_known": False, "left_groups": list(done.groups)},
            now=now(),
        )
    _tell_what_went(done, is_clean=take_away_traces(service.database))


def _number(written: str, service: Service) -> str:
    try:
        return normalise(written, service.settings.country)
    except MsisdnError as fault:
        raise click.ClickException(str(fault)) from None


def _tell_what_goes(service: Service, number: str) -> int:
    with service.database.read() as session:
        person = find_subscriber(session, number)
        if person is None:
            raise click.ClickException(f"nobody has the number {mask(number)} here")
        texts, calls = count_said(session, person.id)
        told = count_told(session, person.id)
        groups = [group.code for group in groups_of(session, person)]
        books = [group.code for group in groups_with_account(session, person)]
        before = [mask(number) for number in phones_before(session, person)]
    click.echo(f"{mask(number)}, met on {_day(person)}")
    click.echo(f"goes:  number, name, home; the words of {texts:,} texts and {calls:,} calls;")
    click.echo("       weekly prices, alerts, invitations, PIN")
    if groups:
        click.echo(f"       they leave {', '.join(groups)}; whoever leads there is told")
    click.echo(f"stays: {told:,} prices and fares they told, by nobody; what texts cost, and when")
    if books:
        click.echo(f"       name and lines in the milk book of {', '.join(books)}")
    if before:
        click.echo(
            f"       what is known of {', '.join(before)}, from which they moved: erase it too"
        )
    return person.id


def _day(person: Subscriber) -> str:
    return f"{person.created_at:%Y-%m-%d}"


def _why_not(done: Busy | None) -> str:
    if done is None:
        return "they were erased meanwhile"
    return "something is on its way to them just now: run this again in two minutes"


def _tell_what_went(done: Erased, *, is_clean: bool) -> None:
    click.echo(f"Erased: the words of {done.texts:,} texts and {done.calls:,} calls.")
    if done.leaderless:
        codes = ", ".join(done.leaderless)
        click.echo(f"Nobody leads {codes} now, for nobody there has a phone: see the desk.")
    if not is_clean:
        click.echo("Old pages are still in the write-ahead log; the worker empties it in a day.")
    click.echo("Backups made before still hold them: see docs/privacy.md.")

"""`bei bulletin`: when bulletins come, what they say and take, and what became of them."""

import click
from sqlalchemy.orm import Session

from app.bulletin_wishes import MOST_SEGMENTS
from app.bulletin_words import counted
from app.cli.asked import commodity_asked, place_asked
from app.cli.bulletin_asked import change_asked
from app.cli.bulletin_lines import (
    edition_line,
    list_line,
    preview_lines,
    quiet_line,
    settings_lines,
)
from app.cli.opening import now, open_ready
from app.health.bulletins import audience_name
from app.service import Service
from groups.bulletin_settings import change_bulletin
from groups.editions import recent_editions
from groups.groups import find_group
from groups.models import Group
from groups.schedules import schedule_of
from groups.subscriptions import every_list, find_list, open_list
from messaging.kinds import Channel
from prices.models import Place
from prices.vocabulary import Vocabulary
from scheduler.audiences import Audience, country_of
from scheduler.bulletins import publish_now
from scheduler.fire_times import next_fire
from scheduler.previews import preview

SEGMENTS = click.IntRange(1, MOST_SEGMENTS)
CHANNELS = [Channel.SMS.value, Channel.USSD.value]


@click.group()
def bulletin() -> None:
    """The bulletins of groups, and of lists."""


_of_list = click.option(
    "--list", "of_list", is_flag=True, help="The list of a COMMODITY at a PLACE instead of a group."
)
_whose = click.argument("whose", nargs=-1, metavar="GROUP | COMMODITY PLACE")


@bulletin.command("set")
@_whose
@_of_list
@click.option("--days", help="Days of the week: mon,thu or daily.")
@click.option("--day", type=click.IntRange(1, 31), help="A day of the month; 31 is the last.")
@click.option("--hour", type=click.IntRange(0, 23), help="By the clock of the time zone.")
@click.option("--timezone", help="Such as Africa/Nairobi.")
@click.option("--language", help="For whoever chose none.")
@click.option("--channel", type=click.Choice(CHANNELS), help="ussd: no texts.")
@click.option("--segments", type=SEGMENTS, help="What a member's text may take.")
@click.option("--secretary-segments", type=SEGMENTS, help="What the secretary's may take.")
@click.option("--commodities", help="What else it tells of, with commas; '' for nothing else.")
@click.option("--markets", help="Places to compare with, with commas; '' for none.")
def set_command(whose: tuple[str, ...], of_list: bool, **asked: str | int | None) -> None:
    """Decide when a bulletin comes and what it takes; a list is made where there is none."""
    service, moment = open_ready(), now()
    with service.database.begin() as session:
        audience, vocabulary = _audience(session, service, whose, of_list, opening=True)
        change_bulletin(audience, change_asked(audience, asked, vocabulary), moment)
        if audience.next_bulletin_at is None:
            audience.next_bulletin_at = next_fire(schedule_of(audience), moment)
        lines = [
            *settings_lines(audience, vocabulary),
            quiet_line(audience, service.rules.quiet_hours, moment),
        ]
    for line in filter(None, lines):
        click.echo(line)


@bulletin.command("lists")
def lists_command() -> None:
    """Show every list: when it comes, and how many are on it."""
    service = open_ready()
    with service.database.read() as session:
        lists = every_list(session)
        for one, people in lists:
            click.echo(list_line(one, session.get_one(Place, one.place_id), people))
    if not lists:
        click.echo("no list yet: the first who subscribes opens one, or `bei bulletin set --list`")


@bulletin.command("preview")
@_whose
@_of_list
def preview_command(whose: tuple[str, ...], of_list: bool) -> None:
    """Show what a bulletin would say now, to how many, and what that costs."""
    service = open_ready()
    with service.database.read() as session:
        audience, vocabulary = _audience(session, service, whose, of_list)
        seen = preview(session, vocabulary, audience, now())
    for line in preview_lines(seen, audience, service.settings.segment_price):
        click.echo(line)


@bulletin.command("send")
@click.argument("group_code", metavar="GROUP")
def send_command(group_code: str) -> None:
    """Send GROUP's bulletin now, as an edition of its own."""
    service = open_ready()
    sent = publish_now(service.database, service.catalogue, group_code, now())
    if sent is None:
        raise click.ClickException(f"there is no group {group_code}")
    click.echo(f"{counted(sent.recipients, 'recipient')}: {sent.text}")


@bulletin.command("editions")
@click.argument("group_code", metavar="[GROUP]", required=False)
@click.option("--last", type=click.IntRange(1, 200), default=10, show_default=True)
def editions_command(group_code: str | None, last: int) -> None:
    """Show the last editions: made or missed, and what became of their texts."""
    service = open_ready()
    with service.database.read() as session:
        group = None if group_code is None else _group(session, group_code)
        found = recent_editions(session, group=group, limit=last)
        for facts in found:
            click.echo(edition_line(facts, audience_name(session, facts)))
    if not found:
        click.echo("no edition yet")


def _audience(
    session: Session,
    service: Service,
    whose: tuple[str, ...],
    of_list: bool,
    *,
    opening: bool = False,
) -> tuple[Audience, Vocabulary]:
    if len(whose) != (2 if of_list else 1):
        raise click.UsageError("name one GROUP, or --list COMMODITY PLACE")
    if not of_list:
        group = _group(session, whose[0])
        return group, service.catalogue.vocabulary(session, country_of(session, group))
    vocabulary = service.catalogue.vocabulary(session, service.settings.country)
    commodity, place = commodity_asked(whose[0], vocabulary), place_asked(whose[1], vocabulary)
    if opening:
        timezone = vocabulary.country.timezone
        return (
            open_list(session, commodity=commodity, place_id=place.id, timezone=timezone),
            vocabulary,
        )
    found = find_list(session, commodity, place.id)
    if found is None:
        raise click.ClickException(
            f"there is no list of {commodity} at {place.name}: `bei bulletin set --list` makes one"
        )
    return found, vocabulary


def _group(session: Session, code: str) -> Group:
    group = find_group(session, code)
    if group is None:
        raise click.ClickException(f"there is no group {code}")
    return group

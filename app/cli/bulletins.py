"""`bei bulletin`: see a group's bulletin before it goes, or send it now."""

from zoneinfo import ZoneInfo

import click

from app.cli.opening import now, open_ready
from groups.groups import find_group
from scheduler.bulletins import preview, publish_now


@click.group()
def bulletin() -> None:
    """A group's bulletin."""


@bulletin.command("preview")
@click.argument("group_code", metavar="GROUP")
def preview_command(group_code: str) -> None:
    """Show what the next bulletin of GROUP would say now, and to how many."""
    service = open_ready()
    with service.database.read() as session:
        group = find_group(session, group_code)
        if group is None:
            raise click.ClickException(f"there is no group {group_code}")
        vocabulary = service.catalogue.vocabulary(session, group.country)
        seen = preview(session, vocabulary, group, now())
        due = f"{seen.due_at.astimezone(ZoneInfo(group.timezone)):%A %d %B %Y %H:%M}"
    for language, text in seen.texts.items():
        click.echo(f"[{language}, {_counted(seen.segments[language], 'segment')}] {text}")
    click.echo(f"{_counted(seen.recipients, 'recipient')}, next due {due} ({group.timezone})")


@bulletin.command("send")
@click.argument("group_code", metavar="GROUP")
def send_command(group_code: str) -> None:
    """Send GROUP's bulletin now, as an edition of its own."""
    service = open_ready()
    sent = publish_now(service.database, service.catalogue, group_code, now())
    if sent is None:
        raise click.ClickException(f"there is no group {group_code}")
    click.echo(f"{_counted(sent.recipients, 'recipient')}: {sent.text}")


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")

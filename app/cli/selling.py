"""`bei bargain`: what a group takes to the table when it bargains over its milk."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.opening import now, open_ready
from app.service import Service
from app.sheets.bargaining import Reader, bargaining_html, bargaining_lines
from groups.bargaining_facts import card_of
from groups.groups import find_group


@click.command("bargain")
@click.argument("group_code", metavar="GROUP")
@click.option("--buyer", help="With whom the talk is; without it with who takes most.")
@click.option("--format", "form", type=click.Choice(["text", "html"]), default="text")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
def bargain(group_code: str, buyer: str | None, form: str, output: Path | None) -> None:
    """The bargaining card of GROUP; as html one A4 page with room for what is agreed."""
    service = open_ready()
    with service.database.read() as session:
        written = _card(service, session, group_code, buyer, form)
    if output is None:
        click.echo(written, nl=False)
    else:
        output.write_text(written, encoding="utf-8")


def _card(service: Service, session: Session, code: str, buyer: str | None, form: str) -> str:
    group = find_group(session, code)
    if group is None:
        raise click.ClickException(f"there is no group {code}")
    moment = now()
    vocabulary = service.catalogue.vocabulary(session, group.country)
    card = card_of(session, vocabulary, group, buyer, moment)
    reader = Reader(group.language, vocabulary, moment)
    if form == "html":
        return bargaining_html(reader, card, group=group.name)
    return "".join(f"{line}\n" for line in bargaining_lines(reader, card, group=group.name))

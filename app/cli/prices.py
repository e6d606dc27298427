"""`bei parse` and `bei price`: how a text is understood, what a thing costs."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import click
from sqlalchemy.orm import Session

from app.cli.opening import open_ready
from app.service import Service
from handlers.parser import parse as parse_text
from handlers.parser.report import as_json, explain
from prices.vocabulary import Vocabulary


@click.command()
@click.argument("text", required=False)
@click.option("--country", default=None, help="The sender's country; BEI_COUNTRY when not given.")
@click.option("--explain", "explaining", is_flag=True, help="Show each stage of the reading.")
@click.option("--jsonl", is_flag=True, help="Read objects {id, text, country} from stdin.")
def parse(text: str | None, country: str | None, explaining: bool, jsonl: bool) -> None:
    """Show how TEXT would be understood."""
    if jsonl == (text is not None):
        raise click.UsageError("give a TEXT, or --jsonl with objects on stdin")
    service = open_ready()
    country = country or service.settings.country
    with service.database.read() as session:
        if text is None:
            for line in _parse_lines(session, service, country):
                click.echo(line)
            return
        vocabulary = _vocabulary(session, service, country)
        click.echo(
            explain(text, vocabulary)
            if explaining
            else json.dumps(as_json(parse_text(text, vocabulary), vocabulary), ensure_ascii=False)
        )


def _parse_lines(session: Session, service: Service, default_country: str) -> Iterator[str]:
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        asked = _asked(line, number)
        vocabulary = _vocabulary(session, service, asked.get("country") or default_country)
        parsed = parse_text(asked["text"], vocabulary)
        answer = {"id": asked.get("id"), "text": asked["text"], **as_json(parsed, vocabulary)}
        yield json.dumps(answer, ensure_ascii=False)


def _asked(line: str, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except json.JSONDecodeError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise click.ClickException(f"line {number} is no JSON object with a text")
    return asked


def _vocabulary(session: Session, service: Service, country: str) -> Vocabulary:
    return service.catalogue.vocabulary(session, country)

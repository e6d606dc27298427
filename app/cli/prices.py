"""`bei parse` and `bei price`: how a text is understood, what a thing costs."""

import re

import click
from sqlalchemy.orm import Session

from app.cli.answer import answer_object
from app.cli.json_lines import json_line, objects, shown
from app.cli.opening import now, open_ready
from app.service import Service
from handlers.commands import Item, PriceQuery
from handlers.parser import parse as parse_text
from handlers.parser.report import as_json, explain
from prices.queries import answer_price
from prices.sides import sides_at
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
    country = _country(country) or service.settings.country
    with service.database.read() as session:
        if text is None:
            _parse_lines(session, service, country)
            return
        vocabulary = _vocabulary(session, service, country)
        click.echo(
            shown(explain(text, vocabulary))
            if explaining
            else json_line(as_json(parse_text(text, vocabulary), vocabulary))
        )


def _parse_lines(session: Session, service: Service, default_country: str) -> None:
    """Answer line by line; what is no question is named in the end, and stops nobody else."""
    wrong: list[str] = []
    for number, asked in objects():
        if asked is None or not isinstance(asked.get("text"), str):
            wrong.append(str(number))
            continue
        country = _country(asked.get("country")) or default_country
        vocabulary = _vocabulary(session, service, country)
        parsed = parse_text(asked["text"], vocabulary)
        answer = {"id": asked.get("id"), "text": asked["text"], **as_json(parsed, vocabulary)}
        click.echo(json_line(answer))
    if len(wrong) > 1:
        raise click.ClickException(f"lines {', '.join(wrong)} are no JSON objects with a text")
    if wrong:
        raise click.ClickException(f"line {wrong[0]} is no JSON object with a text")


def _country(said: object) -> str | None:
    """A country code, however it is written; what cannot be one is none."""
    code = said.strip().upper() if isinstance(said, str) else ""
    return code if re.fullmatch("[A-Z]{2}", code) else None


def _vocabulary(session: Session, service: Service, country: str) -> Vocabulary:
    return service.catalogue.vocabulary(session, country)


@click.command()
@click.argument("commodity")
@click.argument("place")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
def price(commodity: str, place: str, as_object: bool) -> None:
    """Print what COMMODITY costs at PLACE, and how good that price is."""
    service = open_ready()
    with service.database.read() as session:
        vocabulary = _vocabulary(session, service, service.settings.country)
        item, moment = _asked_item(commodity, place, vocabulary), now()
        answer = answer_price(
            session,
            vocabulary,
            commodity=item[0],
            place_id=item[1],
            price_type=None,
            now=moment,
        )
        sides = sides_at(
            session,
            vocabulary,
            commodity=answer.commodity,
            place_id=answer.place.id,
            price_type=answer.price_type,
            now=moment,
        )
        told = answer_object(answer, vocabulary, sides)
    if as_object:
        click.echo(json_line(told))
    else:
        for name, value in told.items():
            if value is not None:
                click.echo(f"{name:<12} {value}")


def _asked_item(commodity: str, place: str, vocabulary: Vocabulary) -> tuple[str, int]:
    """The same words as in a text, each of which must be known."""
    command = parse_text(f"price {commodity} {place}", vocabulary).command
    item = command.items[0] if isinstance(command, PriceQuery) and command.items else Item()
    if item.commodity is None and commodity not in vocabulary.commodities:
        raise click.ClickException(f"there is no commodity {commodity}")
    if item.place_id is None:
        places = ", ".join(vocabulary.places[id_].code for id_ in item.places)
        several = f": it may be {places}; add the {vocabulary.country.admin1_word}"
        known = several if places else f" in {vocabulary.country.name}"
        raise click.ClickException(f"there is no one place {place}{known}")
    return item.commodity or commodity, item.place_id

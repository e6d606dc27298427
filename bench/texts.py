"""Score labelled texts: `python -m bench.texts FILE… [--misses] [--database URL]`.

A file holds one JSON object a line: `id`, `text`, `lang`, `country`, `intent` and the slots
`commodity`, `place`, `price`, `unit`, `price_type`, `quantity`, `grade`. It may add `more` (further
items), `accept_intents` and `alt_<slot>` (also right) and `optional` (not scored).
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from bench.figures import by, figures
from bench.judging import Judged, judge
from bench.labels import Line
from bench.misses import misses
from bench.score_sheet import groups, sheet
from db.session import Database, open_database
from db.upgrade import upgrade
from handlers.commands import Unsure
from handlers.parser import parse
from handlers.parser.report import as_json, intent_of
from prices.catalogue import Catalogue
from prices.importers.reference import load_reference
from prices.vocabulary import Vocabulary

# A line whose sender could be anywhere.
NOWHERE = "ZZ"


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--misses", "listing", is_flag=True, help="List every line that was read wrong.")
@click.option("--database", "url", help="A filled database; a new one when not given.")
def main(files: tuple[Path, ...], listing: bool, url: str | None) -> None:
    """Read the texts of FILES as the service would and print how much was right."""
    labels = [label for path in files for label in _labels(path)]
    with _reference(url) as database, database.read() as session:
        catalogue = Catalogue()
        judged = [judge_text(label, catalogue, session) for label in labels]
    for line in _report(judged, listing=listing):
        click.echo(line)


def _labels(path: Path) -> Iterator[Line]:
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except json.JSONDecodeError as fault:
            raise click.ClickException(f"{path}, line {number}: {fault}") from None


@contextmanager
def _reference(url: str | None) -> Iterator[Database]:
    """The operator's database, or a fresh one as a new service has it."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(url or f"sqlite:///{Path(folder) / 'texts.db'}")
        if url is None:
            upgrade(database)
            with database.begin() as session:
                load_reference(session)
        try:
            yield database
        finally:
            database.engine.dispose()


def judge_text(label: Line, catalogue: Catalogue, session: Session) -> Judged:
    """Read a labelled text with the words of its country; those of all where we do not serve."""
    vocabulary = catalogue.vocabulary(session, label["country"] or NOWHERE)
    return judge(label, _read(label["text"], vocabulary), _usual_units(vocabulary))


def _read(text: str, vocabulary: Vocabulary) -> Line:
    """What is printed for a text, and whether the person will be asked which command was meant."""
    parsed = parse(text, vocabulary)
    read = as_json(parsed, vocabulary)
    if not isinstance(parsed.command, Unsure):
        return read
    meant = " or ".join(intent_of(reading) for reading in parsed.command.readings)
    return read | {"unsure": True, "ask": read["ask"] or f"Which was meant: {meant}?"}


def _usual_units(vocabulary: Vocabulary) -> dict[str, str]:
    return {code: entry.base_unit for code, entry in vocabulary.commodities.items()}


def _report(judged: Iterable[Judged], *, listing: bool) -> Iterator[str]:
    lines = list(judged)
    if listing:
        yield from misses(lines)
        yield ""
    yield from sheet(figures(lines))
    for name in ("lang", "country"):
        yield ""
        yield from groups(name, by(lines, name))


if __name__ == "__main__":
    main()

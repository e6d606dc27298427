"""Texts as people send them, labelled by hand, read with the reference data of their country."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from bench.judging import Judged, Mark
from bench.labels import Line
from bench.misses import misses
from bench.texts import judge_text
from db.session import open_database
from prices.catalogue import Catalogue


def _lines(name: str) -> list[Line]:
    text = (Path(__file__).parent / "data" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


_EXAMPLES = _lines("labelled_examples.jsonl")
_MORE_TEXTS = _lines("more_texts.jsonl")
# What the parser reads of them today, with a little room: a change for the better may cost a line.
LEAST_INTENT, LEAST_WHOLE = 0.97, 0.94

Judge = Callable[[Line], Judged]


@pytest.fixture(scope="module")
def judged(sqlite_template: Path) -> Iterator[Judge]:
    """Reads a text as the service would, also that of a country where nobody is served yet."""
    database = open_database(f"sqlite:///{sqlite_template}")
    catalogue = Catalogue()
    with database.read() as session:
        yield lambda example: judge_text(example, catalogue, session)
    database.engine.dispose()


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example["id"])
def test_the_text_is_read_as_labelled(example: Line, judged: Judge) -> None:
    """Every slot too; asking back is as good."""
    read = judged(example)
    assert list(misses([read])) == [] or read.whole is Mark.ASKED


def test_most_of_many_texts_is_read_as_labelled(judged: Judge) -> None:
    read = [judged(example) for example in _MORE_TEXTS]
    assert _share(one.intent for one in read) >= LEAST_INTENT
    assert _share(one.whole for one in read) >= LEAST_WHOLE


def _share(marks: Iterable[Mark]) -> float:
    """How many of those that count are right; asking back is no error."""
    counted = [mark for mark in marks if mark in {Mark.RIGHT, Mark.WRONG}]
    return counted.count(Mark.RIGHT) / len(counted)


def test_no_price_is_made_of_a_text_that_is_not_for_us(judged: Judge) -> None:
    texts = [*_EXAMPLES, *_MORE_TEXTS]
    others = [example for example in texts if example["intent"] == "unknown"]
    invented = [
        example["text"] for example in others if judged(example).read["intent"] == "price_report"
    ]
    assert others
    assert invented == []

"""Texts as people send them, labelled by hand, read with the reference data of their country."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.judging import Judged, Mark
from bench.labels import Line
from bench.misses import misses
from bench.texts import judge_text
from db.session import open_database
from prices.catalogue import Catalogue

_EXAMPLES = [
    json.loads(line)
    for path in sorted((Path(__file__).parent / "data").glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]

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


def test_no_price_is_made_of_a_text_that_is_not_for_us(judged: Judge) -> None:
    others = [example for example in _EXAMPLES if example["intent"] == "unknown"]
    invented = [
        example["text"]
        for example in others
        if judged(example).read["intent"] in {"price_report", "sale_record"}
    ]
    assert others
    assert invented == []

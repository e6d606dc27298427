"""The command that scores a file of labelled texts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench.texts import main

_LINE = {
    "id": "T1", "text": "bei maziwa nakuru", "lang": "sw", "country": "KE", "intent": "price_query",
    "commodity": "milk", "place": "Nakuru", "price": None, "unit": None, "price_type": None,
    "quantity": None, "grade": None,
}  # fmt: skip


@pytest.fixture
def url(sqlite_template: Path) -> str:
    return f"sqlite:///{sqlite_template}"


def _score(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_files_are_scored_together(tmp_path: Path, url: str) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    # A country that is not served is read as its texts are answered: with the words of all.
    elsewhere = _LINE | {"id": "T2", "country": "XX", "lang": "und"}
    wrong = _LINE | {"id": "T3", "commodity": "maize", "text": "bei maziwa\u2028nakuru"}
    first.write_text(json.dumps(_LINE) + "\n\n" + json.dumps(elsewhere), encoding="utf-8")
    second.write_text(json.dumps(wrong, ensure_ascii=False), encoding="utf-8")
    result = _score(str(first), str(second), "--misses", "--database", url)
    assert result.exit_code == 0, result.output
    assert "3 texts" in result.output
    assert 'commodity: expected "maize", read "milk"' in result.output
    assert "full line                       66.7%  2/3" in result.output


def test_without_misses_none_is_listed(tmp_path: Path, url: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(_LINE | {"commodity": "maize"}), encoding="utf-8")
    assert "expected" not in _score(str(path), "--database", url).output


def test_a_line_that_is_no_json_is_named(tmp_path: Path, url: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(_LINE) + "\nnonsense\n", encoding="utf-8")
    result = _score(str(path), "--database", url)
    assert result.exit_code == 1
    assert "line 2" in result.output


def test_a_file_that_is_not_there_is_named() -> None:
    result = _score("/nowhere/at/all.jsonl")
    assert result.exit_code == 2
    assert "/nowhere/at/all.jsonl" in result.output


def test_a_line_of_no_country_is_scored_too(tmp_path: Path, url: str) -> None:
    texts = tmp_path / "texts.jsonl"
    nowhere = _LINE | {"id": "T2", "country": None, "text": "precio?", "lang": "es"}
    texts.write_text(f"{json.dumps(_LINE)}\n{json.dumps(nowhere)}\n", encoding="utf-8")
    scored = _score(str(texts), "--database", url)
    assert scored.exit_code == 0, scored.output
    assert "\n–" in scored.output

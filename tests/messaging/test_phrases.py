"""Every sentence exists in every language, with the same gaps to fill."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest

import messaging.phrases
from messaging.phrases import languages, say, say_many
from messaging.phrases.catalogue import read_catalogue
from messaging.phrases.formats import (
    age_words,
    amount,
    dated,
    day_month,
    hour_of_day,
    language_name,
    month_year,
    price,
    typed,
    weekday,
)
from messaging.segments import measure

ROOT = Path(messaging.phrases.__file__).parents[2]
ROOMS = ["app", "handlers", "scheduler", "groups", "messaging"]
OTHER_LANGUAGES = [language for language in languages() if language != "en"]
# Words of the reference data that are spoken through the catalogue too.
DATA_WORDS = ["county", "district", "region"]


def spoken_msgids() -> Iterator[str]:
    """What the sources say: the constant sentences in calls of say and say_many."""
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                sentences = {"say": node.args[1:2], "say_many": node.args[1:3]}
                for sentence in sentences.get(node.func.id, []):
                    yield from _constants(sentence)


def _constants(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_sentences_are_found() -> None:
    found = set(spoken_msgids())
    assert {"today", "{n} day old", "{n} days old"} <= found


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_every_sentence_is_in_every_language(language: str) -> None:
    catalogue = read_catalogue(language)
    known: set[str] = set()
    for message in catalogue:
        known.update([message.id] if isinstance(message.id, str) else message.id)
    assert sorted({*spoken_msgids(), *DATA_WORDS} - known) == []


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_nothing_is_translated_that_nobody_says(language: str) -> None:
    spoken = {*spoken_msgids(), *DATA_WORDS}
    unused = [
        message.id
        for message in read_catalogue(language)
        if message.id
        and not spoken & set([message.id] if isinstance(message.id, str) else message.id)
    ]
    assert unused == []


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_translations_are_whole_and_fill_the_same_gaps(language: str) -> None:
    for message in read_catalogue(language):
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = set().union(*map(gaps, sources))
        for string in strings:
            assert string, sources
            assert gaps(string) == wanted, (sources, string)


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_translations_stay_in_gsm7(language: str) -> None:
    for message in read_catalogue(language):
        strings = [message.string] if isinstance(message.string, str) else message.string
        for string in strings:
            assert measure(string).encoding == "GSM-7", string


@pytest.mark.parametrize("path", sorted(Path(messaging.phrases.__file__).parent.glob("*/*.po")))
def test_catalogues_say_that_a_native_reader_must_check_them(path: Path) -> None:
    assert "native reader's check" in path.read_text("utf-8").split("msgid", 1)[0]


def test_a_language_nobody_speaks_is_answered_in_english() -> None:
    assert say("lg", "today") == "today"
    assert amount(Decimal("1250.5"), "lg") == "1,250.50"


def test_a_sentence_missing_from_a_catalogue_is_said_in_english() -> None:
    assert say("sw", "No such sentence {x}", x=1) == "No such sentence 1"


def test_values_are_words_not_sentences_to_fill() -> None:
    assert say("en", "{x}", x="{y} %s {0}") == "{y} %s {0}"


def test_what_is_said_ends_in_gsm7() -> None:
    assert say("en", "{place}", place="Murang’a – Ŋora") == "Murang'a - Nora"


def test_counting() -> None:
    assert say_many("en", "{n} report", "{n} reports", 1) == "1 report"
    assert say_many("en", "{n} report", "{n} reports", 6) == "6 reports"
    assert say_many("sw", "{n} report", "{n} reports", 6) == "ripoti 6"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("47", "47"),
        ("47.5", "47.50"),
        ("2950", "2,950"),
        ("0.05", "0.05"),
        ("1234567.891", "1,234,567.89"),
    ],
)
def test_amounts(value: str, written: str) -> None:
    for language in languages():
        assert amount(Decimal(value), language) == written


@pytest.mark.parametrize(
    ("value", "told", "to_type"),
    [
        ("47.0000", "47", "47"),
        ("46.4000", "46.40", "46.4"),
        ("46.4286", "46.50", "46.43"),
        ("46.8800", "47", "46.88"),
        ("46.2500", "46.25", "46.25"),
        ("38.8889", "39", "38.89"),
        ("9.8765", "9.88", "9.88"),
        ("2950.40", "2,950", "2950"),
        ("99.999", "100", "100"),
        ("120.5", "120", "120"),
        ("0.25", "0.25", "0.25"),
    ],
)
def test_prices_without_needless_figures(value: str, told: str, to_type: str) -> None:
    assert price(Decimal(value), "en") == told
    assert typed(Decimal(value)) == to_type


@pytest.mark.parametrize(
    ("days", "english", "swahili"),
    [
        (-1, "today", "leo"),
        (0, "today", "leo"),
        (1, "yesterday", "jana"),
        (2, "2 days old", "ya siku 2"),
        (13, "13 days old", "ya siku 13"),
        (14, "10 Nov", "10 Nov"),
        (365, "24 Nov 2025", "24 Nov 2025"),
    ],
)
def test_ages(days: int, english: str, swahili: str) -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    then = now - timedelta(days=days)
    assert age_words(then, now, "Africa/Nairobi", "en") == english
    assert age_words(then, now, "Africa/Nairobi", "sw") == swahili


def test_a_day_ends_at_the_persons_own_midnight() -> None:
    late = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)  # 23:30 in Nairobi
    early = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # half past midnight, the next day
    assert age_words(late, early, "Africa/Nairobi", "en") == "yesterday"
    assert age_words(late, early, "Africa/Accra", "en") == "today"


def test_days_and_months() -> None:
    day = date(2026, 3, 3)
    assert day_month(day, "en") == "3 Mar"
    assert day_month(day, "sw") == "3 Mac"
    assert dated(day, date(2027, 1, 1), "en") == "3 Mar 2026"
    assert month_year(day, "en", this_year=2026) == "March"
    assert month_year(day, "sw", this_year=2027) == "Machi 2026"
    assert weekday(0, "en") == "Monday"
    assert weekday(6, "sw") == "Jumapili"


@pytest.mark.parametrize(
    ("hour", "english", "swahili"),
    [
        (0, "12 am", "saa 6 usiku"),
        (7, "7 am", "saa 1 asubuhi"),
        (12, "12 pm", "saa 6 mchana"),
        (16, "4 pm", "saa 10 jioni"),
        (20, "8 pm", "saa 2 usiku"),
    ],
)
def test_hours_as_they_are_said(hour: int, english: str, swahili: str) -> None:
    assert hour_of_day(hour, "en") == english
    assert hour_of_day(hour, "sw") == swahili


def test_languages_by_their_own_names() -> None:
    assert [language_name(language) for language in ("en", "sw")] == ["English", "Kiswahili"]

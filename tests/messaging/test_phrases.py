"""Every sentence exists in every language, with the same gaps to fill."""

import ast
import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import messaging.phrases
from messaging.phrases import catalogue, formats, languages, languages_for, say, say_many
from messaging.phrases.catalogue import read_catalogue
from messaging.phrases.formats import (
    age_words,
    amount,
    clock_time,
    dated,
    day_month,
    hour_of_day,
    language_name,
    money,
    month_year,
    price,
    typed,
    weekday,
)
from messaging.segments import measure, to_gsm7

ROOT = Path(messaging.phrases.__file__).parents[2]
ROOMS = ["app", "handlers", "scheduler", "groups", "messaging"]
OTHER_LANGUAGES = [language for language in languages() if language != "en"]


def data_words() -> set[str]:
    """Words of the reference data that are spoken through the catalogue too: county, district."""
    with (ROOT / "db/seed/data/countries.csv").open(encoding="utf-8") as file:
        return {row["admin1_word"] for row in csv.DictReader(file)}


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


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_sentences_are_found() -> None:
    found = set(spoken_msgids())
    assert {"today", "{n} day old", "{n} days old"} <= found


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_every_sentence_is_in_every_language(language: str) -> None:
    catalogue = read_catalogue(language)
    known: set[str] = set()
    for message in catalogue:
        known.update([message.id] if isinstance(message.id, str) else message.id)
    assert sorted({*spoken_msgids(), *data_words()} - known) == []


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_nothing_is_translated_that_nobody_says(language: str) -> None:
    spoken = {*spoken_msgids(), *data_words()}
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
        wanted = set().union(*map(gaps, sources))
        for string in translations(message):
            assert string, sources
            assert gaps(string) == wanted, (sources, string)


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_translations_are_sent_in_gsm7(language: str) -> None:
    for message in read_catalogue(language):
        for string in translations(message):
            assert measure(to_gsm7(string)).encoding == "GSM-7", string


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_a_sentence_in_two_files_is_said_in_one_way(language: str) -> None:
    said: dict[object, object] = {}
    for path in sorted((catalogue.FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    key = message.id if isinstance(message.id, str) else tuple(message.id)
                    assert said.setdefault(key, message.string) == message.string, path


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
    counted = {
        language: [say_many(language, "{n} report", "{n} reports", n) for n in (0, 1, 6)]
        for language in ("en", "es", "fr", "sw")
    }
    assert counted == {
        "en": ["0 reports", "1 report", "6 reports"],
        "es": ["0 reportes", "1 reporte", "6 reportes"],
        "fr": ["0 relevé", "1 relevé", "6 relevés"],
        "sw": ["ripoti 0", "ripoti 1", "ripoti 6"],
    }


def test_accents_that_gsm7_lacks_are_left_off_and_the_others_stay() -> None:
    assert say("es", "Which place? Send: {example}", example="X") == "¿Qué lugar? Envie: X"
    assert say("fr", "Where are you? Send: {example}", example="X") == "Où etes-vous ? Envoyez : X"


@pytest.mark.parametrize(
    ("value", "written", "french"),
    [
        ("47", "47", "47"),
        ("47.5", "47.50", "47,50"),
        ("2950", "2,950", "2 950"),
        ("0.05", "0.05", "0,05"),
        ("1234567.891", "1,234,567.89", "1 234 567,89"),
    ],
)
def test_amounts(value: str, written: str, french: str) -> None:
    for language in ("en", "es", "sw"):
        assert amount(Decimal(value), language) == written
    assert amount(Decimal(value), "fr") == french


def test_money_stands_where_a_language_puts_it() -> None:
    assert money("47", "KES", "en") == "KES 47"
    assert money("47", "KES", "sw") == "KES 47"
    assert money("1.45", "S/", "es") == "S/1.45"
    assert money("1.45", "S/", "fr") == "S/1.45"
    assert money("1 250", "FCFA", "fr") == "1 250 FCFA"
    assert money("1,250", "FCFA", "en") == "FCFA 1,250"


@pytest.mark.parametrize(
    ("value", "told", "to_type"),
    [
        ("47.0000", "47", "47"),
        ("46.4000", "46.40", "46.4"),
        ("46.4286", "46", "46.43"),
        ("46.8800", "47", "46.88"),
        ("46.2500", "46.25", "46.25"),
        ("38.8889", "39", "38.89"),
        ("9.8765", "9.90", "9.88"),
        # What no coins add up to is an estimate, and no surer than to a fortieth.
        ("1236.4321", "1,240", "1236"),
        ("3.2568", "3.25", "3.26"),
        ("1236", "1,236", "1236"),
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
    ("days", "spoken"),
    [
        (-1, "today|hoy|aujourd'hui|leo"),
        (0, "today|hoy|aujourd'hui|leo"),
        (1, "yesterday|ayer|hier|jana"),
        (2, "2 days old|hace 2 dias|il y a 2 jours|ya siku 2"),
        (13, "13 days old|hace 13 dias|il y a 13 jours|ya siku 13"),
        (14, "10 Nov|10 nov|10 nov|10 Nov"),
        (365, "24 Nov 2025|24 nov 2025|24 nov 2025|24 Nov 2025"),
    ],
)
def test_ages(days: int, spoken: str) -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    then = now - timedelta(days=days)
    for language, age in zip(("en", "es", "fr", "sw"), spoken.split("|"), strict=True):
        assert age_words(then, now, "Africa/Nairobi", language) == age


def test_a_day_ends_at_the_persons_own_midnight() -> None:
    late = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)  # 23:30 in Nairobi
    early = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # half past midnight, the next day
    assert age_words(late, early, "Africa/Nairobi", "en") == "yesterday"
    assert age_words(late, early, "Africa/Accra", "en") == "today"


@pytest.mark.parametrize(
    ("hour_utc", "said"),
    [
        (2, "5:07|5:07|5:07|saa 11:07 alfajiri"),
        (5, "8:07|8:07|8:07|saa 2:07 asubuhi"),
        (9, "12:07|12:07|12:07|saa 6:07 mchana"),
        (13, "16:07|16:07|16:07|saa 10:07 jioni"),
        (22, "1:07|1:07|1:07|saa 7:07 usiku"),
    ],
)
def test_the_time_by_peoples_own_clock(hour_utc: int, said: str) -> None:
    moment = datetime(2026, 11, 24, hour_utc, 7, tzinfo=UTC)
    for language, time in zip(("en", "es", "fr", "sw"), said.split("|"), strict=True):
        assert clock_time(moment, "Africa/Nairobi", language) == time


def test_days_and_months() -> None:
    day = date(2026, 3, 3)
    assert day_month(day, "en") == "3 Mar"
    assert day_month(day, "sw") == "3 Mac"
    assert dated(day, date(2027, 1, 1), "en") == "3 Mar 2026"
    assert month_year(day, "en", this_year=2026) == "March"
    assert month_year(day, "sw", this_year=2027) == "Machi 2026"
    assert month_year(day, "es", this_year=2027) == "marzo 2026"
    assert month_year(day, "fr", this_year=2026) == "mars"
    assert weekday(0, "en") == "Monday"
    assert weekday(2, "es") == "miércoles"
    assert weekday(0, "fr") == "lundi"
    assert weekday(6, "sw") == "Jumapili"


def test_a_month_cut_short_does_not_end_the_sentence() -> None:
    months = [date(2026, month, 3) for month in range(1, 13)]
    for language in languages():
        assert not any("." in day_month(day, language) for day in months)
    assert [day_month(months[month], "fr") for month in (1, 6, 7, 11)] == [
        "3 févr", "3 juil", "3 aout", "3 déc",
    ]  # fmt: skip
    assert dated(months[8], date(2027, 1, 1), "es") == "3 sept 2026"


@pytest.mark.parametrize(
    ("hour", "spoken"),
    [
        (0, "12 am|12 am|0 h|saa 6 usiku"),
        (7, "7 am|7 am|7 h|saa 1 asubuhi"),
        (12, "12 pm|12 pm|12 h|saa 6 mchana"),
        (16, "4 pm|4 pm|16 h|saa 10 jioni"),
        (20, "8 pm|8 pm|20 h|saa 2 usiku"),
    ],
)
def test_hours_as_they_are_said(hour: int, spoken: str) -> None:
    for language, said in zip(("en", "es", "fr", "sw"), spoken.split("|"), strict=True):
        assert hour_of_day(hour, language) == said


def test_languages_by_their_own_names() -> None:
    names = [language_name(language) for language in ("en", "es", "fr", "sw")]
    assert names == ["English", "Español", "Francais", "Kiswahili"]


def test_a_countrys_own_languages_come_first() -> None:
    assert languages_for(("sw", "en", "sheng"))[:3] == ("sw", "en", "es")
    assert languages_for(("es", "qu"))[:3] == ("es", "en", "fr")
    assert languages_for(()) == languages()


# A language more: a folder, no code.

ANOTHER = """# Luganda. Awaits a native reader's check.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n == 0 ? 0 : n == 1 ? 1 : 2);\\n"

msgid "today"
msgstr "leero"

msgid "Sold today? Reply {example}"
msgstr "Otunze leero? Ddamu {example}"

msgid "{n} report"
msgid_plural "{n} reports"
msgstr[0] "tewali lipoota"
msgstr[1] "lipoota {n}"
msgstr[2] "lipoota {n} zonna"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of catalogues instead of ours."""
    kept = (catalogue.languages, catalogue._translations, formats._locale)
    for cached in kept:
        cached.cache_clear()
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    yield tmp_path
    for cached in kept:
        cached.cache_clear()


@pytest.mark.parametrize(
    ("code", "name", "monday"), [("lg", "Luganda", "Balaza"), ("sheng", "Sheng", "Monday")]
)
def test_a_folder_with_a_catalogue_is_a_language(
    folder: Path, code: str, name: str, monday: str
) -> None:
    (folder / code).mkdir()
    (folder / code / "replies.po").write_text(ANOTHER, "utf-8")
    assert languages() == ("en", code)
    assert say(code, "today") == "leero"
    assert say(code, "Sold today? Reply {example}", example="X") == "Otunze leero? Ddamu X"
    counted = [say_many(code, "{n} report", "{n} reports", n) for n in (0, 1, 6)]
    assert counted == ["tewali lipoota", "lipoota 1", "lipoota 6 zonna"]
    assert say(code, "yesterday") == "yesterday"
    assert language_name(code) == name
    assert weekday(0, code) == monday
    assert amount(Decimal("1250.5"), code) == "1,250.50"
    assert hour_of_day(7, code) == "7 am"

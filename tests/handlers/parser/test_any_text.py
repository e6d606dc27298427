"""Whatever arrives, it is read in good time, without an exception and without an invention."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from time import thread_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.session import open_database
from handlers.commands import Command, Item, Parsed
from handlers.parser import LONGEST_TEXT, Sender, parse
from handlers.parser.report import as_json, explain
from prices.catalogue import load_vocabulary
from prices.models import Country
from prices.vocabulary import Vocabulary
from tests.handlers.parser.numbers_in_text import is_written, number_words
from tests.handlers.parser.words import GITHUNGURI, WORDS

# No text may hold up the others for longer than this.
LONGEST_SECONDS = 0.020

_SENDERS = st.builds(
    Sender,
    home_place_id=st.sampled_from([None, GITHUNGURI, 999_999]),
    usual_commodity=st.sampled_from([None, "milk"]),
    language=st.sampled_from([None, "en", "sw"]),
    awaits_answer=st.booleans(),
    keeps_book=st.booleans(),
)
_PIECES = st.sampled_from(
    ["milk", "maziwa", "nakuru", "molo", "kale", "kasuku", "bale", "45", "-45", "40-45", "2.5k",
     "1/2", "90kg", "gunia", "ltr", "per", "kwa", "na", "and", "of", "ya", "bei", "price", "report",
     "stop", "acha", "join", "group", "name", "home", "lang", "every", "kila wiki", "mia", "elfu",
     "tano", "hundred", "ksh", "bob", "/=", "@", ",", ";", "?", "*", "-", ".", "was", "now",
     "total", "for", "between", "xyzzy", "0711000001", "*544#", "county", "🥛", "sold", "niliuza",
     "alert", "best", "trend", "above", "milkk", "nakru", "record", "sour", "balance", "1", "2",
     "leche", "queso", "precio", "lait", "prix", "dudh", "dam", "amata", "দুধ", "৪৫", "১২",
     "transport", "nauli", "from", "to", "boda", "lorry", "20kg"]
)  # fmt: skip
_ODD = st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "So", "Mn", "Nd", "No", "Zs", "Zl"])


class Countries:
    """The words of every country; shown in a word, for a failing story shows what it was given."""

    def __init__(self, vocabularies: Mapping[str, Vocabulary]) -> None:
        self.codes = sorted(vocabularies)
        self.words = vocabularies.__getitem__


@pytest.fixture(scope="module")
def countries(sqlite_template: Path) -> Countries:
    database = open_database(f"sqlite:///{sqlite_template}")
    with database.read() as session:
        codes = session.scalars(select(Country.code)).all()
        loaded = {code: load_vocabulary(session, code) for code in codes}
    database.engine.dispose()
    return Countries(loaded)


def _items(part: object) -> Iterator[Item]:
    """Every item of a command, however deep: two readings have each their own."""
    if isinstance(part, Item):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _items(one)
    elif is_dataclass(part):
        for slot in fields(part):
            yield from _items(getattr(part, slot.name))


def _prices(command: Command) -> Iterator[Decimal]:
    for item in _items(command):
        yield from item.prices
        if item.price is not None:
            yield item.price


def _read(text: str, vocabulary: Vocabulary, sender: Sender) -> Command:
    """Everything that holds of every text."""
    parsed = parse(text, vocabulary, sender)
    assert isinstance(parsed, Parsed)
    assert isinstance(parsed.command, Command)
    assert 0 <= parsed.confidence <= 1
    json.dumps(as_json(parsed, vocabulary), allow_nan=False)
    explain(text, vocabulary, sender)
    for price in _prices(parsed.command):
        assert is_written(price, text), price
    return parsed.command


def _seconds(text: str, vocabulary: Vocabulary) -> float:
    """What reading costs this thread: the best of three, so that a busy machine fails nobody."""
    return min(_once(text, vocabulary) for _ in range(3))


def _once(text: str, vocabulary: Vocabulary) -> float:
    began = thread_time()
    parse(text, vocabulary)
    return thread_time() - began


@given(st.text(), _SENDERS)
def test_any_text_at_all(text: str, sender: Sender) -> None:
    _read(text, WORDS, sender)


@given(st.text(_ODD, max_size=200))
@example("\ud800 milk 45 \udfff")
def test_controls_emoji_and_odd_digits(text: str) -> None:
    _read(text, WORDS, Sender())


@given(st.lists(st.one_of(_PIECES, st.text(_ODD, max_size=3)), max_size=30), _SENDERS)
def test_our_words_in_any_order(pieces: list[str], sender: Sender) -> None:
    _read(" ".join(pieces), WORDS, sender)


@given(st.lists(st.one_of(_PIECES, st.text(max_size=2)), max_size=30).map("".join))
def test_our_words_run_together(text: str) -> None:
    _read(text, WORDS, Sender())


_DIGITS = st.integers(0, 99_999).map(str)
_WHOLE = st.integers(1_000, 9_999_999)
_AMOUNT = st.one_of(
    _DIGITS,
    _WHOLE.map(lambda number: f"{number:,}"),
    _WHOLE.map(lambda number: f"{number:,}".replace(",", ".")),
    _WHOLE.map(lambda number: f"{number:,}".replace(",", " ")),
    st.decimals(0, 9_999, places=2).map(str),
    st.decimals(0, 99, places=1).map(lambda number: f"{number}k"),
    st.tuples(_DIGITS, _DIGITS).map("-".join),
    st.tuples(_DIGITS, _DIGITS).map(" to ".join),
    st.tuples(_DIGITS, _DIGITS).map(" kwa ".join),
    st.tuples(_DIGITS, _DIGITS).map(" for ".join),
    st.tuples(_DIGITS, _DIGITS).map("/".join),
    st.lists(st.sampled_from(sorted(number_words())), min_size=1, max_size=4).map(" ".join),
    st.lists(st.sampled_from(sorted(number_words())), min_size=2, max_size=4).map(" na ".join),
)
_AROUND = st.sampled_from(
    ["", "@", "ksh", "KES ", "sh ", "/=", " bob", " each", " total", " per kg", " bags",
     " kwa lita", "kg", " litres", " was", " now", ",", " and", " na", ".", "?", " paid", "$", "৳"]
)  # fmt: skip


@st.composite
def _texts_with_amounts(draw: st.DrawFn, words: tuple[str, ...]) -> str:
    word = st.one_of(_PIECES, st.sampled_from(words))
    amount = st.tuples(_AROUND, _AMOUNT, _AROUND).map("".join)
    return " ".join(draw(st.lists(st.one_of(word, amount), max_size=12)))


@given(st.data())
def test_no_price_is_invented_in_any_country(countries: Countries, data: st.DataObject) -> None:
    """Amounts as people write them, between the words of the country."""
    vocabulary = countries.words(data.draw(st.sampled_from(countries.codes)))
    _read(data.draw(_texts_with_amounts(_words(vocabulary))), vocabulary, data.draw(_SENDERS))


def _words(vocabulary: Vocabulary) -> tuple[str, ...]:
    return (
        *sorted(vocabulary.commodity_words),
        *sorted(vocabulary.unit_words),
        *sorted(vocabulary.place_words),
    )


_ADVERSARIAL = (
    "@", "1 ", "na ", "milk ", "nakuru molo ", "milk nakuru 45, ", "*", "1,", "a@", "-", "mia ",
    "9", "🥛", "\x00", "'", "1/", "/=", ". ", "milk 45 na ", "\u200b", "a", "nakru ", "nakurr mlk ",
    ",", "40-45-50-", "45-", "elfu mia ", "kwa ", "milkk nakuruu ", "1.2.", "for 3 ", "sold 3 ",
    "stop ", "\n", "( ", "mil", "makutan ", "mahind githungri ", "é", "দুধ ", "4 5 ", "1k", "k ",
    "ksh ", "bei ", "x y ", "http://a.", "+254", "0", "1/2 ", "\ud800", "na na 1 ", "and 5 for 4 ",
)  # fmt: skip


@pytest.mark.parametrize("piece", _ADVERSARIAL)
def test_longest_texts_are_read_in_good_time(piece: str, countries: Countries) -> None:
    text = (piece * LONGEST_TEXT)[:LONGEST_TEXT]
    seconds = _seconds(text, countries.words("KE"))
    assert seconds < LONGEST_SECONDS
    _read(text, WORDS, Sender())


_NEAR_WORDS = st.text("aeioknmrstul", min_size=3, max_size=12)


@settings(max_examples=50)
@given(st.lists(st.one_of(_PIECES, _NEAR_WORDS), min_size=1, max_size=20).map(" ".join))
def test_no_text_of_our_words_takes_long(countries: Countries, phrase: str) -> None:
    text = (f"{phrase} " * LONGEST_TEXT)[:LONGEST_TEXT]
    seconds = _seconds(text, countries.words("KE"))
    assert seconds < LONGEST_SECONDS


@pytest.mark.parametrize("length", [LONGEST_TEXT + 1, 10_000, 1_000_000])
def test_what_is_longer_is_not_read(length: int) -> None:
    text = ("milk nakuru 45 🥛\x00" * (length // 16 + 1))[:length]
    assert parse(text, WORDS).command.reason == "too_long"  # type: ignore[union-attr]
    assert _seconds(text, WORDS) < LONGEST_SECONDS

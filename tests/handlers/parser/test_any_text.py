"""Whatever arrives, it is read in good time and without an exception."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands import Command, Parsed
from handlers.parser import LONGEST_TEXT, Sender, parse
from handlers.parser.report import as_json, explain
from tests.handlers.parser.words import GITHUNGURI, WORDS

_SENDERS = st.builds(
    Sender,
    home_place_id=st.sampled_from([None, GITHUNGURI, 999_999]),
    usual_commodity=st.sampled_from([None, "milk"]),
)
_WORDS = st.sampled_from(
    ["milk", "maziwa", "nakuru", "molo", "kale", "kasuku", "bale", "45", "-45", "40-45", "2.5k",
     "1/2", "90kg", "gunia", "ltr", "per", "kwa", "na", "and", "of", "ya", "bei", "price", "report",
     "stop", "acha", "join", "group", "name", "home", "lang", "every", "kila wiki", "mia", "elfu",
     "tano", "hundred", "ksh", "bob", "/=", "@", ",", ";", "?", "*", "-", ".", "was", "now",
     "total", "for", "between", "xyzzy", "0711000001", "*544#", "county", "🥛"]
)  # fmt: skip


def _read(text: str, sender: Sender) -> None:
    parsed = parse(text, WORDS, sender)
    assert isinstance(parsed, Parsed)
    assert isinstance(parsed.command, Command)
    assert 0 <= parsed.confidence <= 1
    as_json(parsed, WORDS)
    explain(text, WORDS, sender)


@given(st.text(), _SENDERS)
def test_any_text_at_all(text: str, sender: Sender) -> None:
    _read(text, sender)


@given(st.lists(_WORDS, max_size=30).map(" ".join), _SENDERS)
def test_our_words_in_any_order(text: str, sender: Sender) -> None:
    _read(text, sender)


@given(st.text(st.characters(categories=["Cc", "Cf", "So", "Mn", "Nd", "No"]), max_size=200))
def test_controls_emoji_and_odd_digits(text: str) -> None:
    _read(text, Sender())


@pytest.mark.parametrize(
    "piece",
    ["@", "1 ", "na ", "milk ", "nakuru molo ", "milk nakuru 45, ", "*", "1,", "a@", "-", "mia ",
     "9", "🥛", "\x00", "'", "1/", "/=", ". ", "milk 45 na ", "\u200b"],
)  # fmt: skip
def test_longest_texts_are_read_in_good_time(piece: str) -> None:
    text = (piece * LONGEST_TEXT)[:LONGEST_TEXT]
    began = perf_counter()
    parse(text, WORDS)
    assert perf_counter() - began < 2


def test_ten_thousand_characters() -> None:
    assert parse("milk nakuru 45 🥛\x00" * 600, WORDS).command.reason == "too_long"  # type: ignore[union-attr]

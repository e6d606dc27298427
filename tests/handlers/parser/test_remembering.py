"""Texts that many people send are read once for all of them, and nobody is taken for another."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.commands import Confirm, Item, Parsed, PriceQuery, PriceReport, Subscribe
from handlers.parser import LONGEST_REMEMBERED, MOST_REMEMBERED, Sender, parse
from handlers.parser.index import INDEXES
from handlers.parser.reading import read
from handlers.parser.sentence import Sentence
from prices.vocabulary import Vocabulary
from tests.handlers.parser.words import (
    GITHUNGURI,
    MAKUTANO_NAKURU,
    MAKUTANO_NYERI,
    MOLO,
    NAKURU,
    NYERI,
    WANJIKU_AT_HOME,
    WORDS,
)

SENDERS = st.builds(
    Sender,
    home_place_id=st.sampled_from([None, GITHUNGURI, NAKURU, NYERI, 999_999]),
    usual_commodity=st.sampled_from([None, "milk", "maize", "unobtainium"]),
    language=st.sampled_from([None, "en", "sw", "fr"]),
    awaits_answer=st.booleans(),
    keeps_book=st.booleans(),
    brings_milk=st.booleans(),
    has_receipt=st.booleans(),
    is_member=st.booleans(),
)
_WORDS = st.sampled_from(
    ["milk", "maziwa", "maize", "kale", "kasuku", "bale", "molo", "nakuru", "makutano", "kiambu",
     "county", "hola", "45", "1", "20", "kg", "bag", ",", "?", "@", "and", "na", "bei", "price",
     "report", "sub", "stop", "best", "trend", "alert", "sold", "home", "reg", "name", "join",
     "transport", "from", "to", "above", "yes", "no", "remove", "jane", "wholesale", "jumla",
     "every", "week", "statement", "order", "xyzzy", "milkk", "nakru", "lait"]
)  # fmt: skip
TEXTS = st.lists(_WORDS, max_size=5).map(" ".join)


@pytest.fixture
def words() -> Vocabulary:
    """Words that nobody has read a text with."""
    return unread()


def unread() -> Vocabulary:
    """The same; what is looked up in them is put together but once, and rests on no text."""
    words = replace(WORDS)
    words.beside[INDEXES] = WORDS.beside.setdefault(INDEXES, {})
    return words


@given(st.lists(st.tuples(TEXTS, SENDERS), min_size=1, max_size=2), st.lists(SENDERS, max_size=4))
@example([("milk makutano", Sender(home_place_id=NAKURU))], [Sender(home_place_id=NYERI)])
@example([("price 45", Sender())], [WANJIKU_AT_HOME])
@example([("kasuku", Sender())], [Sender(home_place_id=999_999)])
@example([("1", Sender())], [Sender(awaits_answer=True)])
@example([("remove jane", Sender())], [Sender(keeps_book=True)])
@example([("lait", Sender())], [Sender(language="fr")])
def test_what_others_wrote_before_makes_no_difference(
    turns: list[tuple[str, Sender]], others: list[Sender]
) -> None:
    used = unread()
    for text, sender in turns:
        for one in (*others, sender, *others):
            assert parse(text, used, one) == parse(text, unread(), one)


def test_the_same_words_are_read_once(words: Vocabulary, readings: list[str]) -> None:
    for home in (GITHUNGURI, NAKURU, NYERI, GITHUNGURI):
        asked = parse("bei ya maziwa", words, Sender(home_place_id=home)).command
        assert asked == PriceQuery((Item("milk", home),))
    assert readings == ["bei ya maziwa"]


def test_everybody_is_filled_in_for_themselves(words: Vocabulary) -> None:
    in_molo = Sender(home_place_id=MOLO, usual_commodity="maize")
    for sender in (WANJIKU_AT_HOME, in_molo, Sender(), WANJIKU_AT_HOME):
        home, usual = sender.home_place_id, sender.usual_commodity
        own = Item(usual, home)
        assert parse("subscribe", words, sender).command == Subscribe((own,))
        told = parse("maize 45", words, sender).command
        assert told == PriceReport((Item("maize", home, price=Decimal(45)),))
        # Said once in full and once in brief, it is one subscription.
        both = parse("subscribe milk githunguri, milk", words, sender).command
        assert both == Subscribe((Item("milk", GITHUNGURI),))


def test_a_namesake_is_that_of_whoever_writes(words: Vocabulary, readings: list[str]) -> None:
    for home, meant in ((NAKURU, MAKUTANO_NAKURU), (NYERI, MAKUTANO_NYERI)) * 2:
        found = parse("milk makutano", words, Sender(home_place_id=home)).command
        assert found == PriceQuery((Item("milk", meant),))
    assert len(readings) > len({NAKURU, NYERI})  # each time by their home


def test_an_answer_is_one_only_of_whoever_was_asked(words: Vocabulary) -> None:
    asked = replace(WANJIKU_AT_HOME, awaits_answer=True)
    for _ in range(2):
        assert parse("1", words, asked).command == Confirm(1)
        assert parse("1", words, WANJIKU_AT_HOME).command != Confirm(1)


def test_long_texts_are_forgotten_at_once(words: Vocabulary, readings: list[str]) -> None:
    long = "milk nakuru".ljust(LONGEST_REMEMBERED) + "?"
    for text in ("milk nakuru" + " please" * 6, long.replace("  ", " ,")):
        assert len(text) > LONGEST_REMEMBERED
        first, again = (parse(text, words, WANJIKU_AT_HOME) for _ in range(2))
        assert first == again
        assert readings[-2:] == [text, text]


def test_words_that_changed_are_read_anew(words: Vocabulary) -> None:
    assert parse("milk gatundu", words).command == PriceQuery(
        (Item("milk", unknown_words="gatundu"),)
    )
    renamed = replace(words, place_words={**words.place_words, "gatundu": (MOLO,)})
    assert parse("milk gatundu", renamed).command == PriceQuery((Item("milk", MOLO),))


def test_a_flood_of_texts_fills_no_memory(words: Vocabulary, readings: list[str]) -> None:
    for number in range(MOST_REMEMBERED):
        parse(f"milk {number}", words)
    parse("milk 0", words)
    assert len(readings) == MOST_REMEMBERED
    for text in ("one more", "milk 0"):  # it does not fit in: all are let go, and begin anew
        parse(text, words)
    assert readings[MOST_REMEMBERED:] == ["one more", "milk 0"]


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were really read."""
    texts: list[str] = []

    def note(sentence: Sentence) -> Parsed:
        texts.append(sentence.text)
        return read(sentence)

    monkeypatch.setattr("handlers.parser.read", note)
    return texts

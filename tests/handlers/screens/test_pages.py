"""A text longer than a screen is cut where it hurts least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.screens.pages import cut, packed, page_of
from handlers.screens.screen import fits
from messaging.phrases import languages


def test_between_sentences_where_that_leaves_half_a_page() -> None:
    first, second = "One " * 20 + "end.", "Two " * 20 + "end."
    assert cut(f"{first} {second}", "en") == [first, second]


def test_between_words_where_a_page_would_be_nearly_empty() -> None:
    pages = cut("KIRIMA 23 Nov. " + "Milk 46, " * 30, "en")
    assert pages[0].startswith("KIRIMA 23 Nov. Milk 46,")
    assert " ".join(pages).split() == ["KIRIMA", "23", "Nov.", *["Milk", "46,"] * 30]


def test_a_word_longer_than_a_page_is_parted() -> None:
    pages = cut("x" * 400, "en")
    assert "".join(pages) == "x" * 400
    assert len(pages) == 3


def test_nothing_has_no_pages() -> None:
    assert cut("", "en") == cut(" \n ", "en") == packed(["", ""], "en") == []


def test_paragraphs_stay_whole() -> None:
    short, long = "Dial again.", "To ask: " + "PRICE MILK " * 9
    assert packed([short, "", long, short], "en") == [f"{short}\n{long.strip()}\n{short}"]
    assert packed([short, long, long], "en") == [f"{short}\n{long.strip()}", long.strip()]


def test_a_page_beyond_the_last_is_the_last() -> None:
    assert page_of("en", ["a", "b"], 7, "").text == "b\n0 Back 00 Home"
    assert page_of("en", ["a", "b"], 0, "").text == "a\n9 More 0 Back"


@pytest.mark.parametrize("language", languages())
@given(text=st.text(st.sampled_from("ab .!?,\n€ሰ😀"), max_size=400))
def test_whatever_a_text_holds_every_page_fits_and_nothing_is_lost(
    language: str, text: str
) -> None:
    pages = cut(text, language)
    for number in range(len(pages)):
        assert fits(page_of(language, pages, number, "").text)
    letters = "".join(text.split())
    assert "".join("".join(pages).split()) == letters

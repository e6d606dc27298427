"""A screen is always whole and always within its budget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.screens.screen import BUDGET, UCS2_BUDGET, Line, closing, fit, fits, listing
from messaging.segments import to_gsm7


def test_all_lines_stay_where_there_is_room() -> None:
    lines = [Line("Milk"), Line(""), Line("47", rank=1), Line("0 Back")]
    assert fit(lambda _: lines) == "Milk\n47\n0 Back"


def test_the_least_important_line_goes_first() -> None:
    text = fit(
        lambda _: [Line("Milk"), Line("x" * 80, rank=1), Line("y" * 80, rank=2), Line("0 Back")]
    )
    assert text == "Milk\n" + "x" * 80 + "\n0 Back"


def test_a_line_gives_way_to_its_short_form() -> None:
    long = "Farm gate KES 47 " + "(45-49) " * 20
    assert fit(lambda _: [Line(long, rank=1, short="Farm gate KES 47"), Line("0 Back")]) == (
        "Farm gate KES 47\n0 Back"
    )


def test_what_must_be_told_stays_even_where_it_is_too_long() -> None:
    lines = [Line("x" * 100), Line("y" * 100), Line("z", rank=1), Line("0 Back")]
    assert fit(lambda _: lines) == "x" * 100 + "\n" + "y" * 100 + "\n0 Back"


def test_two_septet_letters_count_twice() -> None:
    assert fits("[" * (BUDGET // 2))
    assert not fits("[" * (BUDGET // 2 + 1))


def test_a_script_that_needs_more_than_gsm_7_has_less_room() -> None:
    assert fits("দ" * UCS2_BUDGET)
    assert not fits("দ" * (UCS2_BUDGET + 1))


def test_a_short_list_needs_no_more_key() -> None:
    screen = listing("en", "Which?", lambda _: ["Milk", "Maize"])
    assert (screen.text, screen.shown) == ("Which?\n1 Milk\n2 Maize\n0 Back", 2)


def test_a_long_list_has_pages() -> None:
    screen = listing("en", "Which?", lambda _: [f"Thing {letter}" for letter in "abcdefghij"])
    assert screen.text.endswith("7 Thing g\n9 More 0 Back")
    assert screen.shown == 7


def test_long_names_make_shorter_pages() -> None:
    screen = listing("en", "Which?", lambda _: ["Bukira centrl/Ikerege"] * 10)
    assert screen.shown == 5
    assert fits(screen.text)


def test_names_are_cut_before_a_page_holds_too_few() -> None:
    screen = listing("bn", "কোনটি?", lambda width: ["ন" * width] * 5)
    assert fits(screen.text)
    assert screen.shown == 3
    assert screen.text.startswith("কোনটি?\n1 ন")


def test_the_title_goes_before_a_page_holds_too_few() -> None:
    screen = listing("bn", "ক" * 40, lambda width: ["ন" * width] * 3)
    assert (screen.text.split("\n")[0], screen.shown) == ("1 " + "ন" * 16, 3)


def test_a_title_without_room_loses_its_later_sentences() -> None:
    counted = "Your vote for the Northern Union of Dairy Keepers and Maize Growers is counted."
    title = f"{counted} All have voted: the result comes to every member by text before tonight."
    screen = listing("en", title, lambda _: ["Treasurer"])
    assert (screen.text, screen.shown) == (f"{counted}\n1 Treasurer\n0 Back", 1)


@given(st.text("ab. ", max_size=300), st.lists(st.text("ab", min_size=1, max_size=22), max_size=9))
def test_no_title_is_too_long_for_its_list(title: str, names: list[str]) -> None:
    screen = listing("en", title, lambda _: names)
    assert fits(screen.text)
    assert screen.shown >= min(len(names), 1)


def test_a_key_of_its_own_stands_before_the_others() -> None:
    screen = listing("en", "Which?", lambda _: ["Milk"] * 9, back="Skip", other="Add")
    assert screen.text.endswith("\n8 Add 9 More 0 Skip")


def test_a_long_reply_ends_with_a_whole_sentence() -> None:
    reply = "Thank you. Milk Githunguri KES 45.50/L, farm gate. " + "Others say 44-46. " * 10
    screen = closing(reply.strip())
    assert screen.ends
    assert fits(screen.text)
    assert screen.text.endswith("Others say 44-46.")


def test_one_long_sentence_ends_with_a_whole_word() -> None:
    assert closing("47 " * 60).text == ("47 " * 52).strip()
    assert closing("[" * 400).text == "[" * 33


@given(st.text(max_size=60).map(lambda text: text * 8))
def test_no_reply_is_too_long_to_close_with(reply: str) -> None:
    closed = closing(reply).text
    assert fits(closed)
    assert bool(closed) == bool(to_gsm7(reply))


@pytest.mark.parametrize("language", ["en", "sw"])
@given(st.lists(st.text("abc[]", min_size=1, max_size=22), max_size=60))
def test_every_list_fits(language: str, names: list[str]) -> None:
    assert fits(listing(language, "Which product?", lambda _: names).text)


def test_names_are_cut_before_a_line_that_matters_goes() -> None:
    text = fit(lambda width: [Line("n" * width), Line("x" * 130), Line("0 Back")])
    assert text == "n" * 16 + "\n" + "x" * 130 + "\n0 Back"

"""A screen too long for one is shown in parts: where letters need more room than those of GSM-7."""

from dataclasses import replace

from handlers.screens.frames import (
    Amount,
    Details,
    LeaveGroup,
    NameEntry,
    Root,
    State,
    as_json,
    from_json,
)
from handlers.screens.pages import as_question, parted, with_notice
from handlers.screens.screen import fits
from handlers.screens.tree import draw, press
from tests.handlers.screens.account import KIRIMA, at, caller, shown
from tests.handlers.screens.fakes import NAKURU, VOCABULARY

PLACE = "ব্রাহ্মণবাড়িয়া"
WORDS = replace(
    VOCABULARY,
    places={**VOCABULARY.places, NAKURU: replace(VOCABULARY.places[NAKURU], name=PLACE)},
)
ON_THE_LINE = caller("en", WORDS, home_place_id=NAKURU, usual_commodity="milk", own_groups=[KIRIMA])
FIRST = "1 Name: ?\n2 Place: ব্রাহ্ম.\n3 Language: English\n9 More 0 Back"
SECOND = "4 Product: Milk\n5 Messages: on\n0 Back 00 Home"


def texts(state: State, *keys: str) -> list[str]:
    """The screens on the way."""
    screen, state = draw(state, ON_THE_LINE)
    seen = [screen.text]
    for key in keys:
        step = press(state, key, ON_THE_LINE)
        screen, state = draw(step.state, ON_THE_LINE, step.notice)
        seen.append(screen.text)
    return seen


def test_nine_turns_to_the_next_part_and_nought_back() -> None:
    assert texts(at(Details()), "9", "0", "9") == [FIRST, SECOND, FIRST, SECOND]


def test_a_part_more_than_there_is_is_not_on_the_list() -> None:
    *_, last = texts(at(Details()), "9", "9")
    assert last == "Not on the list. Press a number:\n9 More 0 Back"


def test_from_the_first_part_nought_goes_a_screen_back_and_from_each_two_lead_home() -> None:
    root = shown(State((Root(),)), ON_THE_LINE)
    assert texts(at(Details()), "0")[-1] == root
    assert texts(at(Details()), "9", "00")[-1] == root


def test_a_key_works_on_whichever_part_it_stands() -> None:
    for keys in (["1"], ["9", "1"]):
        assert texts(at(Details()), *keys)[-1] == "What is your name? Type it:\n0 Back 00 Home"


def test_what_was_said_stands_above_the_first_part_or_before_it() -> None:
    assert shown(at(Details()), ON_THE_LINE, "Ok.") == f"Ok.\n{FIRST}"
    assert shown(at(Details()), ON_THE_LINE, "Saved.") == "Saved.\n9 More 0 Back"
    _, state = draw(at(Details()), ON_THE_LINE, "Saved.")
    assert texts(press(state, "9", ON_THE_LINE).state)[-1] == FIRST
    assert press(state, "0", ON_THE_LINE).state.frame == Root()


def test_the_part_on_the_phone_is_kept_between_hops() -> None:
    _, first = draw(at(Details()), ON_THE_LINE)
    _, second = draw(press(first, "9", ON_THE_LINE).state, ON_THE_LINE)
    _, said = draw(first, ON_THE_LINE, "Saved.")
    assert [(state.part, state.parts) for state in (first, second, said)] == [
        (0, 2),
        (1, 2),
        (-1, 2),
    ]
    for state in (first, second, said):
        assert from_json(as_json(state), WORDS) == state


def test_a_screen_that_fits_has_no_parts() -> None:
    _, state = draw(at(LeaveGroup(KIRIMA.id)), ON_THE_LINE)
    assert "part" not in as_json(state)
    assert press(state, "9", ON_THE_LINE).notice == "Not on the list. Press a number:"


def test_where_something_is_typed_the_question_stays() -> None:
    frame = Amount("milk", NAKURU, unit="bag_90kg")
    for notice in ("", "That is no price we can read.", "x" * 60):
        screen, state = draw(at(frame), caller("en", WORDS), notice)
        assert "how many KES?" in screen.text
        assert fits(screen.text)
        assert state.parts == 1
    assert press(state, "9", ON_THE_LINE).command is not None  # a price


def test_a_question_goes_line_by_line_what_it_is_about_first() -> None:
    question = f"Wrong.\n{'দ' * 30}\n{'ধ' * 30}?\n0 Back"
    assert as_question(question, "Wrong.") == f"Wrong.\n{'ধ' * 30}?\n0 Back"
    assert as_question(f"{'দ' * 40}\n{'ধ' * 30}?\n0 Back", "") == f"{'ধ' * 30}?\n0 Back"
    assert as_question(f"{'ন' * 40}\n{'ধ' * 30}?\n0 Back", "ন" * 40) == f"{'ধ' * 30}?\n0 Back"
    assert shown(at(NameEntry()), ON_THE_LINE).startswith("What is your name?")


def test_a_line_too_long_for_a_part_is_cut_between_words() -> None:
    parts = parted(f"{'দুধ ' * 30}\n1 Yes\n0 Back", "en")
    assert len(parts) > 2
    assert all(map(fits, parts))
    assert parts[-1].endswith("1 Yes\n0 Back")
    assert " ".join(parts).count("দুধ") == 30


def test_a_notice_never_makes_a_part_too_long() -> None:
    first = f"{'দ' * 50}\n9 More 0 Back"
    for length in range(1, 53):
        part, text = with_notice("n" * length, first, "en")
        assert fits(text)
        assert part == (0 if fits(f"{'n' * length}\n{first}") else -1)

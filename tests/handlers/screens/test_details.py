"""Who I am, on the screens: seen, and changed one by one."""

import pytest

from handlers.commands import Register, Start, Stop
from handlers.screens.details import letters_of_name
from handlers.screens.frames import (
    Commodities,
    Details,
    Frame,
    Languages,
    NameEntry,
    Places,
    Purpose,
    StopAll,
)
from tests.handlers.screens.account import after, at, caller, pressed, shown
from tests.handlers.screens.fakes import GITHUNGURI

KNOWN = {"name": "Wanjiku Kamau", "home_place_id": GITHUNGURI, "usual_commodity": "milk"}


def test_everything_known_stands_behind_its_key() -> None:
    assert shown(at(Details()), caller(**KNOWN)) == (
        "My details\n1 Name: Wanjiku Kamau\n2 Place: Githunguri\n3 Language: English\n"
        "4 Product: Milk\n5 Messages: on\n0 Back 00 Home"
    )


def test_what_is_not_known_is_asked_for() -> None:
    assert shown(at(Details()), caller("sw", is_out=True)) == (
        "Taarifa zangu\n1 Jina: ?\n2 Mahali: ?\n3 Lugha: Kiswahili\n4 Bidhaa: ?\n"
        "5 Ujumbe: hapana\n0 Rudi 00 Mwanzo"
    )


def test_a_name_of_another_script_is_known_but_not_shown() -> None:
    """One letter of it would take half of the screen's room from all the others."""
    assert "\n1 Name: noted\n" in shown(at(Details()), caller(name="ሰላም ተስፋዬ"))


@pytest.mark.parametrize(
    ("key", "kind", "purpose"),
    [
        ("1", NameEntry, None),
        ("2", Places, Purpose.HOME),
        ("3", Languages, None),
        ("4", Commodities, Purpose.USUAL),
        ("5", StopAll, None),
    ],
)
def test_each_key_leads_to_what_it_names(
    key: str, kind: type[Frame], purpose: Purpose | None
) -> None:
    frame = pressed(at(Details()), key, caller(**KNOWN)).state.frame
    assert isinstance(frame, kind)
    assert getattr(frame, "purpose", None) == purpose


@pytest.mark.parametrize("key", ["", "6", "9", "x", "²", "1" * 1000])
def test_a_key_that_means_nothing_shows_the_details_again(key: str) -> None:
    assert after(at(Details()), key, caller()).startswith(
        "Not on the list. Press a number:\n1 Name: ?\n"
    )


def test_whatever_page_a_product_is_chosen_on_the_details_show_it() -> None:
    options = tuple(["milk", "maize"] * 8)
    state = at(Details(), Commodities(Purpose.USUAL, options))
    for _ in range(3):
        step = pressed(state, "1", caller())
        assert isinstance(step.command, Register)
        assert step.state.frame == Details()
        state = pressed(state, "9", caller()).state


# The name


def test_a_name_is_typed_and_the_details_show_it() -> None:
    on_the_line = caller(**KNOWN)
    state = pressed(at(Details()), "1", on_the_line).state
    assert shown(state, on_the_line) == (
        "Name: Wanjiku Kamau\nWhat is your name? Type it:\n0 Back 00 Home"
    )
    assert shown(at(NameEntry()), caller()) == "What is your name? Type it:\n0 Back 00 Home"
    step = pressed(state, "Jane Wambui", on_the_line)
    assert (step.command, step.ends) == (Register(name="Jane Wambui"), False)
    assert step.state.frame == Details()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("jane", "jane"),
        ("  Jane   Wambui ", "Jane Wambui"),
        ("Jane 2", "Jane"),
        ("*Jane*Wambui*", "Jane Wambui"),
        ("Ng’ang’a wa O'Brien", "Ng'ang'a wa O'Brien"),
        ("J. K. Njoroge-Otieno", "J. K. Njoroge-Otieno"),
        ("José Ñique", "José Ñique"),
        ("Jane 😀❤️", "Jane"),
        ("ሰላም ተስፋዬ", "ሰላም ተስፋዬ"),
        ("সাবিনা ইয়াসমিন", "সাবিনা ইয়াসমিন"),
        ("Rose Market Milk", "Rose Market Milk"),
        ("jina langu ni Jane Wambui", "Jane Wambui"),
        ("my name is Jane", "Jane"),
    ],
)
def test_names_are_cleaned_as_in_a_text(typed: str, name: str) -> None:
    assert pressed(at(NameEntry()), typed, caller()).command == Register(name=name)


@pytest.mark.parametrize("typed", ["", "1", "12345", "😀😀", "!?*#", "- . '", "٣٤", "\u200b"])
def test_what_holds_no_letter_is_no_name(typed: str) -> None:
    assert letters_of_name(typed) is None
    step = pressed(at(NameEntry()), typed, caller())
    assert (step.command, step.state.frame) == (None, NameEntry())
    assert shown(step.state, caller(), step.notice) == (
        "Please use letters.\nWhat is your name? Type it:\n0 Back 00 Home"
    )


# Messages


def test_stopping_is_asked_about_first() -> None:
    assert shown(at(StopAll()), caller()) == (
        "Stop all messages from Bei?\nYou can still dial and ask.\n1 Yes, stop all\n0 Back 00 Home"
    )
    step = pressed(at(StopAll()), "1", caller())
    assert (step.command, step.ends) == (Stop(), True)


def test_who_stopped_may_come_back() -> None:
    out = caller(is_out=True)
    assert shown(at(StopAll()), out) == (
        "You stopped all messages from Bei.\n2 Get messages again\n0 Back 00 Home"
    )
    step = pressed(at(StopAll()), "2", out)
    assert (step.command, step.ends) == (Start(), True)


def test_stopping_twice_signs_nobody_up_again() -> None:
    """*384*123*6*5*1# dialled twice, or STOP by text while the question was open."""
    assert pressed(at(StopAll()), "1", caller(is_out=True)).command is None
    assert pressed(at(StopAll()), "2", caller()).command is None

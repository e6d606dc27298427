"""One's own milk, as it is heard: what was brought, on how many days, and what it comes to."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handlers.commands import Statement
from handlers.screens.book_facts import Lacks, OwnMilk
from handlers.screens.book_frames import BookDeed, BookLitres, BookMenu, MyMilk, OwnLitres
from handlers.screens.caller import Caller
from handlers.screens.frames import Frame, GroupAbout, GroupView, Root, State
from handlers.screens.spoken import draw, has_voice, press
from handlers.screens.tree import Step
from messaging.phrases import languages
from tests.handlers.screens.account import KIRIMA, caller
from tests.handlers.screens.book import WrittenBook

OWN = OwnMilk(date(2026, 11, 16), date(2026, 11, 24), Decimal("188.5"), 9, Decimal("7376.75"))
KEYS = "To get it by SMS press two. To hear it again press nine. To go back press zero."


def of(own: OwnMilk | None, language: str = "en") -> Caller:
    """A member of KIRIMA who brought that."""
    return caller(language, own_groups=[KIRIMA], books={1: WrittenBook(mine=own)})


def heard(frame: Frame, on_the_line: Caller) -> str:
    return draw(State((Root(), frame)), on_the_line)[0].text


def pressed(frame: Frame, key: str, on_the_line: Caller) -> Step:
    return press(draw(State((Root(), frame)), on_the_line)[1], key, on_the_line)


def test_a_member_hears_what_she_brought_and_what_it_comes_to() -> None:
    assert heard(MyMilk(1), of(OWN)) == (
        "From the sixteenth of November to the twenty-fourth of November you brought one hundred "
        "and eighty-eight point five litres, on nine days. So far seven thousand three hundred and "
        f"seventy-six shillings and seventy-five cents. {KEYS}"
    )
    said = heard(MyMilk(1), of(OWN, "sw"))
    assert said.startswith("Kuanzia tarehe kumi na sita Novemba hadi tarehe ishirini na nne")
    assert "shilingi elfu saba mia tatu sabini na sita na senti sabini na tano" in said


def test_the_sum_is_exact_to_the_cent() -> None:
    exact = replace(OWN, total=Decimal("12345.05"))
    assert "twelve thousand three hundred and forty-five shillings and five cents" in heard(
        MyMilk(1), of(exact)
    )


def test_what_was_paid_is_not_due_any_more() -> None:
    paid = replace(OWN, total=Decimal(0), pay_on=date(2026, 11, 30), paid=Decimal(450))
    said = heard(MyMilk(1), of(paid))
    assert "Paid in full: four hundred and fifty shillings." in said
    assert "To pay" not in said


def test_of_a_period_that_is_over_the_day_of_pay_is_heard() -> None:
    over = replace(OWN, pay_on=date(2026, 11, 30), later=Decimal(24))
    assert "seventy-five cents by the thirtieth of November." in heard(MyMilk(1), of(over))
    assert "Since then you brought twenty-four litres." in heard(MyMilk(1), of(over))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (replace(OWN, total=Decimal(-50)), "You owe fifty shillings."),
        (replace(OWN, total=None, lacks=Lacks.SALE), "No sale is written yet, so there is no"),
        (replace(OWN, total=None, lacks=Lacks.SCHEME), "The group has not said yet how it pays."),
        (replace(OWN, litres=Decimal(0), days=0, total=None), "you brought no milk."),
    ],
)
def test_what_is_owed_and_what_is_missing_is_said(own: OwnMilk, said: str) -> None:
    assert said in heard(MyMilk(1), of(own))


def test_the_group_says_its_bulletin_and_the_ways_on() -> None:
    assert heard(GroupView(1), of(OWN)) == (
        "There is no bulletin of Kirima Dairy Group yet. For your milk press two. For meetings and "
        "elections press four. To hear it again press nine. To go back press zero."
    )
    assert pressed(GroupView(1), "2", of(OWN)).state.frame == MyMilk(1)
    assert pressed(GroupView(1), "9", of(OWN)).state.frame == GroupView(1)


@pytest.mark.parametrize("key", ["3", "7", "8", "12", "x", ""])
def test_what_is_written_or_typed_has_no_voice(key: str) -> None:
    officer = caller(own_groups=[replace(KIRIMA, is_officer=True)], books={1: WrittenBook()})
    step = pressed(GroupView(1), key, officer)
    assert (step.command, step.state.frame) == (None, GroupView(1))
    for frame in (BookMenu(1), BookLitres(1, BookDeed.MILK), OwnLitres(1), GroupAbout(1)):
        assert not has_voice(frame)


def test_it_comes_by_text_too_and_the_other_keys_of_the_screen_lead_nowhere() -> None:
    step = pressed(MyMilk(1), "2", of(OWN))
    assert (step.command, step.by_text) == (Statement(group="KIRIMA"), True)
    for key in ("1", "3", "4", "5"):
        assert pressed(MyMilk(1), key, of(OWN)).command is None
        assert pressed(MyMilk(1), key, of(OWN)).state.frame == MyMilk(1)
    assert pressed(MyMilk(1), "9", of(OWN)).state.frame == MyMilk(1)


def test_who_left_hears_that_alone() -> None:
    assert heard(MyMilk(1), caller()).startswith("You are not in this group any more.")
    assert "For your milk" not in heard(GroupView(1), caller())


@pytest.mark.parametrize("language", languages())
def test_no_figure_is_left_in_languages_whose_numbers_are_words(language: str) -> None:
    said = heard(MyMilk(1), of(replace(OWN, later=Decimal("12.5")), language))
    if language in {"en", "sw"}:
        assert not any(letter.isdigit() for letter in said), said
    assert said.strip()

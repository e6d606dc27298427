"""The milk book's words: for those who keep one, and for everybody's own account."""

from dataclasses import replace
from decimal import Decimal

import pytest

from groups.book_kinds import Reason
from handlers.commands import (
    Balance,
    Confirm,
    Delivery,
    LossRecord,
    MilkRecord,
    Statement,
    Unknown,
)
from tests.handlers.parser.words import STRANGER, WANJIKU_AT_HOME, read

COLLECTOR = replace(WANJIKU_AT_HOME, keeps_book=True)
ASKED = replace(WANJIKU_AT_HOME, awaits_answer=True)


def test_collector_names_a_member_and_what_she_brought() -> None:
    jane = Delivery("JANE", Decimal(12), grade="A")
    assert read("MILK JANE 12 A", COLLECTOR) == MilkRecord((jane,))
    assert read("RECORD JANE 12 A") == MilkRecord((jane,))


def test_several_members_in_one_text() -> None:
    assert read("MILK Jane 12, Hosea 8.5 B", COLLECTOR) == MilkRecord(
        (Delivery("Jane", Decimal(12)), Delivery("Hosea", Decimal("8.5"), grade="B"))
    )


def test_only_a_collector_writes_in_the_book() -> None:
    assert not isinstance(read("MILK JANE 12 A"), MilkRecord)


@pytest.mark.parametrize("text", ["MILK JANE", "MILK JANE 12 HOSEA", "MILK 12 JANE"])
def test_number_without_a_name_is_no_entry(text: str) -> None:
    assert not isinstance(read(text, COLLECTOR), MilkRecord)


def test_losses() -> None:
    command = read("LOSS 5 SOUR", WANJIKU_AT_HOME)
    assert isinstance(command, LossRecord)
    assert command.reason is Reason.SOUR
    assert command.item.quantity == 5
    spilt = read("SPILT 3 LITRES", WANJIKU_AT_HOME)
    assert isinstance(spilt, LossRecord)
    assert (spilt.reason, spilt.item.quantity) == (Reason.SPILT, Decimal(3))


@pytest.mark.parametrize("text", ["STATEMENT", "statement please"])
def test_statement(text: str) -> None:
    assert read(text) == Statement()


@pytest.mark.parametrize("text", ["BALANCE", "salio"])
def test_balance(text: str) -> None:
    assert read(text) == Balance()


@pytest.mark.parametrize(
    "text",
    [
        "Your account statement for October is ready, KES 1,200.00",
        "Your balance is KES 12.40",
        "the loss of 5 cows hurt us in nakuru",
    ],
)
def test_banks_and_stories_are_none_of_these(text: str) -> None:
    assert read(text, STRANGER) == Unknown()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1", Confirm(1)),
        (" 2 ", Confirm(2)),
        ("3.", Confirm(3)),
        ("moja", Confirm(1)),
        ("YES", Confirm(1, is_word=True)),
        ("ndiyo", Confirm(1, is_word=True)),
        ("NO", Confirm(0, is_word=True)),
        ("hapana", Confirm(0, is_word=True)),
    ],
)
def test_answers_where_we_asked(text: str, answer: Confirm) -> None:
    assert read(text, ASKED) == answer


@pytest.mark.parametrize("text", ["1", "moja", "YES", "hapana", "45"])
def test_answers_nobody_asked_for(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Unknown()


def test_larger_number_is_no_choice() -> None:
    assert read("45", ASKED) == Unknown()

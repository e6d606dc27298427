"""The strict form of the milk book: read of officers and of who brings milk, of nobody else."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.book_kinds import Milking, Reason
from handlers.commands import (
    BulkSale,
    BuyerPaid,
    Command,
    Correction,
    DaySaid,
    Delivery,
    Dispute,
    Item,
    LossRecord,
    MilkRecord,
    OwnRecord,
    RejectRecord,
)
from handlers.parser import parse
from handlers.parser.sentence import Sender
from prices.kinds import Buyer
from tests.handlers.parser.words import WANJIKU_AT_HOME, WORDS, read

OFFICER = replace(WANJIKU_AT_HOME, keeps_book=True, book_names=frozenset({"jane", "molo", "rose"}))
MEMBER = replace(WANJIKU_AT_HOME, brings_milk=True, has_receipt=True)
_BOOK = (
    MilkRecord, RejectRecord, LossRecord, Correction, BulkSale, BuyerPaid, OwnRecord, Dispute,
)  # fmt: skip


def jane(litres: str, **more: object) -> Delivery:
    return Delivery("JANE", Decimal(litres), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("MILK JANE 12", MilkRecord((jane("12"),))),
        ("MILK JANE 12A", MilkRecord((jane("12", grade="A"),))),
        ("MILK JANE 12 L A", MilkRecord((jane("12", unit="litre", grade="A"),))),
        ("MILK JANE 12.5kg", MilkRecord((jane("12.5", unit="kg"),))),
        ("MILK JANE 12,5", MilkRecord((jane("12.5"),))),
        ("MILK JANE 1,200", MilkRecord((jane("1200"),))),
        ("MILK JANE 12 grade B D28", MilkRecord((jane("12", grade="B/D28"),))),
        ("MILK JANE 12 A F3.8", MilkRecord((jane("12", grade="A/F3.8"),))),
        ("MILK MORNING JANE 12", MilkRecord((jane("12", milking=Milking.MORNING),))),
        ("maziwa JANE lita 12 jioni", None),  # the measure comes behind its figure
        ("maziwa JANE 12 jioni", MilkRecord((jane("12", milking=Milking.EVENING),))),
        ("leche JANE 12 ayer", MilkRecord((jane("12"),), DaySaid(-1))),
        ("MILK JANE 12 3/11", MilkRecord((jane("12"),), DaySaid(0, 3, 11))),
        ("MILK JANE 12 3/11/26", MilkRecord((jane("12"),), DaySaid(0, 3, 11, 2026))),
        ("MILK #7 12", MilkRecord((Delivery("#7", Decimal(12)),))),
        ("MILK MOLO 12", MilkRecord((Delivery("MOLO", Decimal(12)),))),  # she is called so
        ("REJECT JANE 5 SOUR", RejectRecord(jane("5"), Reason.SOUR)),
        ("reject JANE 5 alcohol test", RejectRecord(jane("5"), Reason.ALCOHOL)),
        ("LOSS 5 SOUR", LossRecord(Item("milk", quantity=Decimal(5)), Reason.SOUR)),
        ("SPILL 3", LossRecord(Item("milk", quantity=Decimal(3)), Reason.SPILT)),
        ("CORRECT 123 14", Correction(123, Decimal(14))),
        ("SAHIHISHA #123 14.5", Correction(123, Decimal("14.5"))),
        ("VOID 123", Correction(123, None)),
        (
            "SOLD 180 KCC 46",
            BulkSale(Decimal(180), "KCC", Decimal(46), buyer_kind=Buyer.PROCESSOR),
        ),
        (
            "SOLD 180 L TO mama mboga AT 46, TOOK 175",
            BulkSale(Decimal(180), "mama mboga", Decimal(46), unit="litre", accepted=Decimal(175)),
        ),
        ("PAID KCC 8,280", BuyerPaid("KCC", Decimal(8280))),
    ],
)
def test_officers_texts(text: str, command: Command | None) -> None:
    said = read(text, OFFICER)
    if command is None:
        assert not isinstance(said, _BOOK)
    else:
        assert said == command


@pytest.mark.parametrize(
    "text",
    [
        "MILK NAKURU 45",
        "MILK 45",
        "MILK PRICE",
        "MILK JANE",
        "MILK JANE 12 HOSEA",
        "MILK JANE 12 KES",
        "price milk nakuru",
        "SOLD MILK 45",
        "SOLD MAIZE 2 KCC 46",
        "CORRECT 1.5 14",
        "CORRECT 123",
        "VOID JANE",
        "VOID 99999999999",
        "PAID 500",
        "MILK JANE 12 😀",
    ],
)
def test_what_is_of_no_such_form_is_read_as_everybodys(text: str) -> None:
    assert not isinstance(read(text, OFFICER), _BOOK)
    assert parse(text, WORDS, OFFICER).command == parse(text, WORDS, WANJIKU_AT_HOME).command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("MILK 12", OwnRecord(Delivery("", Decimal(12)))),
        ("maziwa 12 asubuhi", OwnRecord(Delivery("", Decimal(12), milking=Milking.MORNING))),
        ("MILK 12 L A", OwnRecord(Delivery("", Decimal(12), "litre", "A"))),
        ("NO", Dispute()),
        ("hapana 10", Dispute(Decimal(10))),
        ("No, it was 10.5 litres", Dispute(Decimal("10.5"), "litre")),
    ],
)
def test_members_texts(text: str, command: Command) -> None:
    assert read(text, MEMBER) == command
    assert read(text, WANJIKU_AT_HOME) != command


def test_no_answers_the_question_that_is_open() -> None:
    assert not isinstance(read("NO", replace(MEMBER, awaits_answer=True)), Dispute)


@pytest.mark.parametrize("text", ["MILK JANE 12", "CORRECT 1 2", "PAID KCC 100", "SOLD 1 KCC 4"])
def test_nobody_else_is_read_so(text: str) -> None:
    for sender in (MEMBER, WANJIKU_AT_HOME):
        assert not isinstance(read(text, sender), _BOOK)


@given(st.text(max_size=60), st.booleans(), st.booleans())
def test_any_text_is_a_command(text: str, keeps_book: bool, brings_milk: bool) -> None:
    sender = Sender(keeps_book=keeps_book, brings_milk=brings_milk, has_receipt=brings_milk)
    parse(f"MILK {text}", WORDS, sender)
    parse(text, WORDS, sender)

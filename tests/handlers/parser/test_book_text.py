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
    MembersPaid,
    MilkRecord,
    OwnRecord,
    RejectRecord,
)
from handlers.parser import parse
from handlers.parser.sentence import Sender
from prices.kinds import Buyer
from tests.handlers.parser.words import WANJIKU_AT_HOME, WORDS, read

NAMES = frozenset({"jane", "molo", "rose", "#1", "#2", "#7", "#20"})
OFFICER = replace(WANJIKU_AT_HOME, keeps_book=True, book_names=NAMES)
MEMBER = replace(WANJIKU_AT_HOME, brings_milk=True, has_receipt=True)
_BOOK = (
    MilkRecord, RejectRecord, LossRecord, Correction, BulkSale, BuyerPaid, MembersPaid, OwnRecord,
    Dispute,
)  # fmt: skip


def numbered(number: int, litres: str, **more: object) -> Delivery:
    return Delivery(f"#{number}", Decimal(litres), **more)  # type: ignore[arg-type]


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
        ("PAID JANE 500", BuyerPaid("JANE", Decimal(500))),
        ("PAID MOLO 500", BuyerPaid("MOLO", Decimal(500))),  # she is called so
        ("PAID #7 500", MembersPaid("#7", Decimal(500))),
        ("PAID 7 500", MembersPaid("#7", Decimal(500))),
        ("PAID ALL", MembersPaid()),
        ("lipa wote", MembersPaid()),
        ("PAID ALL YESTERDAY", MembersPaid(day=DaySaid(-1))),
        ("MILK 2 6.5, 1 8", MilkRecord((numbered(2, "6.5"), numbered(1, "8")))),
        ("MILK 2 6.5", MilkRecord((numbered(2, "6.5"),))),
        (
            "MILK JANE 12 B, 7 8 A evening",
            MilkRecord(
                (
                    jane("12", grade="B", milking=Milking.EVENING),
                    numbered(7, "8", grade="A", milking=Milking.EVENING),
                )
            ),
        ),
        ("REJECT 7 5 SOUR", RejectRecord(numbered(7, "5"), Reason.SOUR)),
    ],
)
def test_officers_texts(text: str, command: Command | None) -> None:
    said = read(text, OFFICER)
    if command is None:
        assert not isinstance(said, _BOOK)
    else:
        assert said == command


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        ("MILK JANE 12 MON", 0),
        ("MILK JANE 12 monday", 0),
        ("MILK TUESDAY JANE 12", 1),
        ("maziwa JANE 12 jumatano", 2),
        ("maziwa JANE 12 alhamisi", 3),
        ("leche JANE 12 el viernes", None),  # an article is no part of the form
        ("leche JANE 12 viernes", 4),
        ("leche JANE 12 sábado", 5),
        ("leche JANE 12 sabado", 5),
        ("lait JANE 12 dimanche", 6),
        ("lait JANE 12 dim", 6),
    ],
)
def test_a_day_of_the_week(text: str, weekday: int | None) -> None:
    said = read(text, OFFICER)
    if weekday is None:
        assert not isinstance(said, _BOOK)
    else:
        assert said == MilkRecord((jane("12"),), DaySaid(weekday=weekday))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("REJECT JANE 5 SOUR MON", RejectRecord(jane("5"), Reason.SOUR, DaySaid(weekday=0))),
        (
            "LOSS 5 SOUR FRI",
            LossRecord(Item("milk", quantity=Decimal(5)), Reason.SOUR, DaySaid(weekday=4)),
        ),
        ("PAID KCC 100 SAT", BuyerPaid("KCC", Decimal(100), DaySaid(weekday=5))),
        ("maziwa JANE 12 juzi", MilkRecord((jane("12"),), DaySaid(-2))),
        ("lait JANE 12 avant-hier", MilkRecord((jane("12"),), DaySaid(-2))),
        # Sam and Dom are people too.
        ("MILK SAM 12", MilkRecord((Delivery("SAM", Decimal(12)),))),
        ("MILK JANE 12, DOM 8", MilkRecord((jane("12"), Delivery("DOM", Decimal(8))))),
    ],
)
def test_days_of_other_lines_and_people_called_as_days(text: str, command: Command) -> None:
    assert read(text, OFFICER) == command


def test_a_member_called_monday_is_no_day() -> None:
    officer = replace(OFFICER, book_names=frozenset({"monday"}))
    assert read("MILK MONDAY 12", officer) == MilkRecord((Delivery("MONDAY", Decimal(12)),))


@pytest.mark.parametrize(
    ("text", "delivery"),
    [
        ("MILK JANE 12 AT 45", {"price": Decimal(45)}),
        ("MILK JANE 12 @45.50", {"price": Decimal("45.50")}),
        ("MILK JANE 12 A AT KES 45", {"grade": "A", "price": Decimal(45)}),
        ("MILK JANE 12 A @ 45/=", {"grade": "A", "price": Decimal(45)}),
        (
            "MILK JANE 12 L AT 45 KES PER LITRE",
            {"unit": "litre", "price": Decimal(45), "price_unit": "litre"},
        ),
        ("MILK JANE 12 KG AT 45 PER KG", {"unit": "kg", "price": Decimal(45), "price_unit": "kg"}),
        ("maziwa JANE 12 kwa 45", {"price": Decimal(45)}),
        ("leche JANE 12 a 1.45", {"price": Decimal("1.45")}),
        ("lait JANE 12 à 300", {"price": Decimal(300)}),
        ("leche JANE 12 A", {"grade": "A"}),
        ("MILK JANE 12 AT 45 YESTERDAY", {"price": Decimal(45)}),
    ],
)  # fmt: skip
def test_milk_with_a_price(text: str, delivery: dict[str, object]) -> None:
    said = read(text, OFFICER)
    assert isinstance(said, MilkRecord)
    assert said.deliveries == (jane("12", **delivery),)


def test_each_of_several_has_a_price_of_its_own() -> None:
    assert read("MILK JANE 12 AT 45, ROSE 8 AT 46, #7 5", OFFICER) == MilkRecord(
        (
            jane("12", price=Decimal(45)),
            Delivery("ROSE", Decimal(8), price=Decimal(46)),
            numbered(7, "5"),
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        "MILK 20 45 60",  # no pairs
        "MILK 3 6.5",  # nobody has that number
        "MILK 2.0 L 45",
        "MILK 7 L 45",
        "MILK AT 45",
        "MILK JANE AT 45",
        "MILK 12 AT 45",
        "MILK JANE 12 AT 45 AT 46",
        "PAID ALL 500",
        "PAID 7",
        "REJECT JANE 5 AT 45",
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
        ("MILK 12 LUNES", OwnRecord(Delivery("", Decimal(12)), DaySaid(weekday=0))),
    ],
)
def test_members_texts(text: str, command: Command) -> None:
    assert read(text, MEMBER) == command
    assert read(text, WANJIKU_AT_HOME) != command


def test_no_is_heard_when_the_receipt_is_old() -> None:
    assert read("NO 10", replace(MEMBER, has_receipt=False)) == Dispute(Decimal(10))


def test_a_price_of_a_member_stays_a_price() -> None:
    assert not isinstance(read("MILK 12 AT 45", MEMBER), _BOOK)


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

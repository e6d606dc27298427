"""What a milk book says of 90 days, read in a few sums."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from db.session import Database
from groups.book_kinds import EntryKind, Milking, Reason
from groups.book_lines import Line
from groups.mode import Need, Record, standing
from groups.progress import progress_of
from tests.groups.milk_books import Dairy, kirima_dairy, write
from tests.groups.milk_days import FIRST, line
from tests.prices.stories import kenya, report_price

# The book is read from 2 September to 30 November.
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
MORNING, EVENING = Milking.MORNING, Milking.EVENING
SOUR = Reason.SOUR


def on(day: date) -> int:
    """A day as lines of a story are numbered."""
    return (day - FIRST).days + 1


def a_day(dairy: Dairy, day: int, buyer: str = "KCC", **sale: object) -> list[Line]:
    """60 litres of Kamau, 40 of Wanjiku, sold at 46."""
    price = {"price_per_litre": Decimal(46), "buyer": buyer, **sale}
    return [
        line(EntryKind.DELIVERY, day, 60, member_id=dairy.kamau, milking=MORNING, grade="A"),
        line(EntryKind.DELIVERY, day, 40, member_id=dairy.wanjiku, milking=EVENING),
        line(EntryKind.SALE, day, 100, **price),
    ]


def read(session: Session, dairy: Dairy) -> Record:
    return progress_of(session, kenya(session), dairy.group, NOW)


def test_a_book_of_ninety_days(database: Database) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, NOW)
        first = on(date(2026, 9, 2))
        lines = [one for n in range(90) for one in a_day(dairy, first + n)]
        # Before the first day, and today: neither is looked at.
        lines += [*a_day(dairy, first - 1, buyer="Brookside"), *a_day(dairy, first + 90)]
        lines += [
            line(EntryKind.REJECT, 1, 90, member_id=dairy.kamau, reason=SOUR),
            line(EntryKind.LOSS, 2, 10, reason=SOUR),
            line(EntryKind.PAID, 3, None, amount=Decimal(9000), buyer="KCC"),
            line(EntryKind.PAID, 3, None, amount=Decimal(500), member_id=dairy.kamau),
            line(EntryKind.CHARGE, 4, None, amount=Decimal(1200), member_id=dairy.kamau),
        ]
        write(session, dairy, lines, NOW)
        record = read(session, dairy)
        assert record == Record(
            days=90, days_written=90, members=6, members_bringing=2, litres=Decimal(9000),
            litres_by_milking=Decimal(9000), graded=Decimal(5400), rejected=Decimal(90),
            lost=Decimal(10), sold=Decimal(9000), sold_with_price=Decimal(9000),
            worth=Decimal(414000), paid=Decimal(9000), charges=1, buyers=1, months_of_steadiest=3,
            sale_days=90, sale_days_even=89, litres_last_month=Decimal(3000),
            litres_month_before=Decimal(3000), price=Decimal(46),
        )  # fmt: skip
        # Four of six members have no cow.
        assert standing(record).missing == (Need.MILK_MAP,)


def test_corrections_and_what_the_buyer_took(database: Database) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, NOW)
        delivery, _, sale = write(session, dairy, a_day(dairy, 10), NOW)
        fewer = line(
            EntryKind.DELIVERY, 10, 50, member_id=dairy.kamau, milking=MORNING,
            corrects_id=delivery.id,
        )  # fmt: skip
        took = line(
            EntryKind.SALE, 10, 100, accepted_litres=Decimal(90), price_per_litre=Decimal(50),
            corrects_id=sale.id,
        )  # fmt: skip
        write(session, dairy, [fewer, took], NOW)
        record = read(session, dairy)
        assert [record.litres, record.sold, record.worth, record.price] == [90, 90, 4500, 50]
        assert (record.buyers, record.months_of_steadiest) == (0, 0)


def test_buyers_by_name_however_it_is_written(database: Database) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, NOW)
        for day, buyer in ((1, "KCC"), (2, "kcc"), (3, "Brookside")):
            write(session, dairy, a_day(dairy, day, buyer=buyer), NOW)
        assert read(session, dairy).buyers == 2


def test_prices_where_the_group_is(database: Database) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, NOW)
        vocabulary = kenya(session)
        for number in range(4):
            at = NOW - timedelta(hours=number + 1)
            who = f"+2547110010{number:02d}"
            report_price(session, vocabulary, who, "milk", "Githunguri", 48, at)
            report_price(session, vocabulary, who, "dairy_meal", "Githunguri", 2944, at)
        write(session, dairy, a_day(dairy, 10), NOW)
        record = read(session, dairy)
        assert record.market_price is not None
        assert round(record.market_price) == 48
        assert record.litres_for_feed is not None
        assert round(record.litres_for_feed) == 64


def test_nothing_is_written_yet(database: Database) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, NOW)
        record = read(session, dairy)
        assert record.litres == 0
        assert record.price is record.market_price is None
        assert standing(record).next is Need.RECORDS

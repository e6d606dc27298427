"""A dairy group with a month of sales to two buyers, and people who tell prices around it."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from groups.book_kinds import EntryKind, Milking, Reason
from groups.book_lines import Line
from prices.kinds import Buyer
from tests.groups.milk_books import Dairy, at, kirima_dairy, write
from tests.groups.milk_days import FIRST, line
from tests.handlers.keywords.talking import Talk
from tests.prices.stories import report_price

MORNING, EVENING = Milking.MORNING, Milking.EVENING
PAID_AFTER = {"KCC": 14, "Brookside": 7}
PRICES = {"KCC": 44, "Brookside": 46}
KINDS = {"KCC": Buyer.PROCESSOR, "Brookside": Buyer.PROCESSOR}
# Reporters of the neighbourhood; none of them is in the group.
NEIGHBOURS = tuple(f"+2547110020{number:02d}" for number in range(6))


def selling_group(talk: Talk, code: str = "KIRIMA") -> Dairy:
    """KIRIMA at Githunguri on 24 November, before anything is written."""
    talk.now = at(talk.now, 24)
    return kirima_dairy(talk.session, talk.now, code)


def a_month(dairy: Dairy, buyers: Iterable[str] = ("KCC", "KCC", "Brookside")) -> list[Line]:
    """From 25 October on 120 to 123 litres a day, two days in three to KCC, the third to Brookside.

    KCC leaves two litres of each can and pays after a fortnight, Brookside after a week.
    """
    order = tuple(buyers)
    lines = []
    for number, day in enumerate(range(-6, 24)):
        buyer, more = order[number % len(order)], number % 4
        lines += [
            line(EntryKind.DELIVERY, day, 70, member_id=dairy.kamau, milking=MORNING),
            line(EntryKind.DELIVERY, day, 50 + more, member_id=dairy.wanjiku, milking=EVENING),
            sale(day, buyer, 120, 2 if buyer == "KCC" else 0),
        ]
    lines.append(line(EntryKind.REJECT, 5, 40, member_id=dairy.kamau, reason=Reason.SOUR))
    return lines


def sale(day: int, buyer: str, litres: int, refused: int = 0, price: int | None = None) -> Line:
    """The bulk of a day."""
    paid = Decimal(price or PRICES[buyer])
    return line(
        EntryKind.SALE, day, litres, accepted_litres=Decimal(litres - refused), buyer=buyer,
        buyer_kind=KINDS.get(buyer), price_per_litre=paid, amount=paid * (litres - refused),
        currency="KES",
    )  # fmt: skip


def sells(talk: Talk, dairy: Dairy, lines: Iterable[Line]) -> None:
    """Write it all, and what the buyers paid as long after each sale as they take."""
    written = write(talk.session, dairy, lines, talk.now)
    sales = [one for one in written if one.kind is EntryKind.SALE]
    payments = [
        line(
            EntryKind.PAID, on(one.day) + after, None, amount=one.amount, currency="KES",
            buyer=one.buyer, of_line_id=one.id,
        )
        for one in sales
        if one.day + timedelta(days=(after := PAID_AFTER[one.buyer or ""])) <= talk.now.date()
    ]  # fmt: skip
    write(talk.session, dairy, payments, talk.now)


def on(day: date) -> int:
    """A day as lines of a story are numbered."""
    return (day - FIRST).days + 1


def tells(talk: Talk, commodity: str, place: str, *prices: int, **more: object) -> None:
    """Each neighbour tells one price, this morning."""
    for number, price in enumerate(prices):
        when = talk.now - timedelta(hours=number + 1)
        who = NEIGHBOURS[number]
        report_price(talk.session, talk.vocabulary, who, commodity, place, price, when, **more)

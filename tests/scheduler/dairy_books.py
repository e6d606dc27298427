"""KIRIMA with a milk book, as stories of its bulletin read it on Monday 23 November at seven."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from groups.adopting import adopt, propose
from groups.book import open_book
from groups.book_kinds import EntryKind, Milking, Reason
from groups.book_lines import Line
from groups.book_models import BookLine
from groups.bulletin_facts import group_figures
from groups.bulletin_figures import GroupFigures
from groups.members import add_member
from groups.models import Form, GroupMember
from groups.schemes import BuyerTerms, Scheme
from scheduler.drafts import draft
from tests.groups.milk_books import Dairy, kirima_dairy
from tests.prices.stories import kenya
from tests.scheduler.stories import MONDAY, WEEK, milk_reports

TODAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)
ALL, LONG_AGO = 90, 120


def ago(days: int) -> date:
    """So many days before that Monday."""
    return TODAY - timedelta(days=days)


def line(kind: EntryKind, day: date, litres: float | str | None = None, **more: Any) -> Line:
    """One line of the book."""
    exact = None if litres is None else Decimal(str(litres))
    return Line(
        kind=kind, day=day, written_by=1, source_key="story", raw_text="", litres=exact, **more
    )


@dataclass(frozen=True)
class Kirima:
    """The group, its book's dairy, and four members who bring milk."""

    dairy: Dairy
    members: tuple[int, ...]

    def brings(self, day: date, *litres: float, **more: Any) -> list[Line]:
        """What the members bring on a morning, in their order."""
        values = {"milking": Milking.MORNING, **more}
        return [
            line(EntryKind.DELIVERY, day, each, member_id=member, **values)
            for member, each in zip(self.members, litres, strict=False)
            if each
        ]


def kirima_with_book(session: Session) -> Kirima:
    """The group before anything is written: six people, and Mary and Rose without a phone."""
    dairy = kirima_dairy(session, MONDAY - 20 * WEEK)
    for name in ("Mary", "Rose"):
        add_member(session, dairy.group, name, MONDAY - 20 * WEEK)
    ids = session.scalars(
        select(GroupMember.id)
        .where(GroupMember.group_id == dairy.group.id)
        .order_by(GroupMember.number)
    ).all()
    return Kirima(dairy, tuple(ids[-4:]))


def sold(day: date, litres: float, price: float, buyer: str = "KCC", **more: Any) -> Line:
    """The bulk of a day."""
    return line(
        EntryKind.SALE,
        day,
        litres,
        buyer=buyer,
        price_per_litre=Decimal(str(price)),
        amount=Decimal(str(litres)) * Decimal(str(price)),
        **more,
    )


def paid(day: date, amount: float, buyer: str = "KCC", **more: Any) -> Line:
    """What a buyer paid."""
    return line(EntryKind.PAID, day, buyer=buyer, amount=Decimal(str(amount)), **more)


def refused(day: date, litres: float, member: int, why: Reason = Reason.SOUR) -> Line:
    """Milk that was not taken."""
    return line(EntryKind.REJECT, day, litres, member_id=member, reason=why)


def lost(day: date, litres: float) -> Line:
    """Milk that was taken and could not be sold."""
    return line(EntryKind.LOSS, day, litres, reason=Reason.SPILT)


def first_step(kirima: Kirima) -> list[Line]:
    """Ten days are written: 100 litres a day, last week 110; all sold at 46."""
    lines: list[Line] = []
    for back in range(1, 11):
        each = 27.5 if back <= 7 else 25
        lines += [*kirima.brings(ago(back), *(each,) * 4), sold(ago(back), each * 4, 46)]
    return lines


def second_step(kirima: Kirima, **of_milk: Any) -> list[Line]:
    """Ninety days: 100 litres a day, one spilt, 60 to KCC at 46 and 39 to a trader at 46."""
    lines: list[Line] = []
    for back in range(1, ALL + 1):
        lines += kirima.brings(ago(back), 25, 25, 25, 25, **of_milk)
        lines += [
            lost(ago(back), 1),
            sold(ago(back), 60, 46, "KCC"),
            sold(ago(back), 39, 46, "Sammy"),
        ]
    return lines


def third_step(kirima: Kirima) -> list[Line]:
    """The same, graded, with what members owe, and all paid for until a month ago."""
    owes = line(EntryKind.CHARGE, ago(20), member_id=kirima.members[0], amount=Decimal(1200))
    return [
        *second_step(kirima, grade="A"),
        owes,
        paid(ago(25), 60 * 60 * 46, "KCC"),
        paid(ago(25), 60 * 39 * 46, "Sammy"),
    ]


def market(session: Session, price: int = 47) -> None:
    """What others at Githunguri got yesterday, by four of them."""
    milk_reports(session, kenya(session), "Githunguri", [price] * 4, MONDAY - 16 * HOUR)


def agreed(session: Session, kirima: Kirima, **days_to_pay: int) -> None:
    """The group adopted a scheme in which buyers pay after so many days."""
    terms = tuple(BuyerTerms(buyer, days) for buyer, days in days_to_pay.items())
    scheme = Scheme(base_price=Decimal(44), buyers=terms)
    secretary, then = kirima.dairy.secretary, MONDAY - 15 * WEEK
    row = propose(
        session,
        kirima.dairy.group,
        scheme,
        words="BASE 44",
        by=secretary,
        source_key="story:scheme",
        now=then,
    )
    adopt(session, kirima.dairy.group, row, secretary, then.date(), then)


def keep(session: Session, kirima: Kirima, lines: Sequence[Line]) -> list[Line]:
    """Write lines in the group's book, all at once.

    One by one, as they are written in truth, a book of 90 days takes as long as all the rest of a
    story. What holds them together (`groups.book_chain`) is not what these stories are about.
    """
    group, now = kirima.dairy.group, MONDAY - HOUR
    book = open_book(session, group, now)
    rows = [
        {
            **asdict(one),
            "group_id": group.id,
            "number": number,
            "written_by": kirima.dairy.secretary.id,
            "written_at": now,
            "source_key": f"book:{number}",
        }
        for number, one in enumerate(lines, start=book.lines + 1)
    ]
    for row in rows:
        del row["id"]
    session.execute(insert(BookLine), rows)
    first, book.lines = book.lines + 1, book.lines + len(rows)
    session.flush()
    written = session.scalars(
        select(BookLine)
        .where(BookLine.group_id == group.id, BookLine.number >= first)
        .order_by(BookLine.number)
    )
    names = [field.name for field in fields(Line)]
    return [Line(**{name: getattr(row, name) for name in names}) for row in written]


def figures(session: Session, kirima: Kirima) -> GroupFigures:
    """What its bulletin may tell of the book."""
    found = group_figures(
        session, kenya(session), kirima.dairy.group, since=MONDAY - WEEK, now=MONDAY
    )
    assert found is not None
    return found


def reads(session: Session, kirima: Kirima, form: Form = Form.LONG, language: str = "en") -> str:
    """The text of that form as somebody of the group reads it."""
    words = draft(session, kenya(session), kirima.dairy.group, MONDAY)
    return next(one.text for one in words.texts if (one.form, one.language) == (form, language))

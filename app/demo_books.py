"""The milk books of the demo groups: some forty days of made-up milk, up to yesterday.

They are made so that a statement, an audit, PROGRESS and a bulletin have something to show: two
buyers of whom one pays less, milk that is sour in some weeks, now and then a can that is missing.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from groups.adopting import adopt, propose, scheme_on
from groups.book import write_lines
from groups.book_kinds import EntryKind, Milking, Reason
from groups.book_lines import NewLine
from groups.book_models import BookLine
from groups.members import Member, add_member, members_of
from groups.models import Group
from groups.schemes import BuyerTerms, GradeRate, Scheme
from messaging.models import Subscriber
from messaging.phrases.formats import local_date
from prices.kinds import Buyer

DAYS = 40
DAY = timedelta(days=1)
RAW = "(demo)"
_MORNING, _EVENING, _NIGHT = time(7), time(17), time(19)
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class DemoBuyer:
    """Who buys which share of a group's milk, and pays so many days later, one at least."""

    name: str
    kind: Buyer
    share: Decimal
    price: Decimal
    pays_after: int


@dataclass(frozen=True)
class DemoBook:
    """A demo group's milk: members without a phone besides its own, its milkings, its buyers."""

    code: str
    members: tuple[str, ...]
    milkings: tuple[Milking, ...]
    buyers: tuple[DemoBuyer, ...]
    base_price: Decimal


BOOKS = (
    DemoBook(
        "KIRIMA",
        ("Muthoni", "Waweru", "Nyokabi", "Gitau", "Wairimu", "Mburu", "Njoki", "Karanja",
         "Wangari"),
        (Milking.MORNING, Milking.EVENING),
        (
            DemoBuyer("Brookside", Buyer.PROCESSOR, Decimal("0.7"), Decimal(46), 14),
            DemoBuyer("Mwangi", Buyer.TRADER, Decimal("0.3"), Decimal(42), 1),
        ),
        Decimal(42),
    ),
    DemoBook(
        "UMOJA",
        ("Cherono", "Kibet", "Chepkoech", "Rotich", "Koech", "Jelimo", "Langat", "Cheruiyot",
         "Tanui"),
        (Milking.MORNING,),
        (
            DemoBuyer("New KCC", Buyer.PROCESSOR, Decimal("0.6"), Decimal(47), 30),
            DemoBuyer("Ruto", Buyer.TRADER, Decimal("0.4"), Decimal(48), 1),
        ),
        Decimal(44),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class _Milk:
    """A milking or a day of a group's milk that is being made up."""

    book: DemoBook
    group: Group
    members: Sequence[Member]
    secretary: Subscriber
    day: date

    @property
    def prefix(self) -> str:
        """What names the lines of this day."""
        return f"demo:{self.book.code}:{self.day}"

    def chance(self, of: str) -> random.Random:
        """The same day always brings the same."""
        return random.Random(f"{self.prefix}:{of}")  # noqa: S311 – made up, not secret

    def line(self, kind: EntryKind, key: str, **more: object) -> NewLine:
        """One line of the book."""
        return NewLine(
            kind,
            self.day,
            written_by=self.secretary.id,
            source_key=f"{self.prefix}:{key}",
            raw_text=RAW,
            **more,  # type: ignore[arg-type]
        )


def keep_demo_book(
    session: Session,
    book: DemoBook,
    group: Group,
    officers: tuple[Subscriber, Subscriber],
    now: datetime,
) -> int:
    """Write what is missing of a demo group's book up to yesterday; how many lines that was."""
    secretary, _ = officers
    today = local_date(now, group.timezone)
    first = _first_missing(session, book, group, today)
    if first >= today:
        return 0
    _enter(session, book, group, now)
    _adopt(session, book, group, officers, first, now)
    members = members_of(session, group)
    return sum(
        _write_day(session, _Milk(book, group, members, secretary, first + number * DAY))
        for number in range((today - first).days)
    )


def _first_missing(session: Session, book: DemoBook, group: Group, today: date) -> date:
    """The day after the last that is written; nothing is made up of longer ago than 40 days."""
    last = session.scalar(
        select(func.max(BookLine.day)).where(
            BookLine.group_id == group.id,
            BookLine.day >= today - DAYS * DAY,
            BookLine.source_key.startswith(f"demo:{book.code}:"),
        )
    )
    return today - DAYS * DAY if last is None else last + DAY


def _enter(session: Session, book: DemoBook, group: Group, now: datetime) -> None:
    known = {member.name for member in members_of(session, group)}
    for name in book.members:
        if name not in known:
            add_member(session, group, name, now)


def _adopt(
    session: Session,
    book: DemoBook,
    group: Group,
    officers: tuple[Subscriber, Subscriber],
    first: date,
    now: datetime,
) -> None:
    """The first time: how the group pays, as one officer proposes it and another agrees."""
    if scheme_on(session, group, local_date(now, group.timezone)) is not None:
        return
    proposer, second = officers
    scheme = Scheme(
        base_price=book.base_price,
        grades=(GradeRate("A", Decimal(1)),),
        levy_per_cent=Decimal(1),
        buyers=tuple(BuyerTerms(one.name, one.pays_after) for one in book.buyers),
    )
    row = propose(
        session,
        group,
        scheme,
        words=RAW,
        by=proposer,
        source_key=f"demo:{book.code}:scheme",
        now=now,
    )
    if row.settled_at is None:
        adopt(session, group, row, second, first, now)


def _write_day(session: Session, milk: _Milk) -> int:
    brought = Decimal(0)
    count = 0
    for milking in milk.book.milkings:
        lines = list(_milking(milk, milking))
        at = _MORNING if milking is Milking.MORNING else _EVENING
        count += _write(session, milk, lines, at)
        brought += sum(
            (line.litres or Decimal(0) for line in lines if line.kind is EntryKind.DELIVERY),
            Decimal(0),
        )
    bulk = [*_bulk(milk, brought), *_charges(milk), *_payments(session, milk)]
    return count + _write(session, milk, bulk, _NIGHT)


def _write(session: Session, milk: _Milk, lines: Sequence[NewLine], at: time) -> int:
    """Lines as if they had been written that day at that hour of the group's clock."""
    moment = datetime.combine(milk.day, at, ZoneInfo(milk.group.timezone))
    return sum(one.is_new for one in write_lines(session, milk.group, lines, moment))


def _milking(milk: _Milk, milking: Milking) -> Iterator[NewLine]:
    """What members bring: in the evening only half of them; in some weeks more of it turns sour."""
    chance = milk.chance(milking)
    is_hot = milk.day.isocalendar().week % 3 == 0
    for member in milk.members:
        if milking is Milking.EVENING and member.number % 2:
            continue
        usual = 6 + member.number % 7 * 2
        part = Decimal("0.6") if milking is Milking.MORNING else Decimal("0.4")
        litres = (usual * part * Decimal(str(chance.gauss(1, 0.08)))).quantize(_TENTH)
        key = f"{milking}:{member.number}"
        if chance.random() < (0.05 if is_hot else 0.01):
            reason = Reason.SOUR if chance.random() < 0.7 else Reason.LACTOMETER
            yield milk.line(
                EntryKind.REJECT,
                key,
                milking=milking,
                member_id=member.id,
                litres=litres,
                reason=reason,
            )
        elif chance.random() > 0.04:  # a cow that is dry, a child that is ill
            grade = "A" if chance.random() < 0.8 else "B"
            yield milk.line(
                EntryKind.DELIVERY,
                key,
                milking=milking,
                member_id=member.id,
                litres=litres,
                grade=grade,
            )


def _bulk(milk: _Milk, brought: Decimal) -> Iterator[NewLine]:
    """What was spilt, and who bought the rest; on some days a can of it is missing."""
    chance = milk.chance("bulk")
    spilt = (brought * chance.randrange(0, 15) / 1000).quantize(_TENTH)
    if spilt:
        yield milk.line(EntryKind.LOSS, "loss", litres=spilt, reason=Reason.SPILT)
    left = brought - spilt
    if milk.day.toordinal() % 19 == 0:
        left -= 20
    for number, buyer in enumerate(milk.book.buyers):
        litres = (left * buyer.share).quantize(_TENTH)
        yield milk.line(
            EntryKind.SALE,
            f"sale:{number}",
            litres=litres,
            buyer=buyer.name,
            buyer_kind=buyer.kind,
            price_per_litre=buyer.price,
            amount=litres * buyer.price,
            currency="KES",
        )


def _charges(milk: _Milk) -> Iterator[NewLine]:
    """Every ninth day a small bag of feed goes to the next member on credit."""
    turn, is_not_today = divmod(milk.day.toordinal(), 9)
    if not is_not_today:
        member = milk.members[turn % len(milk.members)]
        yield milk.line(
            EntryKind.CHARGE,
            "charge",
            member_id=member.id,
            amount=Decimal(1_200),
            currency="KES",
            what_for="feed",
        )


def _payments(session: Session, milk: _Milk) -> Iterator[NewLine]:
    """What the buyers pay that day: all that they have had for as long as they may take."""
    for number, buyer in enumerate(milk.book.buyers):
        for sale in _unpaid(session, milk.group, buyer, milk.day - buyer.pays_after * DAY):
            yield milk.line(
                EntryKind.PAID,
                f"paid:{number}:{sale.day}",
                buyer=buyer.name,
                buyer_kind=buyer.kind,
                amount=sale.amount,
                currency="KES",
                of_line_id=sale.id,
            )


def _unpaid(session: Session, group: Group, buyer: DemoBuyer, sold_on: date) -> Sequence[BookLine]:
    payment = aliased(BookLine)
    is_paid = select(payment.id).where(payment.of_line_id == BookLine.id).exists()
    return session.scalars(
        select(BookLine)
        .where(
            BookLine.group_id == group.id,
            BookLine.day > sold_on - 3 * DAYS * DAY,
            BookLine.day <= sold_on,
            BookLine.kind == EntryKind.SALE,
            BookLine.buyer == buyer.name,
            BookLine.raw_text == RAW,
            ~is_paid,
        )
        .order_by(BookLine.number)
    ).all()

"""How far a group has come: what its milk book and the prices around it say of 90 days."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from groups.audit_of_group import FindingKind, Period, audit
from groups.book import lines_of
from groups.book_counting import still_counts
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line
from groups.book_models import BookLine
from groups.mode import LOOKED_AT, MONTHS, Record
from groups.models import Group, GroupMember
from messaging.phrases.formats import local_date
from prices.kinds import PriceType
from prices.queries import own_price
from prices.vocabulary import Vocabulary, fold

DAY = timedelta(days=1)
MONTH = LOOKED_AT / MONTHS
FEED = "dairy_meal"
# Few lines; of deliveries, of which there are a hundred a day, only the sums are read.
_FEW = (EntryKind.REJECT, EntryKind.LOSS, EntryKind.SALE, EntryKind.PAID, EntryKind.CHARGE)


@dataclass(frozen=True)
class _Milk:
    """What all members brought in one milking of a day."""

    day: date
    milking: Milking | None
    litres: Decimal
    graded: Decimal


@dataclass(frozen=True)
class _Sums:
    """What is read of a book."""

    since: date
    through: date
    milk: Sequence[_Milk]
    few: Sequence[Line]

    def litres(self, *kinds: EntryKind) -> Decimal:
        """All the litres in lines of these kinds."""
        return _sum(line.litres for line in self.few if line.kind in kinds)

    @property
    def sales(self) -> list[Line]:
        """The bulk, as it was sold."""
        return [line for line in self.few if line.kind is EntryKind.SALE]


def progress_of(session: Session, vocabulary: Vocabulary, group: Group, now: datetime) -> Record:
    """What the book says until yesterday; prices as people tell them where the group is."""
    today = local_date(now, group.timezone)
    since, through = today - LOOKED_AT, today - DAY
    sums = _Sums(
        since,
        through,
        _milk(session, group, since, today),
        lines_of(session, group.id, since=since, until=today, kinds=_FEW),
    )
    members, bringing = _members(session, group, since, today)
    priced = [sale for sale in sums.sales if sale.price_per_litre is not None]
    worth = _sum((sale.price_per_litre or Decimal(0)) * _taken(sale) for sale in priced)
    sold_with_price = _sum(_taken(sale) for sale in priced)
    sale_days, even = _even(sums)
    return Record(
        days=LOOKED_AT.days,
        days_written=len({milk.day for milk in sums.milk}),
        members=members,
        members_bringing=bringing,
        litres=_sum(milk.litres for milk in sums.milk),
        litres_by_milking=_sum(milk.litres for milk in sums.milk if milk.milking is not None),
        graded=_sum(milk.graded for milk in sums.milk),
        rejected=sums.litres(EntryKind.REJECT),
        lost=sums.litres(EntryKind.LOSS),
        sold=_sum(_taken(sale) for sale in sums.sales),
        sold_with_price=sold_with_price,
        worth=worth,
        paid=_paid_by_buyers(sums),
        charges=sum(line.kind is EntryKind.CHARGE for line in sums.few),
        buyers=len(_months_by_buyer(sums)),
        months_of_steadiest=max(map(len, _months_by_buyer(sums).values()), default=0),
        sale_days=sale_days,
        sale_days_even=even,
        litres_last_month=_brought(sums, today - MONTH, today),
        litres_month_before=_brought(sums, today - 2 * MONTH, today - MONTH),
        price=worth / sold_with_price if sold_with_price else None,
        market_price=_told(session, vocabulary, group, "milk", PriceType.FARM_GATE, now),
        feed_price=_told(session, vocabulary, group, FEED, None, now),
    )


def _milk(session: Session, group: Group, since: date, until: date) -> list[_Milk]:
    """The deliveries that count, by day and milking; by the index of a group's days."""
    graded = case((BookLine.grade.is_not(None), BookLine.litres), else_=Decimal(0))
    rows = session.execute(
        select(BookLine.day, BookLine.milking, func.sum(BookLine.litres), func.sum(graded))
        .where(
            BookLine.group_id == group.id,
            BookLine.day >= since,
            BookLine.day < until,
            BookLine.kind == EntryKind.DELIVERY,
            still_counts(),
        )
        .group_by(BookLine.day, BookLine.milking)
    )
    return [_Milk(*row) for row in rows]


def _members(session: Session, group: Group, since: date, until: date) -> tuple[int, int]:
    """How many are in the group now, and how many of them brought milk."""
    in_now = (GroupMember.group_id == group.id, GroupMember.left_at.is_(None))
    brought = (
        select(BookLine.id)
        .where(
            BookLine.member_id == GroupMember.id,
            BookLine.day >= since,
            BookLine.day < until,
            BookLine.kind == EntryKind.DELIVERY,
        )
        .exists()
    )
    count = select(func.count()).select_from(GroupMember).where(*in_now)
    return session.scalar(count) or 0, session.scalar(count.where(brought)) or 0


def _even(sums: _Sums) -> tuple[int, int]:
    """How many sale days there were, and how many of them came out even."""
    lines = [
        Line(EntryKind.DELIVERY, milk.day, 0, "", "", milk.milking, litres=milk.litres)
        for milk in sums.milk
    ]
    found = audit([*lines, *sums.few], Period(sums.since, sums.through), sums.through)
    odd = [one for one in found.findings if one.kind is not FindingKind.DRIP]
    return len(found.spans), len(found.spans) - len(odd)


def _months_by_buyer(sums: _Sums) -> dict[str, set[int]]:
    """In which of the three months each buyer took milk."""
    months: defaultdict[str, set[int]] = defaultdict(set)
    for sale in sums.sales:
        if sale.buyer:
            months[fold(sale.buyer)].add((sale.day - sums.since) // MONTH)
    return months


def _paid_by_buyers(sums: _Sums) -> Decimal:
    """Money is a buyer's where it names no member."""
    paid = (line for line in sums.few if line.kind is EntryKind.PAID and line.member_id is None)
    return _sum(line.amount for line in paid)


def _brought(sums: _Sums, since: date, until: date) -> Decimal:
    return _sum(milk.litres for milk in sums.milk if since <= milk.day < until)


def _taken(sale: Line) -> Decimal:
    return (sale.litres if sale.accepted_litres is None else sale.accepted_litres) or Decimal(0)


def _told(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    commodity: str,
    price_type: PriceType | None,
    now: datetime,
) -> Decimal | None:
    """What people say of a price where the group is; None for nothing."""
    if group.place_id not in vocabulary.places or commodity not in vocabulary.commodities:
        return None
    told = own_price(
        session,
        vocabulary,
        commodity=commodity,
        place_id=group.place_id,
        price_type=price_type,
        now=now,
    )
    return None if told is None else told.estimate.price


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), Decimal(0))

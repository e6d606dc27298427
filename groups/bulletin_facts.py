"""What a group's bulletin may tell of its own milk book, read in a few sums."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from groups.adopting import scheme_on
from groups.audit_of_group import GRACE, Audit, FindingKind
from groups.audits import audit_now
from groups.book import find_book, lines_of
from groups.book_counting import still_counts
from groups.book_kinds import EntryKind, Reason
from groups.book_lines import Line
from groups.book_models import BookLine
from groups.bulletin_figures import Checked, GroupFigures, Milk, Overdue, OwnBuyer, Sold, Tally
from groups.mode import STEPS, standing
from groups.models import Group
from groups.orders import open_orders, tally_of
from groups.progress import progress_of
from groups.schemes import Scheme, sold_litres
from messaging.phrases.formats import local_date
from prices.vocabulary import Vocabulary, fold

DAY = timedelta(days=1)
WEEK, USUAL = 7 * DAY, 28 * DAY
# Buyers who owe for longer than this are nobody's to guess (`handlers.keywords.sale_of_group`).
OPEN_FOR = 120 * DAY
# As an order of feed is called, in whatever language it was opened.
FEED = "feed"
# Few lines; of deliveries, of which there are a hundred a day, only sums are read.
_FEW = (EntryKind.REJECT, EntryKind.LOSS, EntryKind.SALE, EntryKind.PAID)
_NONE = Decimal(0)


def group_figures(
    session: Session, vocabulary: Vocabulary, group: Group, *, since: datetime, now: datetime
) -> GroupFigures | None:
    """What the book says until yesterday; prices since readers last heard of any.

    None of a group that keeps no book, or has written nothing in it for three months.
    """
    if find_book(session, group.id) is None:
        return None
    record = progress_of(session, vocabulary, group, now)
    if not record.litres and not record.sold:
        return None
    today, found = local_date(now, group.timezone), standing(record)
    # Two editions within a day: what was sold yesterday is still the latest.
    first = min(local_date(since, group.timezone), today - DAY)
    few = _few(session, group, today - OPEN_FOR, today + DAY)
    week, before, earlier = _milk(session, group, few, today)
    return GroupFigures(
        standing=found,
        record=record,
        week=week,
        before=before,
        usual=_together(before, earlier),
        sold=_sold(few, first, today),
        sold_before=_sold(few, first - (today - first), first).price,
        overdue=tuple(_overdue(few, scheme_on(session, group, today), today)),
        checked=_checked(audit_now(session, group, now)) if found.step == STEPS else None,
        orders=tuple(_orders(session, group, now)),
    )


def _few(session: Session, group: Group, since: date, until: date) -> list[Line]:
    """The lines that count, but for deliveries; money names the sale that counts now.

    It was written for the sale as that was then, and a sale may have been corrected since.
    """
    lines = lines_of(session, group.id, since=since, until=until, kinds=_FEW)
    corrections = session.execute(
        select(BookLine.corrects_id, BookLine.id).where(
            BookLine.group_id == group.id,
            BookLine.day >= since,
            BookLine.day < until,
            BookLine.kind == EntryKind.SALE,
            BookLine.corrects_id.is_not(None),
        )
    )
    in_place = {old: new for old, new in corrections if old is not None}
    return [
        replace(line, of_line_id=_last(in_place, line.of_line_id))
        if line.of_line_id in in_place
        else line
        for line in lines
    ]


def _last(in_place: Mapping[int, int], line_id: int | None) -> int | None:
    """The line that counts now, however often it was corrected."""
    while line_id is not None and line_id in in_place:
        line_id = in_place[line_id]
    return line_id


def _milk(session: Session, group: Group, few: Sequence[Line], today: date) -> list[Milk]:
    """Of the last week, of the one before, and of the three before that."""
    since = [today - WEEK, today - 2 * WEEK, today - WEEK - USUAL]
    until = [today, *since[:-1]]
    brought = _brought(session, group, since, today)
    return [
        replace(
            brought.get(number, Milk()),
            refused=_litres(few, EntryKind.REJECT, first, end),
            lost=_litres(few, EntryKind.LOSS, first, end),
            why=_commonest(few, first, end),
        )
        for number, (first, end) in enumerate(zip(since, until, strict=True))
    ]


def _brought(session: Session, group: Group, since: Sequence[date], today: date) -> dict[int, Milk]:
    """The deliveries that count, by weeks; by the index of a group's days."""
    number = case(
        *((BookLine.day >= first, at) for at, first in enumerate(since[:-1])),
        else_=len(since) - 1,
    ).label("number")
    rows = session.execute(
        select(
            number,
            func.sum(BookLine.litres),
            func.count(BookLine.member_id.distinct()),
            func.count(BookLine.day.distinct()),
        )
        .where(
            BookLine.group_id == group.id,
            BookLine.day >= since[-1],
            BookLine.day < today,
            BookLine.kind == EntryKind.DELIVERY,
            still_counts(),
        )
        .group_by(number)
    )
    return {at: Milk(litres, members, days) for at, litres, members, days in rows}


def _together(before: Milk, earlier: Milk) -> Milk:
    return Milk(
        litres=before.litres + earlier.litres,
        days=before.days + earlier.days,
        refused=before.refused + earlier.refused,
        lost=before.lost + earlier.lost,
    )


def _litres(lines: Iterable[Line], kind: EntryKind, since: date, until: date) -> Decimal:
    of = (line.litres for line in _within(lines, kind, since, until))
    return sum((litres or _NONE for litres in of), _NONE)


def _commonest(lines: Iterable[Line], since: date, until: date) -> Reason | None:
    """Why most was refused; of two that are equal the one that comes first in our list."""
    litres: defaultdict[Reason, Decimal] = defaultdict(Decimal)
    for line in _within(lines, EntryKind.REJECT, since, until):
        litres[line.reason or Reason.OTHER] += line.litres or _NONE
    ranked = (reason for reason in Reason if reason in litres)
    return max(ranked, key=lambda reason: litres[reason], default=None)


def _sold(lines: Sequence[Line], since: date, until: date) -> Sold:
    """What each buyer paid, the largest first; buyers by their names, however they are written."""
    by_buyer: defaultdict[str, list[Line]] = defaultdict(list)
    for line in _within(lines, EntryKind.SALE, since, until):
        if line.price_per_litre is not None and sold_litres(line):
            by_buyer[fold(line.buyer or "")].append(line)
    buyers = [_buyer(of, lines) for of in by_buyer.values()]
    return Sold(tuple(sorted(buyers, key=lambda one: (-one.litres, one.name))))


def _buyer(sales: Sequence[Line], lines: Sequence[Line]) -> OwnBuyer:
    last = sales[-1]
    litres = sum(map(sold_litres, sales), _NONE)
    worth = sum((sold_litres(one) * (one.price_per_litre or _NONE) for one in sales), _NONE)
    name = last.buyer or ""
    return OwnBuyer(name, last.buyer_kind, litres, worth / litres, _days_to_pay(lines, name))


def _days_to_pay(lines: Sequence[Line], buyer: str) -> int | None:
    """How long a buyer's money took lately, by what it came to."""
    sales = {line.id: line for line in lines if line.kind is EntryKind.SALE}
    paid = days = _NONE
    for line in lines:
        sale = sales.get(line.of_line_id or 0)
        if line.kind is EntryKind.PAID and sale is not None and _is_of(sale, buyer):
            amount = line.amount or _NONE
            paid, days = paid + amount, days + amount * (line.day - sale.day).days
    return int((days / paid).quantize(Decimal(1), ROUND_HALF_UP)) if paid else None


def _overdue(lines: Sequence[Line], scheme: Scheme | None, today: date) -> Iterator[Overdue]:
    """What buyers owe for longer than the group's scheme says they may.

    Of whom it says nothing, nothing was agreed, and nobody can be late. Whoever writes what came
    has the day after for it.
    """
    for terms in () if scheme is None else scheme.buyers:
        agreed = timedelta(days=terms.days_to_pay)
        late = [
            (sale.day + agreed, left)
            for sale, left in _unpaid([line for line in lines if _is_of(line, terms.buyer)])
            if left > 0 and sale.day + agreed + GRACE < today
        ]
        if late:
            owed = sum((left for _, left in late), _NONE)
            yield Overdue(terms.buyer, owed, min(day for day, _ in late))


def _unpaid(lines: Sequence[Line]) -> Iterator[tuple[Line, Decimal]]:
    """What is left to pay of each sale to a buyer, the oldest first.

    Money that was written for no sale, because more came than was open, pays the oldest.
    """
    paid: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.kind is EntryKind.PAID and line.member_id is None:
            paid[line.of_line_id] += line.amount or _NONE
    over = paid.pop(None, _NONE)
    for sale in (line for line in lines if line.kind is EntryKind.SALE):
        left = max(_worth(sale) - paid[sale.id], _NONE)
        covered = min(left, over)
        over -= covered
        yield sale, left - covered


def _worth(sale: Line) -> Decimal:
    if sale.amount is not None:
        return sale.amount
    return sold_litres(sale) * (sale.price_per_litre or _NONE)


def _is_of(line: Line, buyer: str) -> bool:
    return fold(line.buyer or "") == fold(buyer)


def _within(lines: Iterable[Line], kind: EntryKind, since: date, until: date) -> Iterator[Line]:
    return (line for line in lines if line.kind is kind and since <= line.day < until)


def _checked(found: Audit) -> Checked | None:
    """The group's own part of an audit: of whose receipts differ nothing is told to all."""
    if not found.spans:
        return None
    odd = [one.kind for one in found.findings if one.kind is not FindingKind.OWN_SIDE]
    return Checked(
        first=found.since,
        through=max(span.day for span in found.spans),
        missing=found.missing,
        is_even=not odd,
        odd_days=sum(kind is not FindingKind.DRIP for kind in odd),
    )


def _orders(session: Session, group: Group, now: datetime) -> Iterator[Tally]:
    """What members may order now; of how much of it each of them nothing is told to all."""
    for order in open_orders(session, group, now):
        tally = tally_of(session, order)
        yield Tally(
            words=order.words,
            is_feed=order.article == FEED,
            ordered=tally.ordered,
            threshold=order.threshold,
            last_day=order.last_day,
        )

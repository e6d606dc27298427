"""What a group buys together: opened, ordered until it closes, delivered, and charged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from db.upserts import insert_or_replace
from groups.book import Written, write_lines
from groups.book_kinds import EntryKind
from groups.book_lines import NewLine
from groups.members import Member
from groups.models import Group, GroupMember
from groups.offices import hold_group
from groups.order_models import GroupOrder, OrderEnd, OrderWish
from messaging.models import Subscriber
from prices.kinds import PriceType
from prices.queries import own_price
from prices.vocabulary import Vocabulary

# Where people tell what a thing costs that groups order.
_COMMODITIES = {"feed": "dairy_meal"}
# Nobody waits longer for a lorry that is not full; and prices do not hold so long.
FARTHEST = timedelta(days=31)


@dataclass(frozen=True)
class Wish:
    """A member, and how many they want."""

    member: Member
    quantity: int


@dataclass(frozen=True)
class Tally:
    """What is ordered, the most first; nobody is in it who wants none."""

    wishes: tuple[Wish, ...] = ()

    @property
    def ordered(self) -> int:
        """How many in all."""
        return sum(one.quantity for one in self.wishes)

    @property
    def members(self) -> int:
        """Of how many members."""
        return len(self.wishes)

    def of(self, member_id: int) -> int:
        """How many a member wants."""
        return next((one.quantity for one in self.wishes if one.member.id == member_id), 0)


def open_order(
    session: Session,
    group: Group,
    *,
    article: str,
    words: str,
    threshold: int,
    price: Decimal,
    currency: str,
    last_day: date,
    by: Subscriber,
    source_key: str,
    now: datetime,
) -> GroupOrder | None:
    """Begin to order something; None where it is being ordered already."""
    hold_group(session, group)
    if any(one.article == article for one in _not_closed(session, group)):
        return None
    order = GroupOrder(
        group_id=group.id,
        article=article,
        words=words,
        threshold=threshold,
        price=price,
        currency=currency,
        last_day=last_day,
        ends_at=end_of(last_day, group.timezone),
        opened_by=by.id,
        opened_at=now,
        source_key=source_key,
    )
    session.add(order)
    session.flush()
    return order


def end_of(day: date, timezone: str) -> datetime:
    """When a day is over by the group's own clock."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
    return midnight.astimezone(UTC)


def open_orders(session: Session, group: Group, now: datetime) -> list[GroupOrder]:
    """What members may order now, the oldest first.

    What is over is not open, also where no worker has closed it yet.
    """
    return [one for one in _not_closed(session, group) if one.ends_at > now]


def awaited_orders(session: Session, group: Group) -> list[GroupOrder]:
    """What goes ahead and has not come yet, the oldest first."""
    awaited = select(GroupOrder).where(
        GroupOrder.group_id == group.id,
        GroupOrder.ended == OrderEnd.GOES_AHEAD,
        GroupOrder.delivered_at.is_(None),
    )
    return list(session.scalars(awaited.order_by(GroupOrder.id)))


def last_orders(session: Session, group: Group, article: str) -> list[GroupOrder]:
    """Every order of something, the newest first, however it ended."""
    every = select(GroupOrder).where(GroupOrder.group_id == group.id)
    return list(
        session.scalars(every.where(GroupOrder.article == article).order_by(GroupOrder.id.desc()))
    )


def due_orders(session: Session, now: datetime) -> list[int]:
    """Those whose last day is over and that nobody closed."""
    due = select(GroupOrder.id).where(GroupOrder.closed_at.is_(None), GroupOrder.ends_at <= now)
    return list(session.scalars(due.order_by(GroupOrder.id)))


def hold_order(session: Session, order_id: int) -> GroupOrder:
    """The order as it is now, held until the transaction ends: look at its state behind this."""
    return session.scalars(
        select(GroupOrder)
        .where(GroupOrder.id == order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def is_open(order: GroupOrder, now: datetime) -> bool:
    """Whether members may still order."""
    return order.closed_at is None and now < order.ends_at


def tally_of(session: Session, order: GroupOrder) -> Tally:
    """What is ordered by members who are in the group, or were when it closed."""
    rows = session.execute(
        select(GroupMember, Subscriber.name, OrderWish.quantity)
        .join(OrderWish, OrderWish.member_id == GroupMember.id)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(OrderWish.order_id == order.id, OrderWish.quantity > 0, _were_in(order))
        .order_by(OrderWish.quantity.desc(), GroupMember.number)
    )
    return Tally(tuple(Wish(_member(row, own_name), many) for row, own_name, many in rows))


def wish(
    session: Session,
    order: GroupOrder,
    member: Member,
    quantity: int,
    by: Subscriber,
    now: datetime,
) -> bool:
    """Note how many a member wants of an order that is held; what they said before goes.

    True where with this enough is ordered for the first time: then all concerned are to be told,
    in this transaction. What is taken out and ordered again is no news.
    """
    row = {
        "order_id": order.id,
        "member_id": member.id,
        "quantity": quantity,
        "said_by": by.id,
        "said_at": now,
    }
    insert_or_replace(session, OrderWish, [row], key=("order_id", "member_id"))
    if order.reached_at is not None or tally_of(session, order).ordered < order.threshold:
        return False
    order.reached_at = now
    session.flush()
    return True


def close_order(session: Session, order: GroupOrder, now: datetime) -> Tally:
    """End an order that is held: it goes ahead where enough is ordered."""
    tally = tally_of(session, order)
    is_enough = tally.ordered >= order.threshold
    order.closed_at = now
    order.ended = OrderEnd.GOES_AHEAD if is_enough else OrderEnd.TOO_FEW
    session.flush()
    return tally


def cancel_order(session: Session, order: GroupOrder, now: datetime) -> None:
    """Nothing is bought, whatever was ordered of an order that is held."""
    order.closed_at = order.closed_at or now
    order.ended = OrderEnd.CANCELLED
    session.flush()


def deliver(
    session: Session,
    group: Group,
    order: GroupOrder,
    *,
    price: Decimal,
    what_for: str,
    by: Subscriber,
    day: date,
    raw_text: str,
    now: datetime,
) -> list[Written]:
    """It has come: each who ordered is charged in the book at the price that was really paid.

    The order has to be held and to go ahead. A line is of the order and a member, not of the text
    that told of it: told by two officers it is still written once.
    """
    order.delivered_at, order.delivered_by, order.final_price = now, by.id, price
    lines = [
        NewLine(
            kind=EntryKind.CHARGE,
            day=day,
            written_by=by.id,
            source_key=f"order:{order.id}:{one.member.id}",
            raw_text=raw_text,
            member_id=one.member.id,
            amount=price * one.quantity,
            currency=order.currency,
            what_for=what_for,
        )
        for one in sorted(tally_of(session, order).wishes, key=lambda one: one.member.number)
    ]
    return write_lines(session, group, lines, now)


def price_in_shops(
    session: Session, vocabulary: Vocabulary, group: Group, article: str, now: datetime
) -> Decimal | None:
    """What people there say lately that one costs in shops; None where nobody does.

    Where somebody really saves, nothing is held against what was made up to show how Bei works.
    """
    commodity = _COMMODITIES.get(article, "")
    # Of a member from across the border the vocabulary is another country's.
    if commodity not in vocabulary.commodities or group.place_id not in vocabulary.places:
        return None
    told = own_price(
        session,
        vocabulary,
        commodity=commodity,
        place_id=group.place_id,
        price_type=PriceType.RETAIL,
        now=now,
    )
    if told is None or (told.estimate.is_demo and not group.is_demo):
        return None
    return told.estimate.price


def _not_closed(session: Session, group: Group) -> Sequence[GroupOrder]:
    running = select(GroupOrder).where(
        GroupOrder.group_id == group.id, GroupOrder.closed_at.is_(None)
    )
    return session.scalars(running.order_by(GroupOrder.id)).all()


def _were_in(order: GroupOrder) -> ColumnElement[bool]:
    """Who leaves before it closes orders nothing; who leaves after it owes what they ordered."""
    is_in = GroupMember.left_at.is_(None)
    return is_in if order.closed_at is None else or_(is_in, GroupMember.left_at > order.closed_at)


def _member(row: GroupMember, own_name: str | None) -> Member:
    name = row.name or own_name or f"#{row.number}"
    return Member(row.id, row.number, name, row.subscriber_id, row.role)

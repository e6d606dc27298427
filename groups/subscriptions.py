"""Subscriptions: who wants the bulletin of one commodity at one place, and its lists."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.prepared import Prepared
from groups.models import BulletinList, Subscription
from messaging.models import Subscriber

# Nobody wants more; a menu that lists them stays short whatever a file brought in.
MOST_OWN = 60


class WeeklyList(NamedTuple):
    """What somebody gets, and when by the clock of the place."""

    commodity: str
    place_id: int
    bulletin_weekdays: int
    bulletin_month_day: int | None
    bulletin_hour: int
    timezone: str


def subscribe(
    session: Session,
    subscriber: Subscriber,
    *,
    commodity: str,
    place_id: int,
    timezone: str,
    now: datetime,
) -> BulletinList:
    """Put somebody on the list of a commodity at a place; asking twice is one subscription.

    The first subscription makes the list: weekly, Monday at 7 by the clock of `timezone`.
    """
    wanted = open_list(session, commodity=commodity, place_id=place_id, timezone=timezone)
    subscription = _subscription(session, wanted, subscriber)
    if subscription is None:
        _sign_up(session, wanted, subscriber, now)
    elif subscription.ended_at is not None:
        subscription.started_at = now
        subscription.ended_at = None
    return wanted


def open_list(session: Session, *, commodity: str, place_id: int, timezone: str) -> BulletinList:
    """The list of a commodity at a place, made where there is none: weekly, Monday at 7."""
    return find_list(session, commodity, place_id) or _open_list(
        session, commodity, place_id, timezone
    )


def find_list(session: Session, commodity: str, place_id: int) -> BulletinList | None:
    """The list of a commodity at a place."""
    return session.scalar(
        select(BulletinList).where(
            BulletinList.commodity_code == commodity, BulletinList.place_id == place_id
        )
    )


def every_list(session: Session) -> list[tuple[BulletinList, int]]:
    """Every list with how many are on it now, by commodity and place."""
    running = and_(
        Subscription.bulletin_list_id == BulletinList.id, Subscription.ended_at.is_(None)
    )
    counted = (
        select(BulletinList, func.count(Subscription.id))
        .outerjoin(Subscription, running)
        .group_by(BulletinList.id)
        .order_by(BulletinList.commodity_code, BulletinList.place_id)
    )
    return list(session.execute(counted).all())


def unsubscribe(
    session: Session,
    subscriber: Subscriber,
    *,
    commodity: str | None,
    place_id: int | None,
    now: datetime,
) -> list[tuple[str, int]]:
    """End what fits the commodity and the place, None fitting all; what ended, (code, place id)."""
    running = _running(subscriber)
    if commodity is not None:
        running = running.where(BulletinList.commodity_code == commodity)
    if place_id is not None:
        running = running.where(BulletinList.place_id == place_id)
    ended = []
    for subscription, bulletin_list in session.execute(running):
        subscription.ended_at = now
        ended.append((bulletin_list.commodity_code, bulletin_list.place_id))
    return ended


def subscriptions_of(session: Session, subscriber: Subscriber) -> list[BulletinList]:
    """The lists somebody is on, oldest subscription first."""
    return [bulletin_list for _, bulletin_list in session.execute(_running(subscriber))]


def weekly_lists_of(session: Session, subscriber_id: int) -> list[WeeklyList]:
    """The same lists as far as a menu shows them, oldest subscription first."""
    found = _WEEKLY_LISTS.rows(session, {"subscriber_id": subscriber_id})
    return [WeeklyList(*row) for row in found]


def active_subscribers(session: Session, bulletin_list: BulletinList) -> list[Subscriber]:
    """Who is on the list now, oldest subscription first."""
    return list(
        session.scalars(
            select(Subscriber)
            .join(Subscription, Subscription.subscriber_id == Subscriber.id)
            .where(
                Subscription.bulletin_list_id == bulletin_list.id,
                Subscription.ended_at.is_(None),
            )
            .order_by(Subscription.started_at, Subscription.id)
        )
    )


def _running(subscriber: Subscriber) -> Select[Subscription, BulletinList]:
    return (
        select(Subscription, BulletinList)
        .join(BulletinList, BulletinList.id == Subscription.bulletin_list_id)
        .where(Subscription.subscriber_id == subscriber.id, Subscription.ended_at.is_(None))
        .order_by(Subscription.started_at, Subscription.id)
    )


def _open_list(session: Session, commodity: str, place_id: int, timezone: str) -> BulletinList:
    opened = BulletinList(commodity_code=commodity, place_id=place_id, timezone=timezone)
    try:
        # The savepoint keeps the caller's work when another process opened the same list first.
        with session.begin_nested():
            session.add(opened)
    except IntegrityError:
        first = find_list(session, commodity, place_id)
        if first is None:
            raise
        return first
    return opened


def _subscription(
    session: Session, bulletin_list: BulletinList, subscriber: Subscriber
) -> Subscription | None:
    return session.scalar(
        select(Subscription).where(
            Subscription.bulletin_list_id == bulletin_list.id,
            Subscription.subscriber_id == subscriber.id,
        )
    )


def _sign_up(
    session: Session, bulletin_list: BulletinList, subscriber: Subscriber, now: datetime
) -> None:
    subscription = Subscription(
        bulletin_list_id=bulletin_list.id, subscriber_id=subscriber.id, started_at=now
    )
    try:
        with session.begin_nested():
            session.add(subscription)
    except IntegrityError:
        if _subscription(session, bulletin_list, subscriber) is None:
            raise


_lists, _wishes = BulletinList.__table__, Subscription.__table__
_WEEKLY_LISTS = Prepared(
    select(
        _lists.c.commodity_code,
        _lists.c.place_id,
        _lists.c.bulletin_weekdays,
        _lists.c.bulletin_month_day,
        _lists.c.bulletin_hour,
        _lists.c.timezone,
    )
    .join(_wishes, _wishes.c.bulletin_list_id == _lists.c.id)
    .where(_wishes.c.subscriber_id == bindparam("subscriber_id"), _wishes.c.ended_at.is_(None))
    .order_by(_wishes.c.started_at, _wishes.c.id)
    .limit(MOST_OWN)
)

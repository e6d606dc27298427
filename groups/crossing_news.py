"""What of watched prices is to be told, to whom, whether it still is news; what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from groups.alert_rules import Usually, Zone
from groups.alerts import Running, is_known, wanted_by
from groups.models import AlertCrossing, CrossingEnd, PriceAlert, WatchedPrice
from groups.watching import Seen, Watch
from messaging.consent import may_send
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from prices.cells import Cell
from prices.vocabulary import Vocabulary

# A price of yesterday is no news.
WORTH_TELLING_FOR = timedelta(days=1)
# Nobody is written to more often.
AN_HOUR = timedelta(hours=1)

# What was seen of prices: of which, for demo people or for others, and whether beside the usual.
Watches = dict[tuple[Cell, bool, bool], Watch]


@dataclass(frozen=True)
class Open:
    """A crossing that its owner has not been told of."""

    id: int
    alert: Running
    zone: Zone  # the one it went to
    crossed_at: datetime


@dataclass(frozen=True)
class News:
    """A crossing that is worth telling, with the price as it is seen now and what is usual."""

    crossing: Open
    seen: Seen
    usual: Usually | None  # to whoever waits for what is not


def with_news(session: Session) -> list[int]:
    """The people of whose alerts one was crossed that they have not been told of, by id."""
    return list(
        session.scalars(
            select(PriceAlert.subscriber_id)
            .join(AlertCrossing, AlertCrossing.price_alert_id == PriceAlert.id)
            .where(AlertCrossing.settled_at.is_(None))
            .distinct()
            .order_by(PriceAlert.subscriber_id)
        )
    )


def hold_person(session: Session, subscriber_id: int) -> Subscriber | None:
    """Somebody who is to be told; None where another worker, or a text of theirs, is at it."""
    return session.scalar(
        select(Subscriber)
        .where(Subscriber.id == subscriber_id)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )


def was_told_lately(session: Session, person: Subscriber, now: datetime) -> bool:
    """Whether somebody was told of a crossing within the last hour: the next one waits."""
    newest = session.scalar(
        select(func.max(AlertCrossing.settled_at))
        .join(PriceAlert, PriceAlert.id == AlertCrossing.price_alert_id)
        .where(PriceAlert.subscriber_id == person.id)
        .where(AlertCrossing.outcome == CrossingEnd.TOLD)
    )
    return newest is not None and now - newest < AN_HOUR


def open_crossings(session: Session, person: Subscriber) -> list[Open]:
    """What somebody has not been told of, the first first."""
    found = session.execute(
        select(AlertCrossing, PriceAlert, WatchedPrice)
        .join(PriceAlert, PriceAlert.id == AlertCrossing.price_alert_id)
        .join(WatchedPrice, WatchedPrice.id == PriceAlert.watched_price_id)
        .where(PriceAlert.subscriber_id == person.id, AlertCrossing.settled_at.is_(None))
        # By alert first: whoever looks at a price locks its alerts in that order.
        .order_by(PriceAlert.id, AlertCrossing.id)
        .with_for_update(of=PriceAlert)
        .execution_options(populate_existing=True)
    ).all()
    return sorted(map(_open, found), key=lambda one: (one.crossed_at, one.id))


def sort_out(
    session: Session,
    vocabulary: Vocabulary,
    person: Subscriber,
    crossings: Sequence[Open],
    watches: Watches,
    now: datetime,
) -> tuple[list[News], dict[CrossingEnd, list[Open]]]:
    """What of it is worth telling now, and what is not any more, by why.

    What nobody can say now – the reports grew too old meanwhile – is neither, and waits. `watches`
    keeps what was seen for one person, for the others who wait for the same.
    """
    news: list[News] = []
    ended: dict[CrossingEnd, list[Open]] = {}
    for crossing in crossings:
        end = _end_of(vocabulary, person, crossing, now)
        found = None if end else _news(session, vocabulary, person, crossing, watches, now)
        match end or found:
            case News() as told:
                news.append(told)
            case CrossingEnd() as why:
                ended.setdefault(why, []).append(crossing)
            case None:
                pass
    return news, ended


def settle(
    session: Session, crossings: Sequence[Open], outcome: CrossingEnd, now: datetime
) -> None:
    """Write down what became of crossings.

    One that nobody was told of because the price came back is armed again at once: to wait for a
    margin is to spare somebody a second text, and there was no first.
    """
    if not crossings:
        return
    session.execute(
        update(AlertCrossing)
        .where(AlertCrossing.id.in_([one.id for one in crossings]))
        .values(settled_at=now, outcome=outcome)
    )
    if outcome is CrossingEnd.CROSSED_BACK:
        session.execute(
            update(PriceAlert)
            .where(PriceAlert.id.in_([one.alert.id for one in crossings]))
            .values(zone=Zone.WITHIN)
        )


def _end_of(
    vocabulary: Vocabulary, person: Subscriber, crossing: Open, now: datetime
) -> CrossingEnd | None:
    """Why a crossing is not told at all, whatever the price is now."""
    if now - crossing.crossed_at > WORTH_TELLING_FOR:
        return CrossingEnd.TOO_OLD
    if not is_known(vocabulary, crossing.alert.wanted.cell):
        return CrossingEnd.UNWANTED
    return None if may_send(person, OutboundKind.ALERT) else CrossingEnd.UNWANTED


def _news(
    session: Session,
    vocabulary: Vocabulary,
    person: Subscriber,
    crossing: Open,
    watches: Watches,
    now: datetime,
) -> News | CrossingEnd | None:
    """The crossing with the price as it is now; or that it has come back; None: nobody can say."""
    wanted = crossing.alert.wanted
    # All that is asked of a watch is read by the first who asks: it needs its session no longer.
    key = (wanted.cell, person.is_demo, wanted.mark is None)
    watch = watches.setdefault(
        key, Watch(session, vocabulary, wanted.cell, not person.is_demo, now)
    )
    zone = watch.zone(wanted.mark, Zone.WITHIN)
    if watch.seen is None or zone is None:
        return None
    if zone is not crossing.zone:
        return CrossingEnd.CROSSED_BACK
    return News(crossing, watch.seen, watch.usual if wanted.mark is None else None)


def _open(row: Row[AlertCrossing, PriceAlert, WatchedPrice]) -> Open:
    crossing, alert, watched = row
    running = Running(alert.id, wanted_by(alert, watched), alert.zone)
    return Open(crossing.id, running, crossing.zone, crossing.crossed_at)

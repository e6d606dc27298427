"""Wishes: who was promised a text when a price comes."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from groups.asks import FROM_FILES
from groups.models import PriceWish
from messaging.models import Subscriber
from prices.cells import Cell
from prices.kinds import ObservationStatus
from prices.models import PriceObservation

# A price that comes later is no answer to what was asked: then they have sold, or asked again.
WAITS_FOR = timedelta(hours=24)
# What may be told as the answer: the doubtful ones among them say how few they are.
BELIEVED = (ObservationStatus.ACCEPTED, ObservationStatus.FLAGGED)


def wish(session: Session, person: Subscriber, cell: Cell, now: datetime) -> PriceWish:
    """Note that somebody waits for a price; asked again before it came, they wait on from now."""
    known = _open_wish(session, person, cell)
    if known is not None:
        return _renewed(known, now)
    new = PriceWish(
        subscriber_id=person.id,
        commodity_code=cell.commodity,
        place_id=cell.place_id,
        price_type=cell.price_type,
        asked_at=now,
        expires_at=now + WAITS_FOR,
    )
    try:
        # The savepoint keeps the caller's work when another text of theirs wished the same first.
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        first = _open_wish(session, person, cell)
        if first is None:
            raise
        return _renewed(first, now)
    return new


def grant_wishes(
    session: Session, cell: Cell, *, besides: int, is_demo: bool, now: datetime
) -> list[tuple[PriceWish, Subscriber]]:
    """The open wishes for a price that has come, and whose they are; each is granted here, once.

    Not those of its reporter (`besides`), nor of somebody who opted out, nor of real people where
    the report is made up. Two reports at once: the second waits here, and finds nothing open.
    """
    found = session.execute(
        select(PriceWish, Subscriber)
        .join(Subscriber, Subscriber.id == PriceWish.subscriber_id)
        .where(*_is_for(cell), PriceWish.answered_at.is_(None), PriceWish.expires_at > now)
        .where(PriceWish.subscriber_id != besides, Subscriber.opted_out_at.is_(None))
        .where(Subscriber.is_demo == is_demo)
        .order_by(PriceWish.id)
        .with_for_update(of=PriceWish)
    ).all()
    for granted, _ in found:
        granted.answered_at = now
    return [(granted, person) for granted, person in found]


def late_answers(session: Session, now: datetime) -> list[PriceObservation]:
    """Reports for which somebody still waits: they came while the wish was made, or spoke later.

    Where one had spoken when the wish was made, there would be no wish; so a report of the day
    before it that speaks now was held then.
    """
    row = PriceObservation
    return list(
        session.scalars(
            select(row)
            .join(
                PriceWish,
                and_(
                    PriceWish.commodity_code == row.commodity_code,
                    PriceWish.place_id == row.place_id,
                    PriceWish.price_type == row.price_type,
                    PriceWish.subscriber_id != row.reporter_id,
                ),
            )
            .join(Subscriber, Subscriber.id == PriceWish.subscriber_id)
            .where(PriceWish.answered_at.is_(None), PriceWish.expires_at > now)
            .where(Subscriber.opted_out_at.is_(None), Subscriber.is_demo == row.is_demo)
            .where(row.reported_at > now - 2 * WAITS_FOR, row.status.in_(BELIEVED))
            .where(row.source_key.not_like(FROM_FILES))
            .distinct()
            .order_by(row.commodity_code, row.place_id, row.price_type, row.id)
        )
    )


def _open_wish(session: Session, person: Subscriber, cell: Cell) -> PriceWish | None:
    return session.scalar(
        select(PriceWish).where(
            *_is_for(cell),
            PriceWish.subscriber_id == person.id,
            PriceWish.answered_at.is_(None),
        )
    )


def _renewed(known: PriceWish, now: datetime) -> PriceWish:
    known.asked_at, known.expires_at = now, now + WAITS_FOR
    return known


def _is_for(cell: Cell) -> tuple[ColumnElement[bool], ...]:
    return (
        PriceWish.commodity_code == cell.commodity,
        PriceWish.place_id == cell.place_id,
        PriceWish.price_type == cell.price_type,
    )

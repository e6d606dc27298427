"""Who is asked for a price: those who told it best, none of them twice a day or once too often."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, case, distinct, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.prepared import Prepared
from groups.models import AskReason, PriceAsk
from messaging.models import Subscriber
from prices.book_reads import last_scores
from prices.cells import Cell
from prices.filter import Reporter
from prices.kinds import ObservationStatus
from prices.lists import Among, as_list
from prices.models import Commodity, PriceObservation
from prices.reputation import reporter_of
from prices.vocabulary import Vocabulary

# Who told nothing there for so long has moved on.
KNOWS_FOR = timedelta(days=60)
# Read from a file: those people may never have written to us.
FROM_FILES = "csv:%"
# Of those who know a market so many are looked at, and of those who may be asked so many closely.
LOOKED_AT, LOOKED_AT_CLOSELY = 50, 12

MEMORY = timedelta(days=14)
IGNORED_IN_A_ROW = 3
NUDGES_A_WEEK = 2
WEEK = timedelta(days=7)
# A text that asks is worth sending for twelve hours; who answers later does so unasked.
ANSWERS_WITHIN = timedelta(days=2)


@dataclass(frozen=True)
class Knower:
    """Somebody who told prices at a place: on how many days this one, on how many any."""

    subscriber_id: int
    days_of_this: int
    days_of_any: int

    @property
    def often(self) -> tuple[bool, int, int]:
        """The greatest knows best, as far as days tell: the very thing before other things."""
        return self.days_of_this > 0, self.days_of_this or self.days_of_any, -self.subscriber_id

    def often_and_well(self, record: Reporter) -> tuple[bool, float, int]:
        """The same with what their last reports say of them: how near, how seldom a slip."""
        knows_this, days, order = self.often
        return knows_this, days * (1 - record.slip_share) / record.noise, order


class Asked(NamedTuple):
    """When somebody was asked for a price, why, and whether they answered."""

    on: date
    reason: AskReason
    is_answered: bool


def can_be_told(vocabulary: Vocabulary, cell: Cell) -> bool:
    """Whether "MILK OLKALOU 45", which is what we tell people to type, would tell this price."""
    place = vocabulary.places.get(cell.place_id)
    commodity = vocabulary.commodities.get(cell.commodity)
    if place is None or commodity is None:
        return False
    return place.kind.is_trading_place and commodity.price_type is cell.price_type


def who_may_be_asked(
    session: Session,
    cell: Cell,
    *,
    reason: AskReason,
    besides: int | None,
    is_demo: bool,
    on: date,
) -> list[Knower]:
    """The reporters of a market who may be asked on that day, who know it best first.

    They told prices there themselves in the last 60 days, this one before any other; demo people
    and real ones are never mixed.
    """
    knowers = _knowers(session, cell, is_demo, on)
    known = sorted(knowers, key=lambda one: one.often, reverse=True)[:LOOKED_AT]
    if not known:
        return []
    asked = _asked_lately(session, [one.subscriber_id for one in known], on)
    return [
        one
        for one in known
        if one.subscriber_id != besides and may_be_asked(asked[one.subscriber_id], reason, on)
    ]


def best_of(session: Session, knowers: Sequence[Knower], on: date, most: int) -> list[Subscriber]:
    """So many of those who may be asked: the best reporters, the best first."""
    ranked = sorted(
        knowers[:LOOKED_AT_CLOSELY],
        key=lambda one: one.often_and_well(_record(session, one, on)),
        reverse=True,
    )
    return [session.get_one(Subscriber, one.subscriber_id) for one in ranked[:most]]


def may_be_asked(asks: Sequence[Asked], reason: AskReason, on: date) -> bool:
    """Whether somebody may be asked that day, by what they were asked in two weeks, newest first.

    Once a day; nudged twice in seven days at most; not after three asks that earned no answer.
    """
    if any(ask.on == on for ask in asks):
        return False
    last = asks[:IGNORED_IN_A_ROW]
    if len(last) == IGNORED_IN_A_ROW and not any(ask.is_answered for ask in last):
        return False
    nudges = [ask for ask in asks if ask.reason is AskReason.NUDGE and ask.on > on - WEEK]
    return reason is not AskReason.NUDGE or len(nudges) < NUDGES_A_WEEK


def _knowers(session: Session, cell: Cell, is_demo: bool, on: date) -> list[Knower]:
    asked = {
        "commodity": cell.commodity,
        "place": cell.place_id,
        "since": on - KNOWS_FOR,
        "is_demo": is_demo,
    }
    return [Knower(*one) for one in _KNOWERS.rows(session, asked)]


_told = PriceObservation.__table__.c
_day_of_this = case((_told.commodity_code == bindparam("commodity"), _told.reported_on))
_NOT_BELIEVED = sorted(set(ObservationStatus) - {ObservationStatus.ACCEPTED})
_KNOWERS = Prepared(
    select(
        _told.reporter_id,
        func.count(distinct(_day_of_this)),
        func.count(distinct(_told.reported_on)),
    )
    .join(Subscriber, Subscriber.id == _told.reporter_id)
    # The index begins with the commodity: each is looked up with the place.
    .where(_told.commodity_code.in_(select(Commodity.code)), _told.place_id == bindparam("place"))
    .where(_told.reported_on > bindparam("since"))
    # SQLite would take the index of a status that is named, and read what was told anywhere.
    .where(*(_told.status != status for status in _NOT_BELIEVED))
    .where(_told.is_demo == bindparam("is_demo"), _told.source_key.not_like(FROM_FILES))
    .where(Subscriber.is_demo == bindparam("is_demo"), Subscriber.opted_out_at.is_(None))
    .where(Subscriber.unreachable_at.is_(None))
    .group_by(_told.reporter_id)
)


def _record(session: Session, knower: Knower, on: date) -> Reporter:
    return reporter_of(last_scores(session, knower.subscriber_id, on + timedelta(days=1)))


def _asked_lately(session: Session, people: Sequence[int], on: date) -> Mapping[int, list[Asked]]:
    asked = {"people": as_list(people), "since": on - MEMORY}
    asks: dict[int, list[Asked]] = defaultdict(list)
    for person, *ask in _ASKED_LATELY.rows(session, asked):
        asks[person].append(Asked(*ask))
    return asks


_asks = PriceAsk.__table__
_ASKED_LATELY = Prepared(
    select(
        _asks.c.subscriber_id, _asks.c.asked_on, _asks.c.reason, _asks.c.answered_at.is_not(None)
    )
    .where(Among(_asks.c.subscriber_id, "people"), _asks.c.asked_on > bindparam("since"))
    .order_by(_asks.c.asked_on.desc())
)


def note_ask(
    session: Session,
    person: Subscriber,
    cell: Cell,
    *,
    reason: AskReason,
    on: date,
    due_at: datetime,
) -> PriceAsk | None:
    """Note that a person is asked; None where another process has asked them that day meanwhile."""
    ask = PriceAsk(
        subscriber_id=person.id,
        commodity_code=cell.commodity,
        place_id=cell.place_id,
        price_type=cell.price_type,
        reason=reason,
        asked_on=on,
        asked_at=due_at,
    )
    try:
        with session.begin_nested():
            session.add(ask)
    except IntegrityError:
        return None
    return ask


def people_being_asked(
    session: Session, cell: Cell, *, besides: int | None, is_demo: bool, since: datetime
) -> int:
    """How many were asked for a price since a moment, or will be, and have not answered."""
    asked = {
        "commodity": cell.commodity,
        "place_id": cell.place_id,
        "price_type": cell.price_type,
        "since": since,
        "is_demo": is_demo,
        "besides": besides or _NOBODY,
    }
    row = _BEING_ASKED.first(session, asked)
    return 0 if row is None else row[0]


_NOBODY = 0  # no row has this id
_BEING_ASKED = Prepared(
    select(func.count())
    .select_from(PriceAsk)
    .join(Subscriber, Subscriber.id == PriceAsk.subscriber_id)
    .where(PriceAsk.commodity_code == bindparam("commodity"))
    .where(PriceAsk.place_id == bindparam("place_id"))
    .where(PriceAsk.price_type == bindparam("price_type"))
    .where(PriceAsk.asked_at > bindparam("since"), PriceAsk.answered_at.is_(None))
    .where(Subscriber.is_demo == bindparam("is_demo"), Subscriber.opted_out_at.is_(None))
    .where(PriceAsk.subscriber_id != bindparam("besides"))
)


def note_answer(session: Session, person: Subscriber, cell: Cell, now: datetime) -> None:
    """Whoever tells a price of what they were asked for has answered, of whichever type it is."""
    _NOTE_ANSWER.count(
        session,
        {
            "person": person.id,
            "commodity": cell.commodity,
            "place": cell.place_id,
            "since": now - ANSWERS_WITHIN,
            "now": now,
        },
    )


_NOTE_ANSWER = Prepared(
    update(PriceAsk)
    .where(_asks.c.subscriber_id == bindparam("person"), _asks.c.answered_at.is_(None))
    .where(_asks.c.commodity_code == bindparam("commodity"))
    .where(_asks.c.place_id == bindparam("place"), _asks.c.asked_at > bindparam("since"))
    .values(answered_at=bindparam("now"))
)

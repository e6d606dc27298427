"""What texts, calls and airtime cost: counted day by day from what was sent, read by the month.

A day is that on which something was promised, called or granted, by the operator's clock. A month
of a country's texts is millions of rows: each day is counted once it is there, and again as long
as its costs may still come in; a page reads the sums.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, case, delete, func, literal, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.upserts import insert_missing
from messaging.cost_models import COUNTED, CostDay
from messaging.gateways.simulator import CONSOLE
from messaging.kinds import AirtimeState, OutboundKind, OutboundState
from messaging.models import AirtimeGrant, OutboundMessage, SessionEndReport
from messaging.phrases.formats import local_date

# A text is sent within a day, and its price told at once or with its report.
MAY_CHANGE = timedelta(days=3)
# Rows are written in the order of their moments, give or take what a long transaction takes.
OUT_OF_ORDER = timedelta(hours=1)

_WENT = (OutboundState.SENT, OutboundState.DELIVERED, OutboundState.UNKNOWN)
_PAID = (AirtimeState.SENT, AirtimeState.DELIVERED, AirtimeState.UNKNOWN)

# Kind, gateway, what it was sent for, currency; messages, segments, cost.
Counted: TypeAlias = tuple[str, str, str, str, int, int, Decimal]


@dataclass(frozen=True)
class Cost:
    """What a month's worth came to. `currency` "": no gateway told what these cost."""

    kind: str
    gateway: str
    currency: str
    messages: int
    segments: int
    cost: Decimal


@dataclass(frozen=True)
class Span:
    """Some days, the last among them, and their moments."""

    first: date
    last: date

    @classmethod
    def month_of(cls, day: date) -> "Span":
        """The month a day lies in."""
        first = day.replace(day=1)
        return cls(first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def count_day(session: Session, day: date, timezone: str, now: datetime) -> None:
    """Count a day anew, in the place of what was counted before."""
    since, until = _begins(day, timezone), _begins(day + timedelta(days=1), timezone)
    _hold_mark(session, day, now).counted_at = now
    rows = [
        *_texts(session, since, until),
        *_calls(session, since, until),
        *_airtime(session, since, until),
    ]
    session.execute(delete(CostDay).where(CostDay.day == day, CostDay.kind != COUNTED))
    session.add_all(
        CostDay(
            day=day,
            kind=kind,
            gateway=gateway,
            about=about,
            currency=currency,
            messages=messages,
            segments=segments,
            cost=cost,
            counted_at=now,
        )
        for kind, gateway, about, currency, messages, segments, cost in rows
    )


def _hold_mark(session: Session, day: date, now: datetime) -> CostDay:
    """The row that says that a day was counted; who counts it beside us waits for it."""
    key = {"day": day, "kind": COUNTED, "gateway": "", "about": "", "currency": ""}
    nothing = {"messages": 0, "segments": 0, "cost": Decimal(0), "counted_at": now}
    insert_missing(session, CostDay, [key | nothing])
    return session.get_one(CostDay, key, with_for_update=True, populate_existing=True)


def days_to_count(session: Session, today: date, timezone: str, most: int) -> list[date]:
    """The days whose costs may still change, and the newest `most` that were never counted."""
    began = _first_day(session, timezone)
    if began is None:
        return [today]
    counted = set(session.scalars(select(CostDay.day).where(CostDay.kind == COUNTED)))
    days = [today - timedelta(days=back) for back in range((today - began).days + 1)]
    changing, older = days[: MAY_CHANGE.days + 1], days[MAY_CHANGE.days + 1 :]
    return [*changing, *[day for day in older if day not in counted][:most]]


def costs_of(session: Session, span: Span) -> list[Cost]:
    """What was spent in some days, by kind, gateway and currency."""
    row = CostDay
    found = session.execute(
        select(
            row.kind,
            row.gateway,
            row.currency,
            func.sum(row.messages),
            func.sum(row.segments),
            func.sum(row.cost),
        )
        .where(row.day >= span.first, row.day <= span.last, row.kind != COUNTED)
        .group_by(row.kind, row.gateway, row.currency)
        .order_by(row.kind, row.gateway, row.currency)
    )
    return [Cost(*some) for some in found]


@dataclass(frozen=True)
class Known:
    """The first and the last day that were counted, and when the last one was."""

    first: date
    last: date
    counted_at: datetime


def known_days(session: Session) -> Known | None:
    """How far costs were counted; None before any were."""
    marks = select(CostDay).where(CostDay.kind == COUNTED)
    first = session.scalar(marks.order_by(CostDay.day).limit(1))
    last = session.scalar(marks.order_by(CostDay.day.desc()).limit(1))
    if first is None or last is None:
        return None
    return Known(first.day, last.day, last.counted_at)


def _texts(session: Session, since: datetime, until: datetime) -> list[Counted]:
    """What was handed to a gateway, and what failed there and cost something all the same."""
    row = OutboundMessage
    is_to_many = row.kind == OutboundKind.BULLETIN
    # "edition:12:345" without its person, 345.
    length = func.length(row.dedupe_key) - func.length(as_type(row.subscriber_id, String)) - 1
    about = case((is_to_many, func.substr(row.dedupe_key, 1, length)), else_="")
    query = _sums(row.kind, row.gateway, about, row.cost_currency, row.segments, row.cost).where(
        *_between(session, row.id, row.created_at, since, until),
        or_(row.state.in_(_WENT), row.cost.is_not(None)),
        # What the command line says in somebody's name reaches no phone.
        row.gateway.is_distinct_from(CONSOLE),
    )
    return _read(session, query)


def _calls(session: Session, since: datetime, until: datetime) -> list[Counted]:
    """What gateways asked for calls; the first word on each, as where they are left is counted."""
    row = SessionEndReport
    query = _sums(row.channel, row.gateway, literal(""), row.cost_currency, literal(0), row.cost)
    counted = query.where(
        *_between(session, row.id, row.received_at, since, until),
        row.ussd_session_id.is_not(None),
        row.cost.is_not(None),
    )
    return _read(session, counted)


def _airtime(session: Session, since: datetime, until: datetime) -> list[Counted]:
    row = AirtimeGrant
    query = _sums(
        literal("airtime"), row.gateway, literal(""), row.currency, literal(0), row.amount
    )
    paid = query.where(
        *_between(session, row.id, row.created_at, since, until), row.state.in_(_PAID)
    )
    return _read(session, paid)


def _sums(
    kind: Any, gateway: Any, about: Any, currency: Any, segments: Any, cost: Any
) -> Select[Any]:
    # Grouped by their labels: the same words with other parameters would be other words.
    return select(
        kind.label("of_kind"),
        func.coalesce(gateway, "").label("of_gateway"),
        about.label("of_about"),
        func.coalesce(currency, "").label("of_currency"),
        func.count(),
        func.sum(segments),
        func.sum(cost),
    ).group_by("of_kind", "of_gateway", "of_about", "of_currency")


def _read(session: Session, query: Select[Any]) -> list[Counted]:
    return [
        (str(kind), gateway, about, currency, messages, int(segments), cost or Decimal(0))
        for kind, gateway, about, currency, messages, segments, cost in session.execute(query)
    ]


def _between(
    session: Session,
    id_: InstrumentedAttribute[int],
    moment: InstrumentedAttribute[datetime],
    since: datetime,
    until: datetime,
) -> list[ColumnElement[bool]]:
    """The rows of a day: by their ids first, for their moments have no index."""
    first = _first_id(session, id_, moment, since - OUT_OF_ORDER)
    behind = _first_id(session, id_, moment, until + OUT_OF_ORDER)
    return [id_ >= first, id_ < behind, moment >= since, moment < until]


def _first_id(
    session: Session,
    id_: InstrumentedAttribute[int],
    moment: InstrumentedAttribute[datetime],
    since: datetime,
) -> int:
    """The first id from a moment on, halved upon: a few rows are looked at, whatever there are."""
    low, high = session.execute(select(func.min(id_), func.max(id_))).one()
    if low is None:
        return 0
    high += 1
    while low < high:
        middle = (low + high) // 2
        found = session.execute(
            select(id_, moment).where(id_ >= middle).order_by(id_).limit(1)
        ).one()
        if found[1] >= since:
            high = middle
        else:
            low = found[0] + 1
    return int(low)


def _first_day(session: Session, timezone: str) -> date | None:
    """The day of the oldest text, call or payment."""
    oldest = (
        session.scalar(select(moment).order_by(id_).limit(1))
        for id_, moment in (
            (OutboundMessage.id, OutboundMessage.created_at),
            (SessionEndReport.id, SessionEndReport.received_at),
            (AirtimeGrant.id, AirtimeGrant.created_at),
        )
    )
    return min((local_date(at, timezone) for at in oldest if at is not None), default=None)


def _begins(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(timezone)).astimezone(UTC)

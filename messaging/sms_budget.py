"""What texts may cost in a day and in a month: booked before they go, corrected afterwards.

Booked is what is handed to a gateway, by any worker: the counters are rows, held until the
transaction that books ends. So a limit is a hard stop however many send at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from messaging.budgets import BudgetKey, add_to_budgets
from messaging.kinds import PRIORITIES, OutboundKind
from messaging.models import DayBudget, OutboundMessage
from messaging.phrases.formats import local_date
from messaging.sms_prices import SmsLimits, SmsSpent, segments_left

# Per cent of a limit that a kind of message may fill. What the more urgent ones may take beyond it
# is theirs alone: a bulletin to thousands spends no farmer's answer. Replies – a statement is one –
# may take all; somebody asked for an alert by name, for a bulletin once and for all, and nudges
# are our own wish.
SHARES = {
    OutboundKind.REPLY: 100,
    OutboundKind.ALERT: 95,
    OutboundKind.BULLETIN: 85,
    OutboundKind.NUDGE: 70,
}
# Room comes back in the midst of a day: a gateway refused some, the operator raised the limit.
TRIED_AGAIN_AFTER = timedelta(hours=1)

# The counters' names; that of money has its currency behind it. The month's stand on its first day.
DAY, MONTH = "sms day", "sms month"

log = structlog.get_logger()


@dataclass(frozen=True)
class Spending:
    """What texts took so far of the day and of the month, and how many wait, by kind."""

    day: SmsSpent
    month: SmsSpent
    held_back: Mapping[OutboundKind, int]


def afford(
    session: Session,
    limits: SmsLimits | None,
    kind: OutboundKind,
    segments_each: int,
    count: int,
    now: datetime,
) -> int:
    """Book as many of `count` equal messages as may go, and tell how many that is.

    The counters stay held until the transaction ends: call it late, and commit soon.
    """
    if limits is None or count <= 0:
        return max(count, 0)
    # Mostly all may go, and then one statement has told and booked it.
    before = _book(session, limits, segments_each * count, now)
    fitting = _fitting(limits, before, kind, segments_each, count)
    if fitting < count:
        _book(session, limits, segments_each * (fitting - count), now)
        _note_held_back(session, limits, kind, count - fitting, now)
    return fitting


def opens_at(limits: SmsLimits, now: datetime) -> datetime:
    """When what did not fit may be tried again: within the hour, or when the next day begins."""
    tomorrow = local_date(now, limits.timezone) + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(0), ZoneInfo(limits.timezone))
    return min(now + TRIED_AGAIN_AFTER, midnight.astimezone(UTC))


def give_back(
    session: Session, limits: SmsLimits | None, segments: int, booked_at: datetime
) -> None:
    """Take back what was booked for messages that no gateway took: so many segments in all.

    `booked_at` is the moment `afford` was told, when they were claimed: a result that comes after
    midnight concerns the day before.
    """
    if limits is not None and segments > 0:
        _book(session, limits, -segments, booked_at)


def book_cost(
    session: Session,
    limits: SmsLimits | None,
    segments: int,
    cost: Decimal,
    currency: str,
    booked_at: datetime,
) -> None:
    """Put what a gateway really asks for in the place of what these segments were reckoned at.

    A cost in another currency cannot be compared: what was reckoned stays.
    """
    if limits is None or limits.price is None or limits.price.currency != currency:
        return
    more = cost - limits.price.of(segments)
    if more:
        add_to_budgets(session, _amounts(limits, 0, more, booked_at))


def spending(session: Session, limits: SmsLimits, now: datetime) -> Spending:
    """How the day and the month stand, for the operator."""
    day, month = _days(limits, now)
    rows = session.execute(
        select(DayBudget.name, DayBudget.day, DayBudget.spent).where(
            DayBudget.day.in_([day, month]), DayBudget.name.startswith("sms ")
        )
    )
    totals = {(name, on): amount for name, on, amount in rows}
    held = [kind for kind in OutboundKind if totals.get((_held(kind), day))]
    return Spending(*_read(limits, totals, now), held_back=_waiting(session, held))


def left_for(kind: OutboundKind, limits: SmsLimits, spent: Spending) -> int | None:
    """How many segments more of a kind may go today; None: no limit holds them back."""
    left = [
        segments_left(limit, so_far, limits.price, SHARES[kind])
        for limit, so_far in ((limits.day, spent.day), (limits.month, spent.month))
    ]
    return min((max(some, 0) for some in left if some is not None), default=None)


def _book(
    session: Session, limits: SmsLimits, segments: int, now: datetime
) -> tuple[SmsSpent, SmsSpent]:
    """Add to the counters, and tell how day and month stood before."""
    money = Decimal(0) if limits.price is None else limits.price.of(segments)
    amounts = _amounts(limits, segments, money, now)
    after = add_to_budgets(session, amounts)
    return _read(limits, {key: total - amounts[key] for key, total in after.items()}, now)


def _fitting(
    limits: SmsLimits,
    before: tuple[SmsSpent, SmsSpent],
    kind: OutboundKind,
    segments_each: int,
    count: int,
) -> int:
    left = [
        segments_left(limit, spent, limits.price, SHARES[kind])
        for limit, spent in zip((limits.day, limits.month), before, strict=True)
    ]
    return min([count, *(max(some // segments_each, 0) for some in left if some is not None)])


def _note_held_back(
    session: Session, limits: SmsLimits, kind: OutboundKind, count: int, now: datetime
) -> None:
    """Remember it for the operator, and say so once a day, whichever worker met it first."""
    key = (_held(kind), local_date(now, limits.timezone))
    if add_to_budgets(session, {key: Decimal(count)})[key] == count:
        log.warning(
            "sms_budget_reached",
            kind=kind.value,
            what_to_do="it waits; raise BEI_DAILY_SMS_BUDGET or BEI_MONTHLY_SMS_BUDGET, or nothing",
        )


def _amounts(
    limits: SmsLimits, segments: int, money: Decimal, now: datetime
) -> dict[BudgetKey, Decimal]:
    """What is added to each counter, in the order in which everybody holds them."""
    amounts: dict[BudgetKey, Decimal] = {}
    for period, on in zip((DAY, MONTH), _days(limits, now), strict=True):
        amounts[period, on] = Decimal(segments)
        if limits.price is not None:
            amounts[f"{period} {limits.price.currency}", on] = money
    return amounts


def _read(
    limits: SmsLimits, totals: Mapping[BudgetKey, Decimal], now: datetime
) -> tuple[SmsSpent, SmsSpent]:
    """How day and month stand by their counters."""
    currency = "" if limits.price is None else limits.price.currency
    day, month = (
        SmsSpent(
            segments=int(totals.get((period, on), 0)),
            money=totals.get((f"{period} {currency}", on), Decimal(0)),
        )
        for period, on in zip((DAY, MONTH), _days(limits, now), strict=True)
    )
    return day, month


def _days(limits: SmsLimits, now: datetime) -> tuple[date, date]:
    """The days under which the counters of day and month stand."""
    today = local_date(now, limits.timezone)
    return today, today.replace(day=1)


def _held(kind: OutboundKind) -> str:
    return f"sms held {kind}"


def _waiting(session: Session, kinds: Sequence[OutboundKind]) -> dict[OutboundKind, int]:
    """How many are queued of these kinds, the most urgent first."""
    message, by_priority = OutboundMessage, {PRIORITIES[kind]: kind for kind in kinds}
    rows = session.execute(
        select(message.priority, func.count())
        # Named as it stands there, and by priority: so the index of what is queued tells it all.
        .where(message.state == literal_column("'queued'"), message.priority.in_(by_priority))
        .group_by(message.priority)
        .order_by(message.priority)
    )
    return {by_priority[priority]: count for priority, count in rows}

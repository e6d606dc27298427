"""How sessions on USSD and calls end: what gateways say of it, and where people leave."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Executable, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from db.upserts import insert_once
from messaging.gateways.simulator import CONSOLE
from messaging.kinds import Channel, SessionOutcome
from messaging.message import SessionEnd
from messaging.models import SessionEndReport, UssdSession
from messaging.subscribers import find_subscriber

# A report may beat the commit of the hop it is about; no hop takes as long as this.
WAITS_FOR_ITS_SESSION = timedelta(hours=1)
REPORTS_AT_A_TIME = 500
# Networks end a USSD session after three minutes, whatever happens in it.
SILENT = timedelta(minutes=3)
MOST_OF_THEM = 0.9
BATCH = 5_000


def record_session_end(session: Session, notice: SessionEnd, now: datetime) -> bool:
    """Keep what a gateway says of a session's end; False while that session is not known.

    It only ever counts for a session of the number it names, so that a guessed id does nothing. A
    repeat changes nothing, and the first word stands beside a later one.
    """
    report = _kept(session, notice, now)
    return report.ussd_session_id is not None or _match(session, report)


def rematch_session_ends(session: Session, now: datetime) -> int:
    """Try reports again whose session was not known when they came; returns how many matched."""
    report, counted = SessionEndReport, aliased(SessionEndReport)
    waiting = session.scalars(
        select(report)
        .join(UssdSession, _is_its_session())
        .where(report.ussd_session_id.is_(None), report.received_at >= now - WAITS_FOR_ITS_SESSION)
        .where(~exists().where(counted.ussd_session_id == UssdSession.id))
        .order_by(report.id)
        .limit(REPORTS_AT_A_TIME)
    ).all()
    return sum(_match(session, each) for each in waiting)


def _kept(session: Session, notice: SessionEnd, now: datetime) -> SessionEndReport:
    """The report in its table; gateways repeat, and then it is the one from before."""
    person = None if notice.msisdn is None else find_subscriber(session, notice.msisdn)
    person_id = None if person is None else person.id
    key = f"{notice.gateway}:{person_id or 0}:{notice.status}:{notice.gateway_session_id}"
    row = {
        "dedupe_key": key,
        "gateway": notice.gateway,
        "gateway_session_id": notice.gateway_session_id,
        "channel": notice.channel,
        "subscriber_id": person_id,
        "status": notice.status,
        "outcome": notice.outcome,
        "cost": notice.cost,
        "cost_currency": notice.cost_currency,
        "duration_seconds": notice.duration_seconds,
        "hops": notice.hops,
        "error": notice.error,
        "payload": dict(notice.payload),
        "received_at": now,
    }
    insert_once(session, SessionEndReport, row, key="dedupe_key")
    return session.scalars(select(SessionEndReport).where(SessionEndReport.dedupe_key == key)).one()


def _match(session: Session, report: SessionEndReport) -> bool:
    """Let a report count for its session, where no other does."""
    held = session.scalar(
        select(UssdSession)
        .where(
            UssdSession.gateway == report.gateway,
            UssdSession.gateway_session_id == report.gateway_session_id,
            UssdSession.subscriber_id == report.subscriber_id,
        )
        # Two words on one session wait for each other here.
        .with_for_update()
    )
    if held is None:
        return False
    counted = session.scalar(
        select(SessionEndReport).where(SessionEndReport.ussd_session_id == held.id)
    )
    if counted is not None and (counted.outcome is not None or report.outcome is None):
        return True
    if counted is not None:  # a word that nobody knows makes room for one that says how it ended
        counted.ussd_session_id = None
        session.flush()
    report.ussd_session_id = held.id
    session.flush()
    return True


@dataclass(frozen=True)
class LeftAt:
    """One screen by the name of its frame (None: from before it was kept), and who was left there.

    `calls` ended on this screen in whatever way, `left` of them because somebody left.
    """

    screen: str | None
    left: int
    calls: int


@dataclass(frozen=True)
class DropOff:
    """What became of the calls of some weeks on one channel.

    `finished` came to the end of the menu. `left` did not: the gateway says that they are over, or
    nothing came for three minutes. What is in neither goes on right now.

    Half of those that are over took no longer than `median_seconds`, nine of ten no longer than
    `p90_seconds`: as the gateway says, else from the first hop to the last, which leaves out how
    long the last screen was looked at. `costs` are by currency, None where it is not told. `unseen`
    are calls that only the gateway knows: no hop of them reached us, but they may have cost.
    """

    calls: int
    finished: int
    left: int
    median_seconds: int | None
    p90_seconds: int | None
    costs: Mapping[str | None, Decimal]
    outcomes: Mapping[SessionOutcome | None, int]  # as told; None: in a word nobody knows
    screens: Sequence[LeftAt]  # where most left comes first
    unseen: int


class Call(NamedTuple):
    """One call, and what the gateway said of its end (all None: nothing)."""

    screen: str | None
    ended: bool
    started_at: datetime
    updated_at: datetime
    report_id: int | None = None
    outcome: SessionOutcome | None = None
    duration_seconds: Decimal | None = None
    cost: Decimal | None = None
    cost_currency: str | None = None

    @property
    def seconds(self) -> int:
        """How long it took."""
        if self.duration_seconds is not None:
            return round(self.duration_seconds)
        return round((self.updated_at - self.started_at).total_seconds())

    def is_left(self, now: datetime) -> bool:
        """Whether somebody left before the end."""
        return not self.ended and (self.report_id is not None or self.updated_at < now - SILENT)


class Charge(NamedTuple):
    """What a call cost that never reached us."""

    cost: Decimal | None
    cost_currency: str | None


def drop_off(session: Session, *, channel: Channel, since: datetime, now: datetime) -> DropOff:
    """Where the calls were left that began after `since`, how long they took, what they cost.

    The operator's own trials at the command line are no calls.
    """
    calls = (Call(*row) for row in _streamed(session, _calls(channel, since, now)))
    unseen = (Charge(*row) for row in _streamed(session, _unseen(channel, since, now)))
    return drop_off_of(calls, unseen, now=now)


def drop_off_of(calls: Iterable[Call], unseen: Iterable[Charge] = (), *, now: datetime) -> DropOff:
    """The same of calls at hand, each looked at once: of a month's, only counts are kept."""
    at, left, seconds = Counter[str | None](), Counter[str | None](), Counter[int]()
    outcomes, costs, finished = Counter[SessionOutcome | None](), dict[str | None, Decimal](), 0
    for call in calls:
        is_left = call.is_left(now)
        at[call.screen] += 1
        left[call.screen] += is_left
        finished += call.ended
        if is_left or call.ended:
            seconds[call.seconds] += 1
        if call.report_id is not None:
            outcomes[call.outcome] += 1
            _add(costs, call.cost, call.cost_currency)
    strangers = 0
    for charge in unseen:
        strangers += 1
        _add(costs, charge.cost, charge.cost_currency)
    return DropOff(
        calls=at.total(),
        finished=finished,
        left=left.total(),
        median_seconds=_nearest(seconds, 0.5),
        p90_seconds=_nearest(seconds, MOST_OF_THEM),
        costs=costs,
        outcomes=outcomes,
        screens=[LeftAt(screen, number, at[screen]) for screen, number in left.most_common()],
        unseen=strangers,
    )


def _add(costs: dict[str | None, Decimal], cost: Decimal | None, currency: str | None) -> None:
    if cost is not None:
        costs[currency] = costs.get(currency, Decimal()) + cost


def _nearest(counted: Counter[int], share: float) -> int | None:
    """The least value that is not below this share of all."""
    so_far, wanted = 0, share * counted.total()
    for value in sorted(counted):
        so_far += counted[value]
        if so_far >= wanted:
            return value
    return None


def _calls(channel: Channel, since: datetime, now: datetime) -> Executable:
    row, report = UssdSession, SessionEndReport
    return (
        select(
            row.screen,
            row.ended,
            row.started_at,
            row.updated_at,
            report.id,
            report.outcome,
            report.duration_seconds,
            report.cost,
            report.cost_currency,
        )
        .outerjoin(report, report.ussd_session_id == row.id)
        .where(row.started_at > since, row.started_at <= now)
        .where(row.channel == channel, row.gateway != CONSOLE)
    )


def _unseen(channel: Channel, since: datetime, now: datetime) -> Executable:
    """The first word on each call of which we know nothing else."""
    row, report = UssdSession, SessionEndReport
    first = (
        select(func.min(report.id))
        .where(report.ussd_session_id.is_(None), report.channel == channel)
        .where(report.received_at > since, report.received_at <= now)
        .where(
            ~exists().where(
                row.gateway == report.gateway, row.gateway_session_id == report.gateway_session_id
            )
        )
        .group_by(report.gateway, report.gateway_session_id)
    )
    return select(report.cost, report.cost_currency).where(report.id.in_(first))


def _is_its_session() -> Any:
    row, report = UssdSession, SessionEndReport
    return and_(
        row.gateway == report.gateway,
        row.gateway_session_id == report.gateway_session_id,
        row.subscriber_id == report.subscriber_id,
    )


def _streamed(session: Session, query: Executable) -> Iterator[Sequence[Any]]:
    # By the connection: no object is made of a row, which takes longer than to read it.
    options = {"yield_per": BATCH}
    return iter(session.connection().execute(query, execution_options=options))

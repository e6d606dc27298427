"""What a day and a month cost: counted from what was sent, once, and again while it may change."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from messaging.cost_models import COUNTED, CostDay
from messaging.costs import Cost, Span, costs_of, count_day, days_to_count, known_days
from messaging.kinds import AirtimeState, Channel, OutboundKind, OutboundState
from messaging.models import OutboundMessage, SessionEndReport, UssdSession
from tests.cast import KAMAU, WANJIKU
from tests.conftest import NOON
from tests.messaging.airtime import earns, grants
from tests.messaging.stories import meet, promise

NAIROBI = "Africa/Nairobi"
TODAY = date(2026, 11, 24)
MONTH = Span.month_of(TODAY)
REPLY, BULLETIN = OutboundKind.REPLY, OutboundKind.BULLETIN


def sent(
    session: Session,
    now: datetime,
    key: str,
    *,
    cost: str | None = "0.80",
    state: OutboundState = OutboundState.SENT,
    kind: OutboundKind = REPLY,
    msisdn: str = WANJIKU,
) -> OutboundMessage:
    message = promise(session, meet(session, msisdn, now), now, key, key=key, kind=kind)
    message.state, message.gateway = state, "africastalking"
    if cost is not None:
        message.cost, message.cost_currency = Decimal(cost), "KES"
    return message


def counted(session: Session, day: date = TODAY) -> list[tuple[str, str, str, str, int, Decimal]]:
    row = CostDay
    found = session.execute(
        select(row.kind, row.gateway, row.about, row.currency, row.messages, row.cost)
        .where(row.day == day, row.kind != COUNTED)
        .order_by(row.kind, row.about, row.currency)
    )
    return [tuple(one) for one in found]  # type: ignore[misc]


def test_a_day_is_counted_by_kind_gateway_and_what_it_was_for(database: Database) -> None:
    with database.begin() as session:
        sent(session, NOON, "reply:1")
        sent(session, NOON, "reply:2", state=OutboundState.DELIVERED)
        sent(session, NOON, "reply:3", cost=None)
        first = sent(session, NOON, "edition:7:1", kind=BULLETIN)
        first.dedupe_key = f"edition:7:{first.subscriber_id}"
        second = sent(session, NOON, "edition:7:2", kind=BULLETIN, msisdn=KAMAU)
        second.dedupe_key = f"edition:7:{second.subscriber_id}"
        # What never went, or came back unpaid, costs nothing; what failed on the way does.
        sent(session, NOON, "reply:4", state=OutboundState.QUEUED, cost=None)
        sent(session, NOON, "reply:5", state=OutboundState.FAILED, cost=None)
        sent(session, NOON, "reply:6", state=OutboundState.FAILED, cost="0.40")
    with database.begin() as session:
        count_day(session, TODAY, NAIROBI, NOON)
        assert counted(session) == [
            ("bulletin", "africastalking", "edition:7", "KES", 2, Decimal("1.60")),
            ("reply", "africastalking", "", "", 1, Decimal(0)),
            ("reply", "africastalking", "", "KES", 3, Decimal("2.00")),
        ]


def test_a_day_begins_at_midnight_on_the_operators_wall(database: Database) -> None:
    midnight = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
    with database.begin() as session:
        for number, moment in enumerate(
            (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23, minutes=59))
        ):
            sent(session, moment, f"reply:{number}")
        sent(session, midnight + timedelta(days=1), "reply:9")
    with database.begin() as session:
        count_day(session, TODAY, NAIROBI, NOON)
        assert counted(session) == [
            ("reply", "africastalking", "", "KES", 2, Decimal("1.60")),
        ]


def test_a_day_is_found_among_many_by_halving(database: Database) -> None:
    """Gaps in the ids, and a row that was written late, lead nobody astray."""
    with database.begin() as session:
        for hour in range(24 * 6):
            sent(session, NOON + timedelta(hours=hour - 72), f"reply:{hour}", cost="1")
        late = sent(session, NOON, "reply:late", cost="1")
        late.created_at = NOON + timedelta(hours=71) - timedelta(minutes=30)
        for gone in session.scalars(select(OutboundMessage).where(OutboundMessage.id % 7 == 0)):
            session.delete(gone)
    with database.begin() as session:
        row = OutboundMessage
        for day in (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=2)):
            count_day(session, day, NAIROBI, NOON)
            begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3)
            there = session.scalars(
                select(row.id).where(
                    row.created_at >= begins, row.created_at < begins + timedelta(days=1)
                )
            ).all()
            assert sum(one[4] for one in counted(session, day)) == len(there)


def test_what_was_counted_is_counted_anew_in_its_place(database: Database) -> None:
    with database.begin() as session:
        sent(session, NOON, "reply:1")
        count_day(session, TODAY, NAIROBI, NOON)
        sent(session, NOON, "reply:2")
        count_day(session, TODAY, NAIROBI, NOON + timedelta(minutes=10))
        assert costs_of(session, MONTH) == [
            Cost("reply", "africastalking", "KES", 2, 2, Decimal("1.60"))
        ]
        known = known_days(session)
    assert known is not None
    assert (known.first, known.last) == (TODAY, TODAY)
    assert known.counted_at == NOON + timedelta(minutes=10)


def test_calls_and_airtime_cost_too(database: Database) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, NOON)
        call = UssdSession(
            gateway="africastalking", gateway_session_id="s", subscriber_id=wanjiku.id,
            service_code="*384#", transcript="", state={}, answer="",
            started_at=NOON, updated_at=NOON,
        )  # fmt: skip
        session.add(call)
        session.flush()
        for key, ussd_session_id in (("a", call.id), ("b", None)):  # told twice, paid once
            session.add(
                SessionEndReport(
                    dedupe_key=key, gateway="africastalking", gateway_session_id="s",
                    channel=Channel.USSD, status="Success", cost=Decimal("1.50"),
                    cost_currency="KES", payload={}, received_at=NOON,
                    ussd_session_id=ussd_session_id,
                )
            )  # fmt: skip
    with database.begin() as session:
        assert earns(session, NOON)
        (grant,) = grants(session)
        grant.state, grant.gateway = AirtimeState.SENT, "africastalking"
    with database.begin() as session:
        count_day(session, TODAY, NAIROBI, NOON)
        found = {one.kind: (one.messages, one.currency) for one in costs_of(session, MONTH)}
    assert found["ussd"] == (1, "KES")
    assert found["airtime"] == (1, "KES")


def test_the_days_that_may_change_and_those_never_counted(database: Database) -> None:
    def days(session: Session) -> list[int]:
        found = days_to_count(session, TODAY, NAIROBI, 2)
        return [(TODAY - day).days for day in found]

    with database.begin() as session:
        assert days(session) == [0]
        sent(session, NOON - timedelta(days=7), "reply:1")
        assert days(session) == [0, 1, 2, 3, 4, 5]
        for back in (4, 5):
            count_day(session, TODAY - timedelta(days=back), NAIROBI, NOON)
        assert days(session) == [0, 1, 2, 3, 6, 7]


@pytest.mark.parametrize(
    ("day", "last"),
    [(date(2026, 2, 3), 28), (date(2028, 2, 29), 29), (date(2026, 12, 31), 31)],
)
def test_a_month_ends_on_its_last_day(day: date, last: int) -> None:
    assert Span.month_of(day) == Span(day.replace(day=1), day.replace(day=last))

"""What texts may cost: a hard stop that holds whoever sends, and lets answers through."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from structlog.testing import capture_logs

from db.session import Database
from messaging.kinds import OutboundKind
from messaging.sms_budget import SHARES, afford, book_cost, give_back, opens_at, spending
from messaging.sms_prices import SmsLimit, SmsLimits, SmsPrice, SmsSpent
from tests.cast import KAMAU, WANJIKU
from tests.messaging.stories import meet, promise
from tests.plans import plans_of

REPLY, BULLETIN = OutboundKind.REPLY, OutboundKind.BULLETIN
NAIROBI = "Africa/Nairobi"
HUNDRED_A_DAY = SmsLimits(NAIROBI, day=SmsLimit(segments=100))
KES_80_A_DAY = SmsLimits(
    NAIROBI, day=SmsLimit(money=Decimal(80)), price=SmsPrice("KES", Decimal("0.80"))
)


def may_go(  # one claim
    database: Database,
    limits: SmsLimits | None,
    count: int,
    now: datetime,
    *,
    kind: OutboundKind = REPLY,
    segments_each: int = 1,
) -> int:
    with database.begin() as session:
        return afford(session, limits, kind, segments_each, count, now)


def today(database: Database, limits: SmsLimits, now: datetime) -> SmsSpent:
    with database.read() as session:
        return spending(session, limits, now).day


def test_without_a_limit_all_go_and_nothing_is_counted(database: Database, now: datetime) -> None:
    assert may_go(database, None, 7_000, now) == 7_000
    assert today(database, HUNDRED_A_DAY, now) == SmsSpent()


def test_a_limit_is_a_hard_stop(database: Database, now: datetime) -> None:
    assert may_go(database, HUNDRED_A_DAY, 30, now, segments_each=2) == 30
    assert may_go(database, HUNDRED_A_DAY, 30, now, segments_each=3) == 13
    assert today(database, HUNDRED_A_DAY, now).segments == 99, "one is left, for a short answer"
    assert may_go(database, HUNDRED_A_DAY, 5, now, segments_each=2) == 0
    assert may_go(database, HUNDRED_A_DAY, 5, now) == 1
    assert may_go(database, HUNDRED_A_DAY, 0, now) == 0


def test_a_bulletin_leaves_room_for_answers(database: Database, now: datetime) -> None:
    assert may_go(database, HUNDRED_A_DAY, 1_000, now, kind=OutboundKind.NUDGE) == 70
    assert may_go(database, HUNDRED_A_DAY, 1_000, now, kind=BULLETIN) == 15
    assert may_go(database, HUNDRED_A_DAY, 1_000, now, kind=OutboundKind.NUDGE) == 0
    assert may_go(database, HUNDRED_A_DAY, 1_000, now, kind=OutboundKind.ALERT) == 10
    assert may_go(database, HUNDRED_A_DAY, 1_000, now, kind=REPLY) == 5
    assert may_go(database, HUNDRED_A_DAY, 1_000, now, kind=REPLY) == 0


def test_the_more_urgent_a_kind_the_more_it_may_take() -> None:
    assert list(SHARES) == list(OutboundKind)
    assert sorted(SHARES.values(), reverse=True) == list(SHARES.values())
    assert SHARES[REPLY] == 100


def test_a_limit_holds_whoever_sends_at_once(database: Database, now: datetime) -> None:
    start, went = Barrier(8), []

    def send() -> None:
        start.wait(timeout=10)
        went.extend(may_go(database, HUNDRED_A_DAY, 9, now, segments_each=2) for _ in range(2))

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(went) == 50
    assert today(database, HUNDRED_A_DAY, now).segments == 100


def test_a_day_ends_at_midnight_there(database: Database) -> None:
    evening = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)  # half past eleven in Nairobi
    assert may_go(database, HUNDRED_A_DAY, 100, evening) == 100
    assert may_go(database, HUNDRED_A_DAY, 1, evening + timedelta(minutes=29)) == 0
    assert may_go(database, HUNDRED_A_DAY, 1, evening + timedelta(minutes=30)) == 1


def test_a_month_holds_back_what_its_days_would_let_go(database: Database, now: datetime) -> None:
    limits = SmsLimits(NAIROBI, day=SmsLimit(segments=100), month=SmsLimit(segments=150))
    assert may_go(database, limits, 100, now) == 100
    tomorrow = now + timedelta(days=1)
    assert may_go(database, limits, 100, tomorrow) == 50
    in_december = now + timedelta(days=8)
    assert may_go(database, limits, 100, in_december) == 100
    with database.read() as session:
        seen = spending(session, limits, tomorrow)
        assert (seen.day.segments, seen.month.segments) == (50, 150)
        assert spending(session, limits, in_december).month.segments == 100


def test_the_first_of_a_month_is_not_the_month(database: Database) -> None:
    first = datetime(2026, 12, 1, 9, tzinfo=UTC)
    limits = SmsLimits(NAIROBI, day=SmsLimit(segments=100), month=SmsLimit(segments=1_000))
    assert may_go(database, limits, 90, first) == 90
    assert may_go(database, limits, 90, first) == 10
    with database.read() as session:
        assert spending(session, limits, first).month.segments == 100


def test_money_is_reckoned_until_the_gateway_tells_its_price(
    database: Database, now: datetime
) -> None:
    assert may_go(database, KES_80_A_DAY, 99, now) == 99
    assert today(database, KES_80_A_DAY, now) == SmsSpent(99, Decimal("79.2"))
    assert may_go(database, KES_80_A_DAY, 1, now, segments_each=2) == 0, "it takes KES 1.60"
    with database.begin() as session:  # 60 were cheaper than thought
        book_cost(session, KES_80_A_DAY, 60, Decimal("36.00"), "KES", now)
    assert today(database, KES_80_A_DAY, now) == SmsSpent(99, Decimal("67.2"))
    assert may_go(database, KES_80_A_DAY, 100, now) == 16


def test_what_is_dearer_than_thought_stops_all(database: Database, now: datetime) -> None:
    may_go(database, KES_80_A_DAY, 60, now)
    with database.begin() as session:
        book_cost(session, KES_80_A_DAY, 60, Decimal("90.00"), "KES", now)
    assert may_go(database, KES_80_A_DAY, 1, now) == 0
    assert today(database, KES_80_A_DAY, now).money == Decimal(90)


def test_a_cost_in_other_money_says_nothing(database: Database, now: datetime) -> None:
    may_go(database, KES_80_A_DAY, 10, now)
    with database.begin() as session:
        book_cost(session, KES_80_A_DAY, 10, Decimal("0.30"), "USD", now)
        book_cost(session, HUNDRED_A_DAY, 10, Decimal("0.30"), "KES", now)
        book_cost(session, None, 10, Decimal("0.30"), "KES", now)
    assert today(database, KES_80_A_DAY, now).money == Decimal(8)


def test_what_no_gateway_took_is_given_back_to_its_day(database: Database) -> None:
    evening = datetime(2026, 11, 24, 20, 59, tzinfo=UTC)
    after_midnight = evening + timedelta(minutes=2)
    may_go(database, HUNDRED_A_DAY, 100, evening)
    may_go(database, HUNDRED_A_DAY, 10, after_midnight)
    with database.begin() as session:
        give_back(session, HUNDRED_A_DAY, 40, evening)
        give_back(session, HUNDRED_A_DAY, 0, evening)
        give_back(session, None, 40, evening)
    assert today(database, HUNDRED_A_DAY, evening).segments == 60
    assert today(database, HUNDRED_A_DAY, after_midnight).segments == 10


def test_what_does_not_fit_is_told_once_a_day_and_shown(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for person in (meet(session, WANJIKU, now), meet(session, KAMAU, now)):
            promise(session, person, now, kind=BULLETIN)
            promise(session, person, now, kind=REPLY)
    with capture_logs() as logs:
        for _ in range(3):
            assert may_go(database, HUNDRED_A_DAY, 2, now, kind=BULLETIN, segments_each=90) == 0
    assert [(entry["event"], entry["kind"]) for entry in logs] == [
        ("sms_budget_reached", "bulletin")
    ]
    with database.read() as session:
        assert spending(session, HUNDRED_A_DAY, now).held_back == {BULLETIN: 2}
        tomorrow = now + timedelta(days=1)
        assert spending(session, HUNDRED_A_DAY, tomorrow).held_back == {}


def test_what_waits_is_counted_in_the_index_of_what_is_queued(
    database: Database, now: datetime
) -> None:
    """A bulletin to everybody may wait, and whoever watches asks every few seconds."""
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now, kind=BULLETIN)
    may_go(database, HUNDRED_A_DAY, 2, now, kind=BULLETIN, segments_each=90)
    plans = plans_of(database, lambda session: spending(session, HUNDRED_A_DAY, now))
    assert "ix_outbound_message_queued" in plans
    assert "priority =" in plans or "(priority=?)" in plans


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 10, tzinfo=UTC)),
        (datetime(2026, 11, 24, 20, 30, tzinfo=UTC), datetime(2026, 11, 24, 21, tzinfo=UTC)),
        (datetime(2026, 11, 24, 21, tzinfo=UTC), datetime(2026, 11, 24, 22, tzinfo=UTC)),
    ],
)
def test_what_waits_is_tried_again_within_the_hour_and_at_midnight(
    moment: datetime, opens: datetime
) -> None:
    assert opens_at(HUNDRED_A_DAY, moment) == opens

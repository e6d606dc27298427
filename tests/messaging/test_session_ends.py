"""Ends of sessions: early, late, twice, of others; and where people leave."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import select

from db.session import Database
from messaging.kinds import Channel, SessionOutcome
from messaging.message import SessionEnd
from messaging.models import SessionEndReport
from messaging.session_ends import (
    Call,
    Charge,
    DropOff,
    LeftAt,
    drop_off,
    drop_off_of,
    record_session_end,
    rematch_session_ends,
)
from scheduler.upkeep import match_reports
from tests.cast import OTIENO, WANJIKU
from tests.messaging.calls import GATEWAY, SECOND, call
from tests.messaging.stories import meet

FINISHED, DROPPED, FAILED = SessionOutcome.FINISHED, SessionOutcome.DROPPED, SessionOutcome.FAILED
MINUTE = timedelta(minutes=1)

ENDED = SessionEnd(
    GATEWAY,
    "ATUid_1",
    Channel.USSD,
    "Success",
    FINISHED,
    cost=Decimal("0.8"),
    cost_currency="KES",
    duration_seconds=Decimal("48.213"),
    hops=4,
    msisdn=WANJIKU,
    payload={"status": "Success", "cost": "KES 0.8000"},
)
DROPPED_CALL = replace(ENDED, status="Incomplete", outcome=DROPPED, cost=Decimal("0.4"))
IN_A_NEW_WORD = replace(ENDED, status="NeverHeardOf", outcome=None, cost=None)


def hear(database: Database, now: datetime, *notices: SessionEnd) -> list[bool]:
    """Each in its own transaction, as they come."""
    heard = []
    for notice in notices:
        with database.begin() as session:
            heard.append(record_session_end(session, notice, now))
    return heard


def kept(database: Database) -> list[SessionEndReport]:
    with database.read() as session:
        return list(session.scalars(select(SessionEndReport).order_by(SessionEndReport.id)))


def counting(database: Database) -> list[str]:
    """The words that count for a session."""
    return [each.status for each in kept(database) if each.ussd_session_id is not None]


# What gateways say


def test_a_notice_is_kept_with_what_was_made_of_it(database: Database, now: datetime) -> None:
    with database.begin() as session:
        made = call(session, now)
    assert hear(database, now + MINUTE, ENDED) == [True]
    [report] = kept(database)
    assert (report.ussd_session_id, report.subscriber_id) == (made.id, made.subscriber_id)
    assert (report.channel, report.status, report.outcome) == (Channel.USSD, "Success", FINISHED)
    assert (report.cost, report.cost_currency) == (Decimal("0.8"), "KES")
    assert (report.duration_seconds, report.hops) == (Decimal("48.213"), 4)
    assert report.payload == {"status": "Success", "cost": "KES 0.8000"}
    assert report.received_at == now + MINUTE


@pytest.mark.parametrize(
    ("notices", "counts", "rows"),
    [
        ([ENDED, ENDED, ENDED], "Success", 1),
        ([ENDED, replace(ENDED, cost=Decimal(9), payload={})], "Success", 1),
        ([ENDED, DROPPED_CALL], "Success", 2),
        ([DROPPED_CALL, ENDED, DROPPED_CALL, ENDED], "Incomplete", 2),
        ([IN_A_NEW_WORD], "NeverHeardOf", 1),
        ([IN_A_NEW_WORD, ENDED, IN_A_NEW_WORD], "Success", 2),
        ([ENDED, IN_A_NEW_WORD], "Success", 2),
    ],
)
def test_the_first_word_on_a_session_counts_once(
    database: Database, now: datetime, notices: list[SessionEnd], counts: str, rows: int
) -> None:
    with database.begin() as session:
        call(session, now)
    assert hear(database, now, *notices) == [True] * len(notices)
    assert counting(database) == [counts]
    assert len(kept(database)) == rows


@pytest.mark.parametrize(
    "notice",
    [
        replace(ENDED, msisdn=OTIENO),
        replace(ENDED, msisdn="+254799999999"),
        replace(ENDED, msisdn=None),
        replace(ENDED, gateway_session_id="ATUid_guessed"),
        replace(ENDED, gateway="simulator"),
    ],
)
def test_a_notice_counts_for_its_own_session_alone(
    database: Database, now: datetime, notice: SessionEnd
) -> None:
    with database.begin() as session:
        call(session, now)
        meet(session, OTIENO, now)
    assert hear(database, now, notice, notice) == [False, False]
    assert (counting(database), len(kept(database))) == ([], 1)
    # Nor does it stand in the way of the true one.
    assert hear(database, now, ENDED) == [True]
    assert counting(database) == ["Success"]


def test_a_notice_may_beat_the_commit_of_its_call(database: Database, now: datetime) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, now)
    early = [DROPPED_CALL, ENDED, replace(ENDED, gateway_session_id="ATUid_2")]
    assert hear(database, now, *early) == [False] * 3
    with database.begin() as session:
        call(session, now)
    assert match_reports(database, now + MINUTE) == 2
    assert match_reports(database, now + MINUTE) == 0
    assert counting(database) == ["Incomplete"]


def test_a_repeat_finds_the_session_that_was_late(database: Database, now: datetime) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, now)
    assert hear(database, now, ENDED) == [False]
    with database.begin() as session:
        call(session, now)
    assert hear(database, now, ENDED) == [True]
    assert counting(database) == ["Success"]


def test_no_call_is_waited_for_longer_than_it_can_take(database: Database, now: datetime) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, now)
    hear(database, now, ENDED)
    with database.begin() as session:
        call(session, now)
        assert rematch_session_ends(session, now + timedelta(hours=2)) == 0


def test_words_that_come_at_once_wait_for_each_other(database: Database, now: datetime) -> None:
    with database.begin() as session:
        call(session, now)
    words = [ENDED, DROPPED_CALL, IN_A_NEW_WORD] * 2
    start = Barrier(len(words))

    def tell(notice: SessionEnd) -> list[bool]:
        start.wait()
        return hear(database, now, notice)

    with ThreadPoolExecutor(len(words)) as pool:
        assert list(pool.map(tell, words)) == [[True]] * len(words)
    assert len(kept(database)) == 3
    assert len(counting(database)) == 1
    assert counting(database) != ["NeverHeardOf"]


def test_a_voice_calls_end_is_told_the_same_way(database: Database, now: datetime) -> None:
    spoken = replace(ENDED, channel=Channel.VOICE, status="Completed", cost=Decimal("2.5"))
    with database.begin() as session:
        call(session, now, channel=Channel.VOICE, ended=True)
    assert hear(database, now, spoken) == [True]
    with database.read() as session:
        voice = drop_off(session, channel=Channel.VOICE, since=now - MINUTE, now=now)
        assert (voice.calls, voice.finished, voice.costs) == (1, 1, {"KES": Decimal("2.5")})
        ussd = drop_off(session, channel=Channel.USSD, since=now - MINUTE, now=now)
        assert (ussd.calls, ussd.unseen, ussd.costs) == (0, 0, {})


# Where people leave


def month(database: Database, now: datetime) -> DropOff:
    with database.read() as session:
        return drop_off(session, channel=Channel.USSD, since=now - timedelta(days=30), now=now)


def test_no_calls_at_all(database: Database, now: datetime) -> None:
    assert month(database, now) == DropOff(0, 0, 0, None, None, {}, {}, [], 0)


def test_where_callers_leave(database: Database, now: datetime) -> None:
    ago = now - timedelta(days=2)
    with database.begin() as session:
        call(session, ago, "1", screen="price", ended=True, seconds=50)
        call(session, ago, "2", screen="places", seconds=12)
        call(session, ago, "3", screen="places", seconds=10)
        call(session, ago, "4", screen="price", seconds=30)
        call(session, ago, "5", screen=None, seconds=0)
        call(session, now - MINUTE, "6", screen="amount", seconds=30)  # keys in a price now
        call(session, now - timedelta(days=31), "7")
        call(session, ago, "8", gateway="console")  # the operator tries the menu
        call(session, ago, "9", channel=Channel.VOICE)
    found = month(database, now)
    assert (found.calls, found.finished, found.left) == (6, 1, 4)
    assert found.screens == [
        LeftAt("places", left=2, calls=2),
        LeftAt("price", left=1, calls=2),
        LeftAt(None, left=1, calls=1),
        LeftAt("amount", left=0, calls=1),
    ]
    assert (found.median_seconds, found.p90_seconds) == (12, 50)
    assert (found.costs, found.outcomes, found.unseen) == ({}, {}, 0)


def test_a_gateway_knows_that_somebody_hung_up_before_silence_tells(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        call(session, now - 20 * SECOND, seconds=15)
    assert month(database, now).left == 0
    hear(database, now, replace(DROPPED_CALL, duration_seconds=Decimal("19.5")))
    found = month(database, now)
    assert (found.left, found.median_seconds, found.outcomes) == (1, 20, {DROPPED: 1})


def test_three_minutes_of_silence(now: datetime) -> None:
    begun = Call("places", False, now - 10 * MINUTE, now - 3 * MINUTE)
    longer = begun._replace(updated_at=begun.updated_at - SECOND)
    assert [one.left for one in of([begun], [longer], now=now)] == [0, 1]


def of(*calls: Iterable[Call], now: datetime) -> list[DropOff]:
    return [drop_off_of(each, now=now) for each in calls]


def test_costs_are_told_by_currency(database: Database, now: datetime) -> None:
    told = {
        "1": (Decimal("0.8"), "KES"),
        "2": (Decimal("0.45"), "KES"),
        "3": (Decimal(30), "UGX"),
        "4": (Decimal("0.8"), None),
        "5": (None, None),
    }
    with database.begin() as session:
        for session_id in told:
            call(session, now - MINUTE, session_id)
    for session_id, (cost, currency) in told.items():
        notice = replace(
            ENDED, gateway_session_id=session_id, cost=cost, cost_currency=currency, outcome=FAILED
        )
        hear(database, now, notice, notice, replace(notice, status="another"))
    found = month(database, now)
    assert found.costs == {"KES": Decimal("1.25"), "UGX": Decimal(30), None: Decimal("0.8")}
    assert found.outcomes == {FAILED: 5}


def test_calls_that_never_reached_us_cost_as_well(database: Database, now: datetime) -> None:
    with database.begin() as session:
        call(session, now - MINUTE)
    lost = replace(ENDED, gateway_session_id="ATUid_2", outcome=FAILED, status="Failed")
    hear(
        database,
        now,
        lost,
        replace(lost, status="Incomplete", cost=Decimal(7)),  # the first word counts
        replace(lost, gateway_session_id="ATUid_3", msisdn=None),
        replace(ENDED, msisdn=OTIENO, cost=Decimal(99)),  # of a call that we know, by another
    )
    hear(database, now - timedelta(days=31), replace(lost, gateway_session_id="ATUid_4"))
    found = month(database, now)
    assert (found.calls, found.unseen, found.costs) == (1, 2, {"KES": Decimal("1.6")})
    assert found.outcomes == {}


def test_quantiles_are_times_that_were_taken(now: datetime) -> None:
    hour_ago = now - timedelta(hours=1)

    def lasting(*seconds: int) -> list[Call]:
        return [Call("price", True, hour_ago, hour_ago + each * SECOND) for each in seconds]

    for calls, median, p90 in [
        (lasting(7), 7, 7),
        (lasting(10, 20), 10, 20),
        (lasting(*range(1, 11)), 5, 9),
        (lasting(0, 0, 90), 0, 90),
    ]:
        [found] = of(calls, now=now)
        assert (found.median_seconds, found.p90_seconds) == (median, p90)


def test_a_charge_without_a_cost_is_a_call_all_the_same(now: datetime) -> None:
    found = drop_off_of([], [Charge(None, None), Charge(Decimal(1), "KES")], now=now)
    assert (found.unseen, found.costs) == (2, {"KES": Decimal(1)})

from datetime import datetime, timedelta
from itertools import permutations
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from db.session import Database
from messaging.delivery_reports import (
    apply_early_reports,
    record_delivery_notice,
    rematch_reports,
)
from messaging.kinds import OutboundState
from messaging.message import DeliveryNotice, SendOutcome, SendResult
from messaging.models import ConsentEvent, DeliveryReport, OutboundMessage, Subscriber
from messaging.results import record_result
from tests.cast import OTIENO, WANJIKU
from tests.messaging.stories import claim_paid, meet, promise

SENT, DELIVERED, FAILED = OutboundState.SENT, OutboundState.DELIVERED, OutboundState.FAILED
MINUTE = timedelta(minutes=1)


def notice(
    state: OutboundState | None = DELIVERED,
    *,
    msisdn: str | None = WANJIKU,
    gateway_message_id: str = "id-1",
    status: str | None = None,
    reason: str | None = None,
    opted_out: bool = False,
) -> DeliveryNotice:
    return DeliveryNotice(
        gateway="paid",
        gateway_message_id=gateway_message_id,
        status=status or (state.value if state else "NeverHeardOf"),
        state=state,
        reason=reason,
        opted_out=opted_out,
        msisdn=msisdn,
    )


def hear(database: Database, now: datetime, *notices: DeliveryNotice) -> list[bool]:
    heard = []
    for each in notices:
        with database.begin() as session:
            heard.append(record_delivery_notice(session, each, now))
    return heard


def claimed(database: Database, now: datetime, text: str = "MILK Nakuru KES 47/L") -> int:
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now, text)
        taken = claim_paid(session, now)
        assert taken is not None
        return taken.messages[0].outbound_id


def finish(database: Database, outbound_id: int, now: datetime, outcome: SendOutcome) -> None:
    gateway_id = "id-1" if outcome is SendOutcome.ACCEPTED else None
    with database.begin() as session:
        record_result(session, SendResult(outbound_id, outcome, gateway_id), now)


def sent(database: Database, now: datetime) -> int:
    outbound_id = claimed(database, now)
    finish(database, outbound_id, now, SendOutcome.ACCEPTED)
    return outbound_id


def message(database: Database, outbound_id: int) -> OutboundMessage:
    with database.read() as session:
        return session.get_one(OutboundMessage, outbound_id)


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("order", [*permutations((SENT, DELIVERED, FAILED))])
def test_reports_come_in_any_order_and_the_first_end_stands(
    database: Database, now: datetime, order: tuple[OutboundState, ...]
) -> None:
    outbound_id = sent(database, now)
    hear(database, now, *map(notice, order))
    first_end = next(state for state in order if state.is_final)
    assert message(database, outbound_id).state is first_end
    assert message(database, outbound_id).final_at == now


def test_a_report_that_beats_our_own_commit_acts_when_we_commit(
    database: Database, now: datetime
) -> None:
    outbound_id = claimed(database, now)
    assert hear(database, now, notice(DELIVERED)) == [False]
    finish(database, outbound_id, now, SendOutcome.ACCEPTED)
    assert message(database, outbound_id).state is DELIVERED
    with database.begin() as session:
        assert rematch_reports(session, now + 5 * MINUTE) == 0


def test_a_report_that_crossed_our_commit_is_matched_later(
    database: Database, now: datetime
) -> None:
    outbound_id = claimed(database, now)
    hear(database, now, notice(DELIVERED))
    with database.begin() as session:  # as if neither had seen the other
        session.get_one(OutboundMessage, outbound_id).gateway_message_id = "id-1"
        session.get_one(OutboundMessage, outbound_id).state = SENT
    with database.begin() as session:
        assert rematch_reports(session, now) == 1
    assert message(database, outbound_id).state is DELIVERED


def test_the_same_report_five_times_is_one(database: Database, now: datetime) -> None:
    sent(database, now)
    assert hear(database, now, *[notice()] * 5) == [True] * 5
    assert count(database, DeliveryReport) == 1


def test_a_status_never_heard_of_is_kept_and_changes_nothing(
    database: Database, now: datetime
) -> None:
    outbound_id = sent(database, now)
    assert hear(database, now, notice(None)) == [True]
    assert message(database, outbound_id).state is SENT
    with database.read() as session:
        assert session.scalars(select(DeliveryReport.status)).all() == ["NeverHeardOf"]


@pytest.mark.parametrize("number", [OTIENO, "+254799999999", None])
def test_a_guessed_id_with_another_number_touches_nothing(
    database: Database, now: datetime, number: str | None
) -> None:
    outbound_id = sent(database, now)
    with database.begin() as session:
        meet(session, OTIENO, now)
    assert hear(database, now, notice(FAILED, msisdn=number, opted_out=True)) == [False]
    assert message(database, outbound_id).state is SENT
    assert count(database, ConsentEvent) == 0
    assert hear(database, now, notice(FAILED)) == [True], "the true one still counts"
    assert message(database, outbound_id).state is FAILED


def test_an_opt_out_at_the_network_is_written_down_once(database: Database, now: datetime) -> None:
    outbound_id = sent(database, now)
    told = notice(FAILED, reason="UserInBlackList", opted_out=True)
    hear(database, now, told, told)
    with database.read() as session:
        wanjiku = session.get_one(Subscriber, message(database, outbound_id).subscriber_id)
        assert wanjiku.opted_out_at == now
        assert session.scalars(select(ConsentEvent.wording)).all() == ["paid: UserInBlackList"]


def test_a_sending_that_timed_out_is_found_by_phone_and_time(
    database: Database, now: datetime
) -> None:
    outbound_id = claimed(database, now)
    finish(database, outbound_id, now, SendOutcome.UNKNOWN)
    hear(database, now, notice(DELIVERED, gateway_message_id="never-stored"))
    with database.begin() as session:
        assert rematch_reports(session, now + MINUTE) == 0, "its own message may still commit"
    with database.begin() as session:
        assert rematch_reports(session, now + 3 * MINUTE) == 1
    found = message(database, outbound_id)
    assert (found.state, found.gateway_message_id) == (DELIVERED, "never-stored")


def test_of_two_that_timed_out_none_is_guessed(database: Database, now: datetime) -> None:
    unknown = [claimed(database, now, text) for text in ("one", "two")]
    for outbound_id in unknown:
        finish(database, outbound_id, now, SendOutcome.UNKNOWN)
    hear(database, now, notice(DELIVERED, gateway_message_id="never-stored"))
    with database.begin() as session:
        assert rematch_reports(session, now + 3 * MINUTE) == 0
    assert {message(database, each).state for each in unknown} == {OutboundState.UNKNOWN}


def test_a_report_nobody_claims_is_given_up(database: Database, now: datetime) -> None:
    outbound_id = claimed(database, now)
    hear(database, now, notice(DELIVERED))
    with database.begin() as session:
        session.get_one(OutboundMessage, outbound_id).gateway_message_id = "id-1"
    with database.begin() as session:
        assert rematch_reports(session, now + timedelta(days=4)) == 0


@pytest.mark.parametrize("order", [*permutations((None, SENT, DELIVERED))])
def test_reports_that_beat_our_commit_act_in_any_order(
    database: Database, now: datetime, order: tuple[OutboundState | None, ...]
) -> None:
    outbound_id = claimed(database, now)
    hear(database, now, *map(notice, order), *map(notice, order))
    finish(database, outbound_id, now, SendOutcome.ACCEPTED)
    assert message(database, outbound_id).state is DELIVERED
    assert count(database, DeliveryReport) == 3
    with database.read() as session:
        unmatched = select(DeliveryReport).where(DeliveryReport.outbound_message_id.is_(None))
        assert session.scalars(unmatched).all() == []


def test_all_reports_of_a_sending_that_timed_out_find_it(database: Database, now: datetime) -> None:
    outbound_id = claimed(database, now)
    finish(database, outbound_id, now, SendOutcome.UNKNOWN)
    told = [notice(state, gateway_message_id="never-stored") for state in (SENT, None, DELIVERED)]
    hear(database, now, *told)
    with database.begin() as session:
        assert rematch_reports(session, now + 3 * MINUTE) == 3
    assert message(database, outbound_id).state is DELIVERED


def test_what_never_finds_a_message_crowds_nobody_out(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another service on the same account writes to the same people."""
    monkeypatch.setattr("messaging.delivery_reports.REPORTS_AT_A_TIME", 3)
    outbound_id = claimed(database, now)
    finish(database, outbound_id, now, SendOutcome.UNKNOWN)
    with database.begin() as session:
        meet(session, OTIENO, now)
    hear(database, now, notice(DELIVERED, gateway_message_id="ours"))
    for foreign in range(10):
        told = notice(DELIVERED, gateway_message_id=f"foreign-{foreign}", msisdn=OTIENO)
        hear(database, now + MINUTE, told)
    with database.begin() as session:
        assert rematch_reports(session, now + 5 * MINUTE) == 1
    assert message(database, outbound_id).state is DELIVERED


def test_one_call_hears_what_was_faster_than_it(database: Database, now: datetime) -> None:
    outbound_id = claimed(database, now)
    hear(database, now, notice(FAILED, reason="DeliveryFailure"))
    with database.begin() as session:
        assert apply_early_reports(session, "paid", ["id-1", "id-2"], now) == 0, "not its own yet"
        session.get_one(OutboundMessage, outbound_id).gateway_message_id = "id-1"
        assert apply_early_reports(session, "other", ["id-1"], now) == 0
        assert apply_early_reports(session, "paid", ["id-1", "id-2"], now) == 1
        assert apply_early_reports(session, "paid", ["id-1", "id-2"], now) == 0
    found = message(database, outbound_id)
    assert (found.state, found.detail) == (FAILED, "DeliveryFailure")


def test_an_arrival_after_the_end_changes_no_message_but_shows_that_somebody_is_there(
    database: Database, now: datetime
) -> None:
    outbound_id = sent(database, now)
    hear(database, now, notice(FAILED, reason="AbsentSubscriber"))
    with database.read() as session:
        assert session.scalars(select(Subscriber.failures_in_a_row)).one() == 1
    hear(database, now, notice(DELIVERED))
    assert message(database, outbound_id).state is FAILED
    with database.read() as session:
        assert session.scalars(select(Subscriber.failures_in_a_row)).one() == 0


def test_two_processes_hear_of_the_same_end_at_once(database: Database, now: datetime) -> None:
    """Each report counts once: as a failure of this phone, too."""
    outbound_id = sent(database, now)
    ready = Barrier(4, timeout=20)

    def one() -> None:
        ready.wait()
        hear(database, now, notice(FAILED, reason="UserIsInactive"))

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert message(database, outbound_id).state is FAILED
    with database.read() as session:
        assert session.scalars(select(Subscriber.failures_in_a_row)).one() == 1

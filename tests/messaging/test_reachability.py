"""Whom no text reaches: given up by rule, and taken back at any sign of life."""

from datetime import datetime, timedelta

import pytest

from db.session import Database
from messaging.consent import may_send
from messaging.delivery_reports import record_delivery_notice
from messaging.kinds import OutboundKind, OutboundState
from messaging.message import DeliveryNotice
from messaging.models import Subscriber
from messaging.reachability import Failure, Lost, lost, note_failure, verdict
from messaging.subscribers import find_subscriber, get_or_create_subscriber
from tests.cast import KAMAU, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.messaging.stories import meet, promise

DAY = timedelta(days=1)


def failures(*told: tuple[float, str, str | None]) -> list[Failure]:
    return [Failure(NOON + days * DAY, status, detail) for days, status, detail in told]


# The rule


@pytest.mark.parametrize(
    ("told", "because"),
    [
        ([], None),
        ([(0, "Failed", "UserDoesNotExist")], None),
        ([(0, "Failed", "UserDoesNotExist"), (0.5, "Failed", "UserDoesNotExist")], None),
        (
            [(0, "Failed", "UserDoesNotExist"), (1, "Failed", "UserIsInactive")],
            "UserIsInactive",
        ),
        ([(1, "Failed", "UserIsInactive"), (0, "Failed", "UserDoesNotExist")], "UserIsInactive"),
        ([(0, "undelivered", "30005"), (7, "undelivered", "30005")], "30005"),
        # Refused at once, with the number and its words as the detail.
        (
            [(0, "21211", "21211 no such number"), (7, "21211", "21211 no such number")],
            "21211 no such number",
        ),
        (
            [(0, "InvalidPhoneNumber", "403 InvalidPhoneNumber")] * 2
            + [(2, "InvalidPhoneNumber", "403 InvalidPhoneNumber")],
            "403 InvalidPhoneNumber",
        ),
        # A phone that is off for a month of weekly bulletins, for a week of daily ones, for a day.
        (
            [(7 * week, "AbsentSubscriber", None) for week in range(5)],
            "5 texts in a row failed, the last: AbsentSubscriber",
        ),
        ([(7 * week, "AbsentSubscriber", None) for week in range(4)], None),
        ([(day, "AbsentSubscriber", None) for day in range(7)], None),
        (
            [(day, "AbsentSubscriber", None) for day in range(8)],
            "8 texts in a row failed, the last: AbsentSubscriber",
        ),
        ([(hour / 24, "AbsentSubscriber", None) for hour in range(20)], None),
        # A carrier that takes us for spam says nothing of the phone.
        ([(day, "undelivered", "30007") for day in range(30)], None),
        ([(day, "Rejected", "DoNotDisturbRejection") for day in range(30)], None),
    ],
)
def test_when_a_number_is_given_up(
    told: list[tuple[float, str, str | None]], because: str | None
) -> None:
    assert verdict(failures(*told)) == because


def test_whatever_a_gateway_says_fits_its_column() -> None:
    long = failures(*[(day, "Failed", "no " * 100) for day in range(9)])
    assert len(verdict(long) or "") == 80


# The stories


def text_fails(database: Database, at: datetime, reason: str | None, msisdn: str = WANJIKU) -> None:
    report(database, at, OutboundState.FAILED, reason, msisdn)


def report(
    database: Database,
    at: datetime,
    state: OutboundState,
    reason: str | None = None,
    msisdn: str = WANJIKU,
    *,
    repeated: int = 1,
    opted_out: bool = False,
) -> None:
    """A bulletin that a gateway took, and what it says of it later."""
    with database.begin() as session:
        text = promise(
            session, meet(session, msisdn, at), at, key=f"{at}", kind=OutboundKind.BULLETIN
        )
        text.state, text.gateway = OutboundState.SENT, "paid"
        text.gateway_message_id = text.dedupe_key
    for _ in range(repeated):
        with database.begin() as session:
            notice = DeliveryNotice(
                gateway="paid",
                gateway_message_id=f"{at}",
                status=state.value,
                state=state,
                reason=reason,
                opted_out=opted_out,
                msisdn=msisdn,
            )
            record_delivery_notice(session, notice, at)


def person(database: Database, msisdn: str = WANJIKU) -> Subscriber:
    with database.read() as session:
        found = find_subscriber(session, msisdn)
        assert found is not None
        return found


def give_up(database: Database, now: datetime, msisdn: str = WANJIKU) -> None:
    for days in (0, 1):
        text_fails(database, now + days * DAY, "UserDoesNotExist", msisdn)


def test_a_number_nobody_has_gets_replies_alone(database: Database, now: datetime) -> None:
    text_fails(database, now, "UserDoesNotExist")
    assert may_send(person(database), OutboundKind.BULLETIN)
    text_fails(database, now + DAY, "UserDoesNotExist")
    wanjiku = person(database)
    assert wanjiku.unreachable_at == now + DAY
    assert wanjiku.unreachable_because == "UserDoesNotExist"
    assert [kind for kind in OutboundKind if may_send(wanjiku, kind)] == [OutboundKind.REPLY]


def test_a_report_that_is_repeated_counts_once(database: Database, now: datetime) -> None:
    report(database, now, OutboundState.FAILED, "UserDoesNotExist", repeated=5)
    assert person(database).failures_in_a_row == 1


def test_a_text_that_arrives_begins_the_count_anew(database: Database, now: datetime) -> None:
    for week in range(4):
        text_fails(database, now + 7 * week * DAY, "AbsentSubscriber")
    assert person(database).failures_in_a_row == 4
    report(database, now + 28 * DAY, OutboundState.DELIVERED)
    assert person(database).failures_in_a_row == 0
    for week in range(5, 9):
        text_fails(database, now + 7 * week * DAY, "AbsentSubscriber")
        assert person(database).unreachable_at is None
    text_fails(database, now + 63 * DAY, "AbsentSubscriber")
    assert person(database).unreachable_because == (
        "5 texts in a row failed, the last: AbsentSubscriber"
    )


def test_a_late_arrival_takes_them_back(database: Database, now: datetime) -> None:
    give_up(database, now)
    report(database, now + 2 * DAY, OutboundState.DELIVERED)
    assert person(database).unreachable_at is None
    assert person(database).unreachable_because is None


@pytest.mark.parametrize("gateway", ["paid", "other"])
def test_whoever_writes_or_calls_is_there(database: Database, now: datetime, gateway: str) -> None:
    give_up(database, now)
    with database.begin() as session:
        get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now, gateway=gateway)
    wanjiku = person(database)
    assert (wanjiku.failures_in_a_row, wanjiku.unreachable_at) == (0, None)
    assert may_send(wanjiku, OutboundKind.BULLETIN)


def test_what_is_said_in_their_name_is_no_sign_of_life(database: Database, now: datetime) -> None:
    give_up(database, now)
    with database.begin() as session:  # the command line
        get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now)
    assert person(database).unreachable_at == now + DAY


def test_the_first_reason_and_time_stay(database: Database, now: datetime) -> None:
    give_up(database, now)
    text_fails(database, now + 5 * DAY, "UserIsInactive")
    assert person(database).unreachable_at == now + DAY


def test_an_opt_out_is_no_failure(database: Database, now: datetime) -> None:
    report(database, now, OutboundState.FAILED, "UserInBlackList", opted_out=True)
    wanjiku = person(database)
    assert (wanjiku.failures_in_a_row, wanjiku.opted_out_at) == (0, now)


def test_what_was_no_fault_of_theirs_is_not_counted(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        note_failure(session, wanjiku.id, Failure(now, "407", "CouldNotRoute"))
        assert wanjiku.failures_in_a_row == 0


def test_the_newest_are_shown(database: Database, now: datetime) -> None:
    for number, msisdn in enumerate((WANJIKU, OTIENO, KAMAU)):
        give_up(database, now + number * timedelta(hours=1), msisdn)
    with database.read() as session:
        count, newest = lost(session, 2)
    assert count == 3
    assert newest == [
        Lost(KAMAU, now + DAY + timedelta(hours=2), "UserDoesNotExist"),
        Lost(OTIENO, now + DAY + timedelta(hours=1), "UserDoesNotExist"),
    ]

"""Stories of a gateway in trouble: how its share of the texts falls, and how it comes back."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

from sqlalchemy.orm import Session

from db.session import Database
from messaging.gateway_states import (
    MANY_ERRORS,
    ShareMoved,
    drift_back,
    free_again,
    hold_pace,
    let_bulk_rest,
    let_rest,
    note_failed_call,
    standings,
)
from messaging.kinds import Lane

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def fail(
    session: Session, now: datetime, times: int, *, has_second: bool = True
) -> list[ShareMoved]:
    """So many calls fail at once."""
    noted = [
        note_failed_call(session, "paid", has_second=has_second, now=now) for _ in range(times)
    ]
    return [moved for moved in noted if moved is not None]


def share(session: Session) -> int:
    session.flush()
    return standings(session)["paid"].share


def test_a_few_errors_move_nothing(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for minutes in range(10):
            assert fail(session, now + minutes * MINUTE, MANY_ERRORS - 1) == []
        assert share(session) == 100


def test_many_errors_in_a_minute_move_half(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert fail(session, now, MANY_ERRORS) == [ShareMoved("paid", 100, 50)]
        assert share(session) == 50


def test_it_moves_once_a_minute_however_many_fail(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert len(fail(session, now, 100)) == 1
        assert fail(session, now + 59 * SECOND, 100) == []
        assert fail(session, now + MINUTE, 100) == [ShareMoved("paid", 50, 25)]


def test_an_outage_moves_everything_in_the_end(database: Database, now: datetime) -> None:
    with database.begin() as session:
        moves = [
            moved.after
            for minutes in range(12)
            for moved in fail(session, now + minutes * MINUTE, 9)
        ]
        assert moves == [50, 25, 12, 6, 3, 1, 0]
        assert share(session) == 0


def test_without_a_second_way_there_is_nothing_to_move(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert fail(session, now, 100, has_second=False) == []
        assert share(session) == 100


def test_after_quiet_it_comes_back_step_by_step(database: Database, now: datetime) -> None:
    with database.begin() as session:
        fail(session, now, MANY_ERRORS)
        assert drift_back(session, now + 4 * MINUTE) == []
        back = [
            moved.after
            for minutes in range(30)
            for moved in drift_back(session, now + minutes * MINUTE)
        ]
        assert back == [70, 90, 100]


def test_trouble_meanwhile_keeps_it_where_it_is(database: Database, now: datetime) -> None:
    with database.begin() as session:
        fail(session, now, MANY_ERRORS)
        fail(session, now + 3 * MINUTE, 1)
        assert drift_back(session, now + 6 * MINUTE) == []
        assert drift_back(session, now + 9 * MINUTE) == [ShareMoved("paid", 50, 70)]


def test_workers_that_fail_at_once_count_every_call(database: Database, now: datetime) -> None:
    ready = Barrier(4, timeout=20)

    def work() -> None:
        ready.wait()
        for _ in range(5):
            with database.begin() as session:
                fail(session, now, 1, has_second=False)

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.begin() as session:
        assert fail(session, now, 1) == [ShareMoved("paid", 100, 50)]


def test_a_rest_is_told_once_and_never_cut_short(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert let_rest(session, "paid", 300, "no balance", now)
        assert not let_rest(session, "paid", 30, "no line", now + SECOND)
        session.flush()
        standing = standings(session)["paid"]
        assert standing.rests(Lane.URGENT, now) == 5 * MINUTE
        assert standing.rests_because == "no balance"
        assert let_rest(session, "paid", 30, "no line", now + 5 * MINUTE)


def test_bulletins_may_rest_alone(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert let_bulk_rest(session, "paid", 30, now)
        assert not let_bulk_rest(session, "paid", 30, now + SECOND)
        session.flush()
        standing = standings(session)["paid"]
        assert standing.rests(Lane.URGENT, now) == timedelta(0)
        assert standing.rests(Lane.BULK, now) == 31 * SECOND
        assert let_rest(session, "paid", 300, "no balance", now), "replies went until now"
        session.flush()
        assert standings(session)["paid"].rests(Lane.BULK, now) == 5 * MINUTE


def test_who_waits_for_a_gateways_pace_learns_how_long(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert free_again(session, Lane.BULK, now) is None
        pace = hold_pace(session, "paid", 10, Lane.BULK, now)
        assert pace is not None
        pace.book(session, 30)
        assert hold_pace(session, "paid", 10, Lane.BULK, now) is None
        assert free_again(session, Lane.BULK, now) == now + 3 * SECOND
        assert free_again(session, Lane.URGENT, now) == now + SECOND
        assert free_again(session, Lane.URGENT, now + SECOND) is None
        let_rest(session, "paid", 30, "no line", now)
        session.flush()
        assert free_again(session, Lane.BULK, now) is None


def test_a_slow_gateway_still_gets_one_long_text(database: Database, now: datetime) -> None:
    with database.begin() as session:
        pace = hold_pace(session, "paid", 0.5, Lane.BULK, now)
        assert pace is not None
        assert pace.at_most(segments_each=4) == 1

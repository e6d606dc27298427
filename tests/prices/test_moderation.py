"""A moderator judges reports: the books hear again, and nobody is overruled unknowingly."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from db.session import Database
from messaging.models import Subscriber
from prices.catalogue import load_vocabulary
from prices.held_reports import correct as answer_with
from prices.held_reports import find_held, stand_by, take_back, weigh_unanswered
from prices.kinds import ObservationStatus
from prices.models import PriceCell
from prices.moderation import (
    Judge,
    Judged,
    Overtaken,
    Unchanged,
    Why,
    accept,
    correct,
    drop,
    hold_report,
)
from prices.observations import Held, PriceRefused, Recorded, UnitUnknown, record_observation
from tests.cast import ACHIENG, MUTISO, OTIENO
from tests.prices.doubts import Change, log_of, make_usual, price_of, standings, told_by
from tests.prices.stories import kenya, near, place_named, report_price, reporter

ACCEPTED, FLAGGED = ObservationStatus.ACCEPTED, ObservationStatus.FLAGGED
HELD, DROPPED = ObservationStatus.HELD, ObservationStatus.DROPPED
UNANSWERED = ObservationStatus.UNANSWERED
JANE, JOE = 7, 8


@pytest.fixture
def githunguri(database: Database, now: datetime) -> Database:
    """Everybody knows that milk costs 45 at Githunguri."""
    make_usual(database, now, "milk", "Githunguri", 45)
    return database


def hold(database: Database, now: datetime, price: int | str = 450, msisdn: str = OTIENO) -> int:
    """Somebody reports what is hardly meant; gives the report's id."""
    with database.begin() as session:
        words = kenya(session)
        told = record_observation(
            session,
            words,
            source_key=f"sms:{msisdn}:{price}",
            reporter_id=reporter(session, msisdn, "KE", now),
            commodity="milk",
            place_id=place_named(words, "Githunguri").id,
            price=Decimal(price),
            unit=None,
            price_type=None,
            raw_text=f"milk {price}",
            now=now,
        )
    assert isinstance(told, Held), told
    return told.observation_id


def judge(
    database: Database,
    report_id: int,
    doing: Callable[..., Any],
    now: datetime,
    *,
    seen: ObservationStatus = HELD,
    who: int = JANE,
    note: str = "",
    **more: Any,
) -> Any:
    """A moderator judges a report that they saw as `seen`."""
    with database.begin() as session:
        report = hold_report(session, report_id)
        assert report is not None
        words = kenya(session)
        return doing(session, words, report, Judge(who, now, note), seen=seen, **more)


def votes(database: Database) -> int:
    """How many votes the whole milk cell counts."""
    with database.read() as session:
        return session.scalars(
            select(PriceCell.reports).where(PriceCell.buyer == "", PriceCell.grade == "")
        ).one()


def answered(database: Database, report_id: int, now: datetime, doing: Any, **more: Any) -> None:
    """Its reporter answers."""
    with database.begin() as session:
        owner = session.scalars(select(Subscriber.id).where(Subscriber.msisdn == OTIENO)).one()
        report = find_held(session, report_id, owner)
        assert report is not None
        doing(session, kenya(session), report, now=now, **more)


def test_an_accepted_report_counts_and_moves_the_price(githunguri: Database, now: datetime) -> None:
    report_id = hold(githunguri, now, 90)
    before = price_of(githunguri, now, "milk", "Githunguri")
    assert votes(githunguri) == 3 + 3
    done = judge(githunguri, report_id, accept, now, note="called them")
    assert done == Judged(HELD, ACCEPTED)
    assert standings(githunguri, OTIENO) == [(90, "litre", ACCEPTED)]
    assert log_of(githunguri, OTIENO)[-1] == Change(
        0, HELD, ACCEPTED, "staff:7", "accepted: called them"
    )
    assert votes(githunguri) == 3 + 3 + 1
    after = price_of(githunguri, now, "milk", "Githunguri")
    assert before is not None
    assert after is not None
    assert after > before
    assert told_by(githunguri, OTIENO)[0].is_confirmed


def test_a_dropped_report_counts_no_more(githunguri: Database, now: datetime) -> None:
    before = price_of(githunguri, now, "milk", "Githunguri")
    with githunguri.begin() as session:
        told = report_price(session, kenya(session), OTIENO, "milk", "Githunguri", 90, now)
    (row,) = told_by(githunguri, OTIENO)
    assert row.status is FLAGGED
    assert votes(githunguri) == 3 + 3 + 1
    done = judge(githunguri, told.observation_id, drop, now, seen=FLAGGED, why=Why.OTHER_THING)
    assert done == Judged(FLAGGED, DROPPED)
    assert log_of(githunguri, OTIENO)[-1] == Change(
        0, FLAGGED, DROPPED, "staff:7", "of another product, unit or place"
    )
    assert votes(githunguri) == 3 + 3
    assert price_of(githunguri, now, "milk", "Githunguri") == before


def test_a_correction_counts_in_its_stead(githunguri: Database, now: datetime) -> None:
    report_id = hold(githunguri, now - timedelta(hours=1))
    done = judge(githunguri, report_id, correct, now, price=Decimal(45), unit="litre")
    first, second = told_by(githunguri, OTIENO)
    assert done == Judged(HELD, DROPPED, second.id)
    assert standings(githunguri, OTIENO) == [(450, "litre", DROPPED), (45, "litre", ACCEPTED)]
    # As of the moment it was told, in its reporter's own words.
    assert second.reported_at == first.reported_at
    assert (second.reporter_id, second.raw_text) == (first.reporter_id, "milk 450")
    assert log_of(githunguri, OTIENO)[1:] == [
        Change(1, None, ACCEPTED, "staff:7", f"corrects report {first.id}"),
        Change(0, HELD, DROPPED, "staff:7", f"corrected by report {second.id}"),
    ]
    assert votes(githunguri) == 3 + 3 + 1
    assert price_of(githunguri, now, "milk", "Githunguri") == near(45)


def test_a_correction_in_another_unit_is_kept_per_base_unit(
    githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now, 900)
    judge(githunguri, report_id, correct, now, price=Decimal(900), unit="jerrycan_20l")
    second = told_by(githunguri, OTIENO)[1]
    assert second.unit_code == "jerrycan_20l"
    assert second.price_per_base_unit == 45


def test_a_correction_counts_however_far_it_is(githunguri: Database, now: datetime) -> None:
    report_id = hold(githunguri, now)
    judge(githunguri, report_id, correct, now, price=Decimal(200), unit="litre")
    first, second = told_by(githunguri, OTIENO)
    assert (first.status, second.status) == (DROPPED, ACCEPTED)
    assert log_of(githunguri, OTIENO)[2] == Change(
        1, FLAGGED, ACCEPTED, "staff:7", f"corrects report {first.id}"
    )


@pytest.mark.parametrize(
    ("price", "unit", "expected"),
    [("450", "litre", Unchanged), ("0", "litre", PriceRefused), ("45", "bunch", UnitUnknown)],
)
def test_what_is_no_correction_changes_nothing(
    githunguri: Database, now: datetime, price: str, unit: str, expected: type
) -> None:
    report_id = hold(githunguri, now)
    done = judge(githunguri, report_id, correct, now, price=Decimal(price), unit=unit)
    assert isinstance(done, expected), done
    assert standings(githunguri, OTIENO) == [(450, "litre", HELD)]
    assert len(log_of(githunguri, OTIENO)) == 1


@pytest.mark.parametrize(
    ("doing", "more"),
    [(accept, {}), (drop, {"why": Why.FAR}), (correct, {"price": Decimal(46), "unit": "litre"})],
)
def test_nobody_overrules_a_reporter_who_answered_meanwhile(
    githunguri: Database, now: datetime, doing: Callable[..., Any], more: dict[str, Any]
) -> None:
    report_id = hold(githunguri, now)
    answered(githunguri, report_id, now, stand_by)
    assert judge(githunguri, report_id, doing, now, **more) == Overtaken(FLAGGED)
    assert standings(githunguri, OTIENO) == [(450, "litre", FLAGGED)]
    assert len(log_of(githunguri, OTIENO)) == 2


@pytest.mark.parametrize(
    ("doing", "more"),
    [(accept, {}), (drop, {"why": Why.FAR}), (correct, {"price": Decimal(46), "unit": "litre"})],
)
def test_what_its_reporter_corrected_is_judged_by_the_correction(
    githunguri: Database, now: datetime, doing: Callable[..., Any], more: dict[str, Any]
) -> None:
    report_id = hold(githunguri, now)
    answered(
        githunguri, report_id, now, answer_with,
        price=Decimal(45), unit="litre", raw_text="1",
    )  # fmt: skip
    second = told_by(githunguri, OTIENO)[1]
    done = judge(githunguri, report_id, doing, now, seen=DROPPED, **more)
    assert done == Overtaken(DROPPED, second.id)
    assert [status for _, _, status in standings(githunguri, OTIENO)] == [DROPPED, ACCEPTED]


def test_its_reporter_answers_after_a_moderator_corrected_it(
    githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    judge(githunguri, report_id, correct, now, price=Decimal(46), unit="litre")
    answered(
        githunguri, report_id, now, answer_with,
        price=Decimal(45), unit="litre", raw_text="1",
    )  # fmt: skip
    answered(githunguri, report_id, now, take_back)
    # The first correction stands; a moderator who hears better corrects that one.
    assert standings(githunguri, OTIENO) == [(450, "litre", DROPPED), (46, "litre", ACCEPTED)]


def test_what_the_clock_weighed_waits_for_a_moderator(githunguri: Database, now: datetime) -> None:
    report_id = hold(githunguri, now)
    later = now + timedelta(hours=2)
    with githunguri.begin() as session:
        assert weigh_unanswered(session, load_vocabulary, later) == 1
    assert judge(githunguri, report_id, accept, later) == Overtaken(UNANSWERED)
    done = judge(githunguri, report_id, drop, later, seen=UNANSWERED, why=Why.TEST)
    assert done == Judged(UNANSWERED, DROPPED)
    assert votes(githunguri) == 3 + 3


def test_a_moderator_thinks_again(githunguri: Database, now: datetime) -> None:
    report_id = hold(githunguri, now, 90)
    judge(githunguri, report_id, drop, now, why=Why.FAR)
    assert votes(githunguri) == 3 + 3
    done = judge(githunguri, report_id, accept, now, seen=DROPPED, who=JOE)
    assert done == Judged(DROPPED, ACCEPTED)
    assert votes(githunguri) == 3 + 3 + 1
    assert [change.by for change in log_of(githunguri, OTIENO)] == ["door", "staff:7", "staff:8"]


def test_of_two_moderators_at_once_the_second_finds_it_judged(
    githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    done = at_once(
        lambda: judge(githunguri, report_id, accept, now, who=JANE),
        lambda: judge(githunguri, report_id, drop, now, who=JOE, why=Why.FAR),
        lambda: judge(
            githunguri, report_id, correct, now, who=3, price=Decimal(45), unit="litre"
        ),
    )  # fmt: skip
    judged = [one for one in done if isinstance(one, Judged)]
    assert len(judged) == 1
    assert sum(isinstance(one, Overtaken) for one in done) == 2
    assert standings(githunguri, OTIENO)[0][2] is judged[0].after
    counts = judged[0].after is ACCEPTED or judged[0].corrected_by is not None
    assert votes(githunguri) == 3 + 3 + counts


def test_a_moderator_and_its_reporter_at_once(githunguri: Database, now: datetime) -> None:
    report_id = hold(githunguri, now)
    done, _ = at_once(
        lambda: judge(githunguri, report_id, drop, now, why=Why.FAR),
        lambda: answered(githunguri, report_id, now, stand_by),
    )
    ((_, _, status),) = standings(githunguri, OTIENO)
    assert status is (DROPPED if isinstance(done, Judged) else FLAGGED)
    assert len(log_of(githunguri, OTIENO)) == 2
    assert votes(githunguri) == 3 + 3 + (status is FLAGGED)


def test_two_reports_of_one_price_judged_at_once(githunguri: Database, now: datetime) -> None:
    mine = hold(githunguri, now, 450)
    theirs = hold(githunguri, now, 460, ACHIENG)
    done = at_once(
        lambda: judge(githunguri, mine, correct, now, price=Decimal(45), unit="litre"),
        lambda: judge(githunguri, theirs, correct, now, price=Decimal(46), unit="litre"),
    )
    assert all(isinstance(one, Judged) for one in done)
    # Achieng told hers on the two days before as well.
    assert votes(githunguri) == 3 + 3 + 2
    assert price_of(githunguri, now, "milk", "Githunguri") == near(45)


def test_a_report_that_is_not_there(database: Database) -> None:
    with database.begin() as session:
        assert hold_report(session, 12) is None


def test_the_only_report_of_a_price_is_corrected(database: Database, now: datetime) -> None:
    with database.begin() as session:
        told = report_price(session, kenya(session), MUTISO, "milk", "Githunguri", 45, now)
    assert isinstance(told, Recorded)
    done = judge(
        database, told.observation_id, correct, now, seen=told_by(database, MUTISO)[0].status,
        price=Decimal(54), unit="litre",
    )  # fmt: skip
    assert isinstance(done, Judged)
    assert price_of(database, now, "milk", "Githunguri") == near(54)


def at_once(*doing: Callable[[], Any]) -> list[Any]:
    """Several people do these at the same moment."""
    barrier = Barrier(len(doing))

    def one(number: int) -> Any:
        barrier.wait()
        return doing[number]()

    with ThreadPoolExecutor(len(doing)) as pool:
        return list(pool.map(one, range(len(doing))))

"""Reports as the desk lists them: the queue, what stands in the stead of what, counts, labels."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from db.session import Database
from groups.coverage import coverage, coverage_as_it_stands
from prices import report_lines
from prices.cases import case_of, expected_of, record_of
from prices.estimates import Confidence
from prices.freshness import freshness, labels_by_county, reports_since, start_of_day
from prices.kinds import ObservationStatus, PriceType
from prices.known_reporters import known_reporters
from prices.report_lines import Queue, count_waiting, report_line, told_by, uncounted, waiting
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO
from tests.prices.doubts import make_usual
from tests.prices.doubts import told_by as rows_of
from tests.prices.stories import kenya, near, place_named, report_price, reporter
from tests.prices.test_moderation import hold

HELD, FLAGGED = ObservationStatus.HELD, ObservationStatus.FLAGGED


@pytest.fixture
def githunguri(database: Database, now: datetime) -> Database:
    """Everybody knows that milk costs 45 at Githunguri."""
    make_usual(database, now, "milk", "Githunguri", 45)
    return database


def test_what_waits_comes_newest_first_and_old_reports_not_at_all(
    githunguri: Database, now: datetime
) -> None:
    first, second = hold(githunguri, now, 450), hold(githunguri, now, 460, ACHIENG)
    with githunguri.read() as session:
        kenyan = Queue("KE")
        found = waiting(session, kenyan, now, limit=9)
        assert [line.id for line in found] == [second, first]
        assert waiting(session, kenyan, now, after_id=second, limit=9) == found[1:]
        assert waiting(session, kenyan, now, limit=1) == found[:1]
        assert waiting(session, Queue("UG"), now, limit=9) == []
        assert waiting(session, Queue("KE", (FLAGGED,)), now, limit=9) == []
        assert waiting(session, kenyan, now + timedelta(days=31), limit=9) == []
        assert count_waiting(session, now)[HELD] == 2
        assert count_waiting(session, now + timedelta(days=31))[HELD] == 0


def test_a_long_queue_is_counted_no_farther(
    githunguri: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_lines, "MOST_COUNTED", 2)
    for price in (450, 460, 470):
        hold(githunguri, now, price)
    with githunguri.read() as session:
        assert count_waiting(session, now)[HELD] == 2


def test_what_was_expected_of_a_report(githunguri: Database, now: datetime) -> None:
    line_id = hold(githunguri, now)
    with githunguri.read() as session:
        line = report_line(session, line_id)
    assert line is not None
    expected = expected_of(line)
    assert expected is not None
    assert expected.price == near(45)
    assert expected.low < expected.price < expected.high
    assert line.ratio == pytest.approx(10, rel=0.02)
    assert expected_of(line._replace(error=None)) is None
    assert line._replace(error=None).ratio is None


def test_a_case_holds_neighbours_and_the_record(githunguri: Database, now: datetime) -> None:
    line_id = hold(githunguri, now)
    with githunguri.begin() as session:
        words = kenya(session)
        report_price(session, words, MUTISO, "milk", "Limuru", 48, now)
        report_price(session, words, MUTISO, "milk", "Kisumu", 60, now)
    with githunguri.read() as session:
        found = case_of(session, kenya(session), line_id, now)
        assert case_of(session, kenya(session), 10**6, now) is None
    assert found is not None
    assert [one.place.name for one in found.neighbours] == ["Limuru"]
    assert len(found.others) == 6
    assert found.estimate is not None
    assert found.estimate.price == near(45)
    assert found.record.scored == 1
    assert found.record.lately is not None
    assert found.record.lately.held == 1


def test_a_stranger_has_no_record(database: Database, now: datetime) -> None:
    with database.begin() as session:
        person = reporter(session, OTIENO, "KE", now)
        record = record_of(session, person, now.date(), now)
        assert told_by(session, person, limit=9) == []
    assert (record.lately, record.scored) == (None, 0)


def test_what_stands_for_what(githunguri: Database, now: datetime) -> None:
    minutes = [now.replace(minute=minute) for minute in (1, 2, 3)]
    with githunguri.begin() as session:
        words = kenya(session)
        report_price(session, words, ACHIENG, "milk", "Githunguri", 44, minutes[0])
        report_price(session, words, ACHIENG, "milk", "Githunguri", 46, minutes[1])
        report_price(session, words, KAMAU, "milk", "Githunguri", 46, minutes[2])
    first, second = (row.id for row in rows_of(githunguri, ACHIENG)[-2:])
    copy = rows_of(githunguri, KAMAU)[-1].id
    with githunguri.read() as session:
        lines = [
            line
            for person in (ACHIENG, KAMAU)
            for row in rows_of(githunguri, person)
            if (line := report_line(session, row.id)) is not None
        ]
    # She told again that day; his is what her phone told a minute before.
    assert uncounted(lines) == {first: second, copy: second}


def test_labels_counted_by_the_database_are_those_of_the_estimates(
    githunguri: Database, now: datetime
) -> None:
    """Old by a day or not: the line lies at midnight there, and elsewhere for each commodity."""
    with githunguri.begin() as session:
        words = kenya(session)
        for days, commodity, place in (
            (0, "milk", "Nakuru"), (6, "milk", "Molo"), (7, "milk", "Limuru"),
            (2, "tomatoes", "Nakuru"), (3, "tomatoes", "Molo"),
            (13, "goat", "Molo"), (14, "goat", "Nakuru"), (29, "milk", "Kisumu"),
        ):  # fmt: skip
            if commodity in words.commodities:
                at = now - timedelta(days=days)
                report_price(session, words, OTIENO, commodity, place, 40, at)
        for person in (OTIENO, ACHIENG):
            report_price(session, words, person, "milk", "Eldoret", 40, now)
    for hours in (0, 11, 13, 24):
        later = now + timedelta(hours=hours)
        with githunguri.read() as session:
            words = kenya(session)
            exact = coverage(session, words, later, is_real=False)
            assert coverage_as_it_stands(session, words, later) == exact, hours
            fresh = freshness(session, words, later)
            assert fresh.labels[Confidence.GOOD] == sum(one.good for one in exact)
            assert fresh.labels[Confidence.FEW] == sum(one.few for one in exact)
            assert fresh.labels[Confidence.ONE] == sum(one.one for one in exact)
            assert fresh.labels[Confidence.OLD] == sum(one.old for one in exact)
            assert fresh.fresh == sum(one.fresh for one in exact)


def test_of_a_place_with_several_prices_the_best_is_counted(
    githunguri: Database, now: datetime
) -> None:
    with githunguri.begin() as session:
        words = kenya(session)
        report_price(
            session, words, OTIENO, "milk", "Githunguri", 60, now, price_type=PriceType.RETAIL
        )
    with githunguri.read() as session:
        words = kenya(session)
        county = place_named(words, "Githunguri").admin1_id
        assert labels_by_county(session, words, now)["milk", county] == {Confidence.GOOD: 1}


def test_reports_of_the_day_begin_at_midnight_there(githunguri: Database, now: datetime) -> None:
    hold(githunguri, now)
    with githunguri.read() as session:
        words = kenya(session)
        since = start_of_day(words, now)
        assert since.isoformat() == "2026-11-24T00:00:00+03:00"
        counted = reports_since(session, since, now)
    assert {status: count for status, count in counted.items() if count} == {HELD: 1}


def test_everybody_stands_on_one_page_of_the_list(githunguri: Database, now: datetime) -> None:
    people = [f"+2547220001{number:02}" for number in range(30)]
    with githunguri.begin() as session:
        words = kenya(session)
        for days in (2, 1, 0):
            for number, person in enumerate(people):
                at = now - timedelta(days=days, minutes=number)
                report_price(session, words, person, "milk", "Nakuru", 40 + number, at)
    seen: list[int] = []
    after: int | None = None
    with githunguri.read() as session:
        while True:
            page = known_reporters(session, now, now.date(), after_id=after, limit=7)
            seen += [one.newest.reporter_id for one in page.people]
            after = page.after
            if after is None:
                break
    assert len(seen) == len(set(seen)) == 30 + 3


def test_behind_somebody_who_floods_us_come_others(githunguri: Database, now: datetime) -> None:
    with githunguri.begin() as session:
        words = kenya(session)
        for minute in range(40):
            at = now - timedelta(minutes=minute)
            report_price(session, words, OTIENO, "milk", "Nakuru", Decimal(40), at)
    with githunguri.read() as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr("prices.known_reporters.AT_ONCE", 15)
        page = known_reporters(session, now, now.date(), after_id=None, limit=7)
    assert len(page.people) == 4
    assert page.after is None

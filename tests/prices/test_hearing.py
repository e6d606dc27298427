"""One report and its cells: whatever comes late, at once, or is taken out again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from prices.catalogue import Catalogue
from prices.hearing import change_standing
from prices.kinds import Buyer, ObservationStatus, PriceType
from prices.models import CellBelief, PriceCell, PriceObservation
from prices.new_report import NewReport
from prices.observations import Held, Recorded, record_observation
from prices.published import estimates_of
from prices.reads import votes_of_others
from prices.settling import settle
from prices.vocabulary import Vocabulary
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.prices.stories import kenya, near, place_named, publish_price, reporter

DAY = timedelta(days=1)
_keys = count(1)


def say(
    session: Session,
    msisdn: str,
    price: int | str,
    now: datetime,
    place: str = "Nakuru",
    commodity: str = "milk",
    **more: Any,
) -> Recorded | Held:
    """Somebody reports, and is believed or not."""
    vocabulary = kenya(session)
    values: dict[str, Any] = {
        "source_key": f"hearing:{next(_keys)}",
        "reporter_id": reporter(session, msisdn, "KE", now),
        "commodity": commodity,
        "place_id": place_named(vocabulary, place).id,
        "price": Decimal(price),
        "unit": None,
        "price_type": None,
        "raw_text": "",
        "now": now,
    }
    told = record_observation(session, vocabulary, **(values | more))
    assert isinstance(told, Recorded | Held)
    return told


def cells(session: Session) -> list[PriceCell]:
    return list(session.scalars(select(PriceCell).order_by(PriceCell.buyer, PriceCell.grade)))


def whole(session: Session, vocabulary: Vocabulary, now: datetime, place: str = "Nakuru") -> Any:
    """What is published of milk there; None for nothing."""
    found = estimates_of(
        session,
        vocabulary,
        commodity="milk",
        place_ids=[place_named(vocabulary, place).id],
        now=now,
        is_whole=True,
    )
    return found[0].estimate if found else None


def test_four_people_agree(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for msisdn in (OTIENO, ACHIENG, MUTISO, KAMAU):
            say(session, msisdn, 47, now)
        found = whole(session, kenya(session), now)
    assert found.price == near(47)
    assert (found.reports, found.reporters) == (4, 4)
    assert 42 < found.low < 46 < 48 < found.high < 52


def test_one_phone_that_shouts_is_one_voice(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for msisdn in (ACHIENG, MUTISO, KAMAU):
            say(session, msisdn, 47, now)
        for minute in range(15):
            say(session, OTIENO, 60, now + timedelta(minutes=minute), is_confirmed=True)
        found = whole(session, kenya(session), now)
    assert (found.reports, found.reporters) == (4, 4)
    assert found.price < 51


def test_phones_that_copy_one_another_are_one_voice(database: Database, now: datetime) -> None:
    later = now + timedelta(seconds=7)
    with database.begin() as session:
        for second, msisdn in enumerate((OTIENO, ACHIENG, MUTISO)):
            say(session, msisdn, "61.50", later + timedelta(seconds=second))
        found = whole(session, kenya(session), now)
        assert (found.reports, found.reporters) == (1, 1)
        errors = session.scalars(select(PriceObservation.error).order_by(PriceObservation.id)).all()
        assert [error is None for error in errors] == [False, True, True]


def test_what_others_told_is_known_when_a_report_is_kept(database: Database, now: datetime) -> None:
    """As it would be read afterwards: what is corrected, doubted, too old, or one's own."""
    with database.begin() as session:
        for age in range(9, 4, -1):
            for msisdn, price in ((OTIENO, 44), (ACHIENG, 45)):
                say(session, msisdn, price, now - DAY * age)
        say(session, KAMAU, 46, now - DAY)
        say(session, WANJIKU, 46, now - DAY)
        say(session, MUTISO, 62, now, is_confirmed=True)  # doubted, and stood by
        say(session, ACHIENG, 45, now, price_type=PriceType.RETAIL)
        for minute, price in enumerate((48, 450, 45)):
            say(session, NJERI, price, now + timedelta(minutes=20 * minute), is_confirmed=True)
            found = say(session, WANJIKU, 47, now + timedelta(minutes=20 * minute + 11))
            assert isinstance(found, Recorded)
            read = votes_of_others(
                session,
                commodity="milk",
                place_id=found.place_id,
                price_type=PriceType.FARM_GATE,
                reporter_id=reporter(session, WANJIKU, "KE", now),
                since=now.date() - DAY * 7,
                until=now.date(),
            )
            assert sorted(found.others or ()) == sorted(read)
            assert len(read) > 5


def test_a_report_that_is_not_kept_yet_has_every_column(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say(session, OTIENO, 47, now)
        row = session.scalars(select(PriceObservation)).one()
        values = {column.key: getattr(row, column.key) for column in PriceObservation.__table__.c}
    assert NewReport(**values).columns == {key: values[key] for key in values if key != "id"}


def test_three_strangers_move_a_price_that_really_moved(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for age in range(10, 2, -1):
            for msisdn in (OTIENO, ACHIENG):
                say(session, msisdn, 45, now - DAY * age)
        for msisdn in (WANJIKU, KAMAU, MUTISO, NJERI):
            say(session, msisdn, 62, now, is_confirmed=True)
        assert whole(session, kenya(session), now).price > 55


def test_a_report_is_in_the_cells_of_its_buyer_and_grade(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say(session, OTIENO, 45, now, buyer=Buyer.COOPERATIVE)
        say(session, ACHIENG, 50, now, buyer=Buyer.TRADER, grade="A")
        found = {(cell.buyer, cell.grade): cell.price for cell in cells(session)}
    assert set(found) == {
        ("", ""),
        ("cooperative", ""),
        ("trader", ""),
        ("", "A"),
        ("trader", "A"),
    }
    assert found["cooperative", ""] == near(45)
    assert found["trader", "A"] > found["", ""] > found["cooperative", ""]


def test_a_late_report_is_heard_in_its_own_day(database: Database, now: datetime) -> None:
    told = [(WANJIKU, 45, 5), (OTIENO, 47, 4), (ACHIENG, 46, 3), (MUTISO, 48, 1)]
    with database.begin() as session:
        for msisdn, price, age in told[:1] + told[2:]:
            say(session, msisdn, price, now - DAY * age, buyer=Buyer.TRADER)
        say(session, *told[1][:2], now - DAY * 4, buyer=Buyer.TRADER)  # the network was down
        late = checkpoints(session)
        later = session.scalars(select(PriceObservation).order_by(PriceObservation.reported_at))
        assert all(report.error is not None for report in later)
    with database.begin() as session:
        for report in session.scalars(select(PriceObservation)):
            report.reporter_bias = report.error = None
        for cell in cells(session):
            cell.pending_from = (now - DAY * 5).date()
    settle(database, Catalogue("KE").vocabulary, now)
    with database.read() as session:
        in_order = checkpoints(session)
    assert late.keys() == in_order.keys()
    # Only what was known of people differs by a hair: those after the late one were seen before it.
    assert list(late)[0:2] == list(in_order)[0:2]


def checkpoints(session: Session) -> dict[tuple[int, object], bytes]:
    rows = session.scalars(select(CellBelief).order_by(CellBelief.cell_id, CellBelief.day))
    return {(row.cell_id, row.day): row.belief for row in rows}


def test_two_reports_at_once_both_count(database: Database, now: datetime) -> None:
    people = [OTIENO, ACHIENG, MUTISO, KAMAU, WANJIKU, NJERI]
    with database.begin() as session:
        for msisdn in people:
            reporter(session, msisdn, "KE", now)

    def one(number: int) -> None:
        with database.begin() as session:
            say(session, people[number], 45 + number, now + timedelta(seconds=number * 61))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(one, range(len(people))))
    with database.read() as session:
        found = whole(session, kenya(session), now)
        [cell] = cells(session)
    assert (found.reports, found.reporters) == (6, 6)
    assert cell.price == found.price


def test_what_is_taken_out_leaves_what_was_before(database: Database, now: datetime) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        say(session, WANJIKU, 45, now - DAY * 9)
        before = whole(session, vocabulary, now)
        told = say(session, OTIENO, 52, now)
        assert whole(session, vocabulary, now).reports == 1
        report = session.get_one(PriceObservation, told.observation_id)
        change_standing(
            session, vocabulary, report, DROPPED, by="staff:1", reason="a test call", now=now
        )
        after = whole(session, vocabulary, now)
    assert (after.price, after.reports, after.newest_at) == (
        before.price,
        before.reports,
        now - DAY * 9,
    )


DROPPED = ObservationStatus.DROPPED


def test_without_its_only_report_a_cell_has_no_price(database: Database, now: datetime) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        told = say(session, WANJIKU, 45, now)
        report = session.get_one(PriceObservation, told.observation_id)
        change_standing(session, vocabulary, report, DROPPED, by="staff:1", reason="", now=now)
        assert whole(session, vocabulary, now) is None
        assert [cell.price for cell in cells(session)] == [None]
        assert not session.scalars(select(CellBelief)).all()


# What a place begins with


@pytest.mark.parametrize("first", [460, 4])
def test_neighbours_say_what_is_usual_of_a_first_report(
    database: Database, now: datetime, first: int
) -> None:
    with database.begin() as session:
        for age in (3, 2):
            for msisdn in (OTIENO, ACHIENG):
                say(session, msisdn, 46, now - DAY * age)
        told = say(session, WANJIKU, first, now, "Njoro")
        assert isinstance(told, Held)
        assert told.usual == near(46)
        honest = say(session, KAMAU, 41, now, "Njoro")
        assert isinstance(honest, Recorded)
        vocabulary = kenya(session)
        found = whole(session, vocabulary, now, "Njoro")
    # They make no price, and count for no report.
    assert found.reports == 1
    assert found.price == near(41)


def test_a_neighbour_abroad_says_nothing(database: Database, now: datetime) -> None:
    uganda = Catalogue("UG").vocabulary
    with database.begin() as session:
        vocabulary = uganda(session, "UG")
        busia = place_named(vocabulary, "Busia").id
        for msisdn in (OTIENO, ACHIENG):
            record_observation(
                session,
                vocabulary,
                source_key=f"hearing:{next(_keys)}",
                reporter_id=reporter(session, msisdn, "UG", now),
                commodity="milk",
                place_id=busia,
                price=Decimal(1500),
                unit=None,
                price_type=None,
                raw_text="",
                now=now - DAY,
            )
        assert isinstance(say(session, WANJIKU, 45, now, "Busia"), Recorded)


def test_a_published_series_says_what_is_usual(database: Database, now: datetime) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        publish_price(
            session, vocabulary, "maize", "Nakuru", 40, now.date() - DAY * 40, PriceType.WHOLESALE
        )
        told = say(session, OTIENO, 3600, now, commodity="maize")
        assert isinstance(told, Held)
        assert told.usual == near(40)
        assert isinstance(say(session, ACHIENG, 46, now, commodity="maize"), Recorded)


def test_without_any_of_these_the_bounds_say_what_cannot_be(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        assert isinstance(say(session, OTIENO, 3600, now, commodity="beans"), Held)
        assert isinstance(say(session, ACHIENG, 120, now, commodity="beans"), Recorded)


def test_where_nothing_is_known_the_first_report_is_believed(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        assert isinstance(say(session, OTIENO, 3600, now, commodity="jute"), Recorded)
        [cell] = cells(session)
        assert cell.price == near(3600)


# People


def test_a_reporter_who_always_says_more_is_learnt(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for age in range(40, 0, -1):
            for msisdn in (ACHIENG, MUTISO):
                say(session, msisdn, 45, now - DAY * age)
            say(session, OTIENO, "50.85", now - DAY * age)  # 13 % more, every day
        say(session, OTIENO, "50.85", now)
        report = session.scalars(
            select(PriceObservation).order_by(PriceObservation.id.desc()).limit(1)
        ).one()
        assert report.reporter_bias is not None
        assert 0.04 < report.reporter_bias < 0.12
        # Nearer the others than the mean of all three.
        assert whole(session, kenya(session), now).price < 46.9

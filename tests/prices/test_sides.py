"""What sellers and buyers say of one price, and how far they are apart."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.session import Database
from prices.catalogue import Catalogue
from prices.comparisons import Sides
from prices.hearing import change_standing
from prices.held_reports import correct
from prices.kinds import Buyer, ObservationStatus, PriceType, Side
from prices.models import PriceCell, PriceObservation
from prices.observations import Held, record_observation
from prices.settling import settle
from prices.sides import sides_at
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.prices.stories import kenya, place_named, report_price, reporter

DAY = timedelta(days=1)
SELLS, BUYS = Side.SELLS, Side.BUYS


def say(
    session: Session,
    msisdn: str,
    price: int | str,
    at: datetime,
    side: Side | None,
    place: str = "Nakuru",
    buyer: Buyer | None = None,
) -> int:
    words = kenya(session)
    told = report_price(session, words, msisdn, "milk", place, price, at, side=side, buyer=buyer)
    return told.observation_id


def sides(session: Session, now: datetime, place: str = "Nakuru") -> Sides | None:
    words = kenya(session)
    return sides_at(
        session,
        words,
        commodity="milk",
        place_id=place_named(words, place).id,
        price_type=PriceType.FARM_GATE,
        now=now,
    )


def say_all(session: Session, now: datetime) -> None:
    """Two who sell for 46 and 47, two who buy for 44, and one who does not say."""
    say(session, WANJIKU, 46, now, SELLS)
    say(session, OTIENO, 47, now, SELLS)
    say(session, ACHIENG, 44, now, BUYS)
    say(session, MUTISO, "44.5", now, BUYS)
    say(session, KAMAU, 49, now, None)


def test_where_nobody_said_anything_there_are_no_sides(database: Database, now: datetime) -> None:
    with database.read() as session:
        assert sides(session, now) is None


def test_the_gap_between_the_two(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say_all(session, now)
        found = sides(session, now)
    assert found == Sides(sellers=Decimal("46.5"), buyers=Decimal("44.25"))
    assert found.gap == Decimal("0.051")
    with database.read() as session:
        assert set(session.scalars(select(PriceObservation.side))) == {SELLS, BUYS, None}


def test_who_buys_may_pay_more_than_others_sell_for(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for msisdn, price, side in (
            (WANJIKU, 40, SELLS), (OTIENO, 40, SELLS), (ACHIENG, 44, BUYS), (MUTISO, 44, BUYS)
        ):  # fmt: skip
            say(session, msisdn, price, now, side)
        found = sides(session, now)
    assert found is not None
    assert found.gap == Decimal("-0.091")


def test_one_person_is_no_side(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say(session, WANJIKU, 46, now, SELLS)
        say(session, OTIENO, 47, now, SELLS)
        for age in range(4):
            say(session, ACHIENG, 44, now - DAY * age, BUYS)
        assert sides(session, now) is None


def test_a_person_speaks_once_a_side_by_their_latest(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for age in (4, 3):
            say(session, WANJIKU, 40, now - DAY * age, SELLS)
        say_all(session, now - DAY * 2)
        say(session, WANJIKU, 43, now - DAY, BUYS)  # a trader: on both sides
        say(session, WANJIKU, 48, now, SELLS)
        found = sides(session, now)
    assert found == Sides(sellers=Decimal("47.5"), buyers=Decimal(44))  # of 47 and 48; 43, 44, 44.5


def test_of_a_day_only_the_latest_speaks(database: Database, now: datetime) -> None:
    later = now + timedelta(hours=1)
    with database.begin() as session:
        say_all(session, now)
        say(session, OTIENO, 46, later, None)
        assert sides(session, later) is None


def test_only_what_is_recent_counts(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say_all(session, now - DAY * 6)
        assert sides(session, now) is not None
        assert sides(session, now + DAY) is None
        assert sides(session, now - DAY * 7) is None  # it had not been said yet


def test_slips_and_what_was_dropped_have_no_side(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say_all(session, now)
        say(session, NJERI, 450, now, BUYS)  # she stands by it, and nobody believes it
        found = sides(session, now)
        assert found is not None
        assert found.buyers == Decimal("44.25")
        njeri = say(session, NJERI, 45, now + timedelta(minutes=1), BUYS)
        found = sides(session, now + timedelta(minutes=1))
        assert found is not None
        assert found.buyers == Decimal("44.5")
        change_standing(
            session,
            kenya(session),
            session.get_one(PriceObservation, njeri),
            ObservationStatus.DROPPED,
            by="staff:1",
            reason="",
            now=now,
        )
        found = sides(session, now + timedelta(minutes=1))
        assert found is not None
        assert found.buyers == Decimal("44.25")


def test_what_nobody_has_looked_at_has_no_side_yet(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say_all(session, now)
        session.execute(update(PriceObservation).values(slip_probability=None))
        assert sides(session, now) is None


def test_made_up_reports_have_no_side(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say_all(session, now)
        session.execute(update(PriceObservation).values(is_demo=True))
        assert sides(session, now) is None


def test_a_county_has_no_sides(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say_all(session, now)
        words = kenya(session)
        county = words.admin1_of(place_named(words, "Nakuru").id)
        assert county is not None
        assert (
            sides_at(
                session,
                words,
                commodity="milk",
                place_id=county.id,
                price_type=PriceType.FARM_GATE,
                now=now,
            )
            is None
        )


def test_places_and_steps_of_the_trade_are_never_mixed(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say(session, WANJIKU, 46, now, SELLS)
        say(session, OTIENO, 47, now, SELLS)
        say(session, ACHIENG, 44, now, BUYS, place="Molo")
        say(session, MUTISO, 44, now, BUYS, place="Molo")
        assert (sides(session, now), sides(session, now, "Molo")) == (None, None)


def test_every_buyer_is_on_the_same_side(database: Database, now: datetime) -> None:
    with database.begin() as session:
        say_all(session, now)
        say(session, NJERI, 46, now, BUYS, buyer=Buyer.COOPERATIVE)
        found = sides(session, now)
    assert found is not None
    assert found.buyers == Decimal("44.5")


def test_a_correction_stays_on_its_side(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        for msisdn in (WANJIKU, ACHIENG, MUTISO):
            say(session, msisdn, 45, now - DAY, None)
        held = record_observation(
            session,
            words,
            source_key="sides:1",
            reporter_id=reporter(session, OTIENO, "KE", now),
            commodity="milk",
            place_id=place_named(words, "Nakuru").id,
            price=Decimal(450),
            unit=None,
            price_type=None,
            side=SELLS,
            raw_text="sold milk nakuru 450",
            now=now,
        )
        assert isinstance(held, Held)
        report = session.get_one(PriceObservation, held.observation_id)
        correct(session, words, report, price=Decimal(45), unit=None, raw_text="1", now=now)
        newest = session.scalars(select(PriceObservation).order_by(PriceObservation.id.desc()))
        assert next(newest).side is SELLS


def test_reports_of_a_file_have_theirs_when_they_are_heard(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        say_all(session, now)
        at_once = sides(session, now)
        # As an import leaves them.
        session.execute(update(PriceObservation).values(slip_probability=None, reporter_bias=None))
        session.execute(update(PriceCell).values(pending_from=now.date()))
        assert sides(session, now) is None
    settle(database, Catalogue("KE").vocabulary, now)
    with database.read() as session:
        assert sides(session, now) == at_once

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.session import Database
from prices.kinds import Buyer, ObservationStatus, PriceType
from prices.models import PriceObservation
from prices.observations import (
    PriceRefused,
    Recorded,
    RefusalReason,
    UnitUnknown,
    record_observation,
)
from prices.vocabulary import Vocabulary
from tests.cast import OTIENO, WANJIKU
from tests.prices.stories import kenya, place_named, report_price, reporter


def tell(
    session: Session, vocabulary: Vocabulary, now: datetime, **said: Any
) -> Recorded | UnitUnknown | PriceRefused:
    """Wanjiku reports milk at Githunguri at 45, except for what is said otherwise."""
    values: dict[str, Any] = {
        "source_key": "sms:1:0",
        "reporter_id": reporter(session, WANJIKU, "KE", now),
        "commodity": "milk",
        "place_id": place_named(vocabulary, "Githunguri").id,
        "price": Decimal(45),
        "unit": None,
        "price_type": None,
        "raw_text": "report milk githunguri 45",
        "now": now,
    }
    return record_observation(session, vocabulary, **(values | said))


def kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PriceObservation)) or 0


def test_farmer_reports_a_price(database: Database, now: datetime) -> None:
    with database.begin() as session:
        recorded = tell(session, kenya(session), now)
    assert isinstance(recorded, Recorded)
    assert (recorded.commodity, recorded.unit, recorded.currency) == ("milk", "litre", "KES")
    assert recorded.price == recorded.price_per_base_unit == 45
    assert recorded.price_type is PriceType.FARM_GATE
    with database.read() as session:
        row = session.scalars(select(PriceObservation)).one()
        assert row.raw_text == "report milk githunguri 45"
        assert row.reported_at == now
        assert row.unit_factor_id is None
        assert row.status is ObservationStatus.ACCEPTED
        assert not row.is_demo


def test_a_bag_is_brought_to_kilos_and_the_factor_remembered(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        recorded = tell(
            session,
            kenya(session),
            now,
            commodity="maize",
            unit="bag_90kg",
            price=Decimal(3600),
            price_type=PriceType.RETAIL,
            quantity=Decimal(2),
            grade="white",
            buyer=Buyer.TRADER,
        )
        assert isinstance(recorded, Recorded)
        assert (recorded.price, recorded.price_per_base_unit) == (3600, 40)
        row = session.get_one(PriceObservation, recorded.observation_id)
        assert row.unit_factor_id is not None
        assert (row.quantity, row.grade, row.buyer) == (2, "white", Buyer.TRADER)
        assert row.price_type is PriceType.RETAIL


def test_the_same_text_again_is_one_report(database: Database, now: datetime) -> None:
    with database.begin() as session:
        first = tell(session, kenya(session), now, price=Decimal("45.5"))
    with database.begin() as session:
        later = now + timedelta(hours=1)
        again = tell(session, kenya(session), later, price=Decimal("45.5"))
        assert again == first
        assert kept(session) == 1


def test_two_processes_keep_the_same_text_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        reporter(session, WANJIKU, "KE", now)

    def one() -> Any:
        with database.begin() as session:
            return tell(session, vocabulary, now)

    with ThreadPoolExecutor(4) as pool:
        told = [job.result() for job in [pool.submit(one) for _ in range(8)]]
    assert len(set(told)) == 1
    with database.read() as session:
        assert kept(session) == 1


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        ("0", RefusalReason.NOT_POSITIVE),
        ("-45", RefusalReason.NOT_POSITIVE),
        ("0.00001", RefusalReason.NOT_POSITIVE),
        ("NaN", RefusalReason.NOT_POSITIVE),
        ("-Infinity", RefusalReason.NOT_POSITIVE),
        ("10000000", RefusalReason.TOO_HIGH),
        ("254711000001", RefusalReason.TOO_HIGH),
        ("Infinity", RefusalReason.TOO_HIGH),
        ("1E+4000", RefusalReason.TOO_HIGH),
    ],
)
def test_what_no_price_can_be_is_refused(
    database: Database, now: datetime, price: str, reason: RefusalReason
) -> None:
    with database.begin() as session:
        told = tell(session, kenya(session), now, price=Decimal(price))
        assert isinstance(told, PriceRefused)
        assert told.reason is reason
        assert kept(session) == 0


def test_the_dearest_price_still_kept(database: Database, now: datetime) -> None:
    with database.begin() as session:
        told = tell(session, kenya(session), now, price=Decimal("9999999.9999"), is_confirmed=True)
        assert isinstance(told, Recorded)
    with database.read() as session:
        price = session.scalars(select(PriceObservation.price_per_base_unit)).one()
        assert price == Decimal("9999999.9999")


def test_a_price_a_gram_that_makes_an_absurd_kilo_is_refused(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        told = tell(
            session, kenya(session), now, commodity="maize", unit="g", price=Decimal(50_000)
        )
        assert told == PriceRefused(RefusalReason.TOO_HIGH, Decimal(50_000))


@pytest.mark.parametrize("unit", ["can", "kasuku", "bunch", "furlong"])
def test_a_unit_nobody_is_sure_of_is_asked_for(
    database: Database, now: datetime, unit: str
) -> None:
    """A can holds 5 to 50 litres, a kasuku is guessed at, a furlong is no measure of milk."""
    with database.begin() as session:
        told = tell(session, kenya(session), now, unit=unit)
        assert told == UnitUnknown("milk", unit)
        assert kept(session) == 0


def test_another_country_s_money_is_refused(database: Database, now: datetime) -> None:
    with database.begin() as session:
        told = tell(session, kenya(session), now, currency="UGX", price=Decimal(1500))
        assert told == PriceRefused(RefusalReason.OTHER_CURRENCY, Decimal(1500))
        assert isinstance(tell(session, kenya(session), now, currency="KES"), Recorded)


def test_a_whole_county_has_no_price_of_its_own(database: Database, now: datetime) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        county = vocabulary.admin1_of(place_named(vocabulary, "Githunguri").id)
        assert county is not None
        with pytest.raises(ValueError, match="market or a ward"):
            tell(session, vocabulary, now, place_id=county.id)


def test_hostile_words_around_a_price_do_no_harm(database: Database, now: datetime) -> None:
    with database.begin() as session:
        told = tell(
            session,
            kenya(session),
            now,
            grade="a" * 500,
            quantity=Decimal("-1E+30"),
            raw_text="milk\0 45'); DROP TABLE price_observation; --",
        )
        assert isinstance(told, Recorded)
    with database.read() as session:
        row = session.scalars(select(PriceObservation)).one()
        assert row.grade == "a" * 40
        assert row.quantity is None
        assert row.raw_text.endswith("DROP TABLE price_observation; --")


def test_a_reporter_nobody_knows_is_a_broken_promise(database: Database, now: datetime) -> None:
    with pytest.raises(IntegrityError), database.begin() as session:
        tell(session, kenya(session), now, reporter_id=987_654)
    with database.read() as session:
        assert kept(session) == 0


def test_several_reports_in_one_transaction(database: Database, now: datetime) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        report_price(session, vocabulary, WANJIKU, "milk", "Githunguri", 45, now)
        report_price(session, vocabulary, OTIENO, "milk", "Nakuru", "46.50", now)
    with database.read() as session:
        prices = set(session.scalars(select(PriceObservation.price_per_base_unit)))
        assert prices == {Decimal(45), Decimal("46.5")}

"""A fare is kept once, for a load whose weight is known, and only where it can be so."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.session import Database
from prices.best_markets import best_markets
from prices.fare_reports import FareKept, FareRefused, FareTold, FareUnlikely, record_fare
from prices.kinds import TransportMode
from prices.loads import Goods, LoadUnknown, LoadUnsaid
from prices.models import TransportFare, TransportTariff
from prices.netback import Load
from prices.observations import RefusalReason
from prices.transport import known_fare, roads_from, tariffs_on
from prices.vocabulary import Vocabulary
from tests.cast import ACHIENG, MUTISO, OTIENO, WANJIKU
from tests.prices.stories import kenya, place_named, report_price, reporter

CAN = Goods("milk", Decimal(20), "litre")
CAN_LOAD = Load(Decimal("20.6"), Decimal("1.03"))


def told(
    session: Session,
    words: Vocabulary,
    now: datetime,
    fare: int | str,
    goods: Goods = CAN,
    *,
    who: str = WANJIKU,
    start: str = "Njoro",
    goal: str = "Nakuru",
    **more: Any,
) -> FareTold:
    values: dict[str, Any] = {
        "source_key": f"story:{who}:{start}:{goal}",
        "reporter_id": reporter(session, who, words.country.code, now),
        "from_place_id": place_named(words, start).id,
        "to_place_id": place_named(words, goal).id,
        "goods": goods,
        "fare": Decimal(fare),
        "mode": None,
        "raw_text": f"transport {goal} {fare}",
        "reported_at": now,
    }
    return FareTold(**(values | more))


def keep(session: Session, words: Vocabulary, now: datetime, fare: int, **more: Any) -> FareKept:
    kept = record_fare(session, words, told(session, words, now, fare, **more))
    assert isinstance(kept, FareKept), kept
    return kept


def test_a_fare_is_kept_with_what_it_makes_of_one(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        kept = keep(session, words, now, 100, mode=TransportMode.BUS, raw_text="transport\0 100")
        assert (kept.fare, kept.quantity, kept.unit) == (100, 20, "litre")
        assert (kept.each, kept.each_unit, kept.currency) == (5, "litre", "KES")
        row = session.scalars(select(TransportFare)).one()
        assert (row.load_kg, row.commodity_code, row.mode) == (
            Decimal("20.6"),
            "milk",
            TransportMode.BUS,
        )
        assert row.raw_text == "transport 100"


def test_the_same_key_is_the_same_fare(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        first = keep(session, words, now, 100)
        again = record_fare(session, words, told(session, words, now, 120))
        assert again == first
        assert len(session.scalars(select(TransportFare)).all()) == 1


@pytest.mark.parametrize(
    ("goods", "quantity", "unit", "kg", "each", "each_unit"),
    [
        (Goods("milk"), "20", "litre", "20.6", "5", "litre"),  # a can, unsaid
        (Goods("maize"), "90", "kg", "90", "1.1111", "kg"),
        (Goods("maize", Decimal(2), "bag"), "2", "bag", "180", "0.5556", "kg"),
        (Goods("maize", None, "bag"), "1", "bag", "90", "1.1111", "kg"),
        (Goods(None, Decimal(20), "kg"), "20", "kg", "20", "5", "kg"),
        (Goods(None, Decimal(20), "litre"), "20", "litre", "20", "5", "litre"),
        (Goods(None, None, "bag_50kg"), "1", "bag_50kg", "50", "2", "kg"),
        (Goods("eggs", Decimal(5), "tray"), "5", "tray", "9", "0.6667", "piece"),
        (Goods("milk", Decimal(40)), "40", "litre", "41.2", "2.5", "litre"),
    ],
)
def test_loads_are_weighed_as_they_were_said(
    database: Database,
    now: datetime,
    goods: Goods,
    quantity: str,
    unit: str,
    kg: str,
    each: str,
    each_unit: str,
) -> None:
    with database.begin() as session:
        kept = keep(session, kenya(session), now, 100, goods=goods)
        assert (kept.quantity, kept.unit, kept.each_unit) == (Decimal(quantity), unit, each_unit)
        assert round(kept.each, 4) == Decimal(each)
        assert session.scalars(select(TransportFare.load_kg)).one() == Decimal(kg)


def test_so_much_a_litre_is_paid_for_each_of_them(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kept = keep(session, kenya(session), now, 5, goods=Goods("milk", None, "litre"))
        assert (kept.fare, kept.quantity, kept.each) == (100, 20, 5)


@pytest.mark.parametrize(
    ("goods", "asked"),
    [
        (Goods(), LoadUnsaid()),
        (Goods(None, Decimal(5)), LoadUnsaid()),
        (Goods("milk", Decimal(10) ** 30, "litre"), LoadUnsaid()),
        (Goods(None, Decimal(2), "bag"), LoadUnknown("bag")),
        (Goods("milk", Decimal(1), "wheelbarrow"), LoadUnknown("wheelbarrow")),
        (Goods("milk", Decimal(1), "can"), LoadUnknown("can")),
    ],
)
def test_a_load_that_nobody_can_weigh_is_asked_for(
    database: Database, now: datetime, goods: Goods, asked: object
) -> None:
    with database.begin() as session:
        words = kenya(session)
        assert record_fare(session, words, told(session, words, now, 100, goods)) == asked
        assert session.scalars(select(TransportFare)).all() == []


@pytest.mark.parametrize(
    ("fare", "currency", "reason"),
    [
        ("0", None, RefusalReason.NOT_POSITIVE),
        ("-5", None, RefusalReason.NOT_POSITIVE),
        ("NaN", None, RefusalReason.NOT_POSITIVE),
        ("10000000", None, RefusalReason.TOO_HIGH),
        ("1e30", "KES", RefusalReason.TOO_HIGH),
        ("5", "USD", RefusalReason.OTHER_CURRENCY),
    ],
)
def test_what_is_no_fare_is_refused(
    database: Database, now: datetime, fare: str, currency: str | None, reason: RefusalReason
) -> None:
    with database.begin() as session:
        words = kenya(session)
        outcome = record_fare(session, words, told(session, words, now, fare, currency=currency))
        assert outcome == FareRefused(reason)


def test_a_fare_far_from_the_tariff_is_asked_about(database: Database, now: datetime) -> None:
    """14 km are 18.8 by road, 78 shillings for a can on a matatu."""
    with database.begin() as session:
        words = kenya(session)
        outcome = record_fare(session, words, told(session, words, now, 780))
        assert isinstance(outcome, FareUnlikely)
        assert outcome.usual is not None
        assert (round(outcome.usual), outcome.meant, outcome.worth) == (78, 78, None)
        low = record_fare(session, words, told(session, words, now, 8))
        assert isinstance(low, FareUnlikely)
        assert low.meant == 80
        nothing_near = record_fare(session, words, told(session, words, now, 50_000))
        assert isinstance(nothing_near, FareUnlikely)
        assert nothing_near.meant is None
        keep(session, words, now, 200, who=OTIENO)
        learnt = record_fare(session, words, told(session, words, now, 780))
        assert isinstance(learnt, FareUnlikely)
        assert learnt.usual is not None
        assert round(learnt.usual) == 200
        assert len(session.scalars(select(TransportFare)).all()) == 1


def test_a_fare_is_dearer_than_the_goods_nowhere(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Nakuru", 50, now)
        four = Goods("milk", Decimal(4), "litre")
        outcome = record_fare(session, words, told(session, words, now, 250, four))
        assert isinstance(outcome, FareUnlikely)
        assert outcome.worth is not None
        assert 190 < outcome.worth < 210
        assert outcome.meant == 25
        keep(session, words, now, 150, goods=four)


def test_where_there_is_no_tariff_any_fare_below_the_goods_is_kept(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        words = kenya(session)
        session.execute(delete(TransportTariff))
        keep(session, words, now, 9000)


def test_a_fare_needs_two_places(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        with pytest.raises(ValueError, match="two places"):
            record_fare(session, words, told(session, words, now, 100, goal="Njoro"))


def test_best_markets_learn_from_the_fares_of_the_road(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Nakuru", 50, now)

        def transport(at: datetime) -> Decimal:
            (only,) = best_markets(
                session,
                words,
                commodity="milk",
                place_id=place_named(words, "Njoro").id,
                price_type=None,
                now=at,
            ).offers
            return only.netback.transport

        assert transport(now) == 4
        # On the way back it costs the same; one person alone has one vote.
        keep(session, words, now, 160, who=OTIENO, start="Nakuru", goal="Njoro")
        keep(session, words, now, 160, who=ACHIENG)
        keep(session, words, now, 300, who=MUTISO)
        assert transport(now) == 8
        assert transport(now - timedelta(hours=1)) == 4  # not told yet


def test_fares_are_forgotten_after_ninety_days(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        keep(session, words, now, 160)
        njoro = place_named(words, "Njoro")
        for days, fares in ((0, 1), (89, 1), (90, 0)):
            roads = roads_from(session, words, njoro, now + timedelta(days=days))
            assert len(roads.learnt.votes) == fares, days


def test_the_fares_of_the_county_count_and_no_others(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        keep(session, words, now, 200, start="Molo", goal="Gilgil", who=OTIENO)
        keep(session, words, now, 250, start="Eldoret", goal="Nakuru", who=ACHIENG)
        keep(session, words, now, 100, start="Nyeri", goal="Karatina", who=MUTISO)
        assert len(roads_from(session, words, place_named(words, "Njoro"), now).learnt.votes) == 2


def test_what_is_known_of_a_road_is_told(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        ends = {
            "from_place_id": place_named(words, "Njoro").id,
            "to_place_id": place_named(words, "Nakuru").id,
        }
        known = known_fare(session, words, **ends, goods=Goods("milk"), now=now)
        assert known is not None
        assert (round(known.carriage.fare), known.quantity, known.unit) == (78, 20, "litre")
        assert known_fare(session, words, **ends, goods=Goods(), now=now) is None


def test_the_newest_tariff_holds(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dearer = TransportTariff(
            country="KE",
            mode=TransportMode.BUS,
            base_fare=Decimal(60),
            fare_per_km=Decimal(2),
            load_kg=Decimal(50),
            most_loads=3,
            valid_from=now.date(),
            source="a story",
        )
        session.add(dearer)
        session.flush()
        for day, fare in ((now.date() - timedelta(days=1), 50), (now.date(), 60)):
            by_mode = {one.mode: one for one in tariffs_on(session, "KE", day)}
            assert by_mode[TransportMode.BUS].base_fare == fare
        assert tariffs_on(session, "PE", now.date()) == []


def test_a_made_up_fare_makes_the_answer_so(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        made_up = replace(told(session, words, now, 100), is_demo=True)
        assert isinstance(record_fare(session, words, made_up), FareKept)
        report_price(session, words, OTIENO, "milk", "Nakuru", 50, now)
        selling = best_markets(
            session,
            words,
            commodity="milk",
            place_id=place_named(words, "Njoro").id,
            price_type=None,
            now=now,
        )
        assert selling.is_demo


def test_a_fare_on_a_road_that_nobody_told_of_before_is_known_at_once(
    database: Database, now: datetime
) -> None:
    """A process remembers where fares were told, and what they say: only of what is committed."""

    def costs() -> Decimal:
        with database.look(may_write=False) as session:
            found = roads_from(session, words, njoro, now).to(nakuru.id, 14.0, CAN_LOAD)
        assert found is not None
        return found.fare

    with database.begin() as session:
        words = kenya(session)
        njoro, nakuru = (place_named(words, name) for name in ("Njoro", "Nakuru"))
        usual = costs()
        keep(session, words, now, 160, who=OTIENO)
        assert costs() == usual
        session.rollback()
    for fare in (200, 240):  # in the place of the one that was undone, and another after it
        with database.begin() as session:
            keep(session, words, now, fare, who=f"+2547220000{fare % 97:02}")
        assert costs() > usual
        usual = costs()

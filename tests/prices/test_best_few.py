"""The best few without weighing all: the same that weighing all would say, in any world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from db.session import Database
from handlers.keywords.offer_words import FEW, MOST_OFFERS, as_ranked
from messaging.phrases.formats import as_told
from prices import best_markets as module
from prices import rings
from prices.best_markets import best_few, best_markets
from prices.cells import CellEstimate
from prices.geography import neighbours
from prices.kinds import Buyer, PriceType, TransportMode
from prices.models import BuyerTerms, PriceCell, TransportFare, TransportTariff
from prices.nearby import Selling, is_nearest_best
from prices.vocabulary import PlaceEntry, Vocabulary
from tests.cast import ACHIENG, MUTISO, OTIENO
from tests.prices.stories import kenya, place_named, report_price, reporter

FARM_GATE, WHOLESALE, RETAIL = PriceType.FARM_GATE, PriceType.WHOLESALE, PriceType.RETAIL
# Of the places within reach the stories use every third, so that they lie from here to 100 km away.
EVERY, PLACES = 3, 80


@dataclass(frozen=True)
class Told:
    """A price somewhere: the how manieth place from the nearest, and what is told there."""

    place: int
    price: Decimal
    price_type: PriceType = FARM_GATE
    buyer: Buyer | None = None
    days_ago: int = 0
    reports: int = 3
    is_demo: bool = False


@dataclass(frozen=True)
class Fare:
    """What somebody paid from where it is asked to a place, or from there to the next one."""

    place: int
    fare: int
    is_from_here: bool
    is_demo: bool = False


# Many prices are alike, or nearly; some are as no coins add up to, and cheap or dear.
PRICES = st.one_of(
    st.sampled_from([Decimal(price) for price in ("45", "45", "46", "50", "120")]),
    st.decimals("40", "56", places=2),
    st.decimals("0.3", "4", places=4),
    st.decimals("90", "4000", places=3),
)
ALIKE = st.one_of(st.sampled_from([Decimal(45), Decimal(46)]), st.decimals("43", "50", places=1))
BUYERS = st.sampled_from([None, None, None, Buyer.TRADER, Buyer.COOPERATIVE, Buyer.DIRECT])


def told(prices: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Told]:
    return st.builds(
        Told,
        place=st.integers(0, PLACES - 1),
        price=prices,
        price_type=st.sampled_from([FARM_GATE, FARM_GATE, FARM_GATE, WHOLESALE, RETAIL]),
        buyer=BUYERS,
        days_ago=st.sampled_from([0, 0, 0, 1, 3, 6, 7, 8]),
        reports=st.integers(1, 5),
        is_demo=st.just(False) | st.booleans(),
    )


def cells() -> st.SearchStrategy[list[Told]]:
    """What is told nearly everywhere, and here and there something else."""
    usual = st.builds(
        everywhere,
        st.lists(ALIKE, min_size=1, max_size=7),
        st.sampled_from([0, 2, 12, PLACES, PLACES, PLACES]),
    )
    unusual = st.lists(told(st.one_of(ALIKE, PRICES)), max_size=12)
    return st.builds(lambda those, these: one_each([*these, *those]), usual, unusual)


def everywhere(prices: Sequence[Decimal], count: int, since: int = 0) -> list[Told]:
    """The prices in turns at so many places."""
    return [Told(number, prices[number % len(prices)]) for number in range(since, count)]


def one_each(cells: Sequence[Told]) -> list[Told]:
    """Of what is told of one cell the first."""
    by_cell = {(one.place, one.price_type, one.buyer): one for one in reversed(cells)}
    return list(by_cell.values())


FARES = st.lists(
    st.builds(
        Fare,
        place=st.integers(0, PLACES - 1),
        fare=st.integers(20, 600),
        is_from_here=st.booleans(),
        is_demo=st.sampled_from([False, False, False, True]),
    ),
    max_size=4,
)
TERMS = st.dictionaries(
    st.tuples(st.integers(0, PLACES - 1), st.sampled_from(list(Buyer))),
    st.tuples(st.decimals("0", "0.5", places=2), st.decimals("0", "20", places=1)),
    max_size=3,
)
QUANTITIES = st.sampled_from([None, None, Decimal(1), Decimal(55), Decimal(700), Decimal(10**7)])


@dataclass(frozen=True)
class World:
    """What is told around a place, and what is asked there."""

    cells: Sequence[Told]
    fares: Sequence[Fare] = ()
    terms: Mapping[tuple[int, Buyer], tuple[Decimal, Decimal]] = field(default_factory=dict)
    start: str = "Njoro"
    quantity: Decimal | None = None
    price_type: PriceType | None = None
    has_tariffs: bool = True


WORLDS = st.builds(
    World,
    cells=cells(),
    fares=FARES,
    terms=TERMS,
    start=st.sampled_from(["Njoro", "Njoro", "Nakuru", "Nakuru County"]),
    quantity=QUANTITIES,
    price_type=st.sampled_from([None, None, FARM_GATE, RETAIL]),
    has_tariffs=st.sampled_from([True, True, True, False]),
)

LOW, PLAIN, HIGH = Decimal(20), Decimal(44), Decimal(100)
USUAL = everywhere([PLAIN], PLACES)
# What is far away and dear is found, by whichever road and whoever pays it.
DEAR_AND_FAR = World(one_each([Told(70, HIGH), *USUAL]))
BY_A_CHEAP_ROAD = World(one_each([Told(70, Decimal(46)), *USUAL]), [Fare(70, 20, True)])
BY_A_MADE_UP_FARE = World(USUAL, [Fare(70, 20, is_from_here=True, is_demo=True)])
PAID_BY_EATERS = World([*USUAL, Told(70, HIGH, RETAIL, Buyer.DIRECT)])
PAID_BY_A_TRADER = World(
    [*USUAL, Told(70, Decimal(43), buyer=Buyer.TRADER)],
    terms={(70, Buyer.TRADER): (Decimal(0), Decimal(30))},
)
TOLD_SIX_DAYS_AGO = World(one_each([Told(70, HIGH, days_ago=6), *USUAL]))
# A buyer stands for his market, even where he pays next to nothing.
OF_A_POOR_BUYER = World(one_each([Told(70, HIGH), Told(70, LOW, buyer=Buyer.TRADER), *USUAL]))
# Nobody would go to others, but there are some; or somebody near whom nobody would choose.
NOBODY_ELSE_IS_NEAR = World(
    [Told(0, HIGH, buyer=buyer) for buyer in Buyer] + everywhere([LOW], PLACES, since=30)
)
THE_COUNTY_PAYS_BEST = World(everywhere([PLAIN, LOW], PLACES), start="Nakuru County")
THE_NEAREST_PAYS_LEAST = World(
    [
        *(Told(number, PLAIN, days_ago=8) for number in range(40)),
        *everywhere([LOW], 50, since=40),
        *(Told(number, HIGH - number) for number in (60, 61, 62)),
    ],
    [Fare(number, 20, is_from_here=True) for number in (60, 61, 62)],
)
STORIES = (
    DEAR_AND_FAR,
    BY_A_CHEAP_ROAD,
    BY_A_MADE_UP_FARE,
    PAID_BY_EATERS,
    PAID_BY_A_TRADER,
    TOLD_SIX_DAYS_AGO,
    OF_A_POOR_BUYER,
    NOBODY_ELSE_IS_NEAR,
    THE_COUNTY_PAYS_BEST,
    THE_NEAREST_PAYS_LEAST,
)


def start_of(words: Vocabulary, name: str) -> PlaceEntry:
    """The place of a name; Nakuru County is none to set out from."""
    place = place_named(words, name.removesuffix(" County"))
    county = words.admin1_of(place.id)
    assert county is not None
    return county if name.endswith("County") else place


def make(session: Session, words: Vocabulary, world: World, now: datetime) -> None:
    """Make the world on a database without any prices."""
    near = list(neighbours(words, start_of(words, "Njoro")))[::EVERY]
    if world.cells:
        rows = [_cell(near, one, now) for one in world.cells]
        session.execute(insert(PriceCell), rows)
    if world.fares:
        people = [reporter(session, who, "KE", now) for who in (OTIENO, ACHIENG, MUTISO)]
        here = start_of(words, "Njoro").id
        for number, one in enumerate(world.fares):
            begin = here if one.is_from_here else near[(one.place + 1) % PLACES]
            row = _fare(number, begin, near[one.place], one, people[number % 3], now)
            session.execute(insert(TransportFare), [row])
    for (place, buyer), (share, bonus) in world.terms.items():
        row = {"place_id": near[place], "commodity_code": "milk", "buyer": buyer, "source": "story"}
        session.execute(insert(BuyerTerms), [row | {"reject_share": share, "bonus": bonus}])
    if not world.has_tariffs:
        session.execute(delete(TransportTariff))


def _cell(near: Sequence[int], one: Told, now: datetime) -> dict[str, object]:
    return {
        "commodity_code": "milk",
        "place_id": near[one.place],
        "price_type": one.price_type,
        "buyer": one.buyer or "",
        "grade": "",
        "currency": "KES",
        "estimated_on": now.date(),
        "price": one.price,
        "low": one.price,
        "high": one.price,
        "reports": one.reports,
        "reporters": one.reports,
        "newest_at": now - timedelta(days=one.days_ago),
        "is_demo": one.is_demo,
        "has_demo": one.is_demo,
    }


def _fare(
    number: int, begin: int, end: int, one: Fare, who: int, now: datetime
) -> dict[str, object]:
    return {
        "source_key": f"story:{number}",
        "reporter_id": who,
        "from_place_id": begin,
        "to_place_id": end,
        "commodity_code": "milk",
        "currency": "KES",
        "fare": Decimal(one.fare),
        "quantity": Decimal(20),
        "unit_code": "litre",
        "load_kg": Decimal("20.6"),
        "mode": TransportMode.BUS,
        "reported_at": now - timedelta(hours=1),
        "raw_text": "",
        "is_demo": one.is_demo,
    }


def both(
    session: Session, words: Vocabulary, world: World, now: datetime
) -> tuple[Selling, Selling]:
    """All that are weighed, and the few."""
    commodity, place_id = "milk", start_of(words, world.start).id
    asked = (world.price_type, world.quantity)
    every = best_markets(
        session,
        words,
        commodity=commodity,
        place_id=place_id,
        price_type=asked[0],
        quantity=asked[1],
        now=now,
    )
    few = best_few(
        session,
        words,
        commodity=commodity,
        place_id=place_id,
        price_type=asked[0],
        quantity=asked[1],
        now=now,
        few=FEW,
    )
    return every, few


def as_answered(selling: Selling) -> tuple[object, ...]:
    """All that an answer takes from it."""
    ranked = as_ranked(selling.offers)
    return ranked[:MOST_OFFERS], is_nearest_best(ranked), selling.quantity, selling.is_demo


@pytest.fixture
def world_database(database: Database, now: datetime) -> Database:
    """Without the prices, fares and terms that the country came with; with people who tell them."""
    with database.begin() as session:
        for model in (PriceCell, TransportFare, BuyerTerms):
            session.execute(delete(model))
        for who in (OTIENO, ACHIENG, MUTISO):
            reporter(session, who, "KE", now)
    return database


@pytest.mark.parametrize("number", range(len(STORIES)))
def test_what_would_be_easily_missed(world_database: Database, now: datetime, number: int) -> None:
    compare(world_database, STORIES[number], now)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(world=WORLDS)
def test_the_few_are_those_that_weighing_all_would_find(
    world_database: Database, now: datetime, world: World
) -> None:
    compare(world_database, world, now)


def compare(database: Database, world: World, now: datetime) -> None:
    """Ask in both ways, within the transaction that makes the world and when it is committed."""
    with database.read() as session:
        words = kenya_again(session)
        tariffs = [dict(row._mapping) for row in session.execute(select(TransportTariff.__table__))]
    try:
        with database.begin() as session:
            make(session, words, world, now)
            within = both(session, words, world, now)
        with database.look(may_write=False) as session:
            looked_at = both(session, words, world, now)
    finally:
        with database.begin() as session:
            for model in (PriceCell, TransportFare, BuyerTerms, TransportTariff):
                session.execute(delete(model))
            session.execute(insert(TransportTariff), tariffs)
    for every, few in (within, looked_at):
        assert as_answered(few) == as_answered(every)
        assert set(few.offers) <= set(every.offers)
        assert len(few.offers) <= MOST_OFFERS + 2


_words: dict[str, Vocabulary] = {}


def kenya_again(session: Session) -> Vocabulary:
    """The country as if it had just been read: nothing is remembered of it."""
    address = str(session.get_bind().engine.url)
    if address not in _words:
        _words[address] = kenya(session)
    return replace(_words[address])


def test_what_nobody_would_choose_is_not_even_read(
    world_database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[CellEstimate] = []

    def read_ring(*args: Any) -> list[CellEstimate]:
        read.extend(found := rings.read_ring(*args))
        return found

    monkeypatch.setattr(module, "read_ring", read_ring)
    world = World([*everywhere([HIGH], 4), *USUAL[4:]])
    with world_database.begin() as session:
        words = kenya_again(session)
        make(session, words, world, now)
        every, few = both(session, words, world, now)
    assert len(every.offers) == PLACES
    assert len(few.offers) < len(read) < PLACES / 4


def test_what_is_not_worked_out_yet_is_read_all_the_same(database: Database, now: datetime) -> None:
    """Told yesterday: what it is worth today stands in no row yet."""
    with database.begin() as session:
        words = kenya(session)
        make(session, words, World(USUAL[:30]), now)
        far = list(neighbours(words, start_of(words, "Njoro")))[::EVERY][70]
        yesterday = now - timedelta(days=1)
        report_price(session, words, OTIENO, "milk", "there", 60, yesterday, place_id=far)
        # What stands in its row is of another day.
        of_far = PriceCell.place_id == far
        session.execute(update(PriceCell).where(of_far).values(price=1, low=1, high=1))
        every, few = both(session, words, World([]), now)
    assert far in {one.place.id for one in few.offers}
    assert as_answered(few) == as_answered(every)


def test_a_place_that_is_told_of_for_the_first_time_is_known_at_once(
    world_database: Database, now: datetime
) -> None:
    def best_place() -> int:
        with world_database.look(may_write=False) as session:
            _, few = both(session, words, World([]), now)
        return few.offers[0].place.id

    with world_database.begin() as session:
        words = kenya_again(session)
        make(session, words, World(USUAL[:20]), now)
    home = best_place()
    with world_database.begin() as session:  # which is undone, and its number given to another
        make(session, words, World([Told(60, HIGH)]), now)
        _, few = both(session, words, World([]), now)
        assert few.offers[0].place.id != home
        session.rollback()
    assert best_place() == home
    with world_database.begin() as session:
        make(session, words, World([Told(61, HIGH)]), now)
    assert best_place() not in {home, few.offers[0].place.id}


@pytest.mark.parametrize("grade", ["A", "B"])
def test_a_grade_that_is_asked_for(database: Database, now: datetime, grade: str) -> None:
    """Prices of a grade are few: all of them are weighed."""
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Njoro", 45, now)
        report_price(session, words, ACHIENG, "milk", "Nakuru", 60, now, grade="A")
        few = best_few(
            session,
            words,
            commodity="milk",
            place_id=place_named(words, "Njoro").id,
            price_type=None,
            grade=grade,
            now=now,
            few=FEW,
        )
    assert few.offers[0].place.name == "Nakuru"
    assert len(few.offers) == (1 if grade == "A" else 2)


@given(price=st.decimals("0.0001", "9999999", places=4))
def test_a_told_price_is_as_near_as_few_takes_it_to_be(price: Decimal) -> None:
    """On this rests which prices are not even read."""
    assert abs(as_told(price) - price) <= max(price / 80, Decimal("0.005"))

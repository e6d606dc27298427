"""What carrying costs, learnt from what people pay: on that road, else in the county."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from prices.fares import ToldFare, dearness, is_unlikely, learn
from prices.kinds import TransportMode
from prices.netback import Carriage, Load
from tests.prices.test_netback import BUS, TARIFFS

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NJORO, NAKURU, MOLO, GILGIL = range(4)
ROAD, OTHER = frozenset({NJORO, NAKURU}), frozenset({MOLO, GILGIL})
KM = Decimal(20)  # by the tariff a load of 50 kg is 80
CAN = Load(Decimal(20))


def told(
    fare: int,
    who: int = 1,
    *,
    route: frozenset[int] = ROAD,
    kg: int = 20,
    km: Decimal | None = KM,
    mode: TransportMode | None = None,
    hours_ago: int = 0,
    is_demo: bool = False,
) -> ToldFare:
    return ToldFare(
        reporter_id=who,
        route=route,
        fare=Decimal(fare),
        load=Load(Decimal(kg)),
        km=km,
        mode=mode,
        reported_at=NOW - timedelta(hours=hours_ago),
        is_demo=is_demo,
    )


def costs(*fares: ToldFare, load: Load = CAN) -> Carriage | None:
    return learn(TARIFFS, fares).carriage(ROAD, KM, load)


def fare(found: Carriage | None) -> Decimal:
    assert found is not None
    return found.fare


def test_nobody_told_so_the_tariff_holds() -> None:
    assert costs() == Carriage(Decimal(80), TransportMode.BUS)


def test_what_people_pay_on_that_road_is_its_cost() -> None:
    assert fare(costs(told(100, 1), told(120, 2), told(300, 3))) == 120
    assert fare(costs(told(100, 1), told(120, 2))) == 110


def test_a_fare_for_a_can_tells_of_a_pickup_too() -> None:
    """Half as dear again by bus: so is a pickup on that road."""
    assert fare(costs(told(120), load=Load(Decimal(500)))) == Decimal(1900) * Decimal("1.5")


def test_one_person_has_one_vote_on_a_road() -> None:
    fares = [told(300, 1, hours_ago=hours) for hours in range(1, 20)]
    assert fare(costs(*fares, told(100, 1), told(90, 2), told(80, 3))) == 90


def test_other_roads_of_the_county_move_the_tariff_the_more_they_are() -> None:
    """By n / (n + 5) of the way: 80 towards 160."""
    one = told(160, 1, route=OTHER)
    assert round(fare(costs(one)), 2) == Decimal("93.33")
    five = [told(160, who, route=OTHER) for who in range(5)]
    assert fare(costs(*five)) == 120


def test_another_road_counts_by_its_own_length_and_load() -> None:
    """200 for two loads of 50 kg over 34 km is just the tariff."""
    same = told(202, route=OTHER, kg=100, km=Decimal(34))
    assert dearness(same, [BUS]) == 1
    assert fare(costs(same)) < 81


def test_a_mode_that_was_said_is_held_against_its_own_tariff() -> None:
    hired = told(1900, mode=TransportMode.PICKUP)
    assert dearness(hired, TARIFFS) == 1
    assert dearness(told(1900), TARIFFS) == Decimal(1900) / 80
    shared = told(80, mode=TransportMode.PICKUP)  # a place among others' sacks
    assert dearness(shared, TARIFFS) == 1


def test_unlikely_is_beyond_a_factor_of_five() -> None:
    for paid, is_far in ((15, True), (16, False), (80, False), (400, False), (401, True)):
        assert is_unlikely(dearness(told(paid), TARIFFS)) is is_far, paid
    assert not is_unlikely(dearness(told(9999, km=None), TARIFFS))


def test_in_a_country_without_a_tariff_people_say_what_it_costs() -> None:
    def known(*fares: ToldFare) -> Carriage | None:
        return learn([], fares).carriage(ROAD, KM, Load(Decimal(40)))

    assert known() is None
    own = known(told(100, 1, mode=TransportMode.LORRY), told(140, 2))
    assert own == Carriage(Decimal(240), TransportMode.LORRY)
    others = [told(100, who, route=OTHER, kg=10, km=Decimal(10)) for who in range(3)]
    assert known(*others[:2]) is None
    assert fare(known(*others)) == 800  # 1 a kilo and kilometre


def test_a_road_that_is_on_no_map_is_known_by_weight() -> None:
    assert fare(costs(told(100, km=None), load=Load(Decimal(40)))) == 200


def test_what_was_made_up_makes_the_answer_so() -> None:
    for one in (told(100, is_demo=True), told(100, route=OTHER, is_demo=True)):
        found = costs(one)
        assert found is not None
        assert found.is_demo

"""What is left of a price: rejects, bonus and the way to the market, exact to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prices.kinds import TransportMode
from prices.netback import Carriage, Load, Tariff, Terms, carried, cheapest, netback, road_km

BUS = Tariff(TransportMode.BUS, Decimal(50), Decimal("1.5"), Decimal(50), 3)
BODA = Tariff(TransportMode.MOTORBIKE, Decimal(50), Decimal(20), Decimal(100), 2)
PICKUP = Tariff(TransportMode.PICKUP, Decimal(500), Decimal(70), Decimal(1000), 2)
TARIFFS = [BUS, BODA, PICKUP]


def by_bus(fare: int | str) -> Carriage:
    return Carriage(Decimal(fare), TransportMode.BUS)


def test_transport_comes_off_the_price_of_each_unit() -> None:
    left = netback(Decimal(50), Terms(), by_bus(99), Decimal(40))
    assert (left.transport, left.net, left.mode) == (2, 48, TransportMode.BUS)


def test_rejects_come_off_and_a_bonus_comes_on_top() -> None:
    """Base × (1 - rejects) + bonus: 45 less a tenth, and 2 for the grade."""
    terms = Terms(reject_share=Decimal("0.1"), bonus=Decimal(2))
    left = netback(Decimal(45), terms, None, Decimal(1))
    assert (left.rejected, left.bonus, left.net) == (5, 2, 42)
    fine = netback(Decimal(40), terms, None, Decimal(1))
    assert (fine.rejected, fine.net) == (4, 38)


def test_who_sells_at_home_keeps_all_of_it() -> None:
    left = netback(Decimal("46.4286"), Terms(), None, Decimal(1))
    assert (left.costs, left.net) == (0, Decimal("46.4286"))


@pytest.mark.parametrize(
    ("price", "cost", "told"),
    [
        ("50", "2.31", "2"),
        ("30", "2.31", "2.5"),
        ("1.45", "0.083", "0.08"),
        ("1500", "75.3", "80"),
        ("3600", "77", "100"),
        ("50", "0.4", "0"),
    ],
)
def test_a_cost_is_as_fine_as_a_fortieth_of_the_price(price: str, cost: str, told: str) -> None:
    left = netback(Decimal(price), Terms(), by_bus(cost), Decimal(1))
    assert left.transport == Decimal(told)


def test_a_load_that_is_begun_is_paid_whole() -> None:
    for kg, loads in (("0.1", 1), ("50", 1), ("50.1", 2), ("150", 3)):
        paid = carried(BUS, Decimal(20), Load(Decimal(kg)))
        assert paid == by_bus(loads * 80), kg


def test_more_than_anybody_sends_that_way_goes_another() -> None:
    assert carried(BUS, Decimal(20), Load(Decimal(151))) is None
    far = cheapest(TARIFFS, Decimal(20), Load(Decimal(500)))
    assert far == Carriage(Decimal(1900), TransportMode.PICKUP)
    assert cheapest(TARIFFS, Decimal(20), Load(Decimal(2001))) is None


def test_a_cow_goes_on_no_bus() -> None:
    cow = Load(Decimal(300), piece_kg=Decimal(300))
    assert cheapest(TARIFFS, Decimal(20), cow) == Carriage(Decimal(1900), TransportMode.PICKUP)


def test_the_road_is_longer_than_the_crows_way() -> None:
    assert road_km(25) == Decimal("32.5")
    assert road_km(0) == 0


def test_without_a_tariff_nothing_is_known() -> None:
    assert cheapest([], Decimal(20), Load(Decimal(20))) is None


@given(
    price=st.decimals("0.0001", "9999999", places=4),
    fare=st.decimals("0.01", "9999999", places=2),
    quantity=st.decimals("0.01", "10000", places=2),
    share=st.decimals("0", "0.99", places=2),
)
def test_costs_are_exact_and_never_negative(
    price: Decimal, fare: Decimal, quantity: Decimal, share: Decimal
) -> None:
    left = netback(price, Terms(reject_share=share), by_bus(str(fare)), quantity)
    assert left.net == price - left.rejected - left.transport
    assert min(left.rejected, left.transport) >= 0
    # Rounding a cost takes or gives no more than half a step, an 80th of the price.
    assert abs(left.transport - fare / quantity) <= price / 80 + Decimal("1e-20")

"""What is left of a price when rejects and the way to the market are paid (pure).

netback per base unit = price × (1 - reject share) + bonus - transport
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from prices.kinds import TransportMode

# Roads are longer than the great circle: 1.2 to 1.5 times in most countries that were measured,
# more in hills and at short distances (Ballou, Rahardja and Sakai, "Selected country circuity
# factors for road travel distance estimation", Transportation Research A 36, 2002).
ROAD_FACTOR = Decimal("1.3")
METRES_100 = Decimal("0.1")
# A cost is told in steps of a fortieth of the price at most: no tariff is truer than that.
FINENESS = 40
NOTHING = Decimal(0)


# Both are looked up by for every market that is weighed: what is remembered of a tuple is found in
# a third of the time.
class Tariff(NamedTuple):
    """What a way of carrying takes for one load, in the country's money."""

    mode: TransportMode
    base_fare: Decimal
    fare_per_km: Decimal
    load_kg: Decimal
    most_loads: int


class Load(NamedTuple):
    """How heavy the goods are, and the heaviest piece of them that cannot be parted: a cow."""

    kg: Decimal
    piece_kg: Decimal = Decimal(1)


@dataclass(frozen=True)
class Carriage:
    """What carrying a whole load costs, and by which way; None: nobody said by which."""

    fare: Decimal
    mode: TransportMode | None
    is_demo: bool = False


@dataclass(frozen=True)
class Terms:
    """What a buyer does besides naming a price; `days_to_pay` 0: cash, None: not known."""

    reject_share: Decimal = NOTHING  # of what is brought, 0 to 1
    bonus: Decimal = NOTHING  # per base unit
    days_to_pay: int | None = None
    name: str | None = None


@dataclass(frozen=True)
class Netback:
    """A price per base unit, and what comes off it and on top of it."""

    price: Decimal
    rejected: Decimal = NOTHING
    bonus: Decimal = NOTHING
    transport: Decimal = NOTHING
    mode: TransportMode | None = None

    @property
    def net(self) -> Decimal:
        """What the seller keeps of it."""
        return self.price - self.costs

    @property
    def costs(self) -> Decimal:
        """What comes off, less what comes on top."""
        return self.rejected - self.bonus + self.transport


# From a town it is as far to its markets whoever asks.
@lru_cache(maxsize=20_000)
def road_km(great_circle_km: float) -> Decimal:
    """How far it is by road, as nearly as a map without roads can tell."""
    return (Decimal(great_circle_km) * ROAD_FACTOR).quantize(METRES_100)


def netback(price: Decimal, terms: Terms, carriage: Carriage | None, quantity: Decimal) -> Netback:
    """A price with everything that comes off it; `quantity` in base units is what is carried."""
    step = _step(price)
    return Netback(
        price=price,
        rejected=_to(step, price * terms.reject_share),
        bonus=_to(step, terms.bonus),
        transport=NOTHING if carriage is None else _to(step, carriage.fare / quantity),
        mode=None if carriage is None else carriage.mode,
    )


def cheapest(tariffs: Iterable[Tariff], km: Decimal, load: Load) -> Carriage | None:
    """The cheapest way to carry a load so far by road; None where none can take it."""
    return _cheapest(tuple(tariffs), km, load)


# Everybody of a town asks for the same roads, with the same usual load.
@lru_cache(maxsize=20_000)
def _cheapest(tariffs: tuple[Tariff, ...], km: Decimal, load: Load) -> Carriage | None:
    able = [one for tariff in tariffs if (one := carried(tariff, km, load)) is not None]
    return min(able, key=lambda one: one.fare, default=None)


def carried(tariff: Tariff, km: Decimal, load: Load) -> Carriage | None:
    """What one way of carrying takes: a load that is begun is paid for whole."""
    loads = (load.kg / tariff.load_kg).to_integral_value(ROUND_CEILING)
    if load.piece_kg > tariff.load_kg or loads > tariff.most_loads:
        return None
    return Carriage(loads * (tariff.base_fare + tariff.fare_per_km * km), tariff.mode)


# The same prices are told all day.
@lru_cache(maxsize=10_000)
def _step(price: Decimal) -> Decimal:
    """The largest of 1 and 5, and their tenths and tens, that is a fortieth of the price at most.

    At 50 costs are told in whole numbers, at 30 in halves, at 1.45 in hundredths.
    """
    most = price / FINENESS
    tens = Decimal(1).scaleb(most.adjusted())
    return tens * 5 if tens * 5 <= most else tens


def _to(step: Decimal, cost: Decimal) -> Decimal:
    if not cost:  # of most buyers no terms are known
        return NOTHING
    return (cost / step).to_integral_value(ROUND_HALF_UP) * step

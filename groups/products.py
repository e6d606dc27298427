"""What a litre of milk would bring as something else: prices, yields and packaging (pure).

per litre of milk = (price of a kilo or litre of it - packaging) / litres of milk that it takes

Labour, fuel, starter, the shop's share and what nobody buys are not in it, and no profit is told.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from prices.kinds import PriceType
from prices.vocabulary import PlaceEntry

_YIELDS = Path(__file__).with_name("product_yields.csv")
_EVERYWHERE = "*"
LITRES, PACKAGING = "litres", "packaging"
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Figure:
    """A line of the file: litres of milk, or money for packaging, for one base unit of a product.

    `low` to `high` is what it may be; `dated` the day on which somebody last looked at the source.
    """

    product: str
    commodity: str
    figure: str
    country: str
    amount: Decimal
    low: Decimal
    high: Decimal
    dated: str
    source: str


@dataclass(frozen=True)
class Making:
    """What is made of milk and sold under one price; `products` are those that the price is of.

    Where people tell one price of two things (yoghurt and lala, ghee and butter), the more cautious
    figures of both count. `packaging` is for one base unit, in the country's money; None: unknown.
    """

    commodity: str
    products: tuple[str, ...]
    litres: Decimal
    packaging: Decimal | None


@dataclass(frozen=True)
class Sold:
    """What people tell that it costs, per base unit: there, or at the nearest place that has it."""

    price: Decimal
    price_type: PriceType
    place: PlaceEntry
    distance_km: float
    reports: int
    newest_at: datetime
    is_demo: bool = False


@dataclass(frozen=True)
class Outcome:
    """A thing that milk may become; `sold` None: nobody near tells its price.

    `cost` is what the group said it costs to make one base unit, in place of the packaging.
    """

    making: Making
    sold: Sold | None
    cost: Decimal | None = None

    @property
    def taken_off(self) -> Decimal | None:
        """What comes off the price of a base unit; None: not known, and nothing does."""
        return self.making.packaging if self.cost is None else self.cost

    @property
    def per_litre(self) -> Decimal | None:
        """What is left for a litre of milk, before labour and fuel; below nothing it may be."""
        if self.sold is None:
            return None
        return (self.sold.price - (self.taken_off or Decimal(0))) / self.making.litres

    def units_of(self, litres: Decimal) -> Decimal:
        """How many base units so much milk gives."""
        return (litres / self.making.litres).quantize(_HUNDREDTH)


@dataclass(frozen=True)
class Choice:
    """What so many litres bring fresh, and as what else, the best first, the unknown last.

    `own_price` is what buyers paid the group lately for a litre; without it the price that others
    get stands for fresh milk.
    """

    litres: Decimal
    own_price: Decimal | None
    fresh: Sold | None
    outcomes: tuple[Outcome, ...]
    is_demo: bool = False

    @property
    def fresh_price(self) -> Decimal | None:
        """What a litre brings as it is; None: nobody knows."""
        if self.own_price is not None:
            return self.own_price
        return None if self.fresh is None else self.fresh.price

    @property
    def known(self) -> tuple[Outcome, ...]:
        """What can be worked out."""
        return tuple(one for one in self.outcomes if one.sold is not None)

    @property
    def unknown(self) -> tuple[Outcome, ...]:
        """What has no local price."""
        return tuple(one for one in self.outcomes if one.sold is None)

    @property
    def best(self) -> Outcome | None:
        """What brings more than fresh milk, and most of all; None: nothing, or fresh is unknown."""
        first = next(iter(self.known), None)
        return None if self.over_fresh(first) is None else first

    def over_fresh(self, outcome: Outcome | None) -> Decimal | None:
        """How much more a litre brings so than fresh, for all that is still to be paid of it."""
        if outcome is None or outcome.per_litre is None or self.fresh_price is None:
            return None
        over = outcome.per_litre - self.fresh_price
        return over if over > 0 else None


@cache
def figures() -> tuple[Figure, ...]:
    """Every line of the file."""
    with _YIELDS.open(encoding="utf-8", newline="") as file:
        return tuple(
            Figure(
                product=row["product"],
                commodity=row["commodity"],
                figure=row["figure"],
                country=row["country"],
                amount=Decimal(row["amount"]),
                low=Decimal(row["low"]),
                high=Decimal(row["high"]),
                dated=row["dated"],
                source=row["source"],
            )
            for row in csv.DictReader(file)
        )


@cache
def makings(country: str) -> tuple[Making, ...]:
    """What milk may become, in the file's order, with what packaging costs in a country."""
    yields = _of(LITRES, _EVERYWHERE)
    packaging = _of(PACKAGING, country)
    return tuple(
        Making(
            commodity,
            tuple(one.product for one in of_it),
            max(one.amount for one in of_it),
            max((one.amount for one in packaging.get(commodity, ())), default=None),
        )
        for commodity, of_it in yields.items()
    )


def products() -> frozenset[str]:
    """The commodities that milk may become."""
    return frozenset(_of(LITRES, _EVERYWHERE))


def choice(
    litres: Decimal,
    own_price: Decimal | None,
    fresh: Sold | None,
    made: Iterable[Making],
    sold: Mapping[str, Sold],
    costs: Mapping[str, Decimal],
    *,
    is_demo: bool = False,
) -> Choice:
    """Each product by its local price, the best first."""
    outcomes = [Outcome(one, sold.get(one.commodity), costs.get(one.commodity)) for one in made]
    ranked = sorted(outcomes, key=_worth)
    shown = [fresh] if own_price is None else []
    told = [one for one in [*shown, *sold.values()] if one is not None]
    return Choice(
        litres,
        own_price,
        fresh,
        tuple(ranked),
        is_demo=is_demo or any(one.is_demo for one in told),
    )


def _worth(outcome: Outcome) -> tuple[bool, Decimal]:
    per_litre = outcome.per_litre
    return (per_litre is None, -(per_litre or Decimal(0)))


@cache
def _of(figure: str, country: str) -> Mapping[str, Sequence[Figure]]:
    """The lines of one kind, by commodity."""
    found: dict[str, list[Figure]] = {}
    for one in figures():
        if one.figure == figure and one.country == country:
            found.setdefault(one.commodity, []).append(one)
    return found

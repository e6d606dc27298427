"""What must fit together in a row of the reference data (pure): fields with what is wrong."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeAlias

from prices.kinds import PlaceKind
from prices.reference_fields import Known, Values

Fault: TypeAlias = tuple[str, str]  # of which field, and the sentence
Check: TypeAlias = Callable[[Values, Known], Iterator[Fault]]


def nothing(_: Values, __: Known) -> Iterator[Fault]:
    """Every row that has good fields is good."""
    yield from ()


def commodity(row: Values, _: Known) -> Iterator[Fault]:
    """A thing is not its own shop form."""
    if row["shop_code"] is not None and row["shop_code"] == row["code"]:
        yield "shop_code", "Shops sell it under its own name then: leave this empty."


def bound(row: Values, _: Known) -> Iterator[Fault]:
    """Between the two must lie a price."""
    if not _number(row["low"]) < _number(row["high"]):
        yield "high", f"Between {row['low']} and {row['high']} lies no price."


def factor(row: Values, known: Known) -> Iterator[Fault]:
    """A factor leads to the base unit of its thing, and lies in its own range."""
    base, commodity_code = row["base_unit"], row["commodity_code"]
    if row["unit_code"] == base:
        yield "unit_code", "A unit is not converted into itself."
    own = base if commodity_code is None else known.commodities[str(commodity_code)]
    if own != base and row["quantity"] is not None:
        yield "base_unit", f"{commodity_code} is priced per {own}: the factor must lead to it."
    if row["place_code"] is not None:
        yield from _factor_place(row, known)
    if not _number(row["low"]) <= _number(row["high"], TOO_FAR):
        yield "high", "The highest is below the lowest."
    elif row["quantity"] is not None and not _is_within(row):
        yield "quantity", "It lies outside of its own lowest and highest."


def _factor_place(row: Values, known: Known) -> Iterator[Fault]:
    country = known.places[str(row["place_code"])].country
    if row["country"] != country:
        yield "country", f"The place lies in {country}: say so here."


def _is_within(row: Values) -> bool:
    quantity = _number(row["quantity"])
    return _number(row["low"]) <= quantity <= _number(row["high"], TOO_FAR)


def place(row: Values, known: Known) -> Iterator[Fault]:
    """A place lies in a larger one of its country; it has a whole point or none."""
    country = str(row["country"])
    if str(row["code"]).split("-")[0] != country.lower():
        yield "code", f"The code of a place in {country} begins with {country.lower()}-."
    if (row["latitude"] is None) is not (row["longitude"] is None):
        yield "longitude", "A point has both, latitude and longitude, or neither."
    yield from _parent(row, known)


def _parent(row: Values, known: Known) -> Iterator[Fault]:
    kinds = list(PlaceKind)
    kind = PlaceKind(str(row["kind"]))
    if row["parent_code"] is None:
        if kind is not PlaceKind.COUNTRY:
            yield "parent_code", f"A {kind} lies in something: give the code of the place above it."
        return
    above = known.places[str(row["parent_code"])]
    if above.country != row["country"]:
        yield "parent_code", f"That place lies in {above.country}."
    if kind is PlaceKind.COUNTRY:
        yield "parent_code", "A country lies in nothing: leave this empty."
    elif kinds.index(above.kind) >= kinds.index(kind) or above.kind.is_trading_place:
        yield "parent_code", f"That is a {above.kind}: no {kind} lies in it."


TOO_FAR = Decimal("Infinity")


def _number(value: object, otherwise: Decimal = Decimal(0)) -> Decimal:
    return value if isinstance(value, Decimal) else otherwise

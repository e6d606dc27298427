"""By which factors a price is off that was told in another unit than it was meant for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import log
from weakref import WeakKeyDictionary

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from prices.models import Commodity, UnitFactor
from prices.vocabulary import Vocabulary

# Nobody mistakes a tonne for a gram: such a price is far from any.
FARTHEST = log(150)
# Units that hold nearly the same are one slip.
ALIKE = 0.1

Ratios = Mapping[str, tuple[float, ...]]

# Worked out once for each vocabulary a process holds, and gone with it.
_known: WeakKeyDictionary[Vocabulary, Ratios] = WeakKeyDictionary()


def slip_ratios(session: Session, vocabulary: Vocabulary) -> Ratios:
    """For each commodity of a country the logarithms of those factors, either way, in order.

    Half a litre's price told as a litre's is off by log ½; a litre's told as a half's by log 2.
    """
    if vocabulary not in _known:
        _known[vocabulary] = _read(session, vocabulary)
    return _known[vocabulary]


def _read(session: Session, vocabulary: Vocabulary) -> Ratios:
    factor = UnitFactor
    found = session.execute(
        select(Commodity.code, factor.quantity)
        .join(factor, factor.base_unit == Commodity.base_unit)
        .where(or_(factor.commodity_code.is_(None), factor.commodity_code == Commodity.code))
        .where(or_(factor.country.is_(None), factor.country == vocabulary.country.code))
        .where(factor.quantity.is_not(None))
    )
    sizes: defaultdict[str, set[float]] = defaultdict(set)
    for commodity, quantity in found:
        if quantity and 0 < abs(log(quantity)) <= FARTHEST:
            sizes[commodity].add(abs(log(quantity)))
    return {
        commodity: tuple(way * size for size in _apart(found) for way in (-1, 1))
        for commodity, found in sizes.items()
    }


def _apart(sizes: Iterable[float]) -> list[float]:
    """The sizes that differ from one another."""
    apart: list[float] = []
    for size in sorted(sizes):
        if not apart or size - apart[-1] > ALIKE:
            apart.append(size)
    return apart

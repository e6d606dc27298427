"""All conversions at once, for whoever converts by the thousand: two selects, whatever comes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from prices.catalogue import ONE, Conversion, best_conversion
from prices.models import Commodity, UnitFactor


@dataclass(frozen=True)
class ConversionTable:
    """Every factor, by unit and base unit, and every commodity's base unit."""

    base_units: Mapping[str, str]
    factors: Mapping[tuple[str, str], Sequence[UnitFactor]]

    def convert(
        self, *, commodity: str, unit: str, country: str, place_id: int | None, on: date
    ) -> Conversion | None:
        """The same answer as `prices.catalogue.convert`."""
        base_unit = self.base_units[commodity]
        if unit == base_unit:
            return Conversion(None, ONE)
        return best_conversion(
            factor
            for factor in self.factors.get((unit, base_unit), ())
            if factor.valid_from <= on
            and factor.country in {None, country}
            and factor.commodity_code in {None, commodity}
            and factor.place_id in {None, place_id}
        )


def load_conversion_table(session: Session) -> ConversionTable:
    """Read it, once per import."""
    factors: defaultdict[tuple[str, str], list[UnitFactor]] = defaultdict(list)
    for factor in session.scalars(select(UnitFactor).order_by(UnitFactor.id)):
        session.expunge(factor)  # it outlives this session: no later one must look after it
        factors[factor.unit_code, factor.base_unit].append(factor)
    base_units = session.execute(select(Commodity.code, Commodity.base_unit)).all()
    return ConversionTable(dict(base_units), factors)

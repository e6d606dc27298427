"""Published prices as series, one per commodity and market: the truth the backtest starts from."""

import csv
import gzip
import io
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Published prices stand for the middle of their month.
MIDDLE = 15

# How many base units somebody may have meant: kilograms in a tin, a gorogoro, a debe, bags …
LIQUID_UNITS = (0.5, 20.0, 10.0, 0.3)
WEIGHED_UNITS = (2.0, 2.25, 18.0, 50.0, 90.0, 100.0)
COUNTED_UNITS = (12.0, 30.0)  # a dozen, a tray


@dataclass(frozen=True)
class Series:
    """What was published of one commodity at one market, in one unit and at one step of trade.

    `prices` are per `unit` as published, each on the middle of its month, all above zero.
    """

    commodity: str
    market: str
    unit: str
    price_type: str
    currency: str
    latitude: float  # NaN where the file has none
    longitude: float
    prices: Mapping[date, float]

    def is_complete(self, first: date, last: date) -> bool:
        """True if every month that the days from first to last lie between was published."""
        return all(month in self.prices for month in _middles(first, last))

    def daily(self, days: Sequence[date]) -> Floats:
        """The price of each day: straight lines in log price from one month's middle to the next.

        Only for a span in which the series is complete.
        """
        months = _middles(days[0], days[-1])
        logs = [math.log(self.prices[month]) for month in months]
        at = np.array([day.toordinal() for day in days], dtype=np.float64)
        return np.exp(np.interp(at, [month.toordinal() for month in months], logs))


def load_series(path: Path) -> list[Series]:
    """Every food series of a price file of WFP's from HDX, plain or gzipped.

    Left out: HXL tags, forecasts, what is no food, prices that are none. Where a commodity is
    published at a market in several units or price types, the one with most months speaks.
    """
    found: dict[tuple[str, str], dict[tuple[str, ...], dict[date, list[float]]]] = defaultdict(dict)
    places: dict[str, tuple[float, float]] = {}
    for row in csv.DictReader(io.StringIO(_text(path))):
        price = _number(row["price"])
        if not price > 0 or "forecast" in row["priceflag"] or row.get("category") == "non-food":
            continue
        forms = found[row["market"], row["commodity"]]
        form = (row["unit"], row["pricetype"], row["currency"])
        month = date.fromisoformat(row["date"]).replace(day=MIDDLE)
        forms.setdefault(form, {}).setdefault(month, []).append(price)
        places[row["market"]] = (
            _number(row.get("latitude", "")),
            _number(row.get("longitude", "")),
        )
    return [
        _series(market, commodity, forms, places[market])
        for (market, commodity), forms in sorted(found.items())
    ]


def _series(
    market: str,
    commodity: str,
    forms: Mapping[tuple[str, ...], Mapping[date, Sequence[float]]],
    place: tuple[float, float],
) -> Series:
    (unit, price_type, currency), months = min(
        forms.items(), key=lambda item: (-len(item[1]), item[0])
    )
    # A month that was published twice: the geometric mean.
    prices = {
        month: math.exp(sum(map(math.log, several)) / len(several))
        for month, several in sorted(months.items())
    }
    return Series(commodity, market, unit, price_type, currency, *place, prices)


def _text(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")


def _number(written: str) -> float:
    try:
        return float(written)
    except ValueError:  # an HXL tag, an empty field
        return math.nan


def _middles(first: date, last: date) -> list[date]:
    """The middles of months from the last one before `first` to the first one after `last`."""
    month = first.replace(day=MIDDLE)
    if month > first:
        month = (month - timedelta(days=MIDDLE)).replace(day=MIDDLE)
    middles = [month]
    while middles[-1] < last:
        middles.append((middles[-1] + timedelta(days=MIDDLE + 5)).replace(day=MIDDLE))
    return middles


def unit_ratios(unit: str) -> tuple[float, ...]:
    """By what a price may be off when another unit was meant than the one it is published in."""
    measure = unit.upper().split()[-1]
    if measure in {"L", "ML"}:
        sizes: Sequence[float] = LIQUID_UNITS
    elif measure in {"KG", "G"}:
        sizes = WEIGHED_UNITS
    else:
        sizes = COUNTED_UNITS
    return tuple(sorted({*sizes, *(1 / size for size in sizes)}))

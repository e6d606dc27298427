"""A price file of any length in the WFP's form, with all that stands in a real one."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import ceil
from pathlib import Path
from random import Random

from prices.importers.reference import SEED_DATA

MONTHS, THINGS = 120, 20
NEW_MARKET_EVERY = 25
# Of a hundred lines so many are what WFP's files hold besides prices.
REALITY = {
    "price": 92,
    "forecast": 2,
    "unknown product": 2,
    "unknown unit": 1,
    "no price": 1,
    "repeated": 2,
}

Row = dict[str, str]


def write_price_file(path: Path, rows: int, *, seed: int) -> None:
    """So many lines, month after month, of as many markets as it takes; Kenya's first."""
    random = Random(seed)
    pattern = _history()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(pattern[0]))
        writer.writeheader()
        markets = list(islice(_markets(), ceil(rows / MONTHS / THINGS)))
        writer.writerows(islice(_lines(random, markets, _things(pattern)), rows))


def _history() -> list[Row]:
    with gzip.open(SEED_DATA / "KE" / "wfp_food_prices.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _things(history: Sequence[Row]) -> list[Row]:
    """The lines that stand for what is priced most often."""
    named = {(line["commodity"], line["unit"], line["pricetype"]): line for line in history}
    often = Counter((line["commodity"], line["unit"], line["pricetype"]) for line in history)
    return [named[thing] for thing, _ in often.most_common(THINGS)]


def _markets() -> Iterator[Row]:
    """The places where Kenya trades and, without end, markets nobody knows yet beside them."""
    with (SEED_DATA / "KE" / "places.csv").open(encoding="utf-8", newline="") as file:
        places = [
            {name: place[name] for name in ("name", "latitude", "longitude")}
            for place in csv.DictReader(file)
            if place["kind"] in {"market", "ward"} and place["latitude"]
        ]
    for number, place in enumerate(places):
        yield place | ({"name": f"Soko Jipya {number}"} if number % NEW_MARKET_EVERY == 9 else {})
    for number in range(len(places), 100 * len(places)):
        yield places[number % len(places)] | {"name": f"Soko Jipya {number}"}


def _lines(random: Random, markets: Sequence[Row], things: Sequence[Row]) -> Iterator[Row]:
    for month in range(MONTHS):
        day = f"{2016 + month // 12}-{month % 12 + 1:02}-15"
        for market in markets:
            where = {
                "date": day,
                "market": market["name"],
                "latitude": market["latitude"],
                "longitude": market["longitude"],
            }
            kinds = random.choices(list(REALITY), weights=list(REALITY.values()), k=len(things))
            for thing, kind in zip(things, kinds, strict=True):
                price = {"price": f"{random.uniform(20, 4_000):.2f}", "priceflag": "actual"}
                yield thing | where | price | _CHANGES.get(kind, {})
                if kind == "repeated":
                    yield thing | where | price | {"price": f"{random.uniform(20, 4_000):.2f}"}


_CHANGES: Mapping[str, Row] = {
    "forecast": {"priceflag": "forecast"},
    "unknown product": {"commodity": "Fuel (kerosene)"},
    "unknown unit": {"unit": "Heap"},
    "no price": {"price": "0"},
}

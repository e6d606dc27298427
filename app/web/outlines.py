"""The outlines of a country's counties, to draw maps without a tile server (pure but for the file).

Kenya's are IEBC's of 2012, to a hundredth of a degree: about a kilometre.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from db.seed import SEED_DATA

# A hundredth of a degree is one step of the drawing.
STEPS = 100
Ring = Sequence[tuple[float, float]]  # longitude, latitude


@dataclass(frozen=True)
class Outlines:
    """The counties of a country by the code of their place; `geojson` is the file as it is."""

    rings: Mapping[str, Ring]
    geojson: Mapping[str, Any]

    @property
    def view_box(self) -> str:
        """Where an SVG has to look to see all of it."""
        points = [_step(point) for ring in self.rings.values() for point in ring]
        left, top = min(x for x, _ in points), min(y for _, y in points)
        right, bottom = max(x for x, _ in points), max(y for _, y in points)
        return f"{left} {top} {right - left} {bottom - top}"

    def path(self, code: str) -> str:
        """A county as the path of an SVG, in steps from point to point: a third of the letters."""
        first, *rest = [_step(point) for point in self.rings[code]]
        steps, at = [], first
        for x, y in rest:
            steps.append(f"{x - at[0]} {y - at[1]}")
            at = (x, y)
        return f"M{first[0]} {first[1]}l{' '.join(steps)}z".replace(" -", "-")


@cache
def outlines_of(country: str) -> Outlines | None:
    """The outlines we have of a country; None where we have none, and there is no map."""
    file = SEED_DATA / country / "counties.geojson"
    if not file.exists():
        return None
    geojson = json.loads(file.read_text("utf-8"))
    rings = {
        feature["properties"]["code"]: [
            (longitude, latitude) for longitude, latitude in feature["geometry"]["coordinates"][0]
        ]
        for feature in geojson["features"]
    }
    return Outlines(rings, geojson)


def _step(point: tuple[float, float]) -> tuple[int, int]:
    """East is right, north is up: so latitude counts downwards."""
    longitude, latitude = point
    return round(longitude * STEPS), round(-latitude * STEPS)

"""The outlines of counties, from which maps are drawn."""

import re

from sqlalchemy import select

from app.web.outlines import outlines_of
from db.session import Database
from prices.kinds import PlaceKind
from prices.models import Place


def test_every_county_of_kenya_has_an_outline_around_its_middle(database: Database) -> None:
    outlines = outlines_of("KE")
    assert outlines is not None
    with database.read() as session:
        counties = session.scalars(
            select(Place).where(Place.country == "KE", Place.kind == PlaceKind.ADMIN1)
        ).all()
    assert {county.code for county in counties} == outlines.rings.keys()
    for county in counties:
        assert county.latitude is not None
        assert county.longitude is not None
        ring = outlines.rings[county.code]
        longitudes, latitudes = [x for x, _ in ring], [y for _, y in ring]
        assert min(longitudes) < county.longitude < max(longitudes), county.code
        assert min(latitudes) < county.latitude < max(latitudes), county.code


def test_a_path_goes_from_point_to_point_and_the_view_holds_all_of_it() -> None:
    outlines = outlines_of("KE")
    assert outlines is not None
    left, top, width, height = map(int, outlines.view_box.split())
    for code, ring in outlines.rings.items():
        numbers = [int(number) for number in re.findall(r"-?\d+", outlines.path(code))]
        x, y = numbers[:2]
        for step in range(2, len(numbers), 2):
            x, y = x + numbers[step], y + numbers[step + 1]
            assert left <= x <= left + width
            assert top <= y <= top + height
        assert (x, y) == (round(ring[-1][0] * 100), round(-ring[-1][1] * 100))


def test_a_country_without_outlines_has_no_map() -> None:
    assert outlines_of("PE") is None

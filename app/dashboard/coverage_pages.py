"""Where prices are fresh, thin, old or missing, and what was asked in vain: a map and a table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from app.dashboard.asked import Asked, asked
from app.dashboard.guard import moment, needs, service
from app.staff.models import StaffRole
from app.web.outlines import outlines_of
from groups.coverage import Coverage, coverage_as_it_stands
from prices.vocabulary import CommodityEntry, PlaceEntry, Vocabulary

pages = Blueprint("coverage", __name__, url_prefix="/coverage")

# So many commodities stand beside each other unless all are asked for.
MOST_COLUMNS, MOST_IN_VAIN = 10, 20


@dataclass(frozen=True)
class Field:
    """A county, for one commodity or for all together: how it looks, and in a few words why."""

    look: str  # good, few, old, missing, none
    sign: str
    words: str


SIGNS = {"good": "✔", "few": "~", "old": "○", "missing": "✕", "none": ""}
LOOKS = {
    "good": "a good price",
    "few": "few reports",
    "old": "only old ones",
    "missing": "asked for in vain",
    "none": "nothing",
}


@pages.get("")
@needs(StaffRole.VIEWER)
def show() -> str:
    """?commodity=milk for its map; ?all=1 for a table of every commodity."""
    with service().database.read() as session:
        wanted = asked(session)
        found = coverage_as_it_stands(session, wanted.vocabulary, moment())
    columns = _columns(wanted.vocabulary, found)
    touched = {one.county_id for one in found}
    is_all = request.args.get("all") == "1"
    return render_template(
        "dashboard/coverage.html",
        asked=wanted,
        has_map=outlines_of(wanted.vocabulary.country.code) is not None,
        columns=columns if is_all else columns[:MOST_COLUMNS],
        more=0 if is_all else max(len(columns) - MOST_COLUMNS, 0),
        counties=[county for county in wanted.counties if county.id in touched],
        bare=[county for county in wanted.counties if county.id not in touched],
        fields={(one.commodity, one.county_id): field_of([one]) for one in found},
        in_vain=_in_vain(found),
        looks=LOOKS,
        signs=SIGNS,
    )


@pages.get("/counties.json")
@needs(StaffRole.VIEWER)
def counties() -> dict[str, object]:
    """The counties with how each looks: what the map draws."""
    with service().database.read() as session:
        wanted = asked(session)
        found = coverage_as_it_stands(session, wanted.vocabulary, moment())
    outlines = outlines_of(wanted.vocabulary.country.code)
    by_county = _by_county(wanted, found)
    places = {place.code: place for place in wanted.counties}
    features = () if outlines is None else outlines.geojson["features"]
    return {
        "type": "FeatureCollection",
        "features": [
            {**feature, "properties": _properties(places[code], by_county.get(places[code].id))}
            for feature in features
            if (code := feature["properties"]["code"]) in places
        ],
    }


def field_of(found: Sequence[Coverage]) -> Field:
    """How a county stands for these commodities together."""
    good, fresh = sum(one.good for one in found), sum(one.fresh for one in found)
    old, in_vain = sum(one.old for one in found), sum(one.in_vain for one in found)
    words = [
        f"{number} {what}"
        for number, what in (
            (good, "good"),
            (fresh - good, "thin"),
            (old, "old"),
            (in_vain, "asked in vain"),
        )
        if number
    ]
    looks = {"good": good, "few": fresh, "old": old, "missing": in_vain}
    look = next((look for look, number in looks.items() if number), "none")
    return Field(look, SIGNS[look], ", ".join(words))


def _properties(county: PlaceEntry, field: Field | None) -> dict[str, str]:
    field = field or Field("none", "", "nothing told, nothing asked")
    return {
        "code": county.code,
        "name": county.name,
        "look": field.look,
        "sign": field.sign,
        "words": field.words,
    }


def _by_county(wanted: Asked, found: Iterable[Coverage]) -> Mapping[int, Field]:
    counted: defaultdict[int, list[Coverage]] = defaultdict(list)
    for one in found:
        is_wanted = wanted.commodity is None or one.commodity == wanted.commodity.code
        if is_wanted and one.county_id is not None:
            counted[one.county_id].append(one)
    return {county_id: field_of(some) for county_id, some in counted.items()}


def _columns(vocabulary: Vocabulary, found: Iterable[Coverage]) -> list[CommodityEntry]:
    """What is known or asked for, the most first."""
    counted: defaultdict[str, int] = defaultdict(int)
    for one in found:
        counted[one.commodity] += one.fresh + one.asked
    entries = (vocabulary.commodities[code] for code in counted)
    return sorted(entries, key=lambda entry: (-counted[entry.code], entry.rank))


def _in_vain(found: Iterable[Coverage]) -> list[Coverage]:
    vain = (one for one in found if one.in_vain)
    return sorted(vain, key=lambda one: -one.in_vain)[:MOST_IN_VAIN]

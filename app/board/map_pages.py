"""The map: where the price of a thing is known, and how well; each county leads to its page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from app.board.reader import Reader, reading
from app.board.rows import Line, line_of_region
from app.board.site import download, page
from app.board.words import surety_words
from app.web.outlines import Outlines, outlines_of
from messaging.phrases.formats import price
from prices.board import board_rows, regional_prices, speaking, standing_prices
from prices.book_reads import CellRow
from prices.estimates import Confidence, Estimate
from prices.vocabulary import PlaceEntry

# A county of the map is so many steps wide at least for its price to stand in it, and the letters
# are no smaller and no larger than this.
SMALLEST, LARGEST, LETTERS = 13, 34, 2.4

pages = Blueprint("map", __name__)


@dataclass(frozen=True)
class Area:
    """A county: its outline, where its price is written, and its line; None where nobody tells."""

    place: PlaceEntry
    path: str
    x: float
    y: float
    size: int
    figure: str
    line: Line | None

    @property
    def label(self) -> str:
        """How sure its price is; "none" where there is none."""
        return "none" if self.line is None else self.line.label


@pages.get("/map")
def show() -> str:
    """The counties by how sure the price of ?commodity=milk is."""
    with reading() as reader:
        commodity = _asked(reader)
        lines = _lines(reader, commodity)
        outlines = outlines_of(reader.vocabulary.country.code)
        name = reader.vocabulary.commodity_name
        return page(
            reader,
            "map.html",
            commodity=commodity,
            name=name(commodity, reader.language),
            choices=[(code, name(code, reader.language)) for code in _choices(reader)],
            outlines=outlines,
            areas=[] if outlines is None else _areas(reader, outlines, lines),
            legend=[(one.value, surety_words(reader.language, one)) for one in Confidence],
            lines=list(lines.values()),
            without=[one for one in reader.counties if one.id not in lines],
        )


@pages.get("/map.csv")
def table() -> Response:
    """The counties with a price as a table."""
    with reading() as reader:
        commodity = _asked(reader)
        return download(f"map-{commodity}", _lines(reader, commodity).values())


def _asked(reader: Reader) -> str:
    """The commodity of the address, else the first that anybody tells of."""
    return reader.commodity(request.args.get("commodity")) or _choices(reader)[0]


def _choices(reader: Reader) -> Sequence[str]:
    """What people tell of, in the menu's order; where nobody tells anything, all there is."""
    told = {commodity for commodity, _ in reader.menu.told}
    every = sorted(
        reader.vocabulary.commodities.values(), key=lambda entry: (entry.rank, entry.code)
    )
    return [one.code for one in every if one.code in told] or [one.code for one in every]


def _lines(reader: Reader, commodity: str) -> dict[int, Line]:
    """One price for each county where anybody tells one, by the county's name."""
    vocabulary, now = reader.vocabulary, reader.now
    rows = board_rows(reader.session, vocabulary, now, commodity=commodity)
    inside: defaultdict[int | None, list[tuple[CellRow, Estimate]]] = defaultdict(list)
    for one in standing_prices(vocabulary, rows, now):
        inside[vocabulary.places[one[0].place_id].admin1_id].append(one)
    found: dict[int, Line] = {}
    for county in reader.counties:
        region = speaking(regional_prices(vocabulary, inside.get(county.id, [])))
        if region is not None:
            found[county.id] = line_of_region(reader, county, region)
    return found


def _areas(reader: Reader, outlines: Outlines, lines: dict[int, Line]) -> list[Area]:
    return [
        _area(reader, outlines, county, lines.get(county.id))
        for county in reader.counties
        if county.code in outlines.rings
    ]


def _area(reader: Reader, outlines: Outlines, county: PlaceEntry, line: Line | None) -> Area:
    ring = outlines.rings[county.code]
    longitudes = [longitude for longitude, _ in ring]
    latitudes = [latitude for _, latitude in ring]
    figure = "" if line is None else price(line.price, reader.language)
    width = (max(longitudes) - min(longitudes)) * 100
    # The point of a county lies inside it, that of its box not always.
    longitude = county.longitude or (max(longitudes) + min(longitudes)) / 2
    latitude = county.latitude or (max(latitudes) + min(latitudes)) / 2
    size = min(max(width / LETTERS, SMALLEST), LARGEST)
    return Area(
        place=county,
        path=outlines.path(county.code),
        x=round(longitude * 100),
        y=round(-latitude * 100 + size / 3),
        size=round(size),
        figure=figure,
        line=line,
    )

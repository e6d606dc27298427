"""The first page: what everything costs where most people tell it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request

from app.board.reader import Reader, reading
from app.board.rows import Line, line_of_cell, line_of_month
from app.board.site import download, page
from prices.board import board_prices, board_rows, published_months
from prices.geography import trading_places
from prices.kinds import PlaceKind
from prices.vocabulary import PlaceEntry

# So many fit a first view over a slow link, and read some sixty cells.
MOST_COMMODITIES, MOST_PLACES, MOST_PUBLISHED = 12, 5, 3

pages = Blueprint("home", __name__)


@dataclass(frozen=True)
class Section:
    """A commodity with its prices."""

    commodity: str
    name: str
    lines: list[Line]


@pages.get("/")
def show() -> str:
    """Today's prices by commodity and place; ?county=ke-county-nakuru only there."""
    with reading() as reader:
        county = reader.place(request.args.get("county"))
        inside = _inside(reader, county)
        return page(
            reader,
            "home.html",
            county=county,
            sections=list(_sections(reader, inside)),
            priced=_priced(reader, inside),
        )


@pages.get("/prices.csv")
def table() -> Response:
    """The same as a table."""
    with reading() as reader:
        inside = _inside(reader, reader.place(request.args.get("county")))
        lines = [line for section in _sections(reader, inside) for line in section.lines]
        return download("prices", lines)


def _inside(reader: Reader, county: PlaceEntry | None) -> frozenset[int] | None:
    """The trading places of a county; None for the whole country."""
    if county is None or county.kind is PlaceKind.COUNTRY:
        return None
    return frozenset(one.id for one in trading_places(reader.vocabulary, county))


def _sections(reader: Reader, inside: frozenset[int] | None) -> Iterator[Section]:
    """Commodities in the menu's order, first those that people tell of."""
    told = _told(reader, inside)
    sold = _sold(reader, inside, MOST_COMMODITIES - len(told), told.keys())
    for commodity, lines in (told | sold).items():
        name = reader.vocabulary.commodity_name(commodity, reader.language)
        yield Section(commodity, name, lines)


def _told(reader: Reader, inside: frozenset[int] | None) -> dict[str, list[Line]]:
    """Where most people tell a price, read by key."""
    most = _most_told(reader, inside)
    rows = [
        row
        for commodity, place_ids in most.items()
        for row in board_rows(
            reader.session,
            reader.vocabulary,
            reader.now,
            commodity=commodity,
            place_ids=place_ids,
        )
    ]
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for one in board_prices(reader.session, reader.vocabulary, rows, reader.now):
        lines[one.cell.commodity].append(line_of_cell(reader, one))
    return {
        commodity: sorted(lines[commodity], key=lambda line: place_ids.index(line.place.id))
        for commodity, place_ids in most.items()
        if commodity in lines
    }


def _most_told(reader: Reader, inside: frozenset[int] | None) -> dict[str, list[int]]:
    reports: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for (commodity, place_id), told in reader.menu.told.items():
        if inside is None or place_id in inside:
            reports[commodity][place_id] = told.reports
    return {
        commodity: sorted(at, key=lambda id_: (-at[id_], id_))[:MOST_PLACES]
        for commodity in _in_order(reader, reports)[:MOST_COMMODITIES]
        if (at := reports[commodity])
    }


def _sold(
    reader: Reader, inside: frozenset[int] | None, most: int, known: Iterable[str]
) -> dict[str, list[Line]]:
    """What was last published of other things, in the largest places."""
    places = reader.vocabulary.places
    sold: defaultdict[str, list[int]] = defaultdict(list)
    for commodity, place_id in reader.menu.sold:
        if commodity not in set(known) and (inside is None or place_id in inside):
            sold[commodity].append(place_id)
    wanted = {
        commodity: sorted(sold[commodity], key=lambda id_: (-(places[id_].population or 0), id_))[
            :MOST_PUBLISHED
        ]
        for commodity in _in_order(reader, sold)[: max(most, 0)]
    }
    if not wanted:
        return {}
    lines: dict[str, list[Line]] = {commodity: [] for commodity in wanted}
    at = {place_id for place_ids in wanted.values() for place_id in place_ids}
    for month in published_months(
        reader.session, reader.vocabulary, reader.now, commodities=wanted, place_ids=at
    ):
        mine = lines[month.commodity]
        is_new = all(line.place.id != month.place_id for line in mine)
        if is_new and month.place_id in wanted[month.commodity]:
            mine.append(line_of_month(reader, month))
    return {commodity: found for commodity, found in lines.items() if found}


def _priced(reader: Reader, inside: frozenset[int] | None) -> list[tuple[str, str]]:
    """Everything with a price there, for the links."""
    things = reader.menu.told.keys() | reader.menu.sold
    found = {code for code, place in things if inside is None or place in inside}
    return [
        (code, reader.vocabulary.commodity_name(code, reader.language))
        for code in _in_order(reader, found)
    ]


def _in_order(reader: Reader, codes: Iterable[str]) -> list[str]:
    known = reader.vocabulary.commodities
    return sorted(
        (code for code in codes if code in known), key=lambda code: (known[code].rank, code)
    )

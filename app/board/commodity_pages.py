"""A commodity: what it costs everywhere, sorted and filtered by the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request

from app.board.reader import Reader, reading
from app.board.rows import Line, line_of_cell, line_of_month, line_of_region
from app.board.site import as_table_address, download, page
from app.web.listing import PAGE, Sort, after_of, sort_of
from handlers.keywords.plain_words import price_type_words
from prices.board import (
    board_prices,
    board_rows,
    published_months,
    regional_prices,
    speaking,
    standing_prices,
)
from prices.book_reads import CellRow
from prices.estimates import Estimate
from prices.kinds import PlaceKind, PriceType
from prices.vocabulary import PlaceEntry

MOST_PUBLISHED = 60

pages = Blueprint("commodity", __name__, url_prefix="/commodity")

Standing = tuple[CellRow, Estimate]


@dataclass(frozen=True)
class View:
    """What the page shows of a commodity."""

    commodity: str
    county: PlaceEntry | None
    step: PriceType | None
    sort: Sort
    whole: Line | None  # of the county, or of the country
    lines: Sequence[Line]
    after: int | None  # where the next page begins
    published: Sequence[Line]


@pages.get("/<code>")
def show(code: str) -> str:
    """Its prices by place; ?county=…&type=wholesale&sort=-price&after=50."""
    with reading() as reader:
        view = _view(reader, code)
        vocabulary, language = reader.vocabulary, reader.language
        return page(
            reader,
            "commodity.html",
            view=view,
            name=vocabulary.commodity_name(view.commodity, language),
            download=as_table_address(),
            steps=[(step.value, price_type_words(language, step)) for step in PriceType],
        )


@pages.get("/<code>.csv")
def table(code: str) -> Response:
    """The same as a table."""
    with reading() as reader:
        view = _view(reader, code)
        return download(view.commodity, [*view.lines, *view.published])


def _view(reader: Reader, code: str) -> View:
    commodity = reader.commodity(code) or abort(404)
    county = reader.place(request.args.get("county"))
    step = _step(request.args.get("type", ""))
    sort = sort_of(request.args, KEYS, "-reports")
    prices = _standing(reader, commodity, county, step)
    start = after_of(request.args) or 0
    following = start + PAGE if len(prices) > start + PAGE else None
    rows = [row for row, _ in _sorted(reader, prices, sort)[start : start + PAGE]]
    told = board_prices(reader.session, reader.vocabulary, rows, reader.now)
    return View(
        commodity=commodity,
        county=county,
        step=step,
        sort=sort,
        whole=_whole(reader, county, prices),
        lines=[line_of_cell(reader, one) for one in told],
        after=following,
        published=[] if start else _published(reader, commodity, county, step),
    )


def _step(written: str) -> PriceType | None:
    return PriceType(written) if written in set(PriceType) else None


def _standing(
    reader: Reader, commodity: str, county: PlaceEntry | None, step: PriceType | None
) -> list[Standing]:
    places = reader.vocabulary.places
    rows = board_rows(reader.session, reader.vocabulary, reader.now, commodity=commodity)
    wanted = (
        row
        for row in rows
        if _is_in(places[row.place_id], county) and step in {None, row.price_type}
    )
    return standing_prices(reader.vocabulary, wanted, reader.now)


def _is_in(place: PlaceEntry, county: PlaceEntry | None) -> bool:
    return county is None or county.kind is PlaceKind.COUNTRY or place.admin1_id == county.id


def _whole(reader: Reader, county: PlaceEntry | None, prices: Sequence[Standing]) -> Line | None:
    """What all these markets say; of one alone its own line says it."""
    region = speaking(regional_prices(reader.vocabulary, prices))
    if region is None or region.markets == 1:
        return None
    return line_of_region(reader, county or reader.country, region)


def _published(
    reader: Reader, commodity: str, county: PlaceEntry | None, step: PriceType | None
) -> list[Line]:
    """The newest published months, also of what shops sell in its stead."""
    shop_code = reader.vocabulary.commodities[commodity].shop_code
    months = published_months(
        reader.session,
        reader.vocabulary,
        reader.now,
        commodities=[commodity] if shop_code is None else [commodity, shop_code],
    )
    places = reader.vocabulary.places
    wanted = [
        one
        for one in months
        if _is_in(places[one.place_id], county) and step in {None, one.price_type}
    ]
    return [line_of_month(reader, one) for one in wanted[:MOST_PUBLISHED]]


# By which columns the prices stand; of what is alike the place decides.
KEYS: Mapping[str, Callable[[CellRow, Estimate], Any]] = {
    "place": lambda row, told: 0,
    "price": lambda row, told: told.price,
    "reports": lambda row, told: told.reports,
    "newest": lambda row, told: told.newest_at,
}


def _sorted(reader: Reader, prices: Sequence[Standing], sort: Sort) -> list[Standing]:
    places = reader.vocabulary.places
    by_place = sorted(prices, key=lambda one: (places[one[0].place_id].name, one[0].id))
    if sort.key == "place":
        return by_place[::-1] if sort.is_descending else by_place
    return sorted(by_place, key=lambda one: KEYS[sort.key](*one), reverse=sort.is_descending)

"""The sheet for the chalkboard of a market: its prices in large figures, on one page of A4."""

from collections.abc import Sequence

from flask import Blueprint, abort

from app.board.market_pages import published_at, told_at
from app.board.reader import reading
from app.board.rows import Line
from app.board.site import county_of, page
from app.board.words import call_to_report, place_words

# So many lines are read from across a market square, and fit one page.
MOST_LINES = 10

pages = Blueprint("sheet", __name__, url_prefix="/chalkboard")


@pages.get("/<code>")
def show(code: str) -> str:
    """What to write on the board, or to hang beside it."""
    with reading() as reader:
        place = reader.place(code) or abort(404)
        lines = _lines(told_at(reader, place), published_at(reader, place))
        first = lines[0].commodity if lines else reader.menu.commodities(place.id)[0]
        return page(
            reader,
            "chalkboard.html",
            place=place,
            name=place_words(reader, place),
            county=county_of(reader, place),
            lines=lines,
            call=call_to_report(reader, first, place) if place.kind.is_trading_place else "",
        )


def _lines(told: Sequence[Line], published: Sequence[Line]) -> list[Line]:
    """What people tell, then one published price of each thing that nobody tells."""
    known = {line.commodity for line in told}
    others: dict[str, Line] = {}
    for line in published:
        if line.commodity not in known:
            others.setdefault(line.commodity, line)
    return [*told, *others.values()][:MOST_LINES]

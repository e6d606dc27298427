"""The search: straight to what is meant, else to what may be."""

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app.board.finding import find
from app.board.reader import reading
from app.board.site import county_of, page
from app.board.words import place_words

pages = Blueprint("find", __name__)


@pages.get("/find")
def show() -> str | Response:
    """?q=maziwa nakuru: a thing, a place, or both."""
    typed = request.args.get("q", "")
    if not typed.strip():
        return redirect(url_for("board.home.show"))
    with reading() as reader:
        found = find(reader.vocabulary, typed)
        if not found:
            abort(404)
        if not found.places:
            return redirect(url_for("board.commodity.show", code=found.commodity))
        if len(found.places) == 1:
            return redirect(_address(found.places[0].code, found.commodity))
        choices = [
            (
                _address(place.code, found.commodity),
                place_words(reader, place),
                county_of(reader, place),
            )
            for place in found.places
        ]
        return page(reader, "choose.html", typed=typed, choices=choices)


def _address(code: str, commodity: str | None) -> str:
    if commodity is None:
        return url_for("board.market.show", code=code)
    return url_for("board.market.show_one", code=code, commodity=commodity)

"""What the board's pages share: their frame, how long they are kept, what a wrong address says."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, cast

from flask import Blueprint, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from app.board.finding import alike
from app.board.reader import Reader, reading, service
from app.board.rows import COLUMNS, Line
from app.board.words import full_day, how_to_tell, labels, place_words
from app.tables import Value, write_csv
from app.web import url_with
from app.web.squeeze import squeeze
from messaging.phrases.formats import (
    dated,
    language_name,
    month_year,
    price,
)
from prices.vocabulary import PlaceEntry

# Everybody sees the same, and prices move by the minute at most: so whatever lies between us and a
# browser may answer for us that long.
KEPT_SECONDS = 60


def dress(board: Blueprint) -> None:
    """Give all pages of the board what they share."""
    board.url_defaults(_stay_in_language)
    board.after_request(_send)
    board.register_error_handler(404, _unknown)


def page(reader: Reader, template: str, **values: Any) -> str:
    """A page of the board, in the reader's words."""
    language, today = reader.language, reader.today
    return render_template(
        f"board/{template}",
        reader=reader,
        words=labels(language),
        language=language,
        tongues=[(code, language_name(code)) for code in g.offered],
        day=dated(today, today, language),
        full_day=full_day(today, language),
        how_to_tell=how_to_tell(reader),
        figure=partial(price, language=language),
        day_of=partial(_day_of, reader),
        has_phone=service().settings.simulator,
        **values,
    )


def as_table_address() -> str:
    """The table of this very page, sorted and filtered as it is."""
    path, _, query = url_with().partition("?")
    return f"{path}.csv?{query}" if query else f"{path}.csv"


def download(name: str, lines: Iterable[Line]) -> Response:
    """The lines of a page as a table."""
    return table(name, COLUMNS, (line.values for line in lines))


def table(name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Response:
    """Rows as a file that a spreadsheet opens."""
    out = io.StringIO()
    write_csv(out, columns, rows)
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _day_of(reader: Reader, day: date, is_month: bool) -> str:
    if is_month:
        return month_year(day, reader.language)
    return dated(day, reader.today, reader.language)


def _stay_in_language(_: str, values: dict[str, Any]) -> None:
    """Whoever chose a language keeps it from page to page, without a cookie."""
    if request.args.get("lang") and "language" in g:
        values.setdefault("lang", g.language)


def _send(response: Response) -> Response:
    if "language" in g:
        response.headers["Content-Language"] = g.language
    response.vary.add("Accept-Language")
    if response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        response.add_etag(weak=True)
        response = cast(Response, response.make_conditional(request))
    return squeeze(response)


def _unknown(_: HTTPException) -> tuple[str, int]:
    """What is written like it, and the search; the status stays that of what is not there."""
    typed = request.args.get("q") or request.path.rsplit("/", 1)[-1].removesuffix(".csv")
    with reading() as reader:
        things, places = alike(reader.vocabulary, typed)
        names = [(code, reader.vocabulary.commodity_name(code, reader.language)) for code in things]
        near = [(place, place_words(reader, place), county_of(reader, place)) for place in places]
        return page(reader, "unknown.html", typed=typed, things=names, places=near), 404


def county_of(reader: Reader, place: PlaceEntry) -> str:
    """The county a place lies in, to tell it from others of its name; nothing of a county."""
    county = reader.vocabulary.admin1_of(place.id)
    return "" if county is None or county == place else place_words(reader, county)

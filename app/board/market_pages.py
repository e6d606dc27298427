"""A place: everything that is told there; and one thing there, with its course and its season."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import Blueprint, Response, abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.board.chart import Chart, Point, draw
from app.board.reader import Reader, reading
from app.board.rows import Line, line_of_cell, line_of_month, line_of_region
from app.board.site import county_of, download, page
from app.board.site import table as as_table
from app.board.words import call_to_report, place_words
from app.tables import Value
from handlers.keywords.fitting import NAME_LENGTHS
from handlers.keywords.plain_words import distance_words
from handlers.keywords.price_parts import answer_parts
from handlers.keywords.trend import compared_sentences
from messaging.phrases.formats import as_told, dated, month_year
from messaging.phrases.formats import price as figure
from prices.answers import NoPrice, PriceAnswer
from prices.board import (
    board_prices,
    board_rows,
    charted,
    months_before,
    published_months,
    regional_prices,
    standing_prices,
)
from prices.geography import neighbours, trading_places
from prices.kinds import PlaceKind
from prices.queries import answer_price
from prices.trends import price_trend
from prices.vocabulary import PlaceEntry

MOST_NEAR, MOST_MARKETS = 6, 60
FEWEST_MONTHS = 3
CHART_COLUMNS = (
    "commodity", "place", "price_type", "day", "price", "low", "high", "source", "demo",
)  # fmt: skip

pages = Blueprint("market", __name__, url_prefix="/market")


@dataclass(frozen=True)
class Near:
    """A place with prices, and how far away it is; nothing of a market inside a county."""

    place: PlaceEntry
    name: str
    distance: str = ""


@dataclass(frozen=True)
class Course:
    """How a price went: what people told, or a published series."""

    line: Line
    chart: Chart | None
    points: Sequence[Point]
    is_published: bool


@pages.get("/<code>")
def show(code: str) -> str | AnyResponse:
    """What is told at a market, in a ward or in a county."""
    with reading() as reader:
        place = reader.place(code) or abort(404)
        if place.kind is PlaceKind.COUNTRY:
            return redirect(url_for("board.home.show"))
        told, published = told_at(reader, place), published_at(reader, place)
        first = told[0] if told else None
        commodity = first.commodity if first else reader.menu.commodities(place.id)[0]
        return page(
            reader,
            "market.html",
            place=place,
            name=place_words(reader, place),
            county=county_of(reader, place),
            told=told,
            published=published,
            near=_near(reader, place),
            call=call_to_report(reader, commodity, place, first.price if first else None)
            if place.kind.is_trading_place
            else "",
        )


@pages.get("/<code>.csv")
def table(code: str) -> Response:
    """The same as a table."""
    with reading() as reader:
        place = reader.place(code) or abort(404)
        return download(place.code, [*told_at(reader, place), *published_at(reader, place)])


@pages.get("/<code>/<commodity>")
def show_one(code: str, commodity: str) -> str | AnyResponse:
    """One thing at a market: as a text tells it, with a chart and what is usual."""
    with reading() as reader:
        place, known = reader.place(code) or abort(404), reader.commodity(commodity) or abort(404)
        if not place.kind.is_trading_place:
            county = None if place.kind is PlaceKind.COUNTRY else place.code
            return redirect(url_for("board.commodity.show", code=known, county=county))
        answer = _answer(reader, known, place)
        return page(
            reader,
            "cell.html",
            place=place,
            name=place_words(reader, place),
            county=county_of(reader, place),
            commodity=known,
            commodity_name=reader.vocabulary.commodity_name(known, reader.language),
            told=_as_a_text(reader, answer),
            compared=_compared(reader, known, place),
            parts=_parts(reader, known, place),
            courses=courses(reader, known, place),
            near=[] if not isinstance(answer, NoPrice) else _near(reader, place),
            call=call_to_report(reader, known, place),
        )


@pages.get("/<code>/<commodity>.csv")
def table_of_one(code: str, commodity: str) -> Response:
    """The figures of its charts as a table."""
    with reading() as reader:
        place, known = reader.place(code) or abort(404), reader.commodity(commodity) or abort(404)
        rows = [row for course in courses(reader, known, place) for row in _chart_rows(course)]
        return as_table(f"{place.code}-{known}", CHART_COLUMNS, rows)


def told_at(reader: Reader, place: PlaceEntry) -> list[Line]:
    """What people tell at a place; of a county one price of all its markets."""
    session, vocabulary, now = reader.session, reader.vocabulary, reader.now
    inside = [one.id for one in trading_places(vocabulary, place)]
    rows = board_rows(session, vocabulary, now, place_ids=inside)
    if not place.kind.is_trading_place:
        regions = regional_prices(vocabulary, standing_prices(vocabulary, rows, now))
        return [line_of_region(reader, place, one) for one in regions]
    lines = [line_of_cell(reader, one) for one in board_prices(session, vocabulary, rows, now)]
    return sorted(lines, key=lambda line: vocabulary.commodities[line.commodity].rank)


def published_at(reader: Reader, place: PlaceEntry) -> list[Line]:
    """What was last published of a place and of those in it."""
    inside = {one.id for one in trading_places(reader.vocabulary, place)}
    # What is published where is known already: most places ask the database nothing.
    sold = [(commodity, at) for commodity, at in reader.menu.sold if at in inside]
    if not sold:
        return []
    months = published_months(
        reader.session,
        reader.vocabulary,
        reader.now,
        commodities={commodity for commodity, _ in sold},
        place_ids={at for _, at in sold},
    )
    return [line_of_month(reader, one) for one in months]


def courses(reader: Reader, commodity: str, place: PlaceEntry) -> list[Course]:
    """How the price went there: what people told, then what was published."""
    return [*_told_courses(reader, commodity, place), *_published_courses(reader, commodity, place)]


def _told_courses(reader: Reader, commodity: str, place: PlaceEntry) -> list[Course]:
    session, vocabulary = reader.session, reader.vocabulary
    rows = board_rows(session, vocabulary, reader.now, commodity=commodity, place_ids=[place.id])
    found = []
    for row in rows:
        for one in board_prices(session, vocabulary, [row], reader.now):
            days = charted(session, vocabulary, row, reader.today)
            points = [Point(*day) for day in days]
            line = line_of_cell(reader, one)
            found.append(Course(line, _drawn(reader, points), points, is_published=False))
    own = vocabulary.commodities[commodity].price_type
    return sorted(found, key=lambda course: course.line.price_type is not own)


def _published_courses(reader: Reader, commodity: str, place: PlaceEntry) -> list[Course]:
    if (commodity, place.id) not in reader.menu.sold:
        return []
    months = published_months(
        reader.session,
        reader.vocabulary,
        reader.now,
        commodities=[commodity],
        place_ids=[place.id],
    )
    found = []
    for month in months:
        series = months_before(reader.session, reader.vocabulary, month)
        points = [Point(day, price) for day, price in series]
        # A line between two months far apart would tell of a course that nobody knows.
        chart = _drawn(reader, points, by_month=True) if len(points) >= FEWEST_MONTHS else None
        found.append(Course(line_of_month(reader, month), chart, points, is_published=True))
    return found


def _drawn(reader: Reader, points: Sequence[Point], *, by_month: bool = False) -> Chart | None:
    def on(day: date) -> str:
        language = reader.language
        return month_year(day, language) if by_month else dated(day, reader.today, language)

    return draw(points, lambda value: figure(value, reader.language), on)


def _chart_rows(course: Course) -> list[Sequence[Value]]:
    line = course.line

    def told(value: Decimal | None) -> Decimal | None:
        return None if value is None else as_told(value)

    return [
        (
            line.commodity, line.place.code, line.price_type.value, point.day.isoformat(),
            told(point.price), told(point.low), told(point.high), line.source, int(line.is_demo),
        )
        for point in course.points
    ]  # fmt: skip


def _answer(reader: Reader, commodity: str, place: PlaceEntry) -> PriceAnswer:
    return answer_price(
        reader.session,
        reader.vocabulary,
        commodity=commodity,
        place_id=place.id,
        price_type=None,
        now=reader.now,
    )


def _as_a_text(reader: Reader, answer: PriceAnswer) -> str:
    """The sentences of a text, without the call to reply: nobody can reply to a page."""
    parts = answer_parts(reader.conversation, answer, NAME_LENGTHS[0])
    return " ".join(part.text for part in parts if part.text and not part.rank)


def _compared(reader: Reader, commodity: str, place: PlaceEntry) -> list[str]:
    trend = price_trend(
        reader.session,
        reader.vocabulary,
        commodity=commodity,
        place_id=place.id,
        price_type=None,
        now=reader.now,
    )
    return [] if trend is None else compared_sentences(reader.conversation, trend)


def _parts(reader: Reader, commodity: str, place: PlaceEntry) -> list[Line]:
    """What each kind of buyer pays, and what each grade fetches."""
    rows = board_rows(
        reader.session,
        reader.vocabulary,
        reader.now,
        commodity=commodity,
        place_ids=[place.id],
        is_whole=False,
    )
    parts = [row for row in rows if row.buyer or row.grade]
    return [
        line_of_cell(reader, one)
        for one in board_prices(reader.session, reader.vocabulary, parts, reader.now)
    ]


def _near(reader: Reader, place: PlaceEntry) -> list[Near]:
    """The markets of a county with prices; of a market the nearest others."""
    places = reader.vocabulary.places
    priced = {at for _, at in reader.menu.told} | {at for _, at in reader.menu.sold}
    if not place.kind.is_trading_place:
        inside = [one for one in trading_places(reader.vocabulary, place) if one.id in priced]
        by_name = sorted(inside, key=lambda one: one.name)[:MOST_MARKETS]
        return [Near(one, one.name) for one in by_name]
    others = (
        (id_, km)
        for id_, km in neighbours(reader.vocabulary, place).items()
        if id_ in priced and id_ != place.id
    )
    return [
        Near(places[id_], places[id_].name, distance_words(reader.language, km))
        for (id_, km), _ in zip(others, range(MOST_NEAR), strict=False)
    ]

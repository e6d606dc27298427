"""Prices: those of a commodity by place, and one of them with all that it rests on."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session

from app.dashboard import report_words
from app.dashboard.asked import asked, place_of_code
from app.dashboard.cell_chart import draw, look_of
from app.dashboard.guard import moment, needs, service
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of, sort_of
from messaging.masking import masked_numbers
from messaging.msisdn import mask_numbers
from prices.board import CHARTED, BoardPrice, board_prices, board_rows, charted, standing_prices
from prices.book_reads import CellRow, cell_of
from prices.cells import Cell
from prices.estimates import Confidence, Estimate
from prices.kinds import Buyer, PriceType
from prices.published import local_day
from prices.report_lines import ReportLine, last_marks, told_of, uncounted
from prices.usual import usual_price
from prices.vocabulary import Vocabulary

pages = Blueprint("prices", __name__, url_prefix="/prices")

SORTS = ("place", "price", "reports", "newest", "confidence")
# More of one price in 90 days is told of by the newest.
MOST_REPORTS = 1_000


@pages.get("")
@needs(StaffRole.VIEWER)
def show() -> str:
    """The prices of a commodity; ?county=, ?confidence=old, ?parts=1 for those of each buyer."""
    wanted_label = _label(request.args.get("confidence", ""))
    with service().database.read() as session:
        wanted = asked(session)
        commodity = wanted.commodity or wanted.commodities[0]
        rows = board_rows(
            session,
            wanted.vocabulary,
            moment(),
            commodity=commodity.code,
            place_ids=wanted.place_ids,
            is_whole=request.args.get("parts") != "1",
        )
        standing = [
            (row, estimate)
            for row, estimate in standing_prices(wanted.vocabulary, rows, moment())
            if wanted_label in {None, estimate.confidence}
        ]
        sort = sort_of(request.args, SORTS, "place")
        standing.sort(key=_order(wanted.vocabulary, sort.key), reverse=sort.is_descending)
        start = after_of(request.args) or 0
        some = [row for row, _ in standing[start : start + PAGE]]
        found: list[BoardPrice] = board_prices(session, wanted.vocabulary, some, moment())
    return render_template(
        "dashboard/prices.html",
        asked=wanted,
        commodity=commodity,
        label=wanted_label,
        labels=list(Confidence),
        has_parts=request.args.get("parts") == "1",
        found=found,
        count=len(standing),
        sort=sort,
        after=start + PAGE if len(standing) > start + PAGE else None,
        words=report_words,
    )


@pages.get("/<commodity>/<place>/<price_type>")
@needs(StaffRole.VIEWER)
def cell(commodity: str, place: str, price_type: str) -> str:
    """One price: its course, its range, every report behind it; ?buyer=cooperative, ?grade=A."""
    with service().database.read() as session:
        wanted = asked(session)
        found = _cell(wanted.vocabulary, commodity, place, price_type)
        rows = board_rows(
            session,
            wanted.vocabulary,
            moment(),
            commodity=found.commodity,
            place_ids=[found.place_id],
            is_whole=False,
        )
        return render_template(
            "dashboard/cell.html",
            asked=wanted,
            cell=found,
            words=report_words,
            **_course(session, wanted.vocabulary, found, rows),
        )


def _course(
    session: Session, vocabulary: Vocabulary, found: Cell, rows: list[CellRow]
) -> dict[str, Any]:
    today = local_day(vocabulary, moment())
    since = today - CHARTED + timedelta(days=1)
    row = next((row for row in rows if cell_of(row) == found), None)
    course = [] if row is None else charted(session, vocabulary, row, today)
    lines = told_of(session, found, since=since, until=today, limit=MOST_REPORTS)
    marks, instead = last_marks(session, [line.id for line in lines]), uncounted(lines)
    prices = {one.cell: one for one in board_prices(session, vocabulary, rows, moment())}
    start = after_of(request.args) or 0
    shown = lines[start : start + PAGE]
    return {
        "price": prices.get(found),
        "parts": [one for one in prices.values() if one.cell != found],
        "course": course,
        "chart": draw(course, lines, instead, since, today, _words(vocabulary)),
        "lines": shown,
        "looks": {line.id: look_of(line, instead) for line in lines},
        "why": {line.id: report_words.why_marked(line, marks, instead) for line in lines},
        "count": len(lines),
        "is_all": len(lines) < MOST_REPORTS,
        "after": start + PAGE if len(lines) > start + PAGE else None,
        "masked": masked_numbers(session, {line.reporter_id for line in shown}),
        "masked_text": {line.id: mask_numbers(line.raw_text) for line in shown},
        "usual": _usual(session, vocabulary, found, today),
        "since": since,
    }


def _usual(session: Session, vocabulary: Vocabulary, found: Cell, today: date) -> Any:
    """What is usual in this month of the year there; None where no series is long enough."""
    return usual_price(
        session,
        vocabulary,
        commodity=found.commodity,
        place_id=found.place_id,
        price_type=found.price_type,
        on=today,
    )


def _words(vocabulary: Vocabulary) -> Callable[[ReportLine], str]:
    def words(line: ReportLine) -> str:
        told = report_words.told_words(vocabulary, line)
        return f"{line.reported_on}: {told}, {report_words.status_words(line.status)}"

    return words


def _cell(vocabulary: Vocabulary, commodity: str, place: str, price_type: str) -> Cell:
    where = place_of_code(vocabulary, place)
    known = commodity in vocabulary.commodities and price_type in list(PriceType)
    if where is None or not known or not where.kind.is_trading_place:
        abort(404, f"There is no such price in {vocabulary.country.name}.")
    buyer = request.args.get("buyer", "")
    return Cell(
        commodity,
        where.id,
        PriceType(price_type),
        Buyer(buyer) if buyer in list(Buyer) else None,
        request.args.get("grade") or None,
    )


def _label(written: str) -> Confidence | None:
    return Confidence(written) if written in list(Confidence) else None


def _order(vocabulary: Vocabulary, key: str) -> Callable[[tuple[CellRow, Estimate]], Any]:
    labels = list(Confidence)

    def place(one: tuple[CellRow, Estimate]) -> Any:
        row = one[0]
        return vocabulary.places[row.place_id].name, row.price_type, row.buyer, row.grade

    orders: Mapping[str, Callable[[tuple[CellRow, Estimate]], Any]] = {
        "place": place,
        "price": lambda one: (one[1].price, place(one)),
        "reports": lambda one: (one[1].reports, place(one)),
        "newest": lambda one: (one[1].newest_at, place(one)),
        "confidence": lambda one: (labels.index(one[1].confidence), place(one)),
    }
    return orders[key]

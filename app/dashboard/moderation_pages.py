"""Reports that wait for a look: what is known around each, and a key for each verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.dashboard import report_words
from app.dashboard.asked import Asked, asked
from app.dashboard.guard import me, moment, needs, note_change, service
from app.dashboard.meant import may_have_meant, units_of
from app.staff.accounts import every_staff
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of
from handlers.telling_moderation import tell_corrected, tell_dropped
from messaging.masking import masked_numbers
from messaging.msisdn import mask_numbers
from prices.audit import WAITING
from prices.cases import Case, case_of, published_of
from prices.cells import Cell
from prices.estimates import Estimate
from prices.held_reports import WAITING as ANSWERED_WITHIN
from prices.kinds import ObservationStatus
from prices.models import Place, PriceObservation
from prices.moderation import WORDS as WHY
from prices.moderation import (
    Judge,
    Judged,
    Overtaken,
    Unchanged,
    Why,
    accept,
    correct,
    drop,
    hold_report,
)
from prices.observations import PriceRefused, RefusalReason, UnitUnknown
from prices.report_lines import Queue, ReportLine, count_waiting, waiting
from prices.vocabulary import Vocabulary

pages = Blueprint("moderation", __name__)

# In one's own words; the log is no place for more.
LONGEST_NOTE = 200
_REFUSED = {
    RefusalReason.NOT_POSITIVE: "A price must be more than 0.",
    RefusalReason.TOO_HIGH: "That price is too high to be kept.",
    RefusalReason.OTHER_CURRENCY: "Prices are kept in the country's own money.",
}

Outcome: TypeAlias = Judged | Overtaken | Unchanged | UnitUnknown | PriceRefused
# What is done with a report that is held, and what its reporter is told of it.
Verdict: TypeAlias = Callable[[Session, Vocabulary, PriceObservation, Judge], Outcome]
Telling: TypeAlias = Callable[[Session, Vocabulary, PriceObservation, Judged], bool]


class CannotBeDoneError(Exception):
    """What was sent cannot be done; the words say why, and stand beside the form."""


@dataclass(frozen=True)
class Spot:
    """A queue with the report that is looked at, and those before and behind it."""

    lines: Sequence[ReportLine]
    at: int | None  # the id of the report
    after: int | None

    @property
    def previous(self) -> int | None:
        """The one before it in the list."""
        return self._beside(-1)

    @property
    def next(self) -> int | None:
        """The one behind it; where it is the last, the first."""
        return self._beside(1)

    def _beside(self, step: int) -> int | None:
        ids = [line.id for line in self.lines]
        if self.at not in ids:
            return ids[0] if ids and step > 0 else None
        at = ids.index(self.at) + step
        return ids[at] if 0 <= at < len(ids) else None


@pages.get("/moderation")
@needs(StaffRole.VIEWER)
def show() -> str:
    """The queue, and the report ?report=12 of it, else its first."""
    return _page()


@pages.post("/moderation/<int(max=2147483647):report_id>/accept")
@needs(StaffRole.MODERATOR)
def accept_report(report_id: int) -> Response | tuple[str, int]:
    """It counts as it stands."""

    def verdict(
        session: Session, vocabulary: Vocabulary, report: PriceObservation, judge: Judge
    ) -> Outcome:
        return accept(session, vocabulary, report, judge, seen=_seen())

    return _judge(report_id, "accept report", verdict)


@pages.post("/moderation/<int(max=2147483647):report_id>/correct")
@needs(StaffRole.MODERATOR)
def correct_report(report_id: int) -> Response | tuple[str, int]:
    """It meant another price, or another unit."""

    def verdict(
        session: Session, vocabulary: Vocabulary, report: PriceObservation, judge: Judge
    ) -> Outcome:
        price, unit = _meant(vocabulary)
        return correct(session, vocabulary, report, judge, seen=_seen(), price=price, unit=unit)

    def tell(
        session: Session, vocabulary: Vocabulary, report: PriceObservation, done: Judged
    ) -> bool:
        corrected = session.get_one(PriceObservation, done.corrected_by)
        return tell_corrected(session, vocabulary, report, corrected, moment())

    return _judge(report_id, "correct report", verdict, tell)


@pages.post("/moderation/<int(max=2147483647):report_id>/reject")
@needs(StaffRole.MODERATOR)
def reject_report(report_id: int) -> Response | tuple[str, int]:
    """It does not count, for a reason."""

    def verdict(
        session: Session, vocabulary: Vocabulary, report: PriceObservation, judge: Judge
    ) -> Outcome:
        return drop(session, vocabulary, report, judge, seen=_seen(), why=_why())

    def tell(session: Session, vocabulary: Vocabulary, report: PriceObservation, _: Judged) -> bool:
        return tell_dropped(session, vocabulary, report, _why(), moment())

    return _judge(report_id, "reject report", verdict, tell)


def _judge(
    report_id: int, action: str, verdict: Verdict, tell: Telling | None = None
) -> Response | tuple[str, int]:
    """Do it, log it and tell its reporter in one transaction; then on to the next report."""
    try:
        with service().database.begin() as session:
            report = hold_report(session, report_id)
            if report is None:
                abort(404, f"There is no report {report_id}.")
            country = session.get_one(Place, report.place_id).country
            vocabulary = service().catalogue.vocabulary(session, country)
            judge = Judge(me().staff_id, moment(), _note())
            cell = Cell(report.commodity_code, report.place_id, report.price_type)
            before = published_of(session, vocabulary, cell, moment())
            done = _done(vocabulary, verdict(session, vocabulary, report, judge))
            if isinstance(done, Overtaken):
                return _overtaken(report_id, done)
            is_told = tell is not None and tell(session, vocabulary, report, done)
            after = published_of(session, vocabulary, cell, moment())
            _log(session, action, report, done, before, after)
    except CannotBeDoneError as fault:
        return _page(report_id, fault=str(fault)), 400
    now_costs = _moved(vocabulary, cell, before, after)
    flash(_words(report_id, done, now_costs, is_told=is_told), "good")
    return redirect(_queue_address(_next()), 303)


def _done(vocabulary: Vocabulary, outcome: Outcome) -> Judged | Overtaken:
    match outcome:
        case Unchanged():
            raise CannotBeDoneError(
                "That is what was told: accept it, or change the price or the unit."
            )
        case PriceRefused(reason):
            raise CannotBeDoneError(_REFUSED[reason])
        case UnitUnknown(_, unit):
            name = vocabulary.unit_name(unit, "en")
            raise CannotBeDoneError(
                f"Nobody knows how much one {name} holds there: take another unit."
            )
        case _:
            return outcome


def _overtaken(report_id: int, found: Overtaken) -> Response:
    """Somebody was faster: show what it is now, and do nothing."""
    if found.corrected_by is not None:
        words = f"Report {report_id} was corrected by report {found.corrected_by}: judge that one."
        report_id = found.corrected_by
    else:
        state = report_words.status_words(found.status)
        words = f"Report {report_id} was judged meanwhile: it {state} now. Nothing was changed."
    flash(words, "wrong")
    return redirect(_queue_address(report_id), 303)


def _log(
    session: Session,
    action: str,
    report: PriceObservation,
    done: Judged,
    before: Estimate | None,
    after: Estimate | None,
) -> None:
    said = {"price": str(report.price), "unit": report.unit_code}
    meant = said
    if done.corrected_by is not None:
        row = session.get_one(PriceObservation, done.corrected_by)
        meant = {"price": str(row.price), "unit": row.unit_code, "report": str(row.id)}
    note_change(
        session,
        action=action,
        subject=f"report {report.id}",
        before={"status": done.before, **said, "published": _figure(before)},
        after={"status": done.after, **meant, "published": _figure(after)},
        note=_note(),
    )


def _figure(estimate: Estimate | None) -> str | None:
    return None if estimate is None else str(estimate.price)


def _moved(
    vocabulary: Vocabulary, cell: Cell, before: Estimate | None, after: Estimate | None
) -> str:
    """What the verdict did to the price that is published."""
    what = report_words.cell_words(vocabulary, cell)
    if after is None:
        return f"{what} has no price now."
    now_costs = report_words.per_base_unit(vocabulary, cell, after.price)
    if before is None or before.price == after.price:
        return f"{what} is {now_costs}{' as before' if before else ' now'}."
    return f"{what} is {now_costs} now, " + (
        f"{report_words.per_base_unit(vocabulary, cell, before.price)} before."
    )


def _words(report_id: int, done: Judged, moved: str, *, is_told: bool) -> Markup:
    if done.corrected_by is not None:
        what = f"is corrected by report {done.corrected_by}"
    else:
        what = report_words.status_words(done.after)
    told = " Its reporter is told." if is_told else ""
    return Markup('Report {} {}. {}{} <a href="{}">Look at it again</a>').format(
        report_id, what, moved, told, _queue_address(done.corrected_by or report_id)
    )


def _page(report_id: int | None = None, fault: str = "") -> str:
    with service().database.read() as session:
        wanted = asked(session)
        status = _status()
        queue = Queue(
            wanted.vocabulary.country.code,
            (status,) if status else WAITING,
            wanted.commodity.code if wanted.commodity else None,
            wanted.place_ids,
        )
        lines = waiting(
            session, queue, moment(), after_id=after_of(request.args), limit=PAGE + 1
        )  # fmt: skip
        spot = _spot(lines, report_id or _report_asked())
        return render_template(
            "dashboard/moderation.html",
            asked=wanted,
            spot=spot,
            counts=count_waiting(session, moment()),
            status=status,
            statuses=WAITING,
            fault=fault,
            words=report_words,
            **_beside(session, wanted, spot),
        )


def _spot(found: Sequence[ReportLine], report_id: int | None) -> Spot:
    lines = found[:PAGE]
    after = lines[-1].id if len(found) > PAGE else None
    return Spot(lines, report_id or (lines[0].id if lines else None), after)


def _beside(session: Session, wanted: Asked, spot: Spot) -> dict[str, Any]:
    """The report that is looked at, with all that it takes to judge it."""
    vocabulary = wanted.vocabulary
    case = None if spot.at is None else case_of(session, vocabulary, spot.at, moment())
    if case is None:
        return {"case": None}
    people = {line.reporter_id for line in (case.report, *case.others)}
    return {
        "case": case,
        "masked": masked_numbers(session, people),
        "raw_text": mask_numbers(case.report.raw_text),
        "readings": may_have_meant(session, vocabulary, case),
        "units": units_of(session, vocabulary, case),
        "answer_until": _answer_until(case),
        "staff": {f"staff:{one.id}": one.email for one in every_staff(session)},
        "reasons": WHY,
        "action": {
            name: _address(f"desk.moderation.{name}_report", report_id=spot.at, next=spot.next)
            for name in ("accept", "correct", "reject")
        },
    }


def _answer_until(case: Case) -> Any:
    """Until when its reporter may still answer; None where they were not asked or did not."""
    until = case.report.reported_at + ANSWERED_WITHIN
    is_open = case.report.status is ObservationStatus.HELD and until > moment()
    return until if is_open else None


def _meant(vocabulary: Vocabulary) -> tuple[Decimal, str]:
    """The price and unit that a form says: of a reading that was pressed, else of the fields."""
    written, _, unit = request.form.get("reading", "").partition(" ")
    written = written or request.form.get("price", "")
    unit = unit or request.form.get("unit", "")
    try:
        price = Decimal(written.replace(",", "").strip())
    except InvalidOperation:
        raise CannotBeDoneError("Write the price as a figure, such as 45 or 45.50.") from None
    if not price.is_finite():
        raise CannotBeDoneError("Write the price as a figure, such as 45 or 45.50.")
    if unit not in vocabulary.units:
        raise CannotBeDoneError("Choose the unit the price is for.")
    return price, unit


def _why() -> Why:
    why = request.form.get("why", "")
    if why not in list(Why):
        raise CannotBeDoneError("Choose why it does not count.")
    return Why(why)


def _seen() -> ObservationStatus:
    """What the report was when the page was made."""
    seen = request.form.get("seen", "")
    if seen not in list(ObservationStatus):
        abort(400, "The form does not say what the report was when it was shown.")
    return ObservationStatus(seen)


def _note() -> str:
    note = " ".join(request.form.get("note", "").replace("\0", "").split())
    return mask_numbers(note)[:LONGEST_NOTE]


def _status() -> ObservationStatus | None:
    status = request.args.get("status", "")
    return ObservationStatus(status) if status in WAITING else None


def _report_asked() -> int | None:
    return _id(request.args.get("report", ""))


def _next() -> int | None:
    return _id(request.args.get("next", ""))


def _id(written: str) -> int | None:
    return after_of({"after": written})


def _queue_address(report_id: int | None) -> str:
    return _address("desk.moderation.show", report=report_id)


def _address(endpoint: str, **more: Any) -> str:
    """An address that keeps what the queue is filtered by."""
    known = ("country", "commodity", "county", "status", "after")
    kept: dict[str, Any] = {name: request.args[name] for name in known if request.args.get(name)}
    return url_for(endpoint, **kept, **more)

"""A group's milk book: its lines, whether anybody changed it, what audits found, what is paid."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file
from sqlalchemy.orm import Session

from app.dashboard.group_pages import group_or_404, today_of
from app.dashboard.group_words import KINDS, MILKINGS, REASONS
from app.dashboard.guard import moment, needs, service
from app.sheets.payment import COLUMNS, Page, payment_page, payment_rows
from app.sheets.payment_html import payment_html
from app.staff.models import StaffRole
from app.tables import Value, write_csv
from app.web.listing import PAGE, after_of
from groups.adopting import scheme_on
from groups.book import find_book
from groups.book_exports import BOOK_COLUMNS, book_rows
from groups.book_kinds import EntryKind
from groups.book_looks import (
    Wanted,
    audited_up_to,
    balance_of,
    check_stretch,
    findings_told,
    last_written_at,
    seen_lines,
)
from groups.groups import currency_of
from groups.members import find_members
from groups.models import Group
from groups.payments import NoScheme, Sheet, payees, period_before, period_on, sheet_of
from groups.schemes import NoPrice, Period, period_named
from handlers.keywords.audit_words import finding_told
from handlers.keywords.scheme_words import scheme_told

pages = Blueprint("books", __name__)

# A file that is larger is written to the disk while it is put together.
IN_MEMORY = 2_000_000
FINDINGS = 30
PERIODS = 6
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_NAME_LENGTH = 40


@pages.get("/groups/<code>/book")
@needs(StaffRole.VIEWER)
def show(code: str) -> str:
    """The lines of a book, the newest first; of a day, a member, a kind."""
    asked = {name: request.args.get(name, "").strip() for name in ("day", "member", "kind")}
    with service().database.read() as session:
        group = group_or_404(session, code)
        wanted, fault = _wanted(session, group, **asked)
        lines = seen_lines(
            session,
            group.id,
            wanted,
            today=today_of(group),
            before=after_of(request.args),
            limit=PAGE + 1,
        )
        book = find_book(session, group.id)
        written_at = None if book is None else last_written_at(session, book)
    after = lines[PAGE - 1].line.number if len(lines) > PAGE else None
    return render_template(
        "dashboard/book.html",
        group=group,
        book=book,
        written_at=written_at,
        lines=lines[:PAGE],
        after=after,
        asked=asked,
        fault=fault,
        is_lately=wanted.is_lately,
        kinds=KINDS,
        milkings=MILKINGS,
        reasons=REASONS,
    )


@pages.get("/groups/<code>/book.csv")
@needs(StaffRole.VIEWER)
def export(code: str) -> Response:
    """Every line, also what another one corrects, without phone numbers."""
    with service().database.read() as session:
        group = group_or_404(session, code)
        return _csv(f"{group.code}-book.csv", BOOK_COLUMNS, book_rows(session, group.id))


@pages.get("/groups/<code>/book/chain")
@needs(StaffRole.VIEWER)
def check(code: str) -> str:
    """Work out the chain of hashes anew, a stretch a time: the page goes on by itself."""
    with service().database.read() as session:
        group = group_or_404(session, code)
        book = find_book(session, group.id)
        if book is None:
            abort(404, f"{group.code} has no book yet.")
        checked = check_stretch(session, book, after_of(request.args) or 0)
    template = "chain_checked" if "HX-Request" in request.headers else "book_chain"
    return render_template(
        f"dashboard/{template}.html", group=group, checked=checked, last_hash=book.last_hash
    )


@pages.get("/groups/<code>/audit")
@needs(StaffRole.VIEWER)
def audit(code: str) -> str:
    """The running half month, received against sold; and what audits told the officers."""
    with service().database.read() as session:
        group = group_or_404(session, code)
        told = findings_told(session, group.id, limit=FINDINGS)
        return render_template(
            "dashboard/audit.html",
            group=group,
            result=balance_of(session, group, moment()),
            findings=[finding_told(one, "en", _NAME_LENGTH) for one in told],
            up_to=audited_up_to(session, group.id),
        )


@pages.get("/groups/<code>/payment")
@needs(StaffRole.VIEWER)
def payment(code: str) -> str:
    """How the group pays, and a sheet of each of the last periods."""
    with service().database.read() as session:
        group = group_or_404(session, code)
        scheme = scheme_on(session, group, today_of(group))
        return render_template(
            "dashboard/payment.html",
            group=group,
            scheme=None if scheme is None else scheme_told("en", scheme),
            periods=_periods(session, group),
        )


@pages.get("/groups/<code>/payment/<label>.html")
@needs(StaffRole.VIEWER)
def payment_sheet(code: str, label: str) -> Response:
    """A period's sheet, to be printed and signed."""
    written = payment_html(_page(code, label))
    response = Response(written)
    # The sheet is one file with its style in it: that one may be, and nothing else.
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {_style_hashes(written)}; frame-ancestors 'none'"
    )
    return response


@pages.get("/groups/<code>/payment/<label>.pdf")
@needs(StaffRole.VIEWER)
def payment_pdf(code: str, label: str) -> Response:
    """The same as a PDF."""
    # A fifth of a second to load, for whoever wants it.
    from app.sheets.payment_pdf import payment_pdf as drawn

    page = _page(code, label)
    return Response(drawn(page), mimetype="application/pdf")


@pages.get("/groups/<code>/payment/<label>.csv")
@needs(StaffRole.VIEWER)
def payment_csv(code: str, label: str) -> Response:
    """The same as rows."""
    with service().database.read() as session:
        group = group_or_404(session, code)
        rows = payment_rows(_sheet(session, group, label), payees(session, group))
    return _csv(f"{group.code}-{label}.csv", COLUMNS, rows)


def _page(code: str, label: str) -> Page:
    """What a period's sheet says."""
    with service().database.read() as session:
        group = group_or_404(session, code)
        return payment_page(
            _sheet(session, group, label),
            payees(session, group),
            group=group.name,
            language=group.language,
            currency=currency_of(session, group),
        )


def _wanted(
    session: Session, group: Group, *, day: str, member: str, kind: str
) -> tuple[Wanted, str | None]:
    """Which lines the address asks for; what cannot be is left out, and said in a sentence."""
    faults = []
    on = _day(day)
    if day and on is None:
        faults.append(f"{day[:20]} is no day: write it as 2026-11-24.")
    found = find_members(session, group, member) if member else []
    if member and len(found) != 1:
        several = ", ".join(f"{one.number} {one.name}" for one in found[:5])
        faults.append(
            f"That may be {several}: write the number."
            if found
            else f"Nobody in {group.code} has the number or name {member[:40]}."
        )
    wanted = Wanted(
        on,
        found[0].id if len(found) == 1 else None,
        EntryKind(kind) if kind in list(EntryKind) else None,
    )
    return wanted, " ".join(faults) or None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _periods(session: Session, group: Group) -> list[Period]:
    """The running period and those before it, as far as there was a scheme."""
    periods: list[Period] = []
    period = period_on(session, group, today_of(group))
    while period is not None and len(periods) < PERIODS:
        periods.append(period)
        period = period_before(session, group, period)
    return periods


def _sheet(session: Session, group: Group, label: str) -> Sheet:
    period = period_named(label)
    if period is None:
        abort(404, f"{label[:20]} is no period: 2026-11a, 2026-11b, or 2026-11.")
    found = sheet_of(session, group, period)
    if isinstance(found, NoScheme):
        abort(404, f"{group.code} had no scheme by {period.since}: there is nothing to pay by.")
    if isinstance(found, NoPrice):
        abort(404, f"{group.code} pays what buyers pay, and no sale is written in {period.label}.")
    return found


def _csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Response:
    """A file to be kept."""
    spool: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 – closed once it is sent
    text = TextIOWrapper(spool, encoding="utf-8", newline="")
    write_csv(text, columns, rows)
    text.flush()
    text.detach()
    spool.seek(0)
    response = send_file(spool, mimetype="text/csv", as_attachment=True, download_name=name)
    response.call_on_close(spool.close)
    return response


def _style_hashes(page: str) -> str:
    """What names the styles of a page of ours to the browser."""
    digests = [sha256(style.encode()).digest() for style in _STYLE.findall(page)]
    return " ".join(f"'sha256-{b64encode(one).decode()}'" for one in digests) or "'none'"

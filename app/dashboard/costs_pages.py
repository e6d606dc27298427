"""What the service costs, by the month: through which gateway, for what and for whom."""

from datetime import date, timedelta
from decimal import Decimal

from flask import Blueprint, abort, render_template, request

from app.dashboard.guard import home_timezone, moment, needs, service
from app.staff.models import StaffRole
from groups.costs import costs_of_audiences
from messaging.costs import Cost, Known, Span, costs_of, known_days
from messaging.kinds import OutboundKind
from messaging.phrases.formats import local_date
from messaging.sms_budget import left_for, spending

pages = Blueprint("costs", __name__)

MONTHS_SHOWN = 24
# Who the money went to: the dearest.
AUDIENCES_SHOWN = 50


@pages.get("/costs")
@needs(StaffRole.VIEWER)
def show() -> str:
    """What a month cost; ?month=2026-11."""
    home, now = service(), moment()
    today = local_date(now, home_timezone())
    span = _asked_month(today)
    limits = home.rules.limits
    with home.database.read() as session:
        known = known_days(session)
        costs = costs_of(session, span)
        audiences = costs_of_audiences(session, span)
        spent = None if limits is None else spending(session, limits, now)
    return render_template(
        "dashboard/costs.html",
        span=span,
        known=known,
        months=_months(known, today),
        costs=costs,
        totals=_totals(costs),
        audiences=audiences[:AUDIENCES_SHOWN],
        others=max(len(audiences) - AUDIENCES_SHOWN, 0),
        limits=limits,
        spent=spent,
        left={}
        if limits is None or spent is None
        else {kind: left_for(kind, limits, spent) for kind in OutboundKind},
        price=home.settings.segment_price,
    )


def _asked_month(today: date) -> Span:
    written = request.args.get("month", "")
    if not written:
        return Span.month_of(today)
    try:
        return Span.month_of(date.fromisoformat(f"{written}-01"))
    except (ValueError, OverflowError):
        abort(400, "A month is written 2026-11.")


def _months(known: Known | None, today: date) -> list[date]:
    """The months there is something to say of, the newest first."""
    month = today.replace(day=1)
    first = month if known is None else known.first.replace(day=1)
    months: list[date] = []
    while month >= first and len(months) < MONTHS_SHOWN:
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return months


def _totals(costs: list[Cost]) -> dict[str, Decimal]:
    """What it comes to in each money."""
    totals: dict[str, Decimal] = {}
    for one in costs:
        if one.currency:
            totals[one.currency] = totals.get(one.currency, Decimal(0)) + one.cost
    return totals

"""The desk's first page: what came and went today, what waits, what is amiss."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from app.dashboard.guard import moment, needs, service
from app.health.delivery import budget_in_words, standing_in_words
from app.staff.change_log import changes
from app.staff.models import StaffRole
from messaging.gateway_states import Standing, standings
from messaging.sms_budget import spending
from messaging.traffic import MOST_COUNTED, Backlog, backlog, traffic
from prices.estimates import Confidence
from prices.freshness import Freshness, freshness, reports_since, start_of_day
from prices.report_lines import count_waiting

pages = Blueprint("today", __name__)

# A worker looks each second for what is due: what waits longer has none.
LATE_AFTER = timedelta(minutes=2)
NEWEST_CHANGES = 5


class Trouble(NamedTuple):
    """Something somebody has to do something about."""

    subject: str
    words: str


@pages.get("/")
@needs(StaffRole.VIEWER)
def show() -> str:
    """Today."""
    home, now = service(), moment()
    with home.database.read() as session:
        words = home.catalogue.vocabulary(session, home.settings.country)
        since = start_of_day(words, now)
        limits = home.rules.limits
        spent = None if limits is None else spending(session, limits, now)
        fresh, waits = freshness(session, words, now), backlog(session, now)
        gateways = _gateways(session)
        return render_template(
            "dashboard/today.html",
            traffic=traffic(session, since),
            reports=reports_since(session, since, now),
            most=MOST_COUNTED,
            fresh=fresh,
            labels=list(Confidence),
            waiting=count_waiting(session, now),
            budget=budget_in_words(limits, spent),
            gateways=[(one, standing_in_words(one, now)) for one in gateways],
            backlog=waits,
            is_late=_is_late(waits, now),
            troubles=list(_troubles(fresh, waits, gateways, now)),
            changes=changes(session, limit=NEWEST_CHANGES),
        )


def _gateways(session: Session) -> list[Standing]:
    """Those that texts go through, also one that nothing was noted of yet."""
    known = standings(session)
    named = (name for name in service().gateways if name != "console")
    return [known.get(name, Standing(name)) for name in named]


def _is_late(waits: Backlog, now: datetime) -> bool:
    return any(
        one is not None and one < now - LATE_AFTER
        for one in (waits.due_since, waits.unhandled_since)
    )


def _troubles(
    fresh: Freshness, waits: Backlog, gateways: list[Standing], now: datetime
) -> Iterator[Trouble]:
    if waits.due_since is not None and waits.due_since < now - LATE_AFTER:
        minutes = int((now - waits.due_since).total_seconds() // 60)
        words = f"the oldest that is due waits for {minutes:,} minutes: is a worker running?"
        yield Trouble("Texts", words)
    if waits.unhandled_since is not None and waits.unhandled_since < now - LATE_AFTER:
        yield Trouble("Texts", "some that came in were not acted upon: see Messages, unhandled.")
    if fresh.pending:
        yield Trouble("Prices", f"{fresh.pending:,} have reports that nobody heard yet.")
    for one in gateways:
        amiss = standing_in_words(one, now)
        if amiss is not None:
            yield Trouble(f"Gateway {one.name}", f"{amiss}.")

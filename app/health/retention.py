"""Whether what is kept of people goes when its time is over, in the operator's words."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.retention import MOST_COUNTED, Beyond, Keeping, Kept, beyond
from scheduler.privacy_retention import RULES

# Behind an upgrade, or a time that was made shorter, the worker has a lot to go through.
PATIENCE = timedelta(days=7)
_CALLED = {
    Kept.TEXTS: "words of texts",
    Kept.CALLS: "calls",
    Kept.REPORTS: "gateways' reports",
    Kept.ASKED: "who asked and was asked",
}


def kept_too_long(session: Session, keeping: Keeping, moment: datetime) -> tuple[bool, str]:
    """Whether nobody has to do anything; how long what is kept, and what is there beyond that."""
    parts = [", ".join(f"{_CALLED[kind]} {_days(keeping.days.get(kind, 0))}" for kind in Kept)]
    is_well = True
    for rule in RULES:
        begins = keeping.begins(rule.kind, moment)
        if begins is None:
            continue
        found = beyond(session, rule, begins - PATIENCE, moment)
        is_well = is_well and not found.overdue
        parts += _amiss(rule.name, found)
    return is_well, "; ".join(parts)


def _days(days: int) -> str:
    return f"for {days} days" if days else "for ever"


def _amiss(name: str, found: Beyond) -> list[str]:
    parts = []
    if found.overdue:
        more = " or more" if found.overdue == MOST_COUNTED else ""
        parts.append(
            f"{found.overdue:,}{more} of {name} are a week beyond their time: start the worker"
            " where none runs"
        )
    if found.staying:
        parts.append(
            f"{found.staying:,} of {name} stay beyond their time, for nobody acted upon them"
        )
    return parts

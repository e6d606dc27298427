"""What may be spent in a day beyond answering people: asks, nudges, airtime."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.upserts import count_up
from messaging.models import DayBudget


def hold_budget(session: Session, name: str, day: date) -> DayBudget:
    """A day's budget, held until the transaction ends: who else spends of it waits here.

    So a limit that is checked against `spent` holds however many processes spend at once.
    """
    key = {"name": name, "day": day}
    count_up(session, DayBudget, key, {"spent": Decimal(0)})
    return session.scalars(
        select(DayBudget).filter_by(**key).execution_options(populate_existing=True)
    ).one()


def spent(session: Session, name: str, day: date) -> Decimal:
    """What has been spent of a day's budget so far."""
    found = session.scalar(
        select(DayBudget.spent).where(DayBudget.name == name, DayBudget.day == day)
    )
    return Decimal(0) if found is None else found

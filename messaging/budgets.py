"""What may be spent in a day: on asks and nudges, on airtime, on texts."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.prepared import Prepared, dialect_of
from db.upserts import count_up
from messaging.models import DayBudget

# The name of a budget, and its day.
BudgetKey: TypeAlias = tuple[str, date]


def hold_budget(session: Session, name: str, day: date) -> DayBudget:
    """A day's budget, held until the transaction ends: who else spends of it waits here.

    So a limit that is checked against `spent` holds however many processes spend at once.
    """
    key = {"name": name, "day": day}
    count_up(session, DayBudget, key, {"spent": Decimal(0)})
    return session.scalars(
        select(DayBudget).filter_by(**key).execution_options(populate_existing=True)
    ).one()


def add_to_budgets(
    session: Session, amounts: Mapping[BudgetKey, Decimal]
) -> dict[BudgetKey, Decimal]:
    """Add to several budgets in one statement, and tell what each has come to.

    They are held until the transaction ends, as by `hold_budget`; everybody names them in one
    order, so that no two wait for each other.
    """
    values: dict[str, Any] = {}
    for at, ((name, day), amount) in enumerate(amounts.items()):
        values |= {f"name_{at}": name, f"day_{at}": day, f"spent_{at}": amount}
    adding = _adding(dialect_of(session).name, len(amounts))
    return {(name, day): total for name, day, total in adding.rows(session, values)}


def spent(session: Session, name: str, day: date) -> Decimal:
    """What has been spent of a day's budget so far."""
    found = session.scalar(
        select(DayBudget.spent).where(DayBudget.name == name, DayBudget.day == day)
    )
    return Decimal(0) if found is None else found


@cache
def _adding(dialect: str, budgets: int) -> Prepared:
    table: Table = DayBudget.__table__  # type: ignore[assignment]
    columns = table.c
    # The two say ON CONFLICT alike, but each by a class of its own.
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    rows = [
        {
            name: bindparam(f"{name}_{at}", type_=columns[name].type)
            for name in ("name", "day", "spent")
        }
        for at in range(budgets)
    ]
    adding = insert(table).values(rows)
    added = {"spent": columns.spent + adding.excluded.spent}
    kept = adding.on_conflict_do_update(index_elements=["name", "day"], set_=added)
    return Prepared(kept.returning(columns.name, columns.day, columns.spent))

"""A day's limit holds, however many spend of it at once."""

from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

from db.session import Database
from messaging.budgets import add_to_budgets, hold_budget, spent


def test_a_limit_holds_whoever_spends_at_once(database: Database, now: datetime) -> None:
    today, start = now.date(), Barrier(8)

    def spend() -> None:
        start.wait(timeout=10)
        with database.begin() as session:
            budget = hold_budget(session, "airtime KES", today)
            if budget.spent + 5 <= 20:
                budget.spent += 5

    threads = [Thread(target=spend) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with database.read() as session:
        assert spent(session, "airtime KES", today) == Decimal(20)
        assert spent(session, "airtime UGX", today) == 0
        assert spent(session, "airtime KES", today + timedelta(days=1)) == 0


def test_several_budgets_are_added_to_at_once(database: Database, now: datetime) -> None:
    today = now.date()
    day, month = ("sms day", today), ("sms month", today.replace(day=1))
    with database.begin() as session:
        assert add_to_budgets(session, {day: Decimal(5), month: Decimal("7.25")}) == {
            day: 5,
            month: Decimal("7.25"),
        }
    with database.begin() as session:
        told = add_to_budgets(session, {day: Decimal(-2), month: Decimal(0)})
        assert told == {day: 3, month: Decimal("7.25")}
        assert add_to_budgets(session, {day: Decimal(1)}) == {day: 4}
    with database.read() as session:
        assert spent(session, *day) == 4

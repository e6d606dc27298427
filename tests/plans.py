"""How a database goes about a statement."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from db.prepared import Prepared
from db.session import Database


def plan_of(database: Database, prepared: Prepared, values: Mapping[str, Any]) -> str:
    """Its plan in the database's own words; PostgreSQL's as if the tables were long."""
    with database.begin() as session:
        if not database.is_a_file:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        connection = session.connection()
        compiled = prepared._for(connection.dialect)
        cursor = compiled.cursor_of(connection.connection)
        explain = "EXPLAIN QUERY PLAN " if database.is_a_file else "EXPLAIN "
        cursor.execute(explain + compiled.text, compiled.into(values))
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def plans_of(database: Database, ask: Callable[[Session], object]) -> str:
    """The plans of every statement that a question takes, in the same words."""
    said: list[tuple[str, Any]] = []
    with database.begin() as session:
        connection = session.connection()

        @event.listens_for(connection, "before_cursor_execute")
        def _note(*about: Any) -> None:
            said.append((about[2], about[3]))

        ask(session)
        event.remove(connection, "before_cursor_execute", _note)
        if not database.is_a_file:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN " if database.is_a_file else "EXPLAIN "
        steps = [
            step
            for statement, values in said
            for step in connection.exec_driver_sql(explain + statement, values)
        ]
    return "\n".join(str(step[-1]) for step in steps)

"""How a database goes about a prepared statement."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

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

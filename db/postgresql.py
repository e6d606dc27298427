"""PostgreSQL's own prepared statements, run without one of psycopg's cursors.

A cursor finds out anew each time of which types the values are, whether the statement is prepared
yet, and who waits how; for a row by key that took as long as all the rest on our side. Here a
statement is prepared once on a connection, its values go as text of the types that it names, and
libpq waits for the answer. How values are written and read stays psycopg's.

Nothing that was prepared is ever forgotten: psycopg itself makes the server forget all after a
rollback where it has prepared anything, and is told to prepare nothing (`db.session`). Where the
server forgot for another reason, a statement that stands alone is prepared anew.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus

_DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
_FORGOTTEN = b"26000"  # invalid_sql_statement_name
_AS_TEXT = [PyFormat.TEXT]


class PreparedCursor:
    """Runs prepared statements on a connection that begins no transaction by itself.

    It has as much of a cursor as `db.prepared` needs: one for as long as its connection lives.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        if not connection.autocommit:
            raise ValueError("psycopg would have to begin a transaction first")
        self._connection, self._server = connection, connection.pgconn
        self._adapt = Transformer(connection)
        self._names: dict[str, bytes] = {}
        self._prepared = 0
        self._result: Any = None

    def execute(self, text: str, values: Sequence[Any]) -> None:
        """Run a statement whose values are written $1, $2 …"""
        written = self._adapt.dump_sequence(values, _AS_TEXT * len(values))
        result = self._run(text, written)
        if _is_forgotten(result):
            self._names.clear()
            result = self._run(text, written)
        if result.status not in _DONE:
            raise _error(self._connection, result)
        self._result = result

    def executemany(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run it for each row: a batch goes in one piece, which psycopg knows how to do."""
        with psycopg.RawCursor(self._connection) as cursor:
            cursor.executemany(text, rows)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Everything that was found."""
        self._adapt.set_pgresult(self._result)
        return self._adapt.load_rows(0, self._result.ntuples, tuple)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row that was found."""
        self._adapt.set_pgresult(self._result)
        return self._adapt.load_row(0, tuple) if self._result.ntuples else None

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._result.command_tuples or 0

    @property
    def description(self) -> list[tuple[str, int]]:
        """A name and the server's own type for each column."""
        columns = range(self._result.nfields)
        return [(str(number), self._result.ftype(number)) for number in columns]

    def _run(self, text: str, written: Sequence[Any]) -> Any:
        name = self._names.get(text) or self._prepare(text)
        return self._server.exec_prepared(name, written)

    def _prepare(self, text: str) -> bytes:
        self._prepared += 1  # no name is given twice: who knows what the server has forgotten
        name = f"bei_{self._prepared}".encode()
        result = self._server.prepare(name, text.encode(self._connection.info.encoding))
        if result.status != ExecStatus.COMMAND_OK:
            raise _error(self._connection, result)
        self._names[text] = name
        return name


def say(connection: psycopg.Connection[Any], words: str) -> None:
    """Have the server carry out words that need no values and bring no rows.

    To commit what has failed is to roll it back: that is an error.
    """
    result = connection.pgconn.exec_(words.encode())
    if result.status != ExecStatus.COMMAND_OK:
        raise _error(connection, result)
    if words == "COMMIT" and result.command_status == b"ROLLBACK":
        raise psycopg.errors.InFailedSqlTransaction("nothing was committed: a statement had failed")


def _error(connection: psycopg.Connection[Any], result: Any) -> psycopg.Error:
    if connection.pgconn.status != ConnStatus.OK:  # then the server had no time to say why
        return psycopg.OperationalError(result.get_error_message())
    return error_from_result(result, connection.info.encoding)


def _is_forgotten(result: Any) -> bool:
    if result.status in _DONE:
        return False
    return bool(result.error_field(DiagnosticField.SQLSTATE) == _FORGOTTEN)

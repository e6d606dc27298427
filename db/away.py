"""Is the database away, or is it this one statement that will never do?"""

import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

# What SQLite says where no statement would fare better: the file is locked, full, gone, broken.
_OF_THE_FILE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
# The same by PostgreSQL's classes: no connection, no role, no database, no room, shut down by the
# operator, the system's own fault; and by code: a standby that only reads, a lock not had in time.
_OF_THE_SERVER = ("08", "28", "3D", "53", "57", "58", "XX")
_OF_THE_MOMENT = {"25006", "55P03"}


def is_away(error: BaseException) -> bool:
    """Whether nothing can be kept now, whatever it is: then it is kept elsewhere and waits.

    A statement that is wrong in itself, or that another one got in the way of, is not meant. What
    went wrong behind it counts: on a full disk SQLite undoes all, and then a savepoint is missed.
    """
    seen: BaseException | None = error
    while seen is not None:
        if _is_by_itself(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _is_by_itself(error: BaseException) -> bool:
    match error:
        case TimeoutError() | OSError():  # no connection of the pool; no room for a file beside it
            return True
        case DBAPIError(connection_invalidated=True):
            return True
        case OperationalError() | InterfaceError() | DBAPIError():
            return _is_of_everything(error, error.orig)
    return False


def _is_of_everything(error: DBAPIError, cause: Any) -> bool:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _OF_THE_FILE  # beyond it is told which kind of that
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return state.startswith(_OF_THE_SERVER) or state in _OF_THE_MOMENT
    # Who could not even connect was told no code.
    is_from_sqlite = isinstance(cause, sqlite3.Error)
    return isinstance(error, OperationalError | InterfaceError) and not is_from_sqlite

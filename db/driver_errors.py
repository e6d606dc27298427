"""What a driver says went wrong, in the classes that everybody knows."""

from typing import Any

from sqlalchemy import Dialect, PoolProxiedConnection
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError


def as_sqlalchemy_tells_it(
    dialect: Dialect,
    connection: PoolProxiedConnection | Connection,
    words: str,
    error: Exception,
    cursor: Any = None,
) -> BaseException:
    """The error as SQLAlchemy would raise it; a connection that is gone is thrown away."""
    of_pool = connection.connection if isinstance(connection, Connection) else connection
    known: Any = dialect
    if known.is_disconnect(error, of_pool.driver_connection, cursor):
        connection.invalidate(error)
    return DBAPIError.instance(words, None, error, known.loaded_dbapi.Error, hide_parameters=True)

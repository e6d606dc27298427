"""The driver itself, past SQLAlchemy: told a few words, and what it says went wrong."""

from typing import Any

from sqlalchemy import Dialect, PoolProxiedConnection
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from db.postgresql import say


def tell_driver(dialect: Dialect, connection: PoolProxiedConnection, words: str) -> None:
    """BEGIN, COMMIT: the same words each time, which bring no rows and have nothing to prepare."""
    driver: Any = connection.driver_connection
    try:
        if dialect.name == "sqlite":
            driver.execute(words)
        else:
            say(driver, words)
    except dialect.loaded_dbapi.Error as error:
        raise as_sqlalchemy_tells_it(dialect, connection, words, error) from error


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

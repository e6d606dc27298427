"""What a database's files still hold of what was taken out of it."""

from db.session import Database

_MOST_MILLISECONDS = 1000


def take_away_traces(database: Database) -> bool:
    """Empty SQLite's write-ahead log, in which old pages lie; False where somebody reads just now.

    In the file itself freed room is written over (`secure_delete`). PostgreSQL's own vacuum and its
    turning logs do the same later, by themselves.
    """
    if not database.is_a_file:
        return True
    with database.turn, database.looking.connect() as connection:
        waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        # A reader that lasts would hold up everybody who writes.
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_MOST_MILLISECONDS}")
        try:
            is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={waits}")
    return not is_busy

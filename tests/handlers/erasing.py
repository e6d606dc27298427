"""What is left of somebody in a database, for stories of erasing."""

from pathlib import Path

from sqlalchemy import inspect, make_url, text

from db.session import Database
from db.traces import take_away_traces
from handlers.erasing import Busy, Erased, erase
from messaging.subscribers import find_subscriber
from tests.handlers.texting import Phones


def erase_number(phones: Phones, msisdn: str) -> Erased | Busy | None:
    """Erase who has this number, as the operator does."""
    with phones.database.begin() as session:
        person = find_subscriber(session, msisdn)
        assert person is not None
        done = erase(session, phones.catalogue, person.id, phones.now)
    take_away_traces(phones.database)
    return done


def where(database: Database, *needles: str) -> set[str]:
    """Every column of every table that holds one of these, as "table.column".

    As it is kept, past the columns' types. Of a SQLite file each byte is looked through too: what
    holds one there is named "file:<name>".
    """
    sought = [needle.casefold() for needle in needles]
    found: set[str] = set()
    with database.read() as session:
        for table in inspect(database.engine).get_table_names():
            rows = session.execute(text(f'SELECT * FROM "{table}"')).mappings()
            found |= {
                f"{table}.{column}"
                for row in rows
                for column, value in row.items()
                if any(needle in str(value).casefold() for needle in sought)
            }
    return found | (_in_files(database, sought) if database.is_a_file else set())


def _in_files(database: Database, sought: list[str]) -> set[str]:
    file = Path(make_url(str(database.engine.url)).database or "")
    return {
        f"file:{part.name}"
        for part in file.parent.glob(f"{file.name}*")
        if any(needle.encode() in part.read_bytes().lower() for needle in sought)
    }

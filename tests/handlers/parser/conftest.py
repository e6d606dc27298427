from pathlib import Path

import pytest

from db.session import open_database
from prices.catalogue import load_vocabulary
from prices.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def vocabularies(sqlite_template: Path) -> dict[str, Vocabulary]:
    """The words of every country we ship, as the reference data has them."""
    database = open_database(f"sqlite:///{sqlite_template}")
    with database.read() as session:
        loaded = {code: load_vocabulary(session, code) for code in ("KE", "UG", "GH")}
    database.engine.dispose()
    return loaded

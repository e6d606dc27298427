"""The reference data as a new service gets it."""

from db.session import Database
from prices.importers.reference import load_reference


def test_loading_a_second_time_changes_nothing(database: Database) -> None:
    with database.begin() as session:
        summary = load_reference(session)
    assert not summary.changed

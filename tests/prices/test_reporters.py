"""What is known of one person's reports."""

from datetime import datetime, timedelta

from db.session import Database
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from prices.reporters import own_reports
from tests.cast import ACHIENG, OTIENO
from tests.prices.stories import kenya, place_named, report_price, reporter


def test_their_own_reports_of_thirty_days(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Molo", 40, now - timedelta(days=30))
        for days, status in [(20, "held"), (10, "dropped"), (5, "accepted"), (2, "accepted")]:
            kept = report_price(
                session, words, OTIENO, "milk", "Nakuru", 45, now - timedelta(days=days)
            )
            row = session.get(PriceObservation, kept.observation_id)
            assert row is not None
            row.status = ObservationStatus(status)
        report_price(session, words, ACHIENG, "maize", "Kitale", 40, now)
        found = own_reports(session, reporter(session, OTIENO, "KE", now), now=now)
        assert found is not None
        assert (found.reports, found.accepted, found.held) == (4, 2, 1)
        assert (found.last_commodity, found.last_place_id, found.last_at) == (
            "milk",
            place_named(words, "Nakuru").id,
            now - timedelta(days=2),
        )


def test_nothing(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert own_reports(session, reporter(session, OTIENO, "KE", now), now=now) is None

"""What texts cost is counted, day by day."""

from datetime import datetime

from db.session import Database
from messaging.costs import count_day, days_to_count
from messaging.phrases.formats import local_date
from prices.catalogue import Catalogue

# Days of old a round: an outbox of years is counted within an hour or two.
MOST_OLD_DAYS = 31


def count_costs(database: Database, catalogue: Catalogue, now: datetime) -> int:
    """Count the days whose costs may have changed, and what was never counted; how many days."""
    with database.read() as session:
        timezone = catalogue.vocabulary(session, catalogue.default_country).country.timezone
        days = days_to_count(session, local_date(now, timezone), timezone, MOST_OLD_DAYS)
    for day in days:
        with database.begin() as session:
            count_day(session, day, timezone, now)
    return len(days)

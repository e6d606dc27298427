"""What waits on disk for the database, in the operator's words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.spool import Apart

# With the database there it takes seconds: what is older waits for something.
SOON = timedelta(minutes=2)


def kept_in_words(
    oldest: datetime | None, waiting: int, apart: Sequence[Apart], moment: datetime
) -> tuple[bool, str]:
    """Whether nobody has to do anything, and what there is."""
    parts = []
    if oldest is not None:
        parts.append(
            f"{waiting:,} of what gateways brought, since {oldest:%d %B %H:%M} UTC: it is taken in "
            "once the database is back"
        )
    if apart:
        parts.append(
            f"{len(apart):,} SET APART that could not be taken in, the newest for: "
            f"{apart[-1].why}; see docs/operations.md"
        )
    is_well = not apart and (oldest is None or moment - oldest < SOON)
    return is_well, "; ".join(parts) or "nothing: all that came is in the database"

"""What somebody asks for again and again: it leads the lists of the menu."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from db.upserts import count_up
from groups.models import AskedPrice

# Who moved to another market sees the old one no more.
REMEMBERED = timedelta(days=90)
MOST = 10


def note_asked(
    session: Session,
    subscriber_id: int,
    *,
    commodity: str,
    place_id: int,
    times: int = 1,
    asked_at: datetime,
) -> None:
    """Count that somebody looked a price up, so often and last at that moment."""
    key = {"subscriber_id": subscriber_id, "commodity_code": commodity, "place_id": place_id}
    count_up(session, AskedPrice, key, {"times": times}, beside={"last_asked_at": asked_at})


def favourites_of(session: Session, subscriber_id: int, now: datetime) -> list[tuple[str, int]]:
    """The prices somebody asked for most, (commodity, place id), the dearest first."""
    found = _FAVOURITES.rows(session, {"subscriber_id": subscriber_id, "since": now - REMEMBERED})
    return [(commodity, place_id) for commodity, place_id in found]


_asked = AskedPrice.__table__
_FAVOURITES = Prepared(
    select(_asked.c.commodity_code, _asked.c.place_id)
    .where(
        _asked.c.subscriber_id == bindparam("subscriber_id"),
        _asked.c.last_asked_at > bindparam("since"),
    )
    .order_by(_asked.c.times.desc(), _asked.c.last_asked_at.desc(), _asked.c.id)
    .limit(MOST)
)

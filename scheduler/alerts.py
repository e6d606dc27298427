"""Alerts: watched prices that moved are looked at, and who waits for one is told, once an hour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.session import Database
from groups.crossing_news import (
    News,
    Watches,
    hold_person,
    open_crossings,
    settle,
    sort_out,
    was_told_lately,
    with_news,
)
from groups.crossings import Watched, look_at, moved, watched_in
from groups.models import CrossingEnd
from messaging.models import Subscriber
from messaging.quiet_hours import QuietHours
from prices.catalogue import Catalogue
from prices.reads import countries
from prices.vocabulary import Vocabulary

# Promises somebody one text of what came to its mark, and tells how many of it, the first first,
# it holds. The handlers know in which words; `app` hands it in, because the clock and whoever
# writes to us do not know each other.
Tell = Callable[[Session, Vocabulary, Subscriber, Sequence[News], datetime], int]

log = structlog.get_logger()


def watch_prices(
    database: Database,
    catalogue: Catalogue,
    tell: Tell,
    quiet_hours: QuietHours | None,
    now: datetime,
    *,
    stopping: Event | None = None,
) -> int:
    """Look at every watched price that moved, and tell whoever waits for one; how many were told.

    Any number of workers may do it at once and be killed at any line: a price is looked at under
    its own lock, and what passed a mark is a row until somebody was told of it.
    """
    with database.read() as session:
        served = countries(session)
    for country in served:
        _look(database, catalogue, country, now)
    with database.read() as session:
        people = with_news(session)
    telling = _Telling(catalogue, tell, quiet_hours, now)
    told = 0
    for person_id in people:
        if stopping is not None and stopping.is_set():
            break
        told += _tell(database, telling, person_id)
    return told


@dataclass(frozen=True)
class _Telling:
    """One round of telling, and what was seen of prices in it."""

    catalogue: Catalogue
    tell: Tell
    quiet_hours: QuietHours | None
    now: datetime
    watches: Watches = field(default_factory=dict)


def _look(database: Database, catalogue: Catalogue, country: str, now: datetime) -> None:
    with database.read() as session:
        watched = watched_in(session, country)
        if not watched:
            return
        vocabulary = catalogue.vocabulary(session, country)
        changed = moved(session, vocabulary, watched, now)
    crossed = sum(_look_at(database, vocabulary, one, sign, now) for one, sign in changed)
    if crossed:
        log.info("alerts_crossed", country=country, crossings=crossed)


def _look_at(
    database: Database, vocabulary: Vocabulary, watched: Watched, sign: str, now: datetime
) -> int:
    """One price, in a transaction of its own; a fault of its own does not hold up the others."""
    try:
        with database.begin() as session:
            return look_at(session, vocabulary, watched, sign, now)
    except OperationalError:
        raise  # the database itself: the others would fare no better
    except Exception:
        log.exception(
            "alert_failed",
            watched_price_id=watched.id,
            what_to_do="nobody was told; it is tried again by itself",
        )
        return 0


def _tell(database: Database, telling: _Telling, person_id: int) -> bool:
    """One person, likewise."""
    try:
        with database.begin() as session:
            person = hold_person(session, person_id)
            return person is not None and _tell_held(session, telling, person)
    except OperationalError:
        raise
    except Exception:
        log.exception(
            "alert_not_told",
            subscriber_id=person_id,
            what_to_do="it is tried again by itself, for a day",
        )
        return False


def _tell_held(session: Session, telling: _Telling, person: Subscriber) -> bool:
    """Tell what there is to tell, unless they sleep or were told within the hour."""
    now, quiet = telling.now, telling.quiet_hours
    vocabulary = telling.catalogue.vocabulary(session, person.country)
    sleeps = quiet is not None and quiet.over_at(now, vocabulary.country.timezone) is not None
    if sleeps or was_told_lately(session, person, now):
        return False
    crossings = open_crossings(session, person)
    news, ended = sort_out(session, vocabulary, person, crossings, telling.watches, now)
    for why, dropped in ended.items():
        settle(session, dropped, why, now)
        log.info("crossings_dropped", why=why, crossings=len(dropped))
    if not news:
        return False
    count = telling.tell(session, vocabulary, person, news, now)
    settle(session, [one.crossing for one in news[:count]], CrossingEnd.TOLD, now)
    return count > 0

"""Bulletins by timetable: one edition per audience and time, whatever restarts or is repeated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import cast

import structlog
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.session import Database
from groups.groups import find_group
from groups.models import BulletinList, Edition, EditionState, EditionText, Group
from groups.schedules import schedule_of
from prices.catalogue import Catalogue
from scheduler.addressing import address_open
from scheduler.audiences import Audience, country_of, is_texted, key_of
from scheduler.drafts import Draft, draft
from scheduler.fire_times import fires_until, next_fire

# A worker that was down this long still sends the morning's bulletin; later it would be old news.
GRACE = timedelta(hours=12)
OVERTAKEN = "the next one was due before a worker made it"
TOO_LATE = "no worker made it within {hours:g} hours of its time"

log = structlog.get_logger()


@dataclass(frozen=True)
class _Due:
    """What is to be done for one audience: a time to make, times that were missed, or neither."""

    kind: type[Audience]
    id: int
    due_at: datetime | None  # as the row had it
    make: datetime | None
    missed: Sequence[tuple[datetime, str]]


def publish_due(
    database: Database,
    catalogue: Catalogue,
    now: datetime,
    *,
    grace: timedelta = GRACE,
    stopping: Event | None = None,
) -> int:
    """Make the editions whose time has come, and address what is not addressed; how many it made.

    Of the times that passed while nobody worked the latest is made, where it is not older than
    `grace`; every other one is kept as missed. An audience whose time was never worked out gets it
    here, and its first bulletin then. Once `stopping` is set nothing more is begun.
    """
    stopping = stopping or Event()
    with database.read() as session:
        waiting: list[tuple[type[Audience], int]] = [
            (kind, id_)
            for kind in (Group, BulletinList)
            for id_ in session.scalars(
                select(kind.id).where(_is_due(kind, now)).order_by(kind.next_bulletin_at, kind.id)
            )
        ]
    made = sum(
        _publish(database, catalogue, kind, id_, now, grace)
        for kind, id_ in waiting
        if not stopping.is_set()
    )
    address_open(database, now, stopping=stopping)
    return made


def publish_now(
    database: Database, catalogue: Catalogue, group_code: str, now: datetime
) -> Edition | None:
    """Make an edition of this minute, beside the timetable; None when there is no such group.

    Asked twice within a minute it is the same edition.
    """
    with database.read() as session:
        group = find_group(session, group_code)
    if group is None:
        return None
    minute = now.replace(second=0, microsecond=0)
    made = make_now(database, catalogue, group, minute, now)
    address_open(database, now)
    with database.read() as session:
        return session.get_one(Edition, made.id)


def make_now(
    database: Database,
    catalogue: Catalogue,
    audience: Audience,
    due_at: datetime,
    now: datetime,
    *,
    beside: Callable[[Session, Edition], None] | None = None,
) -> Edition:
    """Make an audience's edition of a time of one's own; whoever asks again finds the same one.

    It is still to be addressed: whoever waits for nothing leaves that to a worker. `beside` is
    done in the transaction that makes it, so not where it was made before.
    """
    with database.read() as session:
        words = _draft(session, catalogue, audience, now)
    with database.begin() as session:
        # Whoever asks at the same moment waits here, and then finds the edition made.
        locked = {"key_share": True}
        taken = cast(Audience, session.get_one(type(audience), audience.id, with_for_update=locked))
        made = _edition(session, taken, due_at)
        if made is None:
            made = _keep(session, taken, words, due_at, now)
            if beside is not None:
                beside(session, made)
        return made


def _is_due(kind: type[Audience], now: datetime) -> ColumnElement[bool]:
    return or_(kind.next_bulletin_at.is_(None), kind.next_bulletin_at <= now)


def _publish(
    database: Database,
    catalogue: Catalogue,
    kind: type[Audience],
    id_: int,
    now: datetime,
    grace: timedelta,
) -> bool:
    """Do what is due for one audience; a fault of its own does not hold up the others."""
    try:
        return _publish_one(database, catalogue, kind, id_, now, grace)
    except OperationalError:
        raise  # the database itself: the others would fare no better
    except Exception:
        log.exception(
            "bulletin_failed",
            audience=kind.__tablename__,
            id=id_,
            what_to_do="nothing was sent; it is tried again until it is too old to be news",
        )
        return False


def _publish_one(
    database: Database,
    catalogue: Catalogue,
    kind: type[Audience],
    id_: int,
    now: datetime,
    grace: timedelta,
) -> bool:
    """Write it first, and take the audience then: prices are looked up under nobody's lock."""
    with database.read() as session:
        audience = _audience(session, kind, id_)
        if audience.next_bulletin_at is not None and audience.next_bulletin_at > now:
            return False  # another worker was faster
        due = _due(audience, now, grace)
        is_new = due.make is not None and _edition(session, audience, due.make) is None
        words = _draft(session, catalogue, audience, now) if is_new else None
    with database.begin() as session:
        taken = _take(session, due)
        if taken is None:
            return False
        taken.next_bulletin_at = next_fire(schedule_of(taken), now)
        _miss(session, taken, due, now)
        if words is None or due.make is None or _edition(session, taken, due.make) is not None:
            return False
        _keep(session, taken, words, due.make, now)
        return True


def _due(audience: Audience, now: datetime, grace: timedelta) -> _Due:
    kind, first = type(audience), audience.next_bulletin_at
    if first is None:
        return _Due(kind, audience.id, first, None, ())
    *older, latest = fires_until(schedule_of(audience), first, now)
    missed = [(time, OVERTAKEN) for time in older]
    if now - latest <= grace:
        return _Due(kind, audience.id, first, latest, missed)
    too_late = TOO_LATE.format(hours=grace / timedelta(hours=1))
    return _Due(kind, audience.id, first, None, [*missed, (latest, too_late)])


def _take(session: Session, due: _Due) -> Audience | None:
    """The audience, locked, when that time is still to be done: another worker looks past it."""
    kind = due.kind
    taken = session.scalar(
        select(kind)
        .where(kind.id == due.id, kind.next_bulletin_at.is_not_distinct_from(due.due_at))
        # NO KEY UPDATE: somebody who joins just now holds a share of the row's key, and that must
        # not make us look past it. SQLite leaves this out; there writers come one by one anyway.
        .with_for_update(skip_locked=True, key_share=True)
    )
    return cast(Audience | None, taken)


def _miss(session: Session, audience: Audience, due: _Due, now: datetime) -> None:
    """Keep every time that nobody made, with the reason; one that was made after all stays so."""
    for time, reason in due.missed:
        if _edition(session, audience, time) is not None:
            continue
        session.add(
            Edition(
                **key_of(audience),
                due_at=time,
                made_at=now,
                text="",
                recipients=0,
                state=EditionState.MISSED,
                missed_because=reason,
                addressed_at=now,
            )
        )
        log.warning(
            "bulletin_missed",
            **key_of(audience),
            due_at=time.isoformat(),
            because=reason,
            what_to_do="keep a worker running; `bei bulletin send` sends one now",
        )


def _draft(session: Session, catalogue: Catalogue, audience: Audience, now: datetime) -> Draft:
    vocabulary = catalogue.vocabulary(session, country_of(session, audience))
    return draft(session, vocabulary, audience, now)


def _keep(
    session: Session, audience: Audience, words: Draft, due_at: datetime, now: datetime
) -> Edition:
    """The edition of that time with all its texts; whom it is for is promised theirs afterwards."""
    edition = Edition(
        **key_of(audience),
        due_at=due_at,
        made_at=now,
        text=words.texts[0].text,
        language=words.own,
        recipients=0,
        addressed_at=None if is_texted(audience) else now,
    )
    session.add(edition)
    session.flush()
    session.add_all(
        EditionText(
            edition_id=edition.id,
            language=written.language,
            form=written.form,
            text=written.text,
            encoding=written.encoding,
            segments=written.segments,
        )
        for written in words.texts
    )
    log.info("bulletin_made", edition_id=edition.id, **key_of(audience))
    return edition


def _audience(session: Session, kind: type[Audience], id_: int) -> Audience:
    return cast(Audience, session.get_one(kind, id_))


def _edition(session: Session, audience: Audience, due_at: datetime) -> Edition | None:
    return session.scalar(select(Edition).filter_by(**key_of(audience), due_at=due_at))

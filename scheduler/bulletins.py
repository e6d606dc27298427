"""Bulletins by timetable: one edition per audience and time, whatever restarts or is repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never, cast

import structlog
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.session import Database
from groups.groups import find_group
from groups.models import BulletinList, Edition, Group
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue_to_all
from messaging.phrases import languages
from messaging.phrases.catalogue import spoken
from messaging.segments import measure
from prices.catalogue import Catalogue
from prices.vocabulary import Vocabulary
from scheduler.audiences import (
    Audience,
    country_of,
    own_language,
    recipients_of,
    write_bulletin,
)
from scheduler.fire_times import next_fire

# A worker that was down this long still sends the morning's bulletin; later it would be old news.
GRACE = timedelta(hours=12)
VALID_FOR = timedelta(hours=24)

log = structlog.get_logger()


@dataclass(frozen=True)
class Preview:
    """What a bulletin would say now: its text and segments by language, to how many, due when."""

    texts: Mapping[str, str]
    segments: Mapping[str, int]
    recipients: int
    due_at: datetime


def publish_due(database: Database, catalogue: Catalogue, now: datetime) -> int:
    """Make the editions whose time has come, each in a transaction of its own; how many it made.

    An audience whose time was never worked out gets it here, and its first bulletin then.
    """
    with database.read() as session:
        waiting: list[tuple[type[Audience], int]] = [
            (kind, id_)
            for kind in (Group, BulletinList)
            for id_ in session.scalars(
                select(kind.id).where(_is_due(kind, now)).order_by(kind.next_bulletin_at, kind.id)
            )
        ]
    return sum(_publish(database, catalogue, kind, id_, now) for kind, id_ in waiting)


def publish_now(
    database: Database, catalogue: Catalogue, group_code: str, now: datetime
) -> Edition | None:
    """Make an edition of this minute, beside the timetable; None when there is no such group.

    Asked twice within a minute it is the same edition.
    """
    with database.begin() as session:
        group = find_group(session, group_code)
        if group is None:
            return None
        # Whoever asks at the same moment waits here, and then finds the edition made.
        session.refresh(group, with_for_update={"key_share": True})
        minute = now.replace(second=0, microsecond=0)
        made, _ = _make_edition(session, catalogue, group, minute, now)
        return made


def preview(session: Session, vocabulary: Vocabulary, group: Group, now: datetime) -> Preview:
    """What the group's next bulletin would say now, in the languages of those who would get it."""
    recipients = recipients_of(session, group)
    own = spoken(own_language(group, vocabulary))
    texts = write_bulletin(session, vocabulary, group, _languages(recipients, own), now)
    return Preview(
        texts=texts,
        segments={language: measure(text).segments for language, text in texts.items()},
        recipients=len(recipients),
        due_at=group.next_bulletin_at or next_fire(group, now),
    )


def _is_due(kind: type[Audience], now: datetime) -> ColumnElement[bool]:
    return or_(kind.next_bulletin_at.is_(None), kind.next_bulletin_at <= now)


def _publish(
    database: Database, catalogue: Catalogue, kind: type[Audience], id_: int, now: datetime
) -> bool:
    """Do what is due for one audience; a fault of its own does not hold up the others."""
    try:
        with database.begin() as session:
            audience = _take(session, kind, id_, now)
            return audience is not None and _publish_taken(session, catalogue, audience, now)
    except OperationalError:
        raise  # the database itself: the others would fare no better
    except Exception:
        log.exception(
            "bulletin_failed",
            audience=kind.__tablename__,
            id=id_,
            what_to_do="nothing was sent; it is tried again until 12 hours after its time",
        )
        return False


def _take(session: Session, kind: type[Audience], id_: int, now: datetime) -> Audience | None:
    """The audience, locked, when it is still due: another worker looks past it."""
    taken = session.scalar(
        select(kind)
        .where(kind.id == id_, _is_due(kind, now))
        # NO KEY UPDATE: somebody who joins just now holds a share of the row's key, and that must
        # not make us look past it. SQLite leaves this out; there writers come one by one anyway.
        .with_for_update(skip_locked=True, key_share=True)
    )
    return cast(Audience | None, taken)


def _publish_taken(
    session: Session, catalogue: Catalogue, audience: Audience, now: datetime
) -> bool:
    due_at = audience.next_bulletin_at
    audience.next_bulletin_at = next_fire(audience, now)
    if due_at is None:
        return False
    if now - due_at > GRACE:
        log.warning(
            "bulletin_skipped",
            audience=audience.__tablename__,
            id=audience.id,
            due_at=due_at.isoformat(),
            next_at=audience.next_bulletin_at.isoformat(),
            what_to_do="keep the worker running, or send one now with `bei bulletin send`",
        )
        return False
    _, is_new = _make_edition(session, catalogue, audience, due_at, now)
    return is_new


def _make_edition(
    session: Session, catalogue: Catalogue, audience: Audience, due_at: datetime, now: datetime
) -> tuple[Edition, bool]:
    """The audience's edition of that time, with a promise to each recipient, and if it is new."""
    known = _edition(session, audience, due_at)
    if known is not None:
        return known, False
    vocabulary = catalogue.vocabulary(session, country_of(session, audience))
    recipients = recipients_of(session, audience)
    own = spoken(own_language(audience, vocabulary))
    texts = write_bulletin(session, vocabulary, audience, _languages(recipients, own), now)
    edition = Edition(
        **_key(audience),
        due_at=due_at,
        made_at=now,
        text=texts[own],
        recipients=len(recipients),
    )
    session.add(edition)
    session.flush()
    for language, text in texts.items():
        enqueue_to_all(
            session,
            recipients=[each for each in recipients if _language(each, own) == language],
            text=text,
            language=language,
            kind=OutboundKind.BULLETIN,
            dedupe_prefix=f"edition:{edition.id}",
            now=now,
            due_at=due_at,
            valid_for=VALID_FOR,
        )
    log.info("bulletin_made", edition_id=edition.id, recipients=len(recipients), **_key(audience))
    return edition, True


def _edition(session: Session, audience: Audience, due_at: datetime) -> Edition | None:
    return session.scalar(select(Edition).filter_by(**_key(audience), due_at=due_at))


def _key(audience: Audience) -> dict[str, int]:
    match audience:
        case Group():
            return {"group_id": audience.id}
        case BulletinList():
            return {"bulletin_list_id": audience.id}
        case _:
            assert_never(audience)


def _languages(recipients: Sequence[Subscriber], own: str) -> list[str]:
    """The audience's own language first, then those that somebody in it prefers."""
    return list(dict.fromkeys([own, *(_language(person, own) for person in recipients)]))


def _language(person: Subscriber, own: str) -> str:
    return person.language if person.language in languages() else own

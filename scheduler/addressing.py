"""Editions are addressed: everybody is promised their text, some thousand people at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from time import sleep
from typing import Any, cast

import structlog
from sqlalchemy import ColumnElement, CursorResult, Insert, and_, case, insert, literal, select
from sqlalchemy import cast as as_type
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import String

from db.session import Database
from groups.broadcast_models import BroadcastText
from groups.models import Edition, EditionText, Form
from messaging.kinds import PRIORITIES, OutboundKind, OutboundState
from messaging.models import OutboundMessage, Subscriber
from scheduler.audiences import Audience, Belonging, audience_of, belonging_to, may_get

VALID_FOR = timedelta(hours=24)
# People a transaction: SQLite's one write lock is held for some hundredths of a second.
SLICE = 2_000
# Whoever else wants to write a SQLite file gets their turn between two slices.
BREATH_SECONDS = 0.005

log = structlog.get_logger()


@dataclass(frozen=True)
class Post:
    """What is promised to many: under which key, which of the texts to whom, and when.

    The key of each promise is that of all with the person's id behind it: nobody gets it twice.
    """

    key: str
    texts: type[EditionText | BroadcastText]
    reads: ColumnElement[bool]
    may_get: ColumnElement[bool]
    due_at: datetime


def address_open(database: Database, now: datetime, *, stopping: Event | None = None) -> int:
    """Go on with every edition that is not addressed to all yet; how many texts it promised.

    Any number of workers may: each slice is one transaction, in which the promises stand beside
    how far they go. Who finds an edition taken leaves it to the other. `stopping` ends it behind
    a slice: whoever comes next goes on there.
    """
    with database.read() as session:
        unaddressed = session.scalars(
            select(Edition.id).where(Edition.addressed_at.is_(None)).order_by(Edition.id)
        ).all()
    stopping = stopping or Event()
    return sum(address_edition(database, edition_id, now, stopping) for edition_id in unaddressed)


def address_edition(database: Database, edition_id: int, now: datetime, stopping: Event) -> int:
    """Promise all of an edition's texts; a fault of its own does not hold up the others."""
    try:
        return _address_all(database, edition_id, now, stopping)
    except OperationalError:
        raise  # the database itself: the others would fare no better
    except Exception:
        log.exception(
            "bulletin_not_addressed",
            edition_id=edition_id,
            what_to_do="those who were promised a text get it; it is tried again by itself",
        )
        return 0


def _address_all(database: Database, edition_id: int, now: datetime, stopping: Event) -> int:
    promised = 0
    while not stopping.is_set():
        with database.begin() as session:
            edition = _take(session, edition_id)
            if edition is None:
                return promised
            promised += _address_slice(session, edition, now)
        if database.is_a_file:
            sleep(BREATH_SECONDS)
    return promised


def _take(session: Session, edition_id: int) -> Edition | None:
    """The edition, locked, where it is not addressed to all; None where another worker has it."""
    return session.scalar(
        select(Edition)
        .where(Edition.id == edition_id, Edition.addressed_at.is_(None))
        .with_for_update(skip_locked=True, key_share=True)
    )


def _address_slice(session: Session, edition: Edition, now: datetime) -> int:
    """Promise the next people their text, and write down how far that is."""
    audience = audience_of(session, edition)
    of, post = belonging_to(audience), post_of(session, edition, audience)
    last = last_of_slice(session, of, edition.addressed_up_to)
    promised = promise_slice(session, of, post, edition.addressed_up_to, last, now)
    edition.recipients += promised
    if last is not None:
        edition.addressed_up_to = last
        return promised
    edition.addressed_at = now
    log.info("bulletin_addressed", edition_id=edition.id, recipients=edition.recipients)
    return promised


def post_of(session: Session, edition: Edition, audience: Audience) -> Post:
    """What an edition promises to whom."""
    return Post(
        key=f"edition:{edition.id}",
        texts=EditionText,
        reads=_text_of_each(session, edition, belonging_to(audience)),
        may_get=may_get(audience),
        due_at=edition.due_at,
    )


def last_of_slice(session: Session, of: Belonging, after: int) -> int | None:
    """The last person of the next slice; None where it holds all who are left."""
    return session.scalar(
        select(of.person)
        .where(of.belongs, of.person > after)
        .order_by(of.person)
        .offset(SLICE - 1)
        .limit(1)
    )


def promise_slice(
    session: Session, of: Belonging, post: Post, after: int, last: int | None, now: datetime
) -> int:
    """Promise their text to each of a slice, and tell how many that were."""
    counted = session.execute(
        promises(of, post, after, last, now), execution_options={"preserve_rowcount": True}
    )
    return cast(CursorResult[Any], counted).rowcount


def promises(of: Belonging, post: Post, after: int, last: int | None, now: datetime) -> Insert:
    """A promise to each of a slice, in one statement: everybody's text is joined to them."""
    of_slice = of.person > after
    if last is not None:
        of_slice = and_(of_slice, of.person <= last)
    columns: dict[str, Any] = {
        "dedupe_key": literal(f"{post.key}:") + as_type(Subscriber.id, String),
        "subscriber_id": Subscriber.id,
        "gateway": Subscriber.gateway,
        "text": post.texts.text,
        "language": post.texts.language,
        "encoding": post.texts.encoding,
        "segments": post.texts.segments,
        "created_at": _fixed(OutboundMessage.created_at, now),
        "due_at": _fixed(OutboundMessage.due_at, post.due_at),
        "expires_at": _fixed(OutboundMessage.expires_at, post.due_at + VALID_FOR),
        "kind": _fixed(OutboundMessage.kind, OutboundKind.BULLETIN),
        "priority": _fixed(OutboundMessage.priority, PRIORITIES[OutboundKind.BULLETIN]),
        "state": _fixed(OutboundMessage.state, OutboundState.QUEUED),
        "attempts": _fixed(OutboundMessage.attempts, 0),
    }
    people = (
        select(*columns.values())
        .select_from(of.rows)
        .join(Subscriber, Subscriber.id == of.person)
        .join(post.texts, post.reads)
        .where(of.belongs, of_slice, post.may_get)
        .order_by(of.person)
    )
    return insert(OutboundMessage).from_select(list(columns), people)


def _text_of_each(session: Session, edition: Edition, of: Belonging) -> ColumnElement[bool]:
    """Which of the edition's texts is for whom: in their language, else in the edition's own."""
    written = session.execute(
        select(EditionText.language, EditionText.form).where(EditionText.edition_id == edition.id)
    ).all()
    shorts = [language for language, form in written if form is Form.SHORT]
    longs = [language for language, form in written if form is Form.LONG]
    language = case(
        (Subscriber.language.in_(shorts), Subscriber.language),
        else_=edition.language,
    )
    form = case((and_(of.is_secretary, language.in_(longs)), Form.LONG), else_=Form.SHORT)
    return and_(
        EditionText.edition_id == edition.id,
        EditionText.language == language,
        EditionText.form == form,
    )


def _fixed(column: InstrumentedAttribute[Any], value: object) -> ColumnElement[Any]:
    """A value that is the same for all, as that column keeps it."""
    return literal(value, column.type)

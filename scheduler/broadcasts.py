"""Broadcasts go out as editions do: promised in slices, each once; and stop when told to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from time import sleep
from typing import assert_never

import structlog
from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, aliased

from db.session import Database
from groups.broadcast_models import Broadcast, BroadcastText, Reach
from groups.broadcasts import hold_broadcast, texts_of
from groups.models import BulletinList, Group, GroupMember
from messaging.kinds import OutboundState
from messaging.models import OutboundMessage, Subscriber
from prices.models import Place
from scheduler.addressing import BREATH_SECONDS, Post, last_of_slice, promise_slice
from scheduler.audiences import Belonging, belonging_to, who_may_get

# What became of its texts is counted anew while it may change: until all are sent, or too old,
# and their delivery reports are in.
COUNTED_FOR = timedelta(days=3)
COUNTED_EVERY = timedelta(minutes=1)
# Among so many rows of the outbox they are counted whenever somebody looks.
COUNTED_AT_ONCE = 20_000
# Texts a transaction, as in addressing; and so many of those while somebody waits for it: a
# gateway sends fewer meanwhile.
PUT_AWAY = 2_000
PUT_AWAY_AT_ONCE = 5
PUT_AWAY_BY_WORKER = 500
STOPPED = "the broadcast was stopped"

log = structlog.get_logger()


@dataclass(frozen=True)
class Reader:
    """A text of a broadcast, to how many people it would go now, and what that takes."""

    language: str
    text: str
    segments: int
    people: int

    @property
    def segments_in_all(self) -> int:
        """What it takes for all of them."""
        return self.segments * self.people


def send_broadcasts(database: Database, now: datetime, *, stopping: Event | None = None) -> int:
    """Go on with every broadcast that is under way; how many texts were promised.

    Any number of workers may, as with editions: who finds one taken leaves it to the other.
    """
    stopping = stopping or Event()
    with database.read() as session:
        running = session.scalars(
            select(Broadcast)
            .where(Broadcast.confirmed_at > now - COUNTED_FOR)
            .order_by(Broadcast.id)
        ).all()
    return sum(_go_on(database, one, now, stopping) for one in running if not stopping.is_set())


def readers_of(session: Session, broadcast: Broadcast) -> list[Reader]:
    """Each of its texts and how many would get it now; that of its own language first."""
    of = _belonging(session, broadcast)
    counted = session.execute(
        select(Subscriber.language, func.count())
        .select_from(of.rows)
        .join(Subscriber, Subscriber.id == of.person)
        .where(of.belongs, _may_get(session, broadcast))
        .group_by(Subscriber.language)
    )
    texts = {one.language: one for one in texts_of(session, broadcast)}
    people = dict.fromkeys(texts, 0)
    for language, number in counted:
        reads = language if language in texts else broadcast.language
        people[reads] = people.get(reads, 0) + number
    return [
        Reader(
            language,
            texts[language].text if language in texts else "",
            texts[language].segments if language in texts else 0,
            number,
        )
        for language, number in people.items()
    ]


def states_of(session: Session, broadcast: Broadcast) -> Mapping[str, int]:
    """How many of its texts are in which state: as of now, or of `counted_at` where it is large."""
    first, last = broadcast.first_message_id, broadcast.last_message_id
    if first is None or last is None or last - first >= COUNTED_AT_ONCE:
        return broadcast.states
    return _counted(session, broadcast)


def put_away(database: Database, broadcast_id: int, now: datetime, *, most: int) -> int:
    """Put away what waits of a broadcast that was stopped, up to `most` slices; how many texts.

    The first that were promised go first: they would be the next to be sent.
    """
    gone, last_id = 0, 0
    for _ in range(most):
        with database.begin() as session:
            broadcast = session.get_one(Broadcast, broadcast_id)
            some = _put_away_slice(session, broadcast, last_id, now)
        gone += len(some)
        if len(some) < PUT_AWAY:
            break
        last_id = some[-1]
        _breathe(database)
    return gone


def _go_on(database: Database, broadcast: Broadcast, now: datetime, stopping: Event) -> int:
    """Do what is to be done for one; a fault of its own does not hold up the others."""
    promised = 0
    try:
        if broadcast.stopped_at is not None:
            # Also those that a gateway gave back since: they stand in the queue again.
            put_away(database, broadcast.id, now, most=PUT_AWAY_BY_WORKER)
        elif broadcast.addressed_at is None:
            promised = _address(database, broadcast.id, now, stopping)
        _count(database, broadcast.id, now)
    except OperationalError:
        raise  # the database itself: the others would fare no better
    except Exception:
        log.exception(
            "broadcast_not_sent",
            broadcast_id=broadcast.id,
            what_to_do="those who were promised it get it; it is tried again by itself",
        )
    return promised


def _address(database: Database, broadcast_id: int, now: datetime, stopping: Event) -> int:
    promised = 0
    while not stopping.is_set():
        with database.begin() as session:
            broadcast = _take(session, broadcast_id)
            if broadcast is None:
                return promised
            promised += _address_slice(session, broadcast, now)
        _breathe(database)
    return promised


def _take(session: Session, broadcast_id: int) -> Broadcast | None:
    """The broadcast, locked, where it is to be addressed; None where another worker has it."""
    return session.scalar(
        select(Broadcast)
        .where(
            Broadcast.id == broadcast_id,
            Broadcast.confirmed_at.is_not(None),
            Broadcast.stopped_at.is_(None),
            Broadcast.addressed_at.is_(None),
        )
        .with_for_update(skip_locked=True, key_share=True)
    )


def _address_slice(session: Session, broadcast: Broadcast, now: datetime) -> int:
    """Promise the next people their text, and write down how far that is."""
    of = _belonging(session, broadcast)
    post = Post(
        key=_key(broadcast),
        texts=BroadcastText,
        reads=_text_of_each(session, broadcast),
        may_get=_may_get(session, broadcast),
        due_at=broadcast.confirmed_at or now,
    )
    if broadcast.first_message_id is None:
        broadcast.first_message_id = _newest_id(session) + 1
    last = last_of_slice(session, of, broadcast.addressed_up_to)
    promised = promise_slice(session, of, post, broadcast.addressed_up_to, last, now)
    broadcast.last_message_id = _newest_id(session)
    broadcast.recipients += promised
    if last is not None:
        broadcast.addressed_up_to = last
    else:
        broadcast.addressed_at = now
        log.info("broadcast_addressed", broadcast_id=broadcast.id, recipients=broadcast.recipients)
    return promised


def _belonging(session: Session, broadcast: Broadcast) -> Belonging:
    """Who belongs to it now."""
    match broadcast.reach:
        case Reach.GROUP:
            return belonging_to(session.get_one(Group, broadcast.group_id))
        case Reach.LIST:
            return belonging_to(session.get_one(BulletinList, broadcast.bulletin_list_id))
        case Reach.COUNTY:
            one = aliased(Subscriber)
            return Belonging(one, one.id, _is_of_county(one, broadcast.place_id), false())
        case Reach.EVERYBODY:
            one = aliased(Subscriber)
            return Belonging(one, one.id, one.country == broadcast.country, false())
        case _:
            assert_never(broadcast.reach)


def _is_of_county(person: type[Subscriber], county_id: int | None) -> ColumnElement[bool]:
    """Whose home is in the county, or whose group is: many never told where they live."""
    there = select(Place.id).where(Place.admin1_id == county_id)
    in_groups = (
        select(GroupMember.subscriber_id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(
            Group.place_id.in_(there),
            GroupMember.left_at.is_(None),
            GroupMember.subscriber_id.is_not(None),
        )
    )
    return or_(person.home_place_id.in_(there), person.id.in_(in_groups))


def _may_get(session: Session, broadcast: Broadcast) -> ColumnElement[bool]:
    group = None if broadcast.group_id is None else session.get(Group, broadcast.group_id)
    return who_may_get(is_demo=group is not None and group.is_demo)


def _text_of_each(session: Session, broadcast: Broadcast) -> ColumnElement[bool]:
    """Which of its texts is for whom: in their language, else in its own."""
    written = [one.language for one in texts_of(session, broadcast)]
    language = case(
        (Subscriber.language.in_(written), Subscriber.language), else_=broadcast.language
    )
    return and_(BroadcastText.broadcast_id == broadcast.id, BroadcastText.language == language)


def _put_away_slice(
    session: Session, broadcast: Broadcast, after_id: int, now: datetime
) -> Sequence[int]:
    row = OutboundMessage
    waiting = session.scalars(
        select(row.id)
        .where(row.state == OutboundState.QUEUED, row.id > after_id, *_are_its_texts(broadcast))
        .order_by(row.id)
        .limit(PUT_AWAY)
        .with_for_update(skip_locked=True)
    ).all()
    if waiting:
        session.execute(
            update(row)
            .where(row.id.in_(waiting))
            .values(state=OutboundState.STOPPED, final_at=now, detail=STOPPED)
            .execution_options(synchronize_session=False)
        )
    return waiting


def _count(database: Database, broadcast_id: int, now: datetime) -> None:
    """Write down what became of its texts, now and then."""
    with database.read() as session:
        broadcast = session.get_one(Broadcast, broadcast_id)
        counted_at = broadcast.counted_at
        if counted_at is not None and now - counted_at < COUNTED_EVERY:
            return
        states = _counted(session, broadcast)
    with database.begin() as session:
        held = hold_broadcast(session, broadcast_id)
        if held is not None:
            held.states, held.counted_at = dict(states), now


def _counted(session: Session, broadcast: Broadcast) -> dict[str, int]:
    row = OutboundMessage
    counted = session.execute(
        select(row.state, func.count()).where(*_are_its_texts(broadcast)).group_by(row.state)
    )
    return {state.value: number for state, number in counted}


def _are_its_texts(broadcast: Broadcast) -> list[ColumnElement[bool]]:
    """By where they stand first: their keys alone have no index that serves."""
    row = OutboundMessage
    first, last = broadcast.first_message_id or 0, broadcast.last_message_id or 0
    return [row.id >= first, row.id <= last, row.dedupe_key.startswith(f"{_key(broadcast)}:")]


def _key(broadcast: Broadcast) -> str:
    return f"broadcast:{broadcast.id}"


def _newest_id(session: Session) -> int:
    return session.scalar(select(func.max(OutboundMessage.id))) or 0


def _breathe(database: Database) -> None:
    """Whoever else wants to write a SQLite file gets their turn."""
    if database.is_a_file:
        sleep(BREATH_SECONDS)

"""Broadcasts: begun as a draft, written in each language, confirmed once, stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.broadcast_models import Broadcast, BroadcastText, Reach
from groups.models import BulletinList, Group
from messaging.segments import measure, to_gsm7
from prices.models import Place

# More than a text of four segments nobody reads on a plain phone.
MOST_SEGMENTS = 4
# Each costs money, and goes to whatever number is typed.
MOST_TESTS = 10


@dataclass(frozen=True)
class Whom:
    """Whom a broadcast is for: one of these, or everybody of the country."""

    country: str
    group: Group | None = None
    bulletin_list: BulletinList | None = None
    county: Place | None = None

    @property
    def reach(self) -> Reach:
        """How wide it goes."""
        if self.group is not None:
            return Reach.GROUP
        if self.bulletin_list is not None:
            return Reach.LIST
        return Reach.EVERYBODY if self.county is None else Reach.COUNTY


@dataclass(frozen=True)
class TooLong:
    """A text that takes more than anybody reads; nothing was written."""

    language: str
    segments: int


def begin_broadcast(
    session: Session, whom: Whom, language: str, written_by: str, now: datetime
) -> Broadcast:
    """Begin a draft; whoever reads none of its languages will get it in `language`."""
    begun = Broadcast(
        reach=whom.reach,
        country=whom.country,
        group_id=None if whom.group is None else whom.group.id,
        bulletin_list_id=None if whom.bulletin_list is None else whom.bulletin_list.id,
        place_id=None if whom.county is None else whom.county.id,
        language=language,
        written_by=written_by,
        created_at=now,
        recipients=0,
        addressed_up_to=0,
        states={},
        tests=0,
    )
    session.add(begun)
    session.flush()
    return begun


def hold_broadcast(session: Session, broadcast_id: int) -> Broadcast | None:
    """A broadcast, held until the transaction ends: two who confirm or stop it take turns."""
    return session.scalar(
        select(Broadcast)
        .where(Broadcast.id == broadcast_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def texts_of(session: Session, broadcast: Broadcast) -> Sequence[BroadcastText]:
    """What a broadcast says; in its own language first."""
    found = session.scalars(select(BroadcastText).where(BroadcastText.broadcast_id == broadcast.id))
    return sorted(found, key=lambda one: (one.language != broadcast.language, one.language))


def write_texts(session: Session, broadcast: Broadcast, words: Mapping[str, str]) -> TooLong | None:
    """Say what a draft says in each language; an empty one is not written in that language."""
    wanted = {language: to_gsm7(_tidy(text)) for language, text in words.items()}
    for language, text in wanted.items():
        if measure(text).segments > MOST_SEGMENTS:
            return TooLong(language, measure(text).segments)
    known = {one.language: one for one in texts_of(session, broadcast)}
    for language, text in wanted.items():
        _write(session, broadcast, known.get(language), language, text)
    session.flush()
    return None


def confirm_broadcast(
    broadcast: Broadcast, *, expected: int, confirmed_by: str, now: datetime
) -> None:
    """Let a draft that is held go out: a worker promises it from now on."""
    broadcast.confirmed_at, broadcast.confirmed_by = now, confirmed_by
    broadcast.expected = expected


def stop_broadcast(broadcast: Broadcast, *, stopped_by: str, now: datetime) -> None:
    """Promise no more of a broadcast that is held; what is queued is put away by a worker."""
    broadcast.stopped_at, broadcast.stopped_by = now, stopped_by


def recent_broadcasts(
    session: Session, *, before_id: int | None, limit: int
) -> Sequence[Broadcast]:
    """The last broadcasts, the newest first."""
    query = select(Broadcast).order_by(Broadcast.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(Broadcast.id < before_id)
    return session.scalars(query).all()


def said_before(session: Session, broadcast: Broadcast, since: datetime) -> Broadcast | None:
    """Another broadcast that says the same and was confirmed since then."""
    own = select(BroadcastText.text).where(
        BroadcastText.broadcast_id == broadcast.id, BroadcastText.language == broadcast.language
    )
    return session.scalar(
        select(Broadcast)
        .join(BroadcastText, BroadcastText.broadcast_id == Broadcast.id)
        .where(
            Broadcast.confirmed_at >= since,
            Broadcast.id != broadcast.id,
            BroadcastText.text.in_(own),
        )
        .order_by(Broadcast.id.desc())
        .limit(1)
    )


def name_of(session: Session, broadcast: Broadcast) -> str:
    """Whom it is for, in the operator's words."""
    match broadcast.reach:
        case Reach.GROUP:
            return f"group {session.get_one(Group, broadcast.group_id).code}"
        case Reach.LIST:
            of_list = session.get_one(BulletinList, broadcast.bulletin_list_id)
            place = session.get_one(Place, of_list.place_id)
            return f"list {of_list.commodity_code}, {place.name}"
        case Reach.COUNTY:
            return f"{session.get_one(Place, broadcast.place_id).name}"
        case Reach.EVERYBODY:
            return f"everybody in {broadcast.country}"


def _tidy(text: str) -> str:
    """Lines as they stand, without spaces at their ends; NUL is kept by no database."""
    return "\n".join(line.rstrip() for line in text.replace("\0", "").splitlines()).strip()


def _write(
    session: Session,
    broadcast: Broadcast,
    known: BroadcastText | None,
    language: str,
    text: str,
) -> None:
    if not text:
        if known is not None:
            session.delete(known)
        return
    size = measure(text)
    row = known or BroadcastText(broadcast_id=broadcast.id, language=language)
    row.text, row.encoding, row.segments = text, size.encoding, size.segments
    session.add(row)

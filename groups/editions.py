"""Editions: what a group's last bulletin said, what was made and missed, and how it arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, bindparam, cast, func, literal, select
from sqlalchemy.orm import Session

from groups.models import (
    BulletinList,
    Edition,
    EditionState,
    EditionText,
    Form,
    Group,
    GroupMember,
    Subscription,
)
from messaging.kinds import OutboundState
from messaging.models import OutboundMessage, Subscriber
from prices.models import Place


@dataclass(frozen=True)
class EditionFacts:
    """One edition, and what became of its texts: how many are in which state."""

    edition: Edition
    group: Group | None
    bulletin_list: BulletinList | None
    states: Mapping[OutboundState, int]


@dataclass(frozen=True)
class Counts:
    """How many bulletins were made and missed, and how many are not addressed to all yet."""

    made: int
    missed: int
    unaddressed: int


def last_bulletin(session: Session, group_id: int, subscriber_id: int) -> str | None:
    """The group's last bulletin as it was written to somebody; None where there was none.

    Who joined later, or got none because they were out or it is read on the menu alone, reads it
    in their language where it was written in that, else in the group's own.
    """
    asked = {"group_id": group_id, "subscriber_id": subscriber_id}
    text: str | None = session.execute(_LAST_BULLETIN, asked).scalar()
    return text


def last_made_at(
    session: Session, *, group_id: int | None = None, bulletin_list_id: int | None = None
) -> datetime | None:
    """When the last edition of a group or a list was made, which the next one compares with."""
    of = (
        Edition.group_id == group_id
        if bulletin_list_id is None
        else Edition.bulletin_list_id == bulletin_list_id
    )
    return session.scalar(
        select(func.max(Edition.made_at)).where(of, Edition.state == EditionState.MADE)
    )


def recent_editions(
    session: Session, *, group: Group | None = None, limit: int
) -> list[EditionFacts]:
    """The last editions, the newest first, of a group or of all groups and lists."""
    newest = _newest(limit)
    if group is not None:
        newest = newest.where(Edition.group_id == group.id)
    return [
        EditionFacts(edition, of_group, of_list, _states(session, edition))
        for edition, of_group, of_list in session.execute(newest)
    ]


def edition_counts(session: Session, *, since: datetime) -> Counts:
    """How many editions were made and missed since then; those left open whenever they began."""
    counted = session.execute(
        select(Edition.state, func.count()).where(Edition.made_at >= since).group_by(Edition.state)
    )
    by_state = dict(counted.all())
    unaddressed = session.scalar(
        select(func.count()).select_from(Edition).where(Edition.addressed_at.is_(None))
    )
    return Counts(
        by_state.get(EditionState.MADE, 0), by_state.get(EditionState.MISSED, 0), unaddressed or 0
    )


def missed_editions(session: Session, *, since: datetime, limit: int) -> list[EditionFacts]:
    """The last ones that nobody made in time, the newest first."""
    missed = _newest(limit).where(Edition.made_at >= since, Edition.state == EditionState.MISSED)
    return [
        EditionFacts(edition, group, of_list, {})
        for edition, group, of_list in session.execute(missed)
    ]


def _newest(limit: int) -> Select[Edition, Group | None, BulletinList | None]:
    return (
        select(Edition, Group, BulletinList)
        .outerjoin(Group, Group.id == Edition.group_id)
        .outerjoin(BulletinList, BulletinList.id == Edition.bulletin_list_id)
        .order_by(Edition.due_at.desc(), Edition.id.desc())
        .limit(limit)
    )


def _states(session: Session, edition: Edition) -> dict[OutboundState, int]:
    """What became of the texts, found one by one by their keys: a prefix has no index that serves.

    Whoever left since then is counted too: their place in the group is kept.
    """
    person = Subscription.subscriber_id if edition.group_id is None else GroupMember.subscriber_id
    of = (
        Subscription.bulletin_list_id == edition.bulletin_list_id
        if edition.group_id is None
        else GroupMember.group_id == edition.group_id
    )
    key = literal(f"edition:{edition.id}:") + cast(person, String)
    counted = session.execute(
        select(OutboundMessage.state, func.count())
        .select_from(person.parent.entity)
        .join(OutboundMessage, OutboundMessage.dedupe_key == key)
        .where(of)
        .group_by(OutboundMessage.state)
    )
    return dict(counted.all())


_editions, _sent = Edition.__table__, OutboundMessage.__table__
_texts, _people = EditionText.__table__, Subscriber.__table__
# The key under which the edition was promised to each person (`messaging.outbox`).
_key = (
    literal("edition:")
    + cast(_editions.c.id, String)
    + literal(":")
    + cast(bindparam("subscriber_id", type_=_people.c.id.type), String)
)
_own_words = (
    (_texts.c.edition_id == _editions.c.id)
    & (_texts.c.language == _people.c.language)
    & (_texts.c.form == Form.SHORT)
)
_LAST_BULLETIN = (
    select(func.coalesce(_sent.c.text, _texts.c.text, _editions.c.text))
    .select_from(
        _editions.outerjoin(_sent, _sent.c.dedupe_key == _key)
        .outerjoin(_people, _people.c.id == bindparam("subscriber_id"))
        .outerjoin(_texts, _own_words)
    )
    .where(_editions.c.group_id == bindparam("group_id"), _editions.c.state == EditionState.MADE)
    .order_by(_editions.c.due_at.desc())
    .limit(1)
)


@dataclass(frozen=True)
class OpenEdition:
    """What a public list was told in one language; `id` is the text's, by which they stand."""

    id: int
    commodity: str
    place: str
    due_at: datetime
    language: str
    text: str
    segments: int


def open_editions(
    session: Session,
    *,
    country: str,
    commodity: str | None,
    before_id: int | None,
    limit: int,
) -> list[OpenEdition]:
    """The texts of public lists of a country, the newest first; a group's are its own."""
    row = EditionText
    query = (
        select(
            row.id,
            BulletinList.commodity_code,
            Place.code,
            Edition.due_at,
            row.language,
            row.text,
            row.segments,
        )
        .join(Edition, Edition.id == row.edition_id)
        .join(BulletinList, BulletinList.id == Edition.bulletin_list_id)
        .join(Place, Place.id == BulletinList.place_id)
        .where(Place.country == country, row.form == Form.SHORT)
        .order_by(row.id.desc())
        .limit(limit)
    )
    if commodity is not None:
        query = query.where(BulletinList.commodity_code == commodity)
    if before_id is not None:
        query = query.where(row.id < before_id)
    return [OpenEdition(*found) for found in session.execute(query)]

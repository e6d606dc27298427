"""Everybody who gets a bulletin, for the desk: groups and lists with their last editions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from db.keyset import behind
from groups.models import BulletinList, Edition, Group
from prices.models import Place

# Whose time nobody worked out yet comes first: it is worked out within the minute.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class AudienceLine:
    """A group or a list, where it is, and its last edition; None where there was none."""

    audience: Group | BulletinList
    place: Place
    last: Edition | None


def groups_with_bulletins(
    session: Session,
    *,
    words: str | None = None,
    by_time: bool = False,
    is_descending: bool = False,
    after: int | None = None,
    limit: int,
) -> list[AudienceLine]:
    """Groups by code, or by when the next bulletin is due; with words in their code or name."""
    query = _with_last(Group, Edition.group_id == Group.id)
    if words:
        query = query.where(_holds(Group.code, words) | _holds(Group.name, words))
    keys = [_due(Group)] if by_time else [Group.code]
    ordered = behind(session, query, keys, Group.id, after=after, is_descending=is_descending)
    return [AudienceLine(*row) for row in session.execute(ordered.limit(limit))]


def lists_with_bulletins(
    session: Session,
    *,
    words: str | None = None,
    by_time: bool = False,
    is_descending: bool = False,
    after: int | None = None,
    limit: int,
) -> list[AudienceLine]:
    """Lists by commodity and place, or by when the next bulletin is due."""
    row = BulletinList
    query = _with_last(row, Edition.bulletin_list_id == row.id)
    if words:
        query = query.where(_holds(row.commodity_code, words) | _holds(Place.name, words))
    keys = [_due(row)] if by_time else [row.commodity_code, Place.name]
    ordered = behind(session, query, keys, row.id, after=after, is_descending=is_descending)
    return [AudienceLine(*found) for found in session.execute(ordered.limit(limit))]


def find_audience(
    session: Session, kind: type[Group | BulletinList], id_: int
) -> Group | BulletinList | None:
    """A group or a list by its id."""
    return cast(Group | BulletinList | None, session.get(kind, id_))


def places_named(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The names of some places."""
    rows = session.execute(select(Place.id, Place.name).where(Place.id.in_(ids)))
    return {id_: name for id_, name in rows}  # noqa: C416 – typed by its pairs


def _with_last(
    kind: type[Group | BulletinList], belongs: ColumnElement[bool]
) -> Select[Any, Place, Edition | None]:
    """Each with its last edition, found by the index of its times."""
    last = aliased(Edition)
    newest = (
        select(Edition.id)
        .where(belongs)
        .order_by(Edition.due_at.desc())
        .limit(1)
        .correlate(kind)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (kind, Place, last)
    return (
        select(*columns).join(Place, Place.id == kind.place_id).outerjoin(last, last.id == newest)
    )


def _due(kind: type[Group | BulletinList]) -> ColumnElement[datetime]:
    column = kind.next_bulletin_at
    return func.coalesce(column, literal(_NEVER, column.type), type_=column.type)


def _holds(column: InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    return func.lower(column).contains(words.lower(), autoescape=True)

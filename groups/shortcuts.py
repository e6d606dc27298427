"""What a caller most likely wants: the first screen of the menu has a key for it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from groups.favourites import REMEMBERED
from groups.models import AskedPrice, Group, GroupMember, Role
from prices.estimates import OLDEST
from prices.models import PriceObservation

# Who told so many prices in 30 days tells them again.
A_REPORTER = 3


class Shortcuts(NamedTuple):
    """The group in which somebody holds an office, what a reporter told last, what is asked most.

    Each None where there is none; `told` for whoever told fewer than three prices in 30 days.
    """

    office: tuple[int, str] | None
    told: tuple[str, int] | None
    asked: tuple[str, int] | None


def shortcuts_of(session: Session, subscriber_id: int, now: datetime) -> Shortcuts:
    """All of it on one way there and back, for it is looked up whenever somebody dials."""
    found = _SHORTCUTS.first(
        session,
        {
            "subscriber_id": subscriber_id,
            "told_since": now - OLDEST,
            "asked_since": now - REMEMBERED,
        },
    )
    if found is None:
        return Shortcuts(None, None, None)
    group_id, code, told_commodity, told_place, asked_commodity, asked_place, reports = found
    return Shortcuts(
        office=None if code is None else (group_id, code),
        told=(told_commodity, told_place) if reports >= A_REPORTER else None,
        asked=None if asked_commodity is None else (asked_commodity, asked_place),
    )


_mine, _groups = GroupMember.__table__.c, Group.__table__.c
_told, _asked = PriceObservation.__table__.c, AskedPrice.__table__.c


def _office(column: str) -> Select[tuple[object]]:
    return (
        select(_groups[column])
        .join_from(Group.__table__, GroupMember.__table__, _mine.group_id == _groups.id)
        .where(_mine.subscriber_id == bindparam("subscriber_id"), _mine.left_at.is_(None))
        .where(_mine.role != Role.MEMBER)
        .order_by(_groups.code)
        .limit(1)
    )


def _last_told(column: str) -> Select[tuple[object]]:
    return (
        select(_told[column])
        .where(_told.reporter_id == bindparam("subscriber_id"))
        .where(_told.reported_at > bindparam("told_since"))
        .order_by(_told.reported_at.desc(), _told.id.desc())
    )


def _asked_most(column: str) -> Select[tuple[object]]:
    return (
        select(_asked[column])
        .where(_asked.subscriber_id == bindparam("subscriber_id"))
        .where(_asked.last_asked_at > bindparam("asked_since"))
        .order_by(_asked.times.desc(), _asked.last_asked_at.desc(), _asked.id)
        .limit(1)
    )


_SHORTCUTS = Prepared(
    select(
        _office("id").scalar_subquery(),
        _office("code").scalar_subquery(),
        _last_told("commodity_code").limit(1).scalar_subquery(),
        _last_told("place_id").limit(1).scalar_subquery(),
        _asked_most("commodity_code").scalar_subquery(),
        _asked_most("place_id").scalar_subquery(),
        select(func.count())
        .select_from(_last_told("id").limit(A_REPORTER).subquery())
        .scalar_subquery(),
    )
)

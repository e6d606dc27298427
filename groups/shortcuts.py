"""What a caller most likely wants: the first screen of the menu has a key for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, bindparam, cast, select

from groups.favourites import REMEMBERED
from groups.models import AskedPrice, Group, GroupMember, Role
from messaging.models import Subscriber
from prices.estimates import OLDEST
from prices.models import PriceObservation

# Who told so many prices in 30 days tells them again.
A_REPORTER = 3


class Shortcuts(NamedTuple):
    """The group in which somebody holds an office, what a reporter told last, what is asked most.

    Each None where there is none; `told` for whoever told fewer than three prices in 30 days.
    """

    office: tuple[int, str] | None = None
    told: tuple[str, int] | None = None
    asked: tuple[str, int] | None = None


def shortcut_values(now: datetime) -> Mapping[str, datetime]:
    """What `SHORTCUTS` are asked with."""
    return {"told_since": now - OLDEST, "asked_since": now - REMEMBERED}


def read_shortcuts(found: Sequence[Any]) -> Shortcuts:
    """What `SHORTCUTS` were found to be."""
    office, told, asked, is_reporter = found
    return Shortcuts(
        office=None if office is None else _parted(office)[::-1],
        told=None if told is None or is_reporter is None else _parted(told),
        asked=None if asked is None else _parted(asked),
    )


def _parted(found: str) -> tuple[str, int]:
    code, _, number = found.rpartition(_SEPARATOR)
    return code, int(number)


_SEPARATOR = " "
_people, _groups = Subscriber.__table__, Group.__table__
_mine, _told, _asked = (table.__table__.c for table in (GroupMember, PriceObservation, AskedPrice))


def _both(code: ColumnElement[str], number: ColumnElement[int]) -> ColumnElement[str]:
    """Two columns as one: a subquery that stands beside others brings no more."""
    return code + _SEPARATOR + cast(number, String)


def _office() -> Select[Any]:
    return (
        select(_both(_groups.c.code, _groups.c.id))
        .join_from(_groups, GroupMember.__table__, _mine.group_id == _groups.c.id)
        .where(_mine.subscriber_id == _people.c.id, _mine.left_at.is_(None))
        .where(_mine.role != Role.MEMBER)
        .order_by(_groups.c.code)
        .limit(1)
    )


def _last_told(column: ColumnElement[Any]) -> Select[Any]:
    return (
        select(column)
        .where(_told.reporter_id == _people.c.id)
        .where(_told.reported_at > bindparam("told_since"))
        .order_by(_told.reported_at.desc(), _told.id.desc())
        .limit(1)
    )


def _asked_most() -> Select[Any]:
    return (
        select(_both(_asked.commodity_code, _asked.place_id))
        .where(_asked.subscriber_id == _people.c.id)
        .where(_asked.last_asked_at > bindparam("asked_since"))
        .order_by(_asked.times.desc(), _asked.last_asked_at.desc(), _asked.id)
        .limit(1)
    )


# To be read beside somebody's row, on the same way there and back: it is wanted whenever they dial.
SHORTCUTS: tuple[ScalarSelect[Any], ...] = tuple(
    found.correlate(_people).scalar_subquery()
    for found in (
        _office(),
        _last_told(_both(_told.commodity_code, _told.place_id)),
        _asked_most(),
        _last_told(_told.id).offset(A_REPORTER - 1),
    )
)

"""What bulletins and broadcasts cost, by whom they were for."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Case, Integer, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from groups.broadcast_models import Broadcast
from groups.models import BulletinList, Edition, Group
from messaging.cost_models import CostDay
from messaging.costs import Span
from messaging.kinds import OutboundKind
from prices.models import Place

EDITION = "edition:"
_NUMBER_AT = len(EDITION) + 1


@dataclass(frozen=True)
class AudienceCost:
    """What went to one audience. `name`: a group's code, a list's thing and place, a broadcast."""

    name: str
    currency: str
    messages: int
    segments: int
    cost: Decimal


def costs_of_audiences(session: Session, span: Span) -> list[AudienceCost]:
    """What went to each group and list, and by each broadcast; the dearest first."""
    found = [
        *_of_groups(session, span),
        *_of_lists(session, span),
        *_of_broadcasts(session, span),
    ]
    return sorted(found, key=lambda one: (-one.cost, -one.segments, one.name))


def _of_groups(session: Session, span: Span) -> list[AudienceCost]:
    rows = session.execute(
        select(Group.code, *_sums())
        .select_from(CostDay)
        .join(Edition, Edition.id == _edition_id())
        .join(Group, Group.id == Edition.group_id)
        .where(*_within(span))
        .group_by(Group.code, CostDay.currency)
    )
    return [AudienceCost(f"group {code}", *sums) for code, *sums in rows]


def _of_lists(session: Session, span: Span) -> list[AudienceCost]:
    rows = session.execute(
        select(BulletinList.commodity_code, Place.name, *_sums())
        .select_from(CostDay)
        .join(Edition, Edition.id == _edition_id())
        .join(BulletinList, BulletinList.id == Edition.bulletin_list_id)
        .join(Place, Place.id == BulletinList.place_id)
        .where(*_within(span))
        .group_by(BulletinList.id, BulletinList.commodity_code, Place.name, CostDay.currency)
    )
    return [AudienceCost(f"list {code}, {place}", *sums) for code, place, *sums in rows]


def _of_broadcasts(session: Session, span: Span) -> list[AudienceCost]:
    rows = session.execute(
        select(Broadcast.id, *_sums())
        .select_from(CostDay)
        .join(Broadcast, CostDay.about == literal("broadcast:") + cast(Broadcast.id, String))
        .where(*_within(span))
        .group_by(Broadcast.id, CostDay.currency)
    )
    return [AudienceCost(f"broadcast {id_}", *sums) for id_, *sums in rows]


def _edition_id() -> Case[int]:
    """The edition a line is about: of a number an index knows, of words put together none."""
    return case(
        (CostDay.about.startswith(EDITION), cast(func.substr(CostDay.about, _NUMBER_AT), Integer))
    )


def _sums() -> tuple[Any, ...]:
    row = CostDay
    return (row.currency, func.sum(row.messages), func.sum(row.segments), func.sum(row.cost))


def _within(span: Span) -> tuple[Any, ...]:
    row = CostDay
    return (
        row.day >= span.first,
        row.day <= span.last,
        row.kind == OutboundKind.BULLETIN.value,
        row.about != "",
    )

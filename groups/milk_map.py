"""The milk map: how much milk comes from where, by month and milking, out of the milk books.

It is for planners, so it tells of places and routes and of no person: where fewer than three
members brought milk in a month, its litres would be somebody's own, and the month is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from groups.book_counting import still_counts
from groups.book_kinds import EntryKind, Milking
from groups.book_models import BookLine
from groups.models import Group
from prices.models import Place

FEWEST_MEMBERS = 3
# The months of the long and the short rains, as Kenya's Meteorological Department forecasts them.
# Of other countries no season is told.
WET_MONTHS = {"KE": frozenset({3, 4, 5, 10, 11, 12})}

MAP_COLUMNS = (
    "country", "county", "place", "latitude", "longitude", "route", "month", "season", "members",
    "days", "litres", "morning_litres", "evening_litres", "litres_per_day",
)  # fmt: skip


@dataclass(frozen=True)
class MonthOfMilk:
    """What one route, a group's members, brought in a month; litres.

    `days`: on how many of its days anything was brought. Milk of which the book does not say
    whether it was the morning's or the evening's is in neither.
    """

    country: str
    county: str | None
    place: str
    latitude: float | None
    longitude: float | None
    route: str  # the group's code
    month: date  # its first day
    members: int
    days: int
    litres: Decimal
    morning: Decimal
    evening: Decimal

    @property
    def season(self) -> str | None:
        """Wet or dry, by the rains of the country; None where nobody told us of them."""
        wet = WET_MONTHS.get(self.country)
        return None if wet is None else "wet" if self.month.month in wet else "dry"

    @property
    def litres_per_day(self) -> Decimal:
        """What a day on which there was any brought, to the tenth of a litre."""
        return (self.litres / self.days).quantize(Decimal("0.1"))


def milk_map(session: Session, groups: Sequence[Group]) -> Iterator[MonthOfMilk]:
    """Every month of these groups' books, the oldest first, by place and route."""
    ids = [group.id for group in groups]
    of_books = BookLine.group_id.in_(ids)
    first, last = session.execute(
        select(func.min(BookLine.day), func.max(BookLine.day)).where(of_books)
    ).one()
    if first is None:
        return
    month = first.replace(day=1)
    while month <= last:
        after = (month + timedelta(days=31)).replace(day=1)
        for row in session.execute(_month(ids, month, after)):
            yield MonthOfMilk(month=month, **row._mapping)
        month = after


def real_groups(session: Session) -> list[Group]:
    """Every group that is not made up, by code."""
    return list(session.scalars(select(Group).where(~Group.is_demo).order_by(Group.code)))


def as_row(one: MonthOfMilk) -> Sequence[str | int | Decimal | None]:
    """A month under `MAP_COLUMNS`."""
    return (
        one.country,
        one.county,
        one.place,
        _degrees(one.latitude),
        _degrees(one.longitude),
        one.route,
        f"{one.month:%Y-%m}",
        one.season,
        one.members,
        one.days,
        one.litres,
        one.morning,
        one.evening,
        one.litres_per_day,
    )


def as_feature(one: MonthOfMilk) -> Mapping[str, Any]:
    """A month as a feature of GeoJSON (RFC 7946): longitude first, null where it is not known."""
    told = dict(zip(MAP_COLUMNS, as_row(one), strict=True))
    point = [told.pop("longitude"), told.pop("latitude")]
    placed = None if None in point else {"type": "Point", "coordinates": list(map(_plain, point))}
    properties = {name: _plain(value) for name, value in told.items()}
    return {"type": "Feature", "geometry": placed, "properties": properties}


def _degrees(value: float | None) -> Decimal | None:
    """To a tenth of a kilometre: where a market stands, and no homestead."""
    return None if value is None else Decimal(str(round(value, 3)))


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _month(ids: Sequence[int], first: date, after: date) -> Any:
    """What counts of a month, by group; by the index of a group's days."""
    county = aliased(Place)
    members = func.count(BookLine.member_id.distinct())
    columns = {
        "country": Group.country,
        "county": county.name,
        "place": Place.name,
        "latitude": Place.latitude,
        "longitude": Place.longitude,
        "route": Group.code,
    }
    return (
        select(
            *(column.label(name) for name, column in columns.items()),
            members.label("members"),
            func.count(BookLine.day.distinct()).label("days"),
            func.sum(BookLine.litres).label("litres"),
            _litres_of(Milking.MORNING).label("morning"),
            _litres_of(Milking.EVENING).label("evening"),
        )
        .join(Group, Group.id == BookLine.group_id)
        .join(Place, Place.id == Group.place_id)
        .outerjoin(county, county.id == Place.admin1_id)
        .where(
            BookLine.group_id.in_(ids),
            BookLine.day >= first,
            BookLine.day < after,
            BookLine.kind == EntryKind.DELIVERY,
            still_counts(),
        )
        .group_by(Group.id, *columns.values())
        .having(members >= FEWEST_MEMBERS)
        .order_by(Group.country, Place.name, Group.code)
    )


def _litres_of(milking: Milking) -> Any:
    return func.sum(case((BookLine.milking == milking, BookLine.litres), else_=Decimal(0)))

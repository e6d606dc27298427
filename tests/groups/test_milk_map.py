"""The milk map tells of places and routes, and of no person."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from db.session import Database
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line
from groups.groups import join
from groups.milk_map import MAP_COLUMNS, as_feature, as_row, milk_map, real_groups
from groups.models import GroupMember
from messaging.models import Subscriber
from prices.models import Place
from tests.cast import NAKATO
from tests.groups.milk_books import Dairy, kirima_dairy, write
from tests.groups.milk_days import brought, line, own
from tests.groups.stories import meet

EVENING = Milking.EVENING


def three_members(session: Session, now: datetime, code: str = "KIRIMA") -> tuple[Dairy, int]:
    """The group with a third member, and their id."""
    dairy = kirima_dairy(session, now, code)
    nakato = meet(session, NAKATO, now)
    join(session, dairy.group, nakato, now)
    return dairy, session.query(GroupMember.id).filter_by(
        subscriber_id=nakato.id, group_id=dairy.group.id
    ).one()[0]


def each_brings(
    session: Session, dairy: Dairy, nakato: int, now: datetime, litres: float = 10, day: int = 1
) -> Sequence[Line]:
    """All three bring the same in the morning."""
    members = (dairy.kamau, dairy.wanjiku, nakato)
    lines = [one for member in members for one in brought(day, litres, member=member)]
    return write(session, dairy, lines, now)


def test_litres_of_a_month_by_milking(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy, nakato = three_members(session, now)
        lines = [
            *brought(1, 10, 5, member=dairy.kamau),
            *brought(2, 20, 8.5, member=dairy.wanjiku),
            line(EntryKind.DELIVERY, 2, 4, member_id=nakato),
            own(2, 99, member=nakato),
            *brought(0, 7, member=dairy.kamau),
        ]
        write(session, dairy, lines, now)
        (month,) = milk_map(session, [dairy.group])  # October is one member's own
        assert (month.month, month.season, month.members, month.days) == (
            date(2026, 11, 1), "wet", 3, 2,
        )  # fmt: skip
        assert (month.litres, month.morning) == (Decimal("47.5"), Decimal(30))
        assert month.evening == Decimal("13.5")
        assert month.litres_per_day == Decimal("23.8")
        assert (month.country, month.county, month.place) == ("KE", "Kiambu", "Githunguri")


def test_what_another_line_corrects_does_not_count(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy, nakato = three_members(session, now)
        first, *_ = each_brings(session, dairy, nakato, now)
        right = line(
            EntryKind.DELIVERY, 1, 12, milking=EVENING, member_id=first.member_id,
            corrects_id=first.id,
        )  # fmt: skip
        write(session, dairy, [right], now)
        (month,) = milk_map(session, [dairy.group])
        assert [month.litres, month.morning, month.evening] == [32, 20, 12]


def test_months_places_and_made_up_groups(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for code in ("KIRIMA", "TUMAINI"):
            dairy, nakato = three_members(session, now, code)
            for day in (-35, -1, 3):
                each_brings(session, dairy, nakato, now, day=day)
        demo, _ = three_members(session, now, "DEMO")
        demo.group.is_demo = True
        session.flush()
        found = list(milk_map(session, real_groups(session)))
        assert [(one.month.month, one.season, one.route) for one in found] == [
            (month, season, route)
            for month, season in ((9, "dry"), (10, "wet"), (11, "wet"))
            for route in ("KIRIMA", "TUMAINI")
        ]


def test_nothing_is_written_yet(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, now)
        assert list(milk_map(session, [dairy.group])) == []
        assert list(milk_map(session, [])) == []


def test_rows_and_features_bear_no_name_and_no_number(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy, nakato = three_members(session, now)
        each_brings(session, dairy, nakato, now, litres=10.5)
        (month,) = milk_map(session, [dairy.group])
        row = dict(zip(MAP_COLUMNS, as_row(month), strict=True))
        place = session.get_one(Place, dairy.group.place_id)
        assert place.latitude is not None
        assert float(str(row["latitude"])) == round(place.latitude, 3)
        feature = as_feature(month)
        assert feature["geometry"] == {
            "type": "Point",
            "coordinates": [float(str(row["longitude"])), float(str(row["latitude"]))],
        }
        assert feature["properties"] == {
            "country": "KE", "county": "Kiambu", "place": "Githunguri", "route": "KIRIMA",
            "month": "2026-11", "season": "wet", "members": 3, "days": 1, "litres": 31.5,
            "morning_litres": 31.5, "evening_litres": 0.0, "litres_per_day": 31.5,
        }  # fmt: skip
        told = f"{row} {feature}"
        people = session.query(Subscriber.msisdn, Subscriber.name).all()
        assert not [word for person in people for word in person if word and word in told]


def test_a_place_that_is_on_no_map_has_no_point(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy, nakato = three_members(session, now)
        session.get_one(Place, dairy.group.place_id).latitude = None
        each_brings(session, dairy, nakato, now)
        (month,) = milk_map(session, [dairy.group])
        assert as_feature(month)["geometry"] is None

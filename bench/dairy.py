"""The group whose book and pay are measured."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.models import Group
from prices.models import Place


def found_dairy(session: Session, place_code: str) -> Group:
    """A group at a place, without members."""
    place = session.scalars(select(Place.id).where(Place.code == place_code)).one()
    group = Group(
        code="BENCH",
        name="Bench Dairy",
        country="KE",
        place_id=place,
        language="en",
        commodity_code="milk",
        bulletin_weekdays=1,
        bulletin_hour=7,
        timezone="Africa/Nairobi",
    )
    session.add(group)
    session.flush()
    return group

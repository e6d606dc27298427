"""Groups and people that many stories begin with."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.models import Group
from messaging.models import Subscriber
from messaging.subscribers import get_or_create_subscriber
from prices.models import Place

GITHUNGURI = "ke-kiambu-githunguri"
NAKURU = "ke-nakuru"


def meet(session: Session, msisdn: str, now: datetime, **what: Any) -> Subscriber:
    """The person with that number; anything a subscriber has may be said besides."""
    person = get_or_create_subscriber(session, msisdn, default_country="KE", now=now)
    for name, value in what.items():
        setattr(person, name, value)
    return person


def found_group(session: Session, code: str, **what: Any) -> Group:
    """A dairy group at Githunguri with its bulletin on Mondays at 7, unless said otherwise."""
    values: dict[str, Any] = {
        "name": f"{code.title()} Dairy Group",
        "country": "KE",
        "language": "en",
        "commodity_code": "milk",
        "bulletin_weekdays": 1,
        "bulletin_hour": 7,
        "timezone": "Africa/Nairobi",
    }
    if "place_id" not in what:
        values["place_id"] = place_id(session, GITHUNGURI)
    group = Group(code=code, **(values | what))
    session.add(group)
    session.flush()
    return group


def place_id(session: Session, code: str) -> int:
    """The id of a place by its code."""
    return session.scalars(select(Place.id).where(Place.code == code)).one()

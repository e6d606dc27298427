"""Ten thousand people in one group, in two countries, some of whom want nothing of us."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from groups.models import GroupMember, Role
from messaging.models import Subscriber
from tests.groups.stories import found_group

# Of the numbers that follow, one gateway serves the first country and the other the second.
KENYA, UGANDA = "+254711", "+256772"
IN_UGANDA = 40  # one of so many: each is a call of its own
LANGUAGES = ("sw", "en", None)


def gather(session: Session, now: datetime, *, people: int, opted_out: int) -> None:
    """Found a group whose bulletin is due, with so many who want it and so many who do not."""
    group = found_group(session, "KIRIMA", next_bulletin_at=now)
    before = now - timedelta(days=30)
    rows = [_person(number, people, before) for number in range(people + opted_out)]
    session.execute(insert(Subscriber), rows)
    ids = session.scalars(select(Subscriber.id).where(Subscriber.created_at == before))
    members = [
        {
            "group_id": group.id,
            "subscriber_id": id_,
            "number": number,
            "role": Role.MEMBER,
            "joined_at": before,
        }
        for number, id_ in enumerate(ids, 1)
    ]
    session.execute(insert(GroupMember), members)


def number_of(person: int) -> str:
    """The phone of the so-manieth person."""
    return f"{UGANDA if person % IN_UGANDA == 0 else KENYA}{person:06}"


def _person(number: int, people: int, before: datetime) -> dict[str, Any]:
    return {
        "msisdn": number_of(number),
        "country": "UG" if number % IN_UGANDA == 0 else "KE",
        "language": LANGUAGES[number % len(LANGUAGES)],
        "gateway": "twilio" if number % IN_UGANDA == 0 else "africastalking",
        "created_at": before,
        "opted_out_at": before if number >= people else None,
    }

"""A group as large as a county: prices at its home, and everybody who gets its bulletin."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.number_seal import bring_up_to_date
from app.service import Service
from bench.ussd_world import settle, settle_down
from db.session import Database
from groups.models import Edition, EditionText, Group, GroupMember, Role
from messaging.gateways import africastalking
from messaging.kinds import Channel, OutboundKind, OutboundState
from messaging.models import OutboundMessage, Subscriber
from prices.importers.reference import load_reference

# All their phone numbers begin so; those who tell prices have others.
NUMBERS = "+254711"
# What all of them are called.
CROWD = "One of very many"
LANGUAGES = ("sw", "sw", "en")
FARMERS, HOMES = 500, 50
CODE = "KIRIMA"
VALID_FOR = timedelta(hours=24)


def fill(service: Service, now: datetime, *, people: int) -> None:
    """Reference data, prices at some places, and a group at one of them with so many members."""
    bring_up_to_date(service)
    with service.database.begin() as session:
        load_reference(session)
    settle(service, now, farmers=FARMERS, homes=HOMES)
    with service.database.begin() as session:
        gather(session, now, people)
    settle_down(service.database)


def let_it_be_due(database: Database, now: datetime) -> None:
    """Another edition of the group's is due now."""
    with database.begin() as session:
        session.execute(update(Group).where(Group.code == CODE).values(next_bulletin_at=now))


def promised(database: Database) -> int:
    """How many bulletins stand in the outbox."""
    with database.read() as session:
        bulletins = OutboundMessage.kind == OutboundKind.BULLETIN
        return session.scalar(select(func.count()).where(bulletins)) or 0


def in_state(database: Database, state: OutboundState) -> int:
    """How many bulletins are in that state."""
    with database.read() as session:
        return session.scalar(select(func.count()).where(OutboundMessage.state == state)) or 0


def texts_of_last_edition(database: Database) -> Sequence[tuple[str, str, int]]:
    """What the last edition says: language, text, segments."""
    with database.read() as session:
        last = select(func.max(Edition.id)).scalar_subquery()
        columns = (EditionText.language, EditionText.text, EditionText.segments)
        return [
            (language, text, segments)
            for language, text, segments in session.execute(
                select(*columns).where(EditionText.edition_id == last).order_by(EditionText.id)
            )
        ]


def queue(database: Database, *, messages: int, due_at: datetime) -> None:
    """Leave so many of the promised bulletins, all due at that moment, and nothing else."""
    bulletins = OutboundMessage.kind == OutboundKind.BULLETIN
    with database.begin() as session:
        kept = select(OutboundMessage.id).where(bulletins).order_by(OutboundMessage.id)
        last = session.scalars(kept.limit(messages)).all()[-1]
        session.execute(delete(OutboundMessage).where(OutboundMessage.id > last))
        session.execute(
            update(OutboundMessage).values(due_at=due_at, expires_at=due_at + VALID_FOR)
        )
    settle_down(database)


def gather(session: Session, now: datetime, people: int) -> None:
    """A group at the home of somebody, and so many members who are nobody else."""
    home = select(Subscriber.home_place_id).where(Subscriber.home_place_id.is_not(None))
    group = Group(
        code=CODE,
        name="Kirima Dairy Union",
        country="KE",
        place_id=session.scalars(home.limit(1)).one(),
        language="en",
        commodity_code="milk",
        bulletin_weekdays=1,
        bulletin_hour=7,
        timezone="Africa/Nairobi",
        bulletin_channel=Channel.SMS,
        next_bulletin_at=now + timedelta(days=1),
    )
    session.add(group)
    session.flush()
    session.execute(insert(Subscriber), [_person(number, now) for number in range(people)])
    ids = session.scalars(select(Subscriber.id).where(Subscriber.name == CROWD))
    members = [
        {
            "group_id": group.id,
            "subscriber_id": id_,
            "number": number + 1,
            "role": Role.MEMBER if number else Role.SECRETARY,
            "joined_at": now,
        }
        for number, id_ in enumerate(ids)
    ]
    session.execute(insert(GroupMember), members)


def _person(number: int, now: datetime) -> dict[str, Any]:
    return {
        "msisdn": f"{NUMBERS}{number:06}",
        "name": CROWD,
        "country": "KE",
        "language": LANGUAGES[number % len(LANGUAGES)],
        "gateway": africastalking.NAME,
        "created_at": now - timedelta(days=90),
    }

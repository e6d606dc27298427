"""Find the person behind a number, or meet them for the first time."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, Update, bindparam, column, select, table, update
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from db.as_read import as_read, held
from db.prepared import Prepared
from db.upserts import insert_missing
from messaging.models import Subscriber
from messaging.msisdn import region_of
from messaging.reachability import note_life

# The countries served belong to prices, a room of its own; their codes are all we need of it.
AT_ONCE = 500
_COUNTRIES = table("country", column("code"))


def find_subscriber(session: Session, msisdn: str) -> Subscriber | None:
    """The subscriber with this number (E.164), if we have met."""
    return held_or_read(session, _BY_NUMBER.first(session, {"msisdn": msisdn}))


def subscriber_of(session: Session, subscriber_id: int) -> Subscriber:
    """The subscriber with this id, as `session.get_one` has them, in a third of its time.

    To load one object takes SQLAlchemy several times as long as the row takes the database, and
    whoever told a price on the menu waits for it.
    """
    if (known := held(session, Subscriber, subscriber_id)) is not None:
        return known
    found = held_or_read(session, _BY_ID.first(session, {"id": subscriber_id}))
    if found is None:
        raise NoResultFound(f"no subscriber {subscriber_id}")
    return found


def held_or_read(
    session: Session, row: tuple[Any, ...] | None, *, msisdn: str | None = None
) -> Subscriber | None:
    """The subscriber of a row of all columns in their order: as the session holds them, or new.

    Where the `msisdn` is known the row lacks it.
    """
    if row is None:
        return None
    if msisdn is None:
        values = dict(zip(_COLUMNS, row, strict=True))
    else:
        values = dict(zip(_BUT_NUMBER, row, strict=True))
        values["msisdn"] = msisdn
    return held(session, Subscriber, values["id"]) or as_read(session, Subscriber, values)


_TABLE = cast(Table, Subscriber.__table__)
_COLUMNS = tuple(column.key for column in _TABLE.c)
_BUT_NUMBER = tuple(name for name in _COLUMNS if name != "msisdn")
_BY_ID = Prepared(select(_TABLE).where(_TABLE.c.id == bindparam("id")))
_BY_NUMBER = Prepared(select(_TABLE).where(_TABLE.c.msisdn == bindparam("msisdn")))


def note_language(session: Session, subscriber_id: int, language: str) -> None:
    """The language of their last words, of somebody who has not chosen one."""
    _NOTE_LANGUAGE.count(session, {"of": subscriber_id, "spoken": language})


def noting_language(*, of: ColumnElement[int], spoken: ColumnElement[str]) -> Update:
    """The statement of it."""
    return (
        update(_TABLE)
        .where(_TABLE.c.id == of, _TABLE.c.has_chosen_language.is_(False))
        .values(language=spoken)
    )


_NOTE_LANGUAGE = Prepared(noting_language(of=bindparam("of"), spoken=bindparam("spoken")))


def get_or_create_subscriber(
    session: Session,
    msisdn: str,
    *,
    default_country: str,
    now: datetime,
    gateway: str | None = None,
) -> Subscriber:
    """The subscriber with this number, met now if never before.

    `gateway` is the one they write through just now; what we start will go out the same way, even
    where no text had reached them any more.
    """
    found = find_subscriber(session, msisdn) or _meet(session, msisdn, default_country, now)
    if gateway is not None:
        note_life(found)
        if found.gateway != gateway:
            found.gateway = gateway
    return found


def get_or_create_subscribers(
    session: Session, met_at: Mapping[str, datetime], *, default_country: str
) -> dict[str, Subscriber]:
    """The subscribers with many numbers (E.164), each met at its moment if never before.

    A few statements for a thousand: who imports reports meets most of them for the first time.
    """
    found = _find_all(session, list(met_at))
    served = set(session.scalars(select(_COUNTRIES.c.code)))
    new = sorted(met_at.keys() - found.keys())
    insert_missing(
        session,
        Subscriber,
        [
            {
                "msisdn": msisdn,
                "country": _country_among(served, msisdn, default_country),
                "has_chosen_language": False,
                "created_at": met_at[msisdn],
                "is_demo": False,
            }
            for msisdn in new
        ],
    )
    return found | _find_all(session, new)


def _find_all(session: Session, numbers: Sequence[str]) -> dict[str, Subscriber]:
    found: dict[str, Subscriber] = {}
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        rows = session.scalars(select(Subscriber).where(Subscriber.msisdn.in_(some)))
        found |= {row.msisdn: row for row in rows}
    return found


def _country_among(served: Set[str], msisdn: str, default_country: str) -> str:
    region = region_of(msisdn)
    return region if region is not None and region in served else default_country


def _meet(session: Session, msisdn: str, default_country: str, now: datetime) -> Subscriber:
    country = country_of(session, msisdn, default_country)
    subscriber = Subscriber(msisdn=msisdn, country=country, created_at=now)
    try:
        # The savepoint keeps the caller's work when another process met the same person first.
        with session.begin_nested():
            session.add(subscriber)
    except IntegrityError:
        first = find_subscriber(session, msisdn)
        if first is None:
            raise
        return first
    return subscriber


def country_of(session: Session, msisdn: str, default_country: str) -> str:
    """The number's own country, where we serve it."""
    region = region_of(msisdn)
    if region is None:
        return default_country
    code: str | None = session.scalar(select(_COUNTRIES.c.code).where(_COUNTRIES.c.code == region))
    return code or default_country

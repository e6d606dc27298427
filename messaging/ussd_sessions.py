"""Sessions on the menu, by USSD or voice: one row each, held by one hop at a time.

A hop is answered while the caller waits and its fee runs: the statements here name the few columns
that it needs and load no objects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ScalarSelect, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from db.prepared import Prepared
from db.upserts import insert_once
from messaging.message import LastInput, Transcript, Typed, UssdRequest
from messaging.models import Subscriber, UssdSession

# Who dials again within this time goes on with what broke off. No network keeps a session longer
# without a word, so the call is over by then.
RESUMABLE_FOR = timedelta(minutes=3)


@dataclass(frozen=True)
class Person:
    """Who calls, as far as a menu has to know.

    `is_out` wants no messages; `is_lost`: texts to them failed since one arrived.
    """

    id: int
    msisdn: str
    country: str
    name: str | None
    language: str | None
    home_place_id: int | None
    usual_commodity: str | None
    gateway: str | None
    is_out: bool
    is_demo: bool
    is_lost: bool = False


@dataclass(frozen=True)
class Seat:
    """A session as a hop finds it: what was typed, where that led, and who calls.

    `inputs` counts what the gateway has brought so far, `hops` the keys that were pressed.
    """

    id: int
    service_code: str
    transcript: str
    inputs: int
    state: Mapping[str, Any]
    answer: str
    ended: bool
    hops: int
    updated_at: datetime
    person: Person
    beside: int | None = None  # what was read beside it


class Seen(NamedTuple):
    """A session as it was looked at: what is worked out from it holds while it is still so."""

    session_id: int
    transcript: str
    inputs: int
    hops: int


@dataclass(frozen=True)
class Glance:
    """Who calls, and the session of the request; where it is not begun, the one `before` it.

    That is the last one that they began by the same way, None for the first ever. `is_anothers` for
    a session that belongs to another number.
    """

    person: Person
    seat: Seat | None
    before: Seat | None
    beside: Sequence[Any] = ()  # what was read beside it
    is_anothers: bool = False


@dataclass(frozen=True)
class Kept:
    """What a hop leaves behind for the next one."""

    transcript: str
    inputs: int
    state: Mapping[str, Any]
    answer: str
    ended: bool
    hops: int
    screen: str
    asked: str = ""  # what was looked up in this hop, a line each


def storable(request: UssdRequest) -> UssdRequest:
    """The request as every database can keep it, however odd what a phone sent."""
    if _is_storable(request):
        return request
    network_code = request.network_code
    return replace(
        request,
        gateway_session_id=_storable(request.gateway_session_id)[:120],
        service_code=_storable(request.service_code)[:40],
        typed=_storable_input(request.typed),
        network_code=None if network_code is None else _storable(network_code)[:10],
    )


def person_of(subscriber: Subscriber) -> Person:
    """Somebody whose row is loaded, as far as a menu has to know."""
    return Person(
        id=subscriber.id,
        msisdn=subscriber.msisdn,
        country=subscriber.country,
        name=subscriber.name,
        language=subscriber.language,
        home_place_id=subscriber.home_place_id,
        usual_commodity=subscriber.usual_commodity_code,
        gateway=subscriber.gateway,
        is_out=subscriber.opted_out_at is not None,
        is_demo=subscriber.is_demo,
        is_lost=subscriber.failures_in_a_row > 0,
    )


def take_seat(
    session: Session, request: UssdRequest, *, beside: ScalarSelect[Any] | None = None
) -> Seat | None:
    """The session of a request, held until the transaction ends; None for one not yet seen.

    A carrier that repeats a hop while the first is still at work waits here for its answer.
    `beside` is a number that is wanted of the same moment, to be read on the same way.
    """
    return _find_seat(_seat_query(beside, is_held=True), session, request)


def find_seat(
    session: Session, request: UssdRequest, *, beside: ScalarSelect[Any] | None = None
) -> Seat | None:
    """The same, holding nothing: for a hop that goes on, half as much to read as a glance."""
    return _find_seat(_seat_query(beside, is_held=False), session, request)


def _find_seat(query: Prepared, session: Session, request: UssdRequest) -> Seat | None:
    named = {"gateway": request.gateway, "session_id": request.gateway_session_id}
    row = query.first(session, named)
    if row is None:
        return None
    person, beside = row[_OF_SEAT : _OF_SEAT + _OF_PERSON], row[_OF_SEAT + _OF_PERSON :]
    return _seat(row[:_OF_SEAT], Person(*person), beside)


def glance(
    session: Session,
    request: UssdRequest,
    *,
    beside: tuple[ScalarSelect[Any], ...] = (),
    asked: Mapping[str, Any] | None = None,
) -> "Glance | None":
    """Who calls, and their session or the last one, on one way there and back, holding nothing.

    None for somebody we never met. `beside` is what is wanted with it, by the values `asked`.
    """
    named = {
        "msisdn": request.msisdn,
        "gateway": request.gateway,
        "session_id": request.gateway_session_id,
        "channel": request.channel,
        "service_code": request.service_code,
        **(asked or {}),
    }
    row = _glance_query(beside).first(session, named)
    if row is None:
        return None
    whose, (is_begun, owner_id, *rest) = row[:_OF_PERSON], row[_OF_PERSON:]
    person, found = Person(*whose), rest[_OF_SEAT:]
    if owner_id is None:
        return Glance(person, None, None, found)
    seat = _seat(rest[:_OF_SEAT], person, found)
    if not is_begun:
        return Glance(person, None, seat, found)
    return Glance(person, seat, None, found, is_anothers=owner_id != person.id)


def has_called(session: Session, person: Person) -> bool:
    """True for somebody who ever called, by any way."""
    return _ANY_CALL.first(session, {"id": person.id}) is not None


def open_session(
    session: Session, request: UssdRequest, person_id: int, kept: Kept, now: datetime
) -> int | None:
    """Begin a session, and tell its id; None where another process began it a moment ago.

    On PostgreSQL it waits for that one's transaction to end, and then knows who was first.
    """
    row = {
        "gateway": request.gateway,
        "gateway_session_id": request.gateway_session_id,
        "subscriber_id": person_id,
        "service_code": request.service_code,
        "network_code": request.network_code,
        "channel": request.channel,
        **_columns(kept),
        "asked": kept.asked or None,
        "started_at": now,
        "updated_at": now,
    }
    return insert_once(session, UssdSession, row, key=("gateway", "gateway_session_id"))


def keep_hop(session: Session, seen: Seen, kept: Kept, now: datetime) -> bool:
    """Keep where a hop led, with its answer; False where another hop was kept since `seen`."""
    values = {
        "session_id": seen.session_id,
        "seen_transcript": seen.transcript,
        "seen_inputs": seen.inputs,
        "seen_hops": seen.hops,
        **_columns(kept),
        "updated_at": now,
    }
    return _KEEP.count(session, values) == 1


def close_seat(session: Session, session_id: int) -> None:
    """A session that goes on in another one: whatever still comes of it begins at the top."""
    session.execute(update(_sessions).where(_sessions.c.id == session_id).values(state={}))


@dataclass(frozen=True)
class Asked:
    """What somebody looked up in one session since it was last counted, a line each."""

    session_id: int
    subscriber_id: int
    lines: tuple[str, ...]
    asked_at: datetime


def take_asked(session: Session, most: int) -> list[Asked]:
    """Take what was looked up in so many sessions: to be counted in this transaction, once.

    Another worker looks past them.
    """
    rows = session.execute(
        select(UssdSession.id, UssdSession.subscriber_id, UssdSession.asked, UssdSession.updated_at)
        .where(UssdSession.asked.is_not(None))
        .order_by(UssdSession.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    if rows:
        taken = [row.id for row in rows]
        session.execute(update(_sessions).where(_sessions.c.id.in_(taken)).values(asked=None))
    return [Asked(id_, person, tuple((asked or "").split()), at) for id_, person, asked, at in rows]


_sessions = cast(Table, UssdSession.__table__)
_people = cast(Table, Subscriber.__table__)
_PERSON_COLUMNS = (
    _people.c.id.label("person_id"),
    _people.c.msisdn,
    _people.c.country,
    _people.c.name,
    _people.c.language,
    _people.c.home_place_id,
    _people.c.usual_commodity_code,
    _people.c.gateway.label("person_gateway"),
    _people.c.opted_out_at.is_not(None),
    _people.c.is_demo,
    _people.c.failures_in_a_row > 0,
)
_SEAT_COLUMNS = (
    _sessions.c.id,
    _sessions.c.service_code,
    _sessions.c.transcript,
    _sessions.c.inputs,
    _sessions.c.state,
    _sessions.c.answer,
    _sessions.c.ended,
    _sessions.c.hops,
    _sessions.c.updated_at,
)
_OF_PERSON, _OF_SEAT = len(_PERSON_COLUMNS), len(_SEAT_COLUMNS)
_ANY_CALL = Prepared(
    select(_sessions.c.id).where(_sessions.c.subscriber_id == bindparam("id")).limit(1)
)
_SEAT = select(*_SEAT_COLUMNS, *_PERSON_COLUMNS).join(
    _people, _people.c.id == _sessions.c.subscriber_id
)
_KEEP = Prepared(
    update(_sessions)
    .where(
        _sessions.c.id == bindparam("session_id"),
        _sessions.c.transcript == bindparam("seen_transcript"),
        _sessions.c.inputs == bindparam("seen_inputs"),
        _sessions.c.hops == bindparam("seen_hops"),
    )
    .values(
        {
            name: bindparam(name)
            for name in (
                "transcript",
                "inputs",
                "state",
                "answer",
                "ended",
                "hops",
                "screen",
                "updated_at",
            )
        }
        # Behind what is there: whoever counts it takes it away meanwhile.
        | {"asked": func.nullif(func.coalesce(_sessions.c.asked, "") + bindparam("asked"), "")}
    )
)


@cache
def _seat_query(beside: ScalarSelect[Any] | None, *, is_held: bool) -> Prepared:
    seat = _SEAT if beside is None else _SEAT.add_columns(beside)
    found = seat.where(
        _sessions.c.gateway == bindparam("gateway"),
        _sessions.c.gateway_session_id == bindparam("session_id"),
    )
    return Prepared(found.with_for_update(of=_sessions) if is_held else found)


@cache
def _glance_query(beside: tuple[ScalarSelect[Any], ...]) -> Prepared:
    its, last = _sessions.alias(), _sessions.alias()
    of_request = select(its.c.id).where(
        its.c.gateway == bindparam("gateway"),
        its.c.gateway_session_id == bindparam("session_id"),
    )
    before_it = (
        select(last.c.id)
        .where(
            last.c.subscriber_id == _people.c.id,
            last.c.gateway == bindparam("gateway"),
            last.c.channel == bindparam("channel"),
            last.c.service_code == bindparam("service_code"),
        )
        .order_by(last.c.started_at.desc(), last.c.id.desc())
        .limit(1)
    )
    wanted = func.coalesce(of_request.scalar_subquery(), before_it.scalar_subquery())
    is_begun = _sessions.c.gateway_session_id == bindparam("session_id")
    return Prepared(
        select(*_PERSON_COLUMNS, is_begun, _sessions.c.subscriber_id, *_SEAT_COLUMNS, *beside)
        .select_from(_people.outerjoin(_sessions, _sessions.c.id == wanted))
        .where(_people.c.msisdn == bindparam("msisdn"))
    )


def _seat(columns: Sequence[Any], person: Person, beside: Sequence[Any]) -> Seat:
    id_, service_code, transcript, inputs, state, answer, ended, hops, updated_at = columns
    return Seat(
        id_,
        service_code,
        transcript,
        inputs,
        state,
        answer,
        ended,
        hops,
        updated_at,
        person,
        beside[0] if beside else None,
    )


def _columns(kept: Kept) -> dict[str, Any]:
    return {
        "transcript": kept.transcript,
        "inputs": kept.inputs,
        "state": kept.state,
        "answer": kept.answer,
        "ended": kept.ended,
        "hops": kept.hops,
        "screen": kept.screen,
        "asked": kept.asked,
    }


def _is_storable(request: UssdRequest) -> bool:
    """True for one with nothing odd about it, as nearly all are."""
    session_id, service_code = request.gateway_session_id, request.service_code
    network_code, typed = request.network_code or "", request.typed.text
    return (
        len(session_id) <= 120
        and len(service_code) <= 40
        and len(network_code) <= 10
        and (all_of_it := f"{session_id}{service_code}{network_code}{typed}").isascii()
        and "\0" not in all_of_it
    )


def _storable_input(typed: Typed) -> Typed:
    match typed:
        case Transcript(text):
            return Transcript(_storable(text))
        case LastInput(text, number):
            return LastInput(_storable(text), number)


def _storable(text: str) -> str:
    """The text without NUL and halves of letters: no database keeps those."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()

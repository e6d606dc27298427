"""A text kept with its answer and with what it does: all or nothing, in as few steps as can be.

What most texts do is worked out before. On PostgreSQL all of it goes in one statement that stands
alone; a transaction would take many ways there and back.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import BindParameter, Column, String, Table, bindparam, literal, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql

from db.as_read import as_written
from db.beside import Barring, Beside, ChangedMeanwhileError, Changing, CountUp, Shape
from db.looking import Looking
from db.prepared import Prepared
from db.session import Database
from db.upserts import insert_once
from messaging.inbox import ONCE, as_kept
from messaging.kinds import OutboundKind
from messaging.message import InboundSms
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from messaging.outbox import EQUAL_TEXTS, as_promised, tell_where_it_loops
from messaging.subscribers import note_language, noting_language

Row = dict[str, Any]

_REPLY = "reply:"
_INBOX, _OUTBOX = (cast(Table, table.__table__) for table in (InboundMessage, OutboundMessage))


def reply_key(inbound_id: int) -> str:
    """What makes a text's reply one promise, whatever is repeated."""
    return f"{_REPLY}{inbound_id}"


def keep_with_reply(
    database: Database,
    session: Looking,
    sms: InboundSms,
    person: Subscriber,
    *,
    intent: str,
    reply: str,
    language: str,
    spoken: str | None,
    beside: Sequence[Beside],
    now: datetime,
    said_lately: int = EQUAL_TEXTS,
) -> OutboundMessage | None:
    """Keep a text and promise its reply, by the connection that looked what that is.

    `spoken` is what their words tell of the language of somebody who has chosen none; `beside` is
    what is written with it; `said_lately` as in `as_promised`. None for a repeat, and where what is
    written does not hold any more: nothing is kept of either. On the disk when `Database.sync` has
    come back.
    """
    kept = as_kept(sms, person, now=now, handled_at=now, intent=intent)
    promised = as_promised(
        session,
        recipient=person,
        text=reply,
        language=language,
        kind=OutboundKind.REPLY,
        now=now,
        gateway=kept["gateway"],
        sender=kept["recipient"] if kept["link_id"] else None,
        link_id=kept["link_id"],
        said_lately=said_lately,
    )
    keep = _in_steps if database.is_a_file else _in_one
    try:
        with database.turn, session.writes_once():
            made = keep(session, kept, promised, spoken, beside)
    except ChangedMeanwhileError:
        return None
    if made is None:
        return None
    tell_where_it_loops(person, promised)
    inbound_id, outbound_id = made
    known = {"id": outbound_id, "in_reply_to_id": inbound_id, "dedupe_key": reply_key(inbound_id)}
    return as_written(OutboundMessage, {**promised, **known})


def _in_steps(
    session: Looking, kept: Row, promised: Row, spoken: str | None, beside: Sequence[Beside]
) -> tuple[int, int] | None:
    inbound_id = insert_once(session, InboundMessage, kept, key=ONCE)
    if inbound_id is None:
        return None
    if spoken is not None:
        note_language(session, kept["subscriber_id"], spoken)
    named = {"dedupe_key": reply_key(inbound_id), "in_reply_to_id": inbound_id}
    outbound_id = insert_once(session, OutboundMessage, {**named, **promised}, key="dedupe_key")
    for one in beside:
        one.write(session, inbound_id)
    return None if outbound_id is None else (inbound_id, outbound_id)


def _in_one(
    session: Looking, kept: Row, promised: Row, spoken: str | None, beside: Sequence[Beside]
) -> tuple[int, int] | None:
    parts = _each_row_once(beside)
    values = {f"kept_{name}": value for name, value in kept.items()} | promised
    for number, one in enumerate(parts):
        values |= {_beside(number, name): value for name, value in one.values.items()}
    statement = _all(
        tuple(kept),
        tuple(promised),
        with_language=spoken is not None,
        beside=tuple(one.shape for one in parts),
    )
    made = statement.first(session, {**values, "spoken": spoken})
    return None if made is None else (made[0], made[1])


def _each_row_once(beside: Sequence[Beside]) -> list[Beside]:
    """A statement may write a row once: what is counted twice is counted together."""
    found: dict[Hashable, Beside] = {}
    for number, one in enumerate(beside):
        if not isinstance(one, CountUp):
            found[number] = one
            continue
        row = one.table, tuple(one.key.items())
        before = found.get(row)
        counted = before.by if isinstance(before, CountUp) else {}
        by = {name: value + counted.get(name, 0) for name, value in one.by.items()}
        found[row] = CountUp(one.table, one.key, by)
    return list(found.values())


def _beside(number: int, name: str) -> str:
    return f"beside_{number}_{name}"


def _bound(number: int) -> Callable[[str, Column[Any]], BindParameter[Any]]:
    return lambda name, column: bindparam(_beside(number, name), type_=column.type)


@cache
def _all(
    kept: tuple[str, ...],
    promised: tuple[str, ...],
    *,
    with_language: bool,
    beside: tuple[Shape, ...],
) -> Prepared:
    """The reply is inserted of what the text's own insert gives back: nothing, of a repeat.

    Nor is the text kept unless each row that is changed beside it is as it was, and nothing is
    there that bars it.
    """
    row = select(*(bindparam(f"kept_{name}", type_=_INBOX.c[name].type) for name in kept))
    for number, shape in enumerate(beside):
        if isinstance(shape, Changing | Barring):
            row = row.where(shape.holds(f"held_{number}", _bound(number)))
    text = postgresql.insert(_INBOX).from_select(list(kept), row, include_defaults=False)
    text_kept = (
        text.on_conflict_do_nothing(index_elements=list(ONCE))
        .returning(_INBOX.c.id, _INBOX.c.subscriber_id)
        .cte("kept")
    )
    reply = select(
        (literal(_REPLY) + sql_cast(text_kept.c.id, String)),
        text_kept.c.id,
        *(bindparam(name, type_=_OUTBOX.c[name].type) for name in promised),
    )
    names = ["dedupe_key", "in_reply_to_id", *promised]
    insert = postgresql.insert(_OUTBOX).from_select(names, reply, include_defaults=False)
    if with_language:
        noted = noting_language(of=text_kept.c.subscriber_id, spoken=bindparam("spoken"))
        insert = insert.add_cte(noted.cte("noted"))
    for number, shape in enumerate(beside):
        if (part := shape.part(text_kept, _bound(number))) is not None:
            insert = insert.add_cte(part.cte(f"beside_{number}"))
    return Prepared(insert.returning(_OUTBOX.c.in_reply_to_id, _OUTBOX.c.id))

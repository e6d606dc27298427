"""A text that only asked, kept with its answer: both or neither, in as few steps as there can be.

Most texts are of that kind. On PostgreSQL the two rows go in one statement that stands alone; a
transaction would take four ways there and back.
"""

from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import String, Table, bindparam, literal, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql

from db.as_read import as_written
from db.base import Base
from db.looking import Looking
from db.prepared import Prepared
from db.session import Database
from db.upserts import CountUp, adding, insert_once
from messaging.inbox import ONCE, as_kept
from messaging.kinds import OutboundKind
from messaging.message import InboundSms
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from messaging.outbox import as_promised, tell_where_it_loops
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
    beside: Sequence[CountUp],
    now: datetime,
) -> OutboundMessage | None:
    """Keep a text and promise its reply, by the connection that looked what that is.

    `spoken` is what their words tell of the language of somebody who has chosen none; `beside` is
    what is counted with it. None for a repeat, of which nothing is kept. On the disk when
    `Database.sync` has come back.
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
    )
    keep = _in_steps if database.is_a_file else _in_one
    with database.turn, session.writes_once():
        made = keep(session, kept, promised, spoken, beside)
    if made is None:
        return None
    tell_where_it_loops(person, promised)
    inbound_id, outbound_id = made
    known = {"id": outbound_id, "in_reply_to_id": inbound_id, "dedupe_key": reply_key(inbound_id)}
    return as_written(OutboundMessage, {**promised, **known})


def _in_steps(
    session: Looking, kept: Row, promised: Row, spoken: str | None, beside: Sequence[CountUp]
) -> tuple[int, int] | None:
    inbound_id = insert_once(session, InboundMessage, kept, key=ONCE)
    if inbound_id is None:
        return None
    if spoken is not None:
        note_language(session, kept["subscriber_id"], spoken)
    named = {"dedupe_key": reply_key(inbound_id), "in_reply_to_id": inbound_id}
    outbound_id = insert_once(session, OutboundMessage, {**named, **promised}, key="dedupe_key")
    for count in beside:
        count(session)
    return None if outbound_id is None else (inbound_id, outbound_id)


def _in_one(
    session: Looking, kept: Row, promised: Row, spoken: str | None, beside: Sequence[CountUp]
) -> tuple[int, int] | None:
    counts = _each_row_once(beside)
    values = {f"kept_{name}": value for name, value in kept.items()} | promised
    for number, count in enumerate(counts):
        counted = {**count.key, **count.by}
        values |= {_counted(number, name): value for name, value in counted.items()}
    statement = _all(
        tuple(kept),
        tuple(promised),
        with_language=spoken is not None,
        counts=tuple((one.table, tuple(one.key), tuple(one.by)) for one in counts),
    )
    made = statement.first(session, {**values, "spoken": spoken})
    return None if made is None else (made[0], made[1])


def _each_row_once(counts: Sequence[CountUp]) -> list[CountUp]:
    """A statement may write a row once: what is counted twice is counted together."""
    found: dict[Hashable, CountUp] = {}
    for one in counts:
        row = one.table, tuple(one.key.items())
        before = found.get(row)
        by = {name: value + (before.by[name] if before else 0) for name, value in one.by.items()}
        found[row] = CountUp(one.table, one.key, by)
    return list(found.values())


def _counted(number: int, name: str) -> str:
    return f"counted_{number}_{name}"


@cache
def _all(
    kept: tuple[str, ...],
    promised: tuple[str, ...],
    *,
    with_language: bool,
    counts: tuple[tuple[type[Base], tuple[str, ...], tuple[str, ...]], ...],
) -> Prepared:
    """The reply is inserted of what the text's own insert gives back: nothing, of a repeat."""
    text = postgresql.insert(_INBOX).values({name: bindparam(f"kept_{name}") for name in kept})
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
    for number, (table, key, counters) in enumerate(counts):
        columns = table.__table__.c
        row = [
            bindparam(_counted(number, name), type_=columns[name].type)
            for name in (*key, *counters)
        ]
        counted = postgresql.insert(cast(Table, table.__table__)).from_select(
            [*key, *counters], select(*row).select_from(text_kept), include_defaults=False
        )
        insert = insert.add_cte(adding(counted, table, key, counters).cte(f"counted_{number}"))
    return Prepared(insert.returning(_OUTBOX.c.in_reply_to_id, _OUTBOX.c.id))

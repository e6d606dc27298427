"""A text that only asked, kept with its answer: both or neither, in as few steps as there can be.

Most texts are of that kind. On PostgreSQL the two rows go in one statement that stands alone; a
transaction would take four ways there and back.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import String, Table, bindparam, literal, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from db.as_read import as_written
from db.looking import Looking
from db.prepared import Prepared
from db.session import Database
from db.upserts import insert_once
from messaging.inbox import ONCE, as_kept
from messaging.kinds import OutboundKind
from messaging.message import InboundSms
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from messaging.outbox import as_promised, tell_where_it_loops
from messaging.subscribers import note_language, noting_language

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
    beside: Sequence[Callable[[Session], None]],
    now: datetime,
) -> OutboundMessage | None:
    """Keep a text and promise its reply, by the connection that looked what that is.

    `spoken` is what their words tell of the language of somebody who has chosen none. What stands
    `beside` writes by prepared statements alone. None for a repeat, of which nothing is kept. On
    the disk when `Database.sync` has come back.
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
    with database.turn, session.writes_once(alone=not beside):
        made = keep(session, kept, promised, spoken)
        if made is None:
            return None
        for deed in beside:
            deed(session)
    tell_where_it_loops(person, promised)
    inbound_id, outbound_id = made
    known = {"id": outbound_id, "in_reply_to_id": inbound_id, "dedupe_key": reply_key(inbound_id)}
    return as_written(OutboundMessage, {**promised, **known})


def _in_steps(
    session: Looking, kept: dict[str, Any], promised: dict[str, Any], spoken: str | None
) -> tuple[int, int] | None:
    inbound_id = insert_once(session, InboundMessage, kept, key=ONCE)
    if inbound_id is None:
        return None
    if spoken is not None:
        note_language(session, kept["subscriber_id"], spoken)
    named = {"dedupe_key": reply_key(inbound_id), "in_reply_to_id": inbound_id}
    outbound_id = insert_once(session, OutboundMessage, {**named, **promised}, key="dedupe_key")
    return None if outbound_id is None else (inbound_id, outbound_id)


def _in_one(
    session: Looking, kept: dict[str, Any], promised: dict[str, Any], spoken: str | None
) -> tuple[int, int] | None:
    values = {f"kept_{name}": value for name, value in kept.items()} | promised
    statement = _both(tuple(kept), tuple(promised), with_language=spoken is not None)
    made = statement.first(session, {**values, "spoken": spoken})
    return None if made is None else (made[0], made[1])


@cache
def _both(kept: tuple[str, ...], promised: tuple[str, ...], *, with_language: bool) -> Prepared:
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
    return Prepared(insert.returning(_OUTBOX.c.in_reply_to_id, _OUTBOX.c.id))

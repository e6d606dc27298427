"""One text from beginning to end: looked at with nothing held, then kept with all it does."""

from datetime import datetime

import structlog

from db.away import is_away
from db.looking import Looking
from db.session import Database
from handlers.allowance import NOTHING, Allowance
from handlers.sms import handle_sms
from handlers.sms_looking import Answered, Meant, look_at_sms
from messaging.at_once import keep_with_reply
from messaging.inbox import reply_to_repeat
from messaging.message import InboundSms
from messaging.models import OutboundMessage
from prices.catalogue import Catalogue

log = structlog.get_logger()


def take_sms(
    database: Database,
    sms: InboundSms,
    *,
    catalogue: Catalogue,
    default_country: str,
    now: datetime,
    allowance: Allowance = NOTHING,
    told_at: datetime | None = None,
) -> OutboundMessage | None:
    """Act on a text as `handle_sms` does. On the disk when `Database.sync` has come back."""
    seen: OutboundMessage | Meant | Answered | None = None
    if told_at in {None, now}:
        seen = _look_at(database, sms, catalogue=catalogue, now=now, allowance=allowance)
    if isinstance(seen, OutboundMessage):
        return seen
    with database.begin(is_synced=False) as session:
        return handle_sms(
            session,
            sms,
            catalogue=catalogue,
            default_country=default_country,
            now=now,
            allowance=allowance,
            told_at=told_at,
            seen=seen,
        )


def _look_at(
    database: Database,
    sms: InboundSms,
    *,
    catalogue: Catalogue,
    now: datetime,
    allowance: Allowance,
) -> OutboundMessage | Meant | Answered | None:
    """What can be made of a text with nothing held: mostly it is answered, and that is that.

    Where it fails, all is done as if nobody had looked.
    """
    try:
        with database.look(may_write=False) as session:
            seen = look_at_sms(session, sms, catalogue=catalogue, now=now, allowance=allowance)
            return _kept(database, session, sms, seen, now) or seen
    except Exception as error:
        if is_away(error):
            raise
        log.exception("text_not_looked_at", gateway=sms.gateway, id=sms.gateway_message_id)
        return None


def _kept(
    database: Database,
    session: Looking,
    sms: InboundSms,
    seen: Meant | Answered | None,
    now: datetime,
) -> OutboundMessage | None:
    """The promised reply of a text that is kept with it; None where that cannot be at once.

    Of a repeat it is what was promised before; None too where nothing was yet.
    """
    if not isinstance(seen, Answered) or seen.reply is None or sms.answered_by_gateway:
        return None
    reply = keep_with_reply(
        database,
        session,
        sms,
        seen.person,
        intent=seen.intent,
        reply=seen.reply,
        language=seen.language,
        spoken=seen.note_language,
        beside=seen.beside,
        said_lately=seen.said_lately,
        now=now,
    )
    return reply or reply_to_repeat(session, sms)

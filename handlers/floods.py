"""Who texts faster than any hand: all of it is kept, and acted upon at a calm pace.

A phone that went mad, or a secretary who sends a whole month of milk by a program: nobody can tell,
so nothing is thrown away. One reply an hour says so; none comes to each.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.allowance import NOTHING, Allowance
from handlers.commands import Stop
from handlers.parser import parse
from handlers.senders import as_sender
from handlers.sms import answer, try_to_answer
from messaging.inbox import due_calmly, keep_for_later
from messaging.kinds import OutboundKind
from messaging.message import InboundSms
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from prices.catalogue import Catalogue

# In one round of the worker, which comes every minute: of one number, and of all.
MOST_OF_ONE, MOST_AT_ONCE = 30, 60


def keep_sms(
    session: Session,
    sms: InboundSms,
    *,
    catalogue: Catalogue,
    default_country: str,
    now: datetime,
    allowance: Allowance = NOTHING,
) -> OutboundMessage | None:
    """Keep one text of many for later; whoever says STOP is left alone at once all the same."""
    inbound = keep_for_later(session, sms, default_country=default_country, now=now)
    if inbound is None:
        return None
    person = session.get(Subscriber, inbound.subscriber_id) if inbound.subscriber_id else None
    if person is None or _says_stop(session, inbound, person, catalogue, now):
        return answer(session, inbound, catalogue=catalogue, now=now, allowance=allowance)
    return _say_once(session, person, inbound, catalogue, now)


def answer_calmly(
    session: Session, *, catalogue: Catalogue, now: datetime, allowance: Allowance = NOTHING
) -> int:
    """Act on some of what was kept, in its order, and count it. Only what is unclear is asked."""
    return sum(
        _act(session, inbound, catalogue=catalogue, now=now, allowance=allowance)
        for inbound in due_calmly(session, of_one=MOST_OF_ONE, most=MOST_AT_ONCE)
    )


def _act(
    session: Session,
    inbound: InboundMessage,
    *,
    catalogue: Catalogue,
    now: datetime,
    allowance: Allowance,
) -> bool:
    is_done = try_to_answer(
        session,
        inbound,
        catalogue=catalogue,
        now=inbound.received_at,  # milk is of the day it was told
        told_at=now,
        allowance=allowance,
        is_quiet=True,
    )
    if is_done:
        inbound.error = None
    return is_done


def _says_stop(
    session: Session,
    inbound: InboundMessage,
    person: Subscriber,
    catalogue: Catalogue,
    now: datetime,
) -> bool:
    vocabulary = catalogue.vocabulary(session, person.country)
    parsed = parse(inbound.text, vocabulary, as_sender(session, person, None, now))
    return isinstance(parsed.command, Stop)


def _say_once(
    session: Session,
    person: Subscriber,
    inbound: InboundMessage,
    catalogue: Catalogue,
    now: datetime,
) -> OutboundMessage | None:
    """Say that no reply comes to each; whoever said STOP hears nothing."""
    if person.opted_out_at is not None or inbound.answered_by_gateway:
        return None
    country = catalogue.vocabulary(session, person.country).country
    language = person.language or country.language
    return enqueue(
        session,
        recipient=person,
        text=say(
            language,
            "We got very many texts from you at once. All are kept and will be read one by one,"
            " without a reply to each. Need an answer? Ask again in some minutes.",
        ),
        language=language,
        kind=OutboundKind.REPLY,
        dedupe_key=f"flood:{person.id}:{now:%Y-%m-%dT%H}",
        now=now,
        gateway=inbound.gateway,
        sender=inbound.recipient if inbound.link_id else None,
        link_id=inbound.link_id,
        in_reply_to_id=inbound.id,
    )

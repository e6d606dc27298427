"""A text comes in: keep it, understand it, act, promise the reply; all of it or nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.act import act
from handlers.allowance import NOTHING, Allowance
from handlers.answering import in_context
from handlers.conversation import Conversation
from handlers.lateness import late_words
from handlers.parser import parse
from handlers.parser.report import intent_of
from handlers.senders import as_sender, language_of, language_to_note, spoken_in
from handlers.sms_looking import Answered, Meant, sender_as_seen
from messaging.at_once import reply_key
from messaging.held_questions import ask_from, held_question
from messaging.inbox import (
    due_again,
    find_inbound,
    hold_unhandled,
    keep_inbound,
    promised_reply,
    sender_of,
    store_inbound,
    write_down_failure,
)
from messaging.kinds import Channel, OutboundKind
from messaging.message import InboundSms
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from messaging.outbox import enqueue
from messaging.subscribers import note_language
from prices.catalogue import Catalogue

MOST_RETRIES_AT_ONCE = 50


def handle_sms(
    session: Session,
    sms: InboundSms,
    *,
    catalogue: Catalogue,
    default_country: str,
    now: datetime,
    allowance: Allowance = NOTHING,
    told_at: datetime | None = None,
    seen: Meant | Answered | None = None,
) -> OutboundMessage | None:
    """Keep a text, act on it and promise the reply; None where there is nobody to answer.

    A gateway repeats until it hears us: the repeat earns the reply promised before, no new act.
    `now` is when it came: milk is of that day, and a question open then is answered. Where we only
    hear of it at `told_at`, the reply says so. `seen` is what `look_at_sms` made of it.
    """
    handled_at = told_at or now
    if isinstance(seen, Answered) and not seen.only_asks:
        seen = seen.meant  # what it would have written may not hold any more
    person = None if seen is None else _sender_as_seen(session, sms, seen, now)
    if person is None:
        seen, person = None, sender_of(session, sms, default_country=default_country, now=now)
    intent = None if seen is None else seen.intent
    inbound = keep_inbound(session, sms, person, now=now, handled_at=handled_at, intent=intent)
    if inbound is None:
        first = find_inbound(session, sms)
        return None if first is None else promised_reply(session, first)
    if isinstance(seen, Answered):
        return _keep_answer(session, inbound, seen, now)
    if person is None:
        return None
    return _act_on(
        session,
        inbound,
        person,
        catalogue=catalogue,
        now=now,
        allowance=allowance,
        told_at=handled_at,
        meant=seen,
    )


def _sender_as_seen(
    session: Session, sms: InboundSms, seen: Meant | Answered, now: datetime
) -> Subscriber | None:
    if isinstance(seen, Answered):
        return seen.person
    return sender_as_seen(session, sms, seen, now=now)


def store_unhandled(
    session: Session, sms: InboundSms, *, error: str, default_country: str, now: datetime
) -> InboundMessage | None:
    """Keep a text that could not be acted upon, so that the worker can try again."""
    return store_inbound(session, sms, default_country=default_country, now=now, error=error)


def retry_unhandled(
    session: Session, *, catalogue: Catalogue, now: datetime, allowance: Allowance = NOTHING
) -> int:
    """Try again what could not be acted upon, and count what now was; none holds up another."""
    return sum(
        try_to_answer(session, inbound, catalogue=catalogue, now=now, allowance=allowance)
        for inbound in due_again(session, now, MOST_RETRIES_AT_ONCE)
    )


def retry_one(
    session: Session,
    inbound_id: int,
    *,
    catalogue: Catalogue,
    now: datetime,
    allowance: Allowance = NOTHING,
) -> bool | None:
    """Try one text again, however often it failed; None where it was acted upon meanwhile."""
    inbound = hold_unhandled(session, inbound_id)
    if inbound is None:
        return None
    return try_to_answer(session, inbound, catalogue=catalogue, now=now, allowance=allowance)


def try_to_answer(
    session: Session,
    inbound: InboundMessage,
    *,
    catalogue: Catalogue,
    now: datetime,
    allowance: Allowance,
    is_quiet: bool = False,
    told_at: datetime | None = None,
) -> bool:
    """Act on a text that is kept, as `answer` does; False, and why is written down, if it fails."""
    try:
        with session.begin_nested():
            answer(
                session,
                inbound,
                catalogue=catalogue,
                now=now,
                allowance=allowance,
                is_quiet=is_quiet,
                told_at=told_at,
            )
    except Exception as error:
        write_down_failure(inbound, f"{type(error).__name__}: {error}")
        return False
    return True


def answer(
    session: Session,
    inbound: InboundMessage,
    *,
    catalogue: Catalogue,
    now: datetime,
    allowance: Allowance,
    is_quiet: bool = False,
    told_at: datetime | None = None,
) -> OutboundMessage | None:
    """Act on a text that is kept; `is_quiet`: say nothing but what has to be asked back."""
    inbound.handled_at = told_at = told_at or now
    subscriber = session.get(Subscriber, inbound.subscriber_id) if inbound.subscriber_id else None
    if subscriber is None:
        return None
    return _act_on(
        session,
        inbound,
        subscriber,
        catalogue=catalogue,
        now=now,
        allowance=allowance,
        told_at=told_at,
        is_quiet=is_quiet,
    )


def _act_on(
    session: Session,
    inbound: InboundMessage,
    subscriber: Subscriber,
    *,
    catalogue: Catalogue,
    now: datetime,
    allowance: Allowance,
    told_at: datetime,
    is_quiet: bool = False,
    meant: Meant | None = None,
) -> OutboundMessage | None:
    held = None
    if meant is not None:
        vocabulary, parsed = meant.vocabulary, meant.parsed
    else:
        vocabulary = catalogue.vocabulary(session, subscriber.country)
        held = held_question(session, subscriber, now)
        parsed = parse(inbound.text, vocabulary, as_sender(session, subscriber, held, now))
    conversation = Conversation(
        session=session,
        subscriber=subscriber,
        vocabulary=vocabulary,
        language=language_of(subscriber, parsed, vocabulary),
        channel=Channel.SMS,
        source_key=f"sms:{inbound.id}",
        raw_text=inbound.text,
        now=now,
        inbound_id=inbound.id,
        allowance=allowance,
    )
    conversation, command = in_context(conversation, parsed.command, held)
    reply = act(conversation, command)
    if inbound.intent != intent_of(command):  # the session writes whatever is touched
        inbound.intent = intent_of(command)
    if (language := language_to_note(subscriber, parsed)) is not None:
        subscriber.language = language
    if reply is None or inbound.answered_by_gateway:
        return None
    if is_quiet and not _was_asked_back(session, subscriber, inbound, now):
        return None
    if told_at > now:
        ask_from(session, inbound.id, told_at)
    language = spoken_in(conversation)
    words = late_words(
        reply,
        came_at=inbound.received_at,
        now=told_at,
        timezone=conversation.timezone,
        language=language,
    )
    return _promise(session, inbound, subscriber, words, language, now)


def _keep_answer(
    session: Session, inbound: InboundMessage, answered: Answered, now: datetime
) -> OutboundMessage | None:
    for one in answered.beside:
        one.write(session, inbound.id)
    if answered.note_language is not None:
        note_language(session, answered.person.id, answered.note_language)
    if answered.reply is None or inbound.answered_by_gateway:
        return None
    return _promise(session, inbound, answered.person, answered.reply, answered.language, now)


def _promise(
    session: Session,
    inbound: InboundMessage,
    recipient: Subscriber,
    words: str,
    language: str,
    now: datetime,
) -> OutboundMessage:
    return enqueue(
        session,
        recipient=recipient,
        text=words,
        language=language,
        kind=OutboundKind.REPLY,
        dedupe_key=reply_key(inbound.id),
        now=now,
        gateway=inbound.gateway,
        # An answer on somebody's link must come from the short code they wrote to.
        sender=inbound.recipient if inbound.link_id else None,
        link_id=inbound.link_id,
        in_reply_to_id=inbound.id,
    )


def _was_asked_back(
    session: Session, subscriber: Subscriber, inbound: InboundMessage, now: datetime
) -> bool:
    held = held_question(session, subscriber, now)
    return held is not None and held.inbound_message_id == inbound.id

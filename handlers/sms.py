"""A text comes in: keep it, understand it, act, promise the reply; all of it or nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from groups.book import DISPUTED_WITHIN, told_last_at
from groups.members import OFFICES, names_in, office_in, roles_of
from handlers.act import act
from handlers.allowance import NOTHING, Allowance
from handlers.answering import in_context
from handlers.commands import Confirm, JoinGroup, Parsed, Start, Stop, Unknown
from handlers.conversation import Conversation
from handlers.lateness import late_words
from handlers.parser import Sender, parse
from handlers.parser.report import intent_of
from messaging.held_questions import ask_from, held_question
from messaging.inbox import (
    due_again,
    find_inbound,
    hold_unhandled,
    promised_reply,
    store_inbound,
    write_down_failure,
)
from messaging.kinds import Channel, OutboundKind
from messaging.message import InboundSms
from messaging.models import HeldQuestion, InboundMessage, OutboundMessage, Subscriber
from messaging.outbox import enqueue
from messaging.phrases import languages
from prices.catalogue import Catalogue
from prices.vocabulary import Vocabulary

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
) -> OutboundMessage | None:
    """Keep a text, act on it and promise the reply; None where there is nobody to answer.

    A gateway repeats until it hears us: the repeat earns the reply promised before, no new act.
    `now` is when it came: milk is of that day, and a question open then is answered. Where we only
    hear of it at `told_at`, the reply says so.
    """
    inbound = store_inbound(session, sms, default_country=default_country, now=now)
    if inbound is None:
        first = find_inbound(session, sms)
        return None if first is None else promised_reply(session, first)
    return answer(
        session, inbound, catalogue=catalogue, now=now, allowance=allowance, told_at=told_at
    )


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
    vocabulary = catalogue.vocabulary(session, subscriber.country)
    held = held_question(session, subscriber, now)
    parsed = parse(inbound.text, vocabulary, as_sender(session, subscriber, held, now))
    conversation = Conversation(
        session=session,
        subscriber=subscriber,
        vocabulary=vocabulary,
        language=_language(subscriber, parsed, vocabulary),
        channel=Channel.SMS,
        source_key=f"sms:{inbound.id}",
        raw_text=inbound.text,
        now=now,
        inbound_id=inbound.id,
        allowance=allowance,
    )
    conversation, command = in_context(conversation, parsed.command, held)
    reply = act(conversation, command)
    inbound.intent = intent_of(command)
    _remember_language(subscriber, parsed)
    if reply is None or inbound.answered_by_gateway:
        return None
    if is_quiet and not _was_asked_back(session, subscriber, inbound, now):
        return None
    if told_at > now:
        ask_from(session, inbound.id, told_at)
    language = _spoken_in(conversation)
    return enqueue(
        session,
        recipient=subscriber,
        text=late_words(
            reply,
            came_at=inbound.received_at,
            now=told_at,
            timezone=conversation.timezone,
            language=language,
        ),
        language=language,
        kind=OutboundKind.REPLY,
        dedupe_key=f"reply:{inbound.id}",
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


def _spoken_in(conversation: Conversation) -> str:
    """The language of the reply: whoever has just chosen one is answered in it at once."""
    return _chosen(conversation.subscriber) or conversation.language


def as_sender(
    session: Session, subscriber: Subscriber, held: HeldQuestion | None, now: datetime
) -> Sender:
    """What is known of whoever wrote, as far as it tells what their words mean."""
    # Most are in no group: they pay for this one row, and for none of the others.
    roles = roles_of(session, subscriber.id)
    is_officer = any(role in OFFICES for role in roles)
    books = [group for group, _ in office_in(session, subscriber)] if is_officer else []
    told_at = told_last_at(session, subscriber.id, now) if roles else None
    return Sender(
        home_place_id=subscriber.home_place_id,
        usual_commodity=subscriber.usual_commodity_code,
        language=subscriber.language,
        # We told whoever is out how to come back: YES answers that.
        awaits_answer=held is not None or subscriber.opted_out_at is not None,
        keeps_book=bool(books),
        book_names=names_in(session, books),
        brings_milk=told_at is not None,
        has_receipt=told_at is not None and told_at >= now - DISPUTED_WITHIN,
        is_member=bool(roles),
    )


def _language(subscriber: Subscriber, parsed: Parsed, vocabulary: Vocabulary) -> str:
    """Their own choice, else that of their words, these or earlier ones, else their country's."""
    return (
        _chosen(subscriber)
        or _written(parsed, subscriber)
        or subscriber.language
        or vocabulary.country.language
    )


def _chosen(subscriber: Subscriber) -> str | None:
    return subscriber.language if subscriber.has_chosen_language else None


def _remember_language(subscriber: Subscriber, parsed: Parsed) -> None:
    if not (subscriber.has_chosen_language or isinstance(parsed.command, Unknown)):
        subscriber.language = _written(parsed, subscriber) or subscriber.language


def _written(parsed: Parsed, subscriber: Subscriber) -> str | None:
    """The language these words tell of, among those we speak."""
    # STOP, START, JOIN and YES are what everybody is taught to type: they make nobody English.
    is_taught = isinstance(parsed.command, Stop | Start | JoinGroup | Confirm)
    if parsed.language not in languages() or (is_taught and subscriber.language):
        return None
    return parsed.language

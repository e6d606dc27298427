"""Whoever wrote: what is known of them that tells what their words mean, and their language."""

from datetime import datetime

from sqlalchemy.orm import Session

from groups.book import DISPUTED_WITHIN, told_last_at
from groups.members import OFFICES, names_in, office_in, roles_of
from handlers.commands import Confirm, JoinGroup, Parsed, Start, Stop, Unknown
from handlers.conversation import Conversation
from handlers.parser import Sender
from messaging.models import HeldQuestion, Subscriber
from messaging.phrases import languages
from prices.vocabulary import Vocabulary


def as_sender(
    session: Session,
    subscriber: Subscriber,
    held: HeldQuestion | None,
    now: datetime,
    *,
    may_be_member: bool = True,
) -> Sender:
    """What is known of whoever wrote, as far as it tells what their words mean.

    Unless they `may_be_member` of a group, as most are not, nothing of groups is looked for.
    """
    roles = roles_of(session, subscriber.id) if may_be_member else []
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


def language_of(subscriber: Subscriber, parsed: Parsed, vocabulary: Vocabulary) -> str:
    """Their own choice, else that of their words, these or earlier ones, else their country's."""
    return (
        _chosen(subscriber)
        or _written(parsed, subscriber)
        or subscriber.language
        or vocabulary.country.language
    )


def spoken_in(conversation: Conversation) -> str:
    """The language of the reply: whoever has just chosen one is answered in it at once."""
    return _chosen(conversation.subscriber) or conversation.language


def language_to_note(subscriber: Subscriber, parsed: Parsed) -> str | None:
    """What their words tell us of the language of somebody who has chosen none, where it is new."""
    if subscriber.has_chosen_language or isinstance(parsed.command, Unknown):
        return None
    written = _written(parsed, subscriber)
    return None if written == subscriber.language else written


def _chosen(subscriber: Subscriber) -> str | None:
    return subscriber.language if subscriber.has_chosen_language else None


def _written(parsed: Parsed, subscriber: Subscriber) -> str | None:
    """The language these words tell of, among those we speak."""
    # STOP, START, JOIN and YES are what everybody is taught to type: they make nobody English.
    is_taught = isinstance(parsed.command, Stop | Start | JoinGroup | Confirm)
    if parsed.language not in languages() or (is_taught and subscriber.language):
        return None
    return parsed.language

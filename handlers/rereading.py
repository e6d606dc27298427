"""A text that came in, read again with the words and people of today: why it is understood so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.parser import Sender, parse
from handlers.parser.report import as_json, explain
from handlers.senders import as_sender
from messaging.held_questions import held_question
from messaging.models import InboundMessage, Subscriber
from messaging.msisdn import blank_numbers
from prices.vocabulary import Vocabulary


@dataclass(frozen=True)
class Reading:
    """What a text would be taken for now, and the stages that led there, a line each.

    Phone numbers in it are blanked before it is read: they hold three noughts.
    """

    intent: str
    language: str | None
    confidence: float
    ask: str | None
    stages: str


def read_text(text: str, vocabulary: Vocabulary, sender: Sender | None = None) -> Reading:
    """Read words as those of a stranger, or of somebody we know."""
    blank, sender = blank_numbers(text), sender or Sender()
    told = as_json(parse(blank, vocabulary, sender), vocabulary)
    return Reading(
        intent=str(told["intent"]),
        language=None if told["language"] is None else str(told["language"]),
        confidence=float(str(told["confidence"])),
        ask=None if told["ask"] is None else str(told["ask"]),
        stages=explain(blank, vocabulary, sender),
    )


def read_again(
    session: Session, inbound: InboundMessage, vocabulary: Vocabulary, now: datetime
) -> Reading:
    """Read a text once more, as its sender's: where they live and what they keep tells of it."""
    person = (
        None if inbound.subscriber_id is None else session.get(Subscriber, inbound.subscriber_id)
    )
    if person is None:
        return read_text(inbound.text, vocabulary)
    held = held_question(session, person, now)
    return read_text(inbound.text, vocabulary, as_sender(session, person, held, now))

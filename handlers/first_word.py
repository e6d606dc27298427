"""We speak first: when somebody may be texted, and in which words."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.conversation import Conversation
from messaging.kinds import Channel
from messaging.models import Subscriber
from messaging.phrases.catalogue import spoken
from prices.vocabulary import Vocabulary

# Nobody is asked for anything between eight in the evening and six in the morning.
WAKING, SLEEPING = time(6), time(20)


def waking_hours(now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """From when to when somebody may be asked next: from now on, or from six in the morning."""
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=local.time() >= SLEEPING)
    starts = datetime.combine(day, WAKING, zone)
    return max(now, starts), datetime.combine(day, SLEEPING, zone)


def addressing(
    session: Session, vocabulary: Vocabulary, person: Subscriber, now: datetime
) -> Conversation:
    """A conversation that we begin, in the person's own words."""
    return Conversation(
        session=session,
        subscriber=person,
        vocabulary=vocabulary,
        language=spoken(person.language or vocabulary.country.language),
        channel=Channel.SMS,
        source_key="",  # nothing was said to us yet
        raw_text="",
        now=now,
    )

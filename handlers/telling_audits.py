"""An audit found something: every officer is told, never one alone, all of a night in one text."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from groups.audits import Told
from groups.members import officers_of
from groups.models import Group
from handlers.conversation import Conversation
from handlers.first_word import addressing, waking_hours
from handlers.keywords.audit_words import finding_told
from handlers.keywords.fitting import NAME_LENGTHS, Part, fit, fits
from handlers.keywords.group_names import group_name
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say, say_many
from messaging.phrases.formats import local_date
from prices.vocabulary import Vocabulary

SEGMENTS = 2
# It is still worth reading when the phone was off over a market day.
WORTH_READING_FOR = timedelta(days=3)


def tell_findings(
    session: Session, vocabulary: Vocabulary, group: Group, found: Sequence[Told], now: datetime
) -> int:
    """Promise each officer who has a phone a text of what was found; how many there are.

    Who opted out of all messages is withheld theirs when it is sent, as anybody.
    """
    day = local_date(now, group.timezone)
    due_at, _ = waking_hours(now, group.timezone)
    officers = [one for one in officers_of(session, group) if one.subscriber_id is not None]
    for officer in officers:
        person = session.get_one(Subscriber, officer.subscriber_id)
        words = addressing(session, vocabulary, person, now)
        enqueue(
            session,
            recipient=person,
            text=_text(words, group, found),
            language=words.language,
            kind=OutboundKind.ALERT,
            dedupe_key=f"audit:{group.id}:{day}:{person.id}",
            now=now,
            due_at=due_at,
            valid_for=WORTH_READING_FOR,
        )
    return len(officers)


def _text(words: Conversation, group: Group, found: Sequence[Told]) -> str:
    """As many findings as two segments hold, the greatest first, and how many more there are."""
    fitting = (
        count
        for count in range(len(found), 0, -1)
        if fits(_parts(words, group, found, count, NAME_LENGTHS[-1]), SEGMENTS)
    )
    count = next(fitting, 1)
    return fit(lambda longest: _parts(words, group, found, count, longest), SEGMENTS)


def _parts(
    words: Conversation, group: Group, found: Sequence[Told], count: int, longest: int
) -> list[Part]:
    language, more = words.language, len(found) - count
    name = group_name(group, longest)
    return [
        Part(say(language, "Audit of {group}.", group=name)),
        *(Part(finding_told(one, language, longest)) for one in found[:count]),
        Part(say_many(language, "{n} more like this.", "{n} more like these.", more))
        if more
        else Part(""),
        Part(say(language, "Every officer gets this text. The whole: AUDIT")),
    ]

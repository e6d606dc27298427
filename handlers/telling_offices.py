"""Somebody was given an office, or lost one, at the operator's desk: they are told, once."""

from datetime import datetime

from sqlalchemy.orm import Session

from groups.members import Member
from groups.models import Group, Role
from handlers.first_word import addressing, waking_hours
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import office_name
from handlers.keywords.join_group import group_name
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from prices.vocabulary import Vocabulary


def tell_office(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    member: Member,
    role: Role,
    now: datetime,
    *,
    holds: bool,
) -> None:
    """Say to an officer that they are one now, or no more, when they are up; by phone alone."""
    if member.subscriber_id is None:
        return
    person = session.get_one(Subscriber, member.subscriber_id)
    language = addressing(session, vocabulary, person, now).language

    def words(longest: int) -> list[Part]:
        gaps = {
            "office": office_name(role, language),
            "group": group_name(group, longest),
        }
        if holds:
            return [Part(say(language, "You are {office} of {group} now.", **gaps))]
        return [Part(say(language, "You are no longer {office} of {group}.", **gaps))]

    enqueue(
        session,
        recipient=person,
        text=fit(words),
        language=language,
        # We begin it, so it never reaches somebody who opted out.
        kind=OutboundKind.ALERT,
        dedupe_key=f"office:{member.id}:{now:%Y%m%d%H%M%S%f}",
        now=now,
        due_at=waking_hours(now, group.timezone)[0],
    )

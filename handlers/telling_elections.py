"""An election begins or is over: every member with a phone is told, in their own words."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from groups.elections import Closed
from groups.members import members_of
from groups.models import Group
from groups.office_models import ElectionEnd, GroupElection
from handlers.conversation import Conversation
from handlers.first_word import addressing, waking_hours
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import member_name, office_name
from handlers.keywords.join_group import group_name
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from messaging.phrases.formats import clock_time, local_date, weekday
from prices.vocabulary import Vocabulary

# Who had no charge over a market day still reads how it ended.
WORTH_READING_FOR = timedelta(days=3)
# The first names of a long result; the others had fewer votes.
MOST_COUNTED = 4


def tell_begun(
    session: Session, vocabulary: Vocabulary, group: Group, election: GroupElection, now: datetime
) -> None:
    """Everybody hears what is voted on, how to name somebody and how to vote."""

    def words(theirs: Conversation, longest: int) -> list[Part]:
        return [
            Part(_begun(theirs, group, election, longest)),
            Part(
                say(
                    theirs.language,
                    "Within 24 hours name somebody: NOMINATE JANE. To vote: VOTE JANE",
                )
            ),
        ]

    _tell_all(session, vocabulary, group, words, f"election:{election.id}:begun", now)


def tell_closed(session: Session, vocabulary: Vocabulary, closed: Closed, now: datetime) -> int:
    """Everybody hears the result; how many are told."""
    group = session.get_one(Group, closed.election.group_id)

    def words(theirs: Conversation, longest: int) -> list[Part]:
        return [
            Part(_result(theirs, group, closed, longest)),
            Part(_counted(theirs, closed, longest), rank=1),
        ]

    key = f"election:{closed.election.id}:closed"
    return _tell_all(session, vocabulary, group, words, key, now)


def _tell_all(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    words: Callable[[Conversation, int], list[Part]],
    key: str,
    now: datetime,
) -> int:
    due_at, _ = waking_hours(now, group.timezone)
    people = [one.subscriber_id for one in members_of(session, group) if one.subscriber_id]
    for person_id in people:
        person = session.get_one(Subscriber, person_id)
        theirs = addressing(session, vocabulary, person, now)
        enqueue(
            session,
            recipient=person,
            text=fit(lambda longest, theirs=theirs: words(theirs, longest)),  # type: ignore[misc]
            language=theirs.language,
            kind=OutboundKind.ALERT,
            dedupe_key=f"{key}:{person_id}",
            now=now,
            due_at=due_at,
            valid_for=WORTH_READING_FOR,
        )
    return len(people)


def _begun(theirs: Conversation, group: Group, election: GroupElection, longest: int) -> str:
    return say(
        theirs.language,
        "{group} elects its {office} until {end}.",
        group=group_name(group, longest),
        office=office_name(election.role, theirs.language),
        end=end_words(theirs, group, election),
    )


def end_words(theirs: Conversation, group: Group, election: GroupElection) -> str:
    """When it ends, by the group's own clock: Thursday 12:00."""
    day = local_date(election.ends_at, group.timezone)
    clock = clock_time(election.ends_at, group.timezone, theirs.language)
    return f"{weekday(day.weekday(), theirs.language)} {clock}"


def _result(theirs: Conversation, group: Group, closed: Closed, longest: int) -> str:
    language, name = theirs.language, group_name(group, longest)
    office = office_name(closed.election.role, language)
    if closed.elected is not None:
        return say(
            language,
            "{group}: {name} is elected {office}.",
            group=name,
            name=member_name(closed.elected, longest),
            office=office,
        )
    if closed.run_off is not None:
        return say(
            language,
            "{group}, {office}: even. Vote once more until {end}: VOTE and the name.",
            group=name,
            office=office,
            end=end_words(theirs, group, closed.run_off),
        )
    if closed.election.ended is ElectionEnd.VOID and closed.election.round > 1:
        return say(
            language, "{group}, {office}: even again. Nothing changes.", group=name, office=office
        )
    return say(
        language,
        "{group}, {office}: fewer than a third voted. Nothing changes.",
        group=name,
        office=office,
    )


def _counted(theirs: Conversation, closed: Closed, longest: int) -> str:
    """Jane 12, Peter 9; of 40 with a phone 21 voted."""
    names = ", ".join(
        f"{member_name(one, longest)} {votes}" for one, votes in closed.counted[:MOST_COUNTED]
    )
    voted = sum(votes for _, votes in closed.counted)
    told = say(theirs.language, "{n} of {voters} voted.", n=voted, voters=closed.voters)
    return f"{names}. {told}" if names else told

"""How bulletins go, in the operator's words."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from groups.editions import Counts, EditionFacts, edition_counts, missed_editions
from prices.models import Place

# So many are named, the newest first.
MOST_NAMED = 3


def bulletins_in_words(session: Session, since: datetime, days: int) -> str:
    """How many were made, and which were missed."""
    missed = missed_editions(session, since=since, limit=MOST_NAMED)
    named = [missed_line(facts, audience_name(session, facts)) for facts in missed]
    return _in_words(edition_counts(session, since=since), named, days)


def _in_words(counts: Counts, named: Sequence[str], days: int) -> str:
    words = f"in {days} days {counts.made:,} were made"
    if counts.missed:
        more = f", and {counts.missed - len(named):,} more" if counts.missed > len(named) else ""
        words += f" and {counts.missed:,} MISSED: {'; '.join(named)}{more}"
    if counts.unaddressed:
        words += f"; {counts.unaddressed:,} not addressed to all yet: a worker goes on with them"
    return words


def audience_name(session: Session, facts: EditionFacts) -> str:
    """A group by its code, a list by what it is of."""
    if facts.bulletin_list is None:
        return "" if facts.group is None else facts.group.code
    place = session.get_one(Place, facts.bulletin_list.place_id)
    return f"{facts.bulletin_list.commodity_code} {place.code}"


def missed_line(facts: EditionFacts, name: str) -> str:
    """Whose it is, when it was due, and why nobody got it."""
    return f"{name} {due_in_words(facts)} ({facts.edition.missed_because})"


def due_in_words(facts: EditionFacts) -> str:
    """When it was due, by the clock of whom it is for."""
    audience = facts.group or facts.bulletin_list
    return in_words_at(facts.edition.due_at, "UTC" if audience is None else audience.timezone)


def in_words_at(moment: datetime, timezone: str) -> str:
    """Monday 23 November 2026 07:00, by a clock."""
    return f"{moment.astimezone(ZoneInfo(timezone)):%A %d %B %Y %H:%M}"

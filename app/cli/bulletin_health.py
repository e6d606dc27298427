"""How bulletins go, in the operator's words, for `bei doctor`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.cli.bulletin_lines import audience_name, missed_line
from groups.editions import Counts, edition_counts, missed_editions

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

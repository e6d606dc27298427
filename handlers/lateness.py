"""A reply that comes long after its text says so: nobody takes an old price for today's."""

from datetime import datetime, timedelta

from messaging.phrases import say
from messaging.phrases.formats import clock_time, dated, local_date

# Who wrote in this time remembers what they asked.
REMEMBERED_FOR = timedelta(hours=1)


def late_words(
    reply: str, *, came_at: datetime, now: datetime, timezone: str, language: str
) -> str:
    """The reply; where its text came long ago, with when that was before it."""
    if now - came_at <= REMEMBERED_FOR:
        return reply
    when = clock_time(came_at, timezone, language)
    day, today = local_date(came_at, timezone), local_date(now, timezone)
    if day != today:
        when = f"{dated(day, today, language)} {when}"
    return say(language, "To your text of {when}: {reply}", when=when, reply=reply)

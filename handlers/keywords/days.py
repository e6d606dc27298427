"""The days on which something comes, as they follow "every" (pure)."""

from collections.abc import Sequence

from groups.schedules import EVERY_DAY, Schedule
from messaging.phrases import say
from messaging.phrases.formats import weekday

SHORTEST_RUN = 3  # Monday to Wednesday; two days are named
LAST_OF_ANY_MONTH = 31


def days_words(schedule: Schedule, language: str) -> str:
    """Monday; Monday and Thursday; Monday to Friday; day; month on day 15."""
    if schedule.month_day == LAST_OF_ANY_MONTH:
        return say(language, "month on its last day")
    if schedule.month_day is not None:
        return say(language, "month on day {day}", day=schedule.month_day)
    if schedule.weekdays == EVERY_DAY:
        return say(language, "day")
    return _listed(_named(schedule.weekdays, language), language)


def _named(weekdays: Sequence[int], language: str) -> list[str]:
    """The days by name; those that follow each other by the first and the last."""
    named = []
    for run in _runs(weekdays):
        names = [weekday(day, language) for day in run]
        if len(run) >= SHORTEST_RUN:
            names = [say(language, "{first} to {last}", first=names[0], last=names[-1])]
        named += names
    return named


def _runs(weekdays: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for day in weekdays:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _listed(names: Sequence[str], language: str) -> str:
    if len(names) == 1:
        return names[0]
    first = ", ".join(names[:-1])
    return say(language, "{first} and {last}", first=first, last=names[-1])

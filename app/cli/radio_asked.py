"""What `bei radio` is asked for, each part checked; what is wrong is told in one line."""

import click

from app.cli.asked import checked
from app.radio_wishes import radio_commodities_wished, radio_language_wished
from groups.schedules import parse_days
from prices.vocabulary import Vocabulary


def weekdays_asked(days: str | None, month_day: int | None) -> tuple[int, ...]:
    """The days of the week; none where it is a day of the month."""
    if (days is None) == (month_day is None):
        raise click.UsageError("give --days, such as mon,thu, or --day, such as 31")
    return () if days is None else checked(parse_days, days)


def language_asked(language: str | None, vocabulary: Vocabulary) -> str:
    """The language asked for, or the first of the country's that can be said in words."""
    try:
        return radio_language_wished(language, vocabulary)
    except ValueError as fault:
        raise click.ClickException(str(fault)) from None


def commodities_asked(commodities: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The codes of commodities, each of which may be said by its name."""
    try:
        return radio_commodities_wished(commodities, vocabulary)
    except ValueError as fault:
        raise click.ClickException(str(fault)) from None

"""What `bei radio` is asked for, each part checked; what is wrong is told in one line."""

import click

from app.cli.asked import checked, commodity_asked
from groups.schedules import parse_days
from prices.vocabulary import Vocabulary
from scheduler.radio_prices import MOST_PRICES
from scheduler.radio_script import radio_languages


def weekdays_asked(days: str | None, month_day: int | None) -> tuple[int, ...]:
    """The days of the week; none where it is a day of the month."""
    if (days is None) == (month_day is None):
        raise click.UsageError("give --days, such as mon,thu, or --day, such as 31")
    return () if days is None else checked(parse_days, days)


def language_asked(language: str | None, vocabulary: Vocabulary) -> str:
    """The language asked for, or the first of the country's that can be said in words."""
    can_be_said = radio_languages()
    if language is None:
        meant = (vocabulary.country.language, *vocabulary.country.languages, "en")
        return next(code for code in meant if code in can_be_said)
    if language not in can_be_said:
        known = " and ".join(can_be_said)
        raise click.ClickException(f"there are no radio scripts in {language}: only in {known}")
    return language


def commodities_asked(commodities: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The codes of commodities, each of which may be said by its name."""
    if len(commodities) > MOST_PRICES:
        raise click.ClickException(f"a script tells at most {MOST_PRICES} prices")
    return tuple(dict.fromkeys(commodity_asked(words, vocabulary) for words in commodities))

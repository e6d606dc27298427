"""What an operator may wish of a radio script; what cannot be is a ValueError told in one line."""

from collections.abc import Sequence

from app.named import commodity_named
from prices.vocabulary import Vocabulary
from scheduler.radio_prices import MOST_PRICES
from scheduler.radio_script import radio_languages


def radio_language_wished(language: str | None, vocabulary: Vocabulary) -> str:
    """The language asked for, or the first of the country's that can be said in words."""
    can_be_said = radio_languages()
    if language is None:
        meant = (vocabulary.country.language, *vocabulary.country.languages, "en")
        return next(code for code in meant if code in can_be_said)
    if language not in can_be_said:
        known = " and ".join(can_be_said)
        raise ValueError(f"there are no radio scripts in {language}: only in {known}")
    return language


def radio_commodities_wished(commodities: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The codes of commodities, each of which may be said by its name."""
    if len(commodities) > MOST_PRICES:
        raise ValueError(f"a script tells at most {MOST_PRICES} prices")
    return tuple(dict.fromkeys(commodity_named(words, vocabulary) for words in commodities))

"""What an operator may wish of a bulletin, as it is typed and as it is kept.

What cannot be is a ValueError whose words tell it in one line, at the command line and on a page.
"""

from zoneinfo import ZoneInfo

from app.named import commodity_named, listed, place_named
from messaging.phrases import languages
from prices.vocabulary import Vocabulary
from scheduler.audiences import Audience

# A text has room for no more.
MOST_NAMED = 6
# More than a text of four segments nobody reads on a plain phone.
MOST_SEGMENTS = 4


def zone_wished(name: str) -> str:
    """A time zone by the name that IANA gives it."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name}: write it as Africa/Nairobi") from None
    return name


def language_wished(code: str) -> str:
    """A language that Bei speaks."""
    if code not in languages():
        raise ValueError(f"Bei does not speak {code}: {', '.join(languages())}")
    return code


def commodities_wished(of: Audience, written: str, vocabulary: Vocabulary) -> list[str]:
    """What else it tells of, beside its own commodity; codes."""
    codes = [commodity_named(words, vocabulary) for words in _few(written)]
    return [code for code in dict.fromkeys(codes) if code != of.commodity_code]


def markets_wished(of: Audience, written: str, vocabulary: Vocabulary) -> list[int]:
    """The places it compares with, beside its own; ids."""
    places = [place_named(words, vocabulary) for words in _few(written)]
    for place in places:
        if not place.kind.is_trading_place:
            raise ValueError(
                f"{place.name} ({place.code}) is no market: compare with places where things sell"
            )
    return [id_ for id_ in dict.fromkeys(place.id for place in places) if id_ != of.place_id]


def _few(written: str) -> list[str]:
    names = listed(written)
    if len(names) > MOST_NAMED:
        raise ValueError(f"name {MOST_NAMED} at most: a text has no room for more")
    return names

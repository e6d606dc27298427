"""What `bei bulletin set` is asked for, each part checked; what is wrong is told in one line."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import click

from app.cli.asked import checked, commodity_asked, listed, place_asked
from groups.bulletin_settings import BulletinChange
from groups.models import BulletinList, Group
from groups.schedules import parse_days
from messaging.kinds import Channel
from messaging.phrases import languages
from prices.vocabulary import Vocabulary

# A text has room for no more.
MOST_NAMED = 6


def change_asked(
    of: Group | BulletinList, asked: Mapping[str, Any], vocabulary: Vocabulary
) -> BulletinChange:
    """What the options say, as it is kept."""
    if isinstance(of, BulletinList):
        _refuse_what_no_list_has(asked)
    if asked["days"] is not None and asked["day"] is not None:
        raise click.ClickException("give --days of the week or a --day of the month, not both")
    return BulletinChange(
        weekdays=None if asked["days"] is None else checked(parse_days, asked["days"]),
        month_day=asked["day"],
        hour=asked["hour"],
        timezone=_zone(asked["timezone"]),
        language=_language(asked["language"]),
        segments=asked["segments"],
        markets=_markets(of, asked["markets"], vocabulary),
        channel=None if asked["channel"] is None else Channel(asked["channel"]),
        secretary_segments=asked["secretary_segments"],
        commodities=_commodities(of, asked["commodities"], vocabulary),
    )


def _refuse_what_no_list_has(asked: Mapping[str, Any]) -> None:
    reasons = {
        "channel": "a list is on no menu, so it always goes by text: leave out --channel",
        "secretary_segments": "a list has no secretary: leave out --secretary-segments",
        "commodities": "a list is of one commodity: make another list instead of --commodities",
    }
    for option, reason in reasons.items():
        if asked[option] is not None:
            raise click.ClickException(reason)


def _zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise click.ClickException(
                f"there is no time zone {name}: write it as Africa/Nairobi"
            ) from None
    return name


def _language(code: str | None) -> str | None:
    if code is not None and code not in languages():
        raise click.ClickException(f"Bei does not speak {code}: {', '.join(languages())}")
    return code


def _commodities(
    of: Group | BulletinList, written: str | None, vocabulary: Vocabulary
) -> list[str] | None:
    if written is None:
        return None
    codes = [commodity_asked(words, vocabulary) for words in _few(written)]
    return [code for code in dict.fromkeys(codes) if code != of.commodity_code]


def _markets(
    of: Group | BulletinList, written: str | None, vocabulary: Vocabulary
) -> list[int] | None:
    if written is None:
        return None
    places = [place_asked(words, vocabulary) for words in _few(written)]
    for place in places:
        if not place.kind.is_trading_place:
            raise click.ClickException(
                f"{place.name} ({place.code}) is no market: compare with places where things sell"
            )
    return [id_ for id_ in dict.fromkeys(place.id for place in places) if id_ != of.place_id]


def _few(written: str) -> list[str]:
    names = listed(written)
    if len(names) > MOST_NAMED:
        raise click.ClickException(f"name {MOST_NAMED} at most: a text has no room for more")
    return names

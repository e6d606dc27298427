"""What `bei bulletin set` is asked for, each part checked; what is wrong is told in one line."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from app.bulletin_wishes import commodities_wished, language_wished, markets_wished, zone_wished
from app.cli.asked import checked
from groups.bulletin_settings import BulletinChange
from groups.models import BulletinList, Group
from groups.schedules import parse_days
from messaging.kinds import Channel
from prices.vocabulary import Vocabulary

T = TypeVar("T")


def change_asked(
    of: Group | BulletinList, asked: Mapping[str, Any], vocabulary: Vocabulary
) -> BulletinChange:
    """What the options say, as it is kept."""
    if isinstance(of, BulletinList):
        _refuse_what_no_list_has(asked)
    if asked["days"] is not None and asked["day"] is not None:
        raise click.ClickException("give --days of the week or a --day of the month, not both")
    return BulletinChange(
        weekdays=_if_said(parse_days, asked["days"]),
        month_day=asked["day"],
        hour=asked["hour"],
        timezone=_if_said(zone_wished, asked["timezone"]),
        language=_if_said(language_wished, asked["language"]),
        segments=asked["segments"],
        markets=_if_said(lambda said: markets_wished(of, said, vocabulary), asked["markets"]),
        channel=_if_said(Channel, asked["channel"]),
        secretary_segments=asked["secretary_segments"],
        commodities=_if_said(
            lambda said: commodities_wished(of, said, vocabulary), asked["commodities"]
        ),
    )


def _if_said(check: Callable[[str], T], written: str | None) -> T | None:
    return None if written is None else checked(check, written)


def _refuse_what_no_list_has(asked: Mapping[str, Any]) -> None:
    reasons = {
        "channel": "a list is on no menu, so it always goes by text: leave out --channel",
        "secretary_segments": "a list has no secretary: leave out --secretary-segments",
        "commodities": "a list is of one commodity: make another list instead of --commodities",
    }
    for option, reason in reasons.items():
        if asked[option] is not None:
            raise click.ClickException(reason)

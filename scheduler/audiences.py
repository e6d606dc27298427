"""Those who get one bulletin together: a group's members, or a list's subscribers."""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from sqlalchemy.orm import Session

from groups.groups import active_members
from groups.models import BulletinList, Group
from groups.subscriptions import active_subscribers
from messaging.consent import may_send
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from prices.models import Place
from prices.vocabulary import Vocabulary
from scheduler.bulletin_prices import BulletinPrices, collect_prices
from scheduler.bulletin_text import group_bulletin, list_bulletin
from scheduler.bulletin_words import Voice

Audience = Group | BulletinList


def country_of(session: Session, audience: Audience) -> str:
    """The country whose words and money the bulletin uses."""
    match audience:
        case Group():
            return audience.country
        case BulletinList():
            return session.get_one(Place, audience.place_id).country
        case _:
            assert_never(audience)


def recipients_of(session: Session, audience: Audience) -> list[Subscriber]:
    """All who belong to it and did not opt out."""
    match audience:
        case Group():
            people = active_members(session, audience)
        case BulletinList():
            people = active_subscribers(session, audience)
        case _:
            assert_never(audience)
    return [person for person in people if may_send(person, OutboundKind.BULLETIN)]


def own_language(audience: Audience, vocabulary: Vocabulary) -> str:
    """The language for whoever chose none."""
    match audience:
        case Group():
            return audience.language
        case BulletinList():
            return vocabulary.country.language
        case _:
            assert_never(audience)


def write_bulletin(
    session: Session,
    vocabulary: Vocabulary,
    audience: Audience,
    languages: Iterable[str],
    now: datetime,
) -> dict[str, str]:
    """The bulletin as it reads at this moment, in each of the languages."""
    prices = collect_prices(
        session,
        vocabulary,
        commodity=audience.commodity_code,
        place_id=audience.place_id,
        now=now,
    )
    voices = [Voice(language, vocabulary, audience.timezone, now) for language in languages]
    return {voice.language: _write(audience, prices, voice) for voice in voices}


def _write(audience: Audience, prices: BulletinPrices, voice: Voice) -> str:
    match audience:
        case Group():
            return group_bulletin(prices, name=audience.code, is_demo=audience.is_demo, voice=voice)
        case BulletinList():
            place = voice.vocabulary.places[audience.place_id]
            return list_bulletin(
                prices, commodity=audience.commodity_code, place=place, voice=voice
            )
        case _:
            assert_never(audience)

"""A bulletin as it reads at this moment, in every language and form that somebody of it reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy.orm import Session

from groups.bulletin_facts import group_figures
from groups.bulletin_figures import GroupFigures
from groups.editions import last_made_at
from groups.models import BulletinList, Form, Group
from messaging.segments import measure, to_gsm7
from prices.vocabulary import Vocabulary
from scheduler.audiences import Audience, Readers, key_of, own_language, readers_of
from scheduler.bulletin_parts import FEEDS
from scheduler.bulletin_prices import BulletinPrices, Wanted, collect_prices, last_heard
from scheduler.bulletin_text import group_bulletin, list_bulletin
from scheduler.bulletin_voice import Voice


@dataclass(frozen=True)
class Written:
    """What a bulletin says in one language and form, and what a text of it costs."""

    language: str
    form: Form
    text: str
    encoding: str
    segments: int


@dataclass(frozen=True)
class Draft:
    """All that an edition says, before there is one; the text in the audience's own language first.

    The short form is there in each of the languages, whoever reads it: who becomes secretary, or
    is none any more, while the edition is addressed finds a text.
    """

    own: str
    readers: Sequence[Readers]
    texts: Sequence[Written]


def draft(
    session: Session,
    vocabulary: Vocabulary,
    audience: Audience,
    now: datetime,
    *,
    also: Sequence[str] = (),
) -> Draft:
    """What the audience's bulletin says now, held against what its last edition said.

    `also`: languages in which it is written though nobody of them reads it, to be looked at.
    """
    language = own_language(session, audience)
    readers = readers_of(session, audience, language)
    longs = {one.language for one in readers if one.form is Form.LONG}
    since = last_made_at(session, **key_of(audience))
    own = _own_figures(session, vocabulary, audience, last_heard(since, now), now)
    wanted = _wanted(audience, since, own, wants_long=bool(longs))
    prices = collect_prices(session, vocabulary, wanted, now)
    texts = [
        _written(audience, prices, form, Voice(language, vocabulary, audience.timezone, now))
        for language in dict.fromkeys([language, *(one.language for one in readers), *also])
        for form in ((Form.SHORT, Form.LONG) if language in longs else (Form.SHORT,))
    ]
    return Draft(language, readers, texts)


def _own_figures(
    session: Session, vocabulary: Vocabulary, audience: Audience, since: datetime, now: datetime
) -> GroupFigures | None:
    """What the book of a group says whose bulletin is about milk."""
    if not isinstance(audience, Group) or audience.commodity_code not in FEEDS:
        return None
    return group_figures(session, vocabulary, audience, since=since, now=now)


def _wanted(
    audience: Audience, since: datetime | None, own: GroupFigures | None, *, wants_long: bool
) -> Wanted:
    beside = audience.bulletin_commodities if isinstance(audience, Group) else []
    return Wanted(
        commodities=tuple(dict.fromkeys([audience.commodity_code, *beside])),
        place_id=audience.place_id,
        markets=tuple(audience.bulletin_markets),
        since=since,
        wants_long=wants_long,
        own=own,
    )


def _written(audience: Audience, prices: BulletinPrices, form: Form, voice: Voice) -> Written:
    text = to_gsm7(_text(audience, prices, form, voice))
    size = measure(text)
    return Written(voice.language, form, text, size.encoding, size.segments)


def _text(audience: Audience, prices: BulletinPrices, form: Form, voice: Voice) -> str:
    match audience:
        case Group():
            is_long = form is Form.LONG
            return group_bulletin(
                prices,
                name=audience.code,
                form=form,
                segments=(
                    audience.bulletin_secretary_segments if is_long else audience.bulletin_segments
                ),
                is_demo=audience.is_demo,
                voice=voice,
            )
        case BulletinList():
            return list_bulletin(
                prices,
                commodity=audience.commodity_code,
                place=voice.vocabulary.places[audience.place_id],
                segments=audience.bulletin_segments,
                voice=voice,
            )
        case _:
            assert_never(audience)

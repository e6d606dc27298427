"""What the pages of bulletins share: whose it is, what it would say, what it would cost."""

from dataclasses import dataclass

from flask import abort
from sqlalchemy.orm import Session

from app.bulletin_words import cost_told, quiet_told
from app.dashboard.bulletin_form import Filled, change_of
from app.dashboard.guard import moment, service
from groups.audience_lists import find_audience, places_named
from groups.models import BulletinList, Group
from messaging.kinds import OutboundKind
from messaging.phrases import languages
from messaging.sms_budget import SHARES, spending
from messaging.sms_prices import segments_left
from prices.vocabulary import Vocabulary
from scheduler.audiences import Audience, country_of
from scheduler.previews import Preview, preview, preview_changed

# What an address calls them.
KINDS: dict[str, type[Group | BulletinList]] = {"group": Group, "list": BulletinList}


@dataclass(frozen=True)
class Named:
    """A group or a list as pages name it; `subject` is what the log of changes calls it."""

    audience: Audience
    kind: str
    name: str
    subject: str
    place: str
    is_demo: bool

    @property
    def is_group(self) -> bool:
        """Whether it has officers, a menu and other commodities."""
        return self.kind == "group"


@dataclass(frozen=True)
class Shown:
    """What a bulletin would say now, what that costs, and a warning where it would wait."""

    seen: Preview
    cost: str
    quiet: str | None


def audience_or_404(session: Session, kind: str, audience_id: int) -> tuple[Named, Vocabulary]:
    """The group or list of an address, with the words of its country."""
    model = KINDS.get(kind)
    audience = None if model is None else find_audience(session, model, audience_id)
    if audience is None:
        abort(404, "There is no such group or list.")
    vocabulary = service().catalogue.vocabulary(session, country_of(session, audience))
    return named(
        audience, places_named(session, [audience.place_id])[audience.place_id]
    ), vocabulary


def named(audience: Audience, place: str) -> Named:
    """A group by its code, a list by what it is of."""
    if isinstance(audience, Group):
        subject = f"group {audience.code}"
        return Named(audience, "group", audience.code, subject, place, audience.is_demo)
    subject = f"list {audience.commodity_code} {audience.place_id}"
    return Named(audience, "list", f"{audience.commodity_code} {place}", subject, place, False)


def own_languages(vocabulary: Vocabulary) -> list[str]:
    """The languages of the country that Bei speaks: a preview shows each, read or not."""
    spoken = languages()
    return [one for one in vocabulary.country.languages if one in spoken]


def shown(session: Session, whose: Named, vocabulary: Vocabulary) -> Shown:
    """The bulletin as it is set."""
    seen = preview(session, vocabulary, whose.audience, moment(), also=own_languages(vocabulary))
    return _with_cost(seen, whose.audience)


def shown_changed(session: Session, whose: Named, vocabulary: Vocabulary, filled: Filled) -> Shown:
    """The bulletin as the form would set it, which is not kept; ValueError where it cannot be."""
    change = change_of(filled, whose.audience, vocabulary)
    seen = preview_changed(
        session, vocabulary, whose.audience, change, moment(), also=own_languages(vocabulary)
    )
    return _with_cost(seen, whose.audience)


def bulletin_segments_left(session: Session) -> int | None:
    """How many segments bulletins may still take today; None: nothing limits them."""
    limits = service().rules.limits
    if limits is None:
        return None
    spent, percent = spending(session, limits, moment()), SHARES[OutboundKind.BULLETIN]
    left = [
        segments_left(limits.day, spent.day, limits.price, percent),
        segments_left(limits.month, spent.month, limits.price, percent),
    ]
    return min((one for one in left if one is not None), default=None)


def _with_cost(seen: Preview, audience: Audience) -> Shown:
    cost = cost_told(seen.segments, service().settings.segment_price)
    return Shown(seen, cost, quiet_told(audience, service().rules.quiet_hours, moment()))

"""Those who get one bulletin together: a group's members, or a list's subscribers."""

from dataclasses import dataclass
from typing import assert_never

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from groups.models import BulletinList, Edition, Form, Group, GroupMember, Role, Subscription
from messaging.kinds import Channel
from messaging.models import Subscriber
from messaging.phrases import languages
from messaging.phrases.catalogue import spoken
from prices.models import Country, Place

Audience = Group | BulletinList


@dataclass(frozen=True)
class Readers:
    """How many of an audience read one language in one form."""

    language: str
    form: Form
    people: int


@dataclass(frozen=True)
class Belonging:
    """The rows that say who belongs to an audience, in the words of SQL."""

    rows: type[GroupMember | Subscription] | type[Subscriber]
    # A subscriber's id; an index holds them in its order. Who has no phone has none.
    person: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    belongs: ColumnElement[bool]
    is_secretary: ColumnElement[bool]


def audience_of(session: Session, edition: Edition) -> Audience:
    """Whom an edition is for."""
    if edition.group_id is not None:
        return session.get_one(Group, edition.group_id)
    return session.get_one(BulletinList, edition.bulletin_list_id)


def key_of(audience: Audience) -> dict[str, int]:
    """What names the audience in an edition."""
    match audience:
        case Group():
            return {"group_id": audience.id}
        case BulletinList():
            return {"bulletin_list_id": audience.id}
        case _:
            assert_never(audience)


def country_of(session: Session, audience: Audience) -> str:
    """The country whose words and money the bulletin uses."""
    match audience:
        case Group():
            return audience.country
        case BulletinList():
            return session.get_one(Place, audience.place_id).country
        case _:
            assert_never(audience)


def own_language(session: Session, audience: Audience) -> str:
    """The language for whoever chose none, among those that Bei speaks."""
    if audience.language:
        return spoken(audience.language)
    country = session.get_one(Country, country_of(session, audience))
    return spoken(country.language)


def belonging_to(audience: Audience) -> Belonging:
    """Who belongs to an audience now."""
    match audience:
        case Group():
            return Belonging(
                GroupMember,
                GroupMember.subscriber_id,
                and_(GroupMember.group_id == audience.id, GroupMember.left_at.is_(None)),
                GroupMember.role == Role.SECRETARY,
            )
        case BulletinList():
            return Belonging(
                Subscription,
                Subscription.subscriber_id,
                and_(Subscription.bulletin_list_id == audience.id, Subscription.ended_at.is_(None)),
                Subscription.id.is_(None),  # nobody: a list has no officers
            )
        case _:
            assert_never(audience)


def is_texted(audience: Audience) -> bool:
    """Whether its bulletin goes out as texts; else it is read on the menu."""
    return isinstance(audience, BulletinList) or audience.bulletin_channel is Channel.SMS


def may_get(audience: Audience) -> ColumnElement[bool]:
    """Whom a bulletin may be sent to, as `messaging.consent` has it.

    A made-up person's number is somebody's: only what is made up as well goes there.
    """
    return who_may_get(is_demo=isinstance(audience, Group) and audience.is_demo)


def who_may_get(*, is_demo: bool) -> ColumnElement[bool]:
    """The same of any text that we begin with."""
    wants_it = and_(Subscriber.opted_out_at.is_(None), Subscriber.unreachable_at.is_(None))
    return wants_it if is_demo else and_(wants_it, Subscriber.is_demo.is_(False))


def readers_of(session: Session, audience: Audience, own: str) -> list[Readers]:
    """How many get it in which language and form; the audience's own language and members first."""
    counted: dict[tuple[str, Form], int] = {}
    for language, is_secretary, people in session.execute(_by_language(audience)):
        form = Form.LONG if is_secretary else Form.SHORT
        key = (language if language in languages() else own, form)
        counted[key] = counted.get(key, 0) + people
    readers = [Readers(*key, people) for key, people in counted.items()]
    return sorted(
        readers, key=lambda one: (one.language != own, one.language, one.form is Form.LONG)
    )


def _by_language(audience: Audience) -> Select[str | None, bool, int]:
    of = belonging_to(audience)
    return (
        select(Subscriber.language, of.is_secretary, func.count())
        .select_from(of.rows)
        .join(Subscriber, Subscriber.id == of.person)
        # On the menu it is read by whoever belongs to it, also by those who want no texts.
        .where(of.belongs, may_get(audience) if is_texted(audience) else true())
        .group_by(Subscriber.language, of.is_secretary)
    )

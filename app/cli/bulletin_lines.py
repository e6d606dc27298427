"""Bulletins in the operator's words: their settings, previews, editions."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from groups.editions import EditionFacts
from groups.models import BulletinList, EditionState, Group
from groups.schedules import in_words, schedule_of
from messaging.kinds import Channel, OutboundState
from messaging.quiet_hours import QuietHours
from messaging.sms_prices import SmsPrice
from prices.models import Place
from prices.vocabulary import Vocabulary
from scheduler.audiences import Audience
from scheduler.fire_times import next_fire
from scheduler.previews import Preview


def counted(number: int, thing: str) -> str:
    """1 segment, 1,200 segments."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def settings_lines(audience: Audience, vocabulary: Vocabulary) -> Iterator[str]:
    """When it comes, in which language, what it may take, and what it tells of."""
    place = vocabulary.places[audience.place_id]
    # A county often bears the name of its town.
    where = place.name if place.kind.is_trading_place else f"{place.name} ({place.code})"
    beside = audience.bulletin_commodities if isinstance(audience, Group) else []
    things = ", ".join([audience.commodity_code, *beside])
    name = f"{audience.code}: " if isinstance(audience, Group) else "list: "
    yield f"{name}{things} at {where}, {in_words(schedule_of(audience))}"
    yield f"language: {audience.language or vocabulary.country.language}"
    yield f"takes: {_takes(audience)}"
    if audience.bulletin_markets:
        names = (vocabulary.places[id_].name for id_ in audience.bulletin_markets)
        yield f"compared with: {', '.join(names)}"
    if audience.next_bulletin_at is not None:
        yield f"next: {_local(audience.next_bulletin_at, audience.timezone)}"


def quiet_line(audience: Audience, quiet: QuietHours | None, now: datetime) -> str | None:
    """A warning where its hour is one at which no text goes out."""
    if quiet is None or _is_on_the_menu(audience):
        return None
    due = next_fire(schedule_of(audience), now)
    over_at = quiet.over_at(due, audience.timezone)
    if over_at is None:
        return None
    until = f"{over_at.astimezone(ZoneInfo(audience.timezone)):%H:%M}"
    return (
        f"warning: {audience.bulletin_hour:02}:00 is in BEI_QUIET_HOURS: texts wait until {until}"
    )


def list_line(one: BulletinList, place: Place, people: int) -> str:
    """What a list is of, when it comes, what it takes and how many are on it."""
    takes = counted(one.bulletin_segments, "segment")
    when = in_words(schedule_of(one))
    on_it = counted(people, "subscriber")
    return f"{one.commodity_code} {place.code} ({place.name}): {when}, {takes}, {on_it}"


def preview_lines(seen: Preview, audience: Audience, price: SmsPrice | None) -> Iterator[str]:
    """Every text with what it takes and for how many; then all of them together."""
    for text in seen.texts:
        takes, people = counted(text.segments, "segment"), counted(text.people, "recipient")
        yield f"[{text.language} {text.form}, {takes}, {people}] {text.text}"
    if seen.is_texted:
        in_all = f"{counted(seen.recipients, 'recipient')}, {counted(seen.segments, 'segment')}"
        yield f"{in_all}, {_cost(seen.segments, price)}"
    else:
        yield f"read on the menu by {counted(seen.recipients, 'member')}: no texts, no cost"
    yield f"due {_local(seen.due_at, audience.timezone)} ({audience.timezone})"


def audience_name(session: Session, facts: EditionFacts) -> str:
    """A group by its code, a list by what it is of."""
    if facts.bulletin_list is None:
        return "" if facts.group is None else facts.group.code
    place = session.get_one(Place, facts.bulletin_list.place_id)
    return f"{facts.bulletin_list.commodity_code} {place.code}"


def missed_line(facts: EditionFacts, name: str) -> str:
    """Whose it is, when it was due, and why nobody got it."""
    return f"{name} {_due(facts)} ({facts.edition.missed_because})"


def edition_line(facts: EditionFacts, name: str) -> str:
    """When it was due, whose it is, and what became of it."""
    edition, due = facts.edition, _due(facts)
    if edition.state is EditionState.MISSED:
        return f"{due}  {name}  MISSED: {edition.missed_because}"
    became = ", ".join(
        f"{facts.states[one]:,} {one}" for one in OutboundState if one in facts.states
    )
    told = counted(edition.recipients, "recipient") + (f": {became}" if became else "")
    return f"{due}  {name}  made, {told}" + ("" if edition.addressed_at else ", not all yet")


def _due(facts: EditionFacts) -> str:
    audience = facts.group or facts.bulletin_list
    return _local(facts.edition.due_at, "UTC" if audience is None else audience.timezone)


def _takes(audience: Audience) -> str:
    if _is_on_the_menu(audience):
        return "nothing: it is read on the menu"
    members = counted(audience.bulletin_segments, "segment")
    if isinstance(audience, BulletinList):
        return f"{members} a subscriber"
    return f"{members} a member, {audience.bulletin_secretary_segments} the secretary"


def _is_on_the_menu(audience: Audience) -> bool:
    return isinstance(audience, Group) and audience.bulletin_channel is Channel.USSD


def _cost(segments: int, price: SmsPrice | None) -> str:
    if price is None:
        return "cost unknown: BEI_SMS_PRICE says what a segment costs"
    return f"{price.currency} {price.of(segments):,.2f}"


def _local(moment: datetime, timezone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(timezone)):%A %d %B %Y %H:%M}"

"""Bulletins in the operator's words: their settings, previews, editions."""

from collections.abc import Iterator
from datetime import datetime

from app.bulletin_words import cost_told, counted, quiet_told
from app.health.bulletins import due_in_words, in_words_at
from groups.editions import EditionFacts
from groups.models import BulletinList, EditionState, Group
from groups.schedules import in_words, schedule_of
from messaging.kinds import OutboundState
from messaging.quiet_hours import QuietHours
from messaging.sms_prices import SmsPrice
from prices.models import Place
from prices.vocabulary import Vocabulary
from scheduler.audiences import Audience, is_texted
from scheduler.previews import Preview


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
        yield f"next: {in_words_at(audience.next_bulletin_at, audience.timezone)}"


def quiet_line(audience: Audience, quiet: QuietHours | None, now: datetime) -> str | None:
    """A warning where its hour is one at which no text goes out."""
    told = quiet_told(audience, quiet, now)
    return None if told is None else f"warning: {told}"


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
        yield f"{in_all}, {cost_told(seen.segments, price)}"
    else:
        yield f"read on the menu by {counted(seen.recipients, 'member')}: no texts, no cost"
    yield f"due {in_words_at(seen.due_at, audience.timezone)} ({audience.timezone})"


def edition_line(facts: EditionFacts, name: str) -> str:
    """When it was due, whose it is, and what became of it."""
    edition, due = facts.edition, due_in_words(facts)
    if edition.state is EditionState.MISSED:
        return f"{due}  {name}  MISSED: {edition.missed_because}"
    became = ", ".join(
        f"{facts.states[one]:,} {one}" for one in OutboundState if one in facts.states
    )
    told = counted(edition.recipients, "recipient") + (f": {became}" if became else "")
    return f"{due}  {name}  made, {told}" + ("" if edition.addressed_at else ", not all yet")


def _takes(audience: Audience) -> str:
    if not is_texted(audience):
        return "nothing: it is read on the menu"
    members = counted(audience.bulletin_segments, "segment")
    if isinstance(audience, BulletinList):
        return f"{members} a subscriber"
    return f"{members} a member, {audience.bulletin_secretary_segments} the secretary"

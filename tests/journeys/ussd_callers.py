"""Sixty people of many countries who call, and what there is to be heard."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import cycle, islice

from sqlalchemy.orm import Session

from db.session import Database
from groups.alert_rules import AlertWay
from groups.alerts import Wanted, set_alert
from groups.book import write_lines
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import NewLine
from groups.groups import join
from groups.members import members_of
from groups.models import Group, Role
from groups.subscriptions import subscribe
from groups.watching import Watch
from messaging.consent import opt_out
from messaging.kinds import Channel
from messaging.models import Subscriber
from prices.catalogue import Catalogue
from prices.cells import Cell
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.bulletins import publish_now
from tests.groups.stories import found_group, meet
from tests.prices.stories import publish_price, report_price

# What the numbers of a country begin with, and how many of its people call.
_NUMBERS = (
    ("KE", "+2547110", 5, 30),
    ("UG", "+25677200", 4, 7),
    ("TZ", "+25575400", 4, 6),
    ("SN", "+22177100", 4, 5),
    ("PE", "+5198765", 4, 5),
    ("BD", "+88017120", 5, 4),
    ("ET", "+25191100", 4, 3),
)
CODES = ("KIRIMA", "UMOJA", "M" * 20)
# As long as the column is.
LONGEST_NAME = "Muungano wa Wafugaji wa Ng'ombe wa Maziwa na Wakulima wa Mahindi Kaskazini Magha"


@dataclass(frozen=True)
class Phone:
    """Somebody's number, and the country it is of."""

    country: str
    msisdn: str


def _phones() -> Iterator[Phone]:
    for country, prefix, digits, people in _NUMBERS:
        for number in range(1, people + 1):
            yield Phone(country, f"{prefix}{number:0{digits}}")


PHONES = tuple(_phones())


def settle(database: Database, catalogue: Catalogue, now: datetime) -> None:
    """Two of three have called or written before, each other in what we know of them.

    There are prices of all shapes, groups with their officers, weekly prices that some get.
    """
    with database.begin() as session:
        for country, *_ in _NUMBERS:
            vocabulary = catalogue.vocabulary(session, country)
            _tell_prices(session, vocabulary, now)
            _meet_people(session, vocabulary, now)
        _found_groups(session, now)
    publish_now(database, catalogue, CODES[0], now - timedelta(days=1))


def _tell_prices(session: Session, vocabulary: Vocabulary, now: datetime) -> None:
    """Fresh and old prices at some markets, published ones at another, nothing elsewhere."""
    near, far, *others = _markets(vocabulary)
    tellers = [phone.msisdn for phone in PHONES if phone.country == vocabulary.country.code][:3]
    milk, maize = "milk", "maize"
    for number, msisdn in enumerate(tellers):
        for place, days in ((near, 0), (far, 1), (others[0], 20)):
            told_at = now - timedelta(days=days, hours=number + 1)
            report_price(
                session, vocabulary, msisdn, milk, "", 45 + number, told_at, place_id=place.id
            )
    told_at = now - timedelta(hours=30)
    report_price(session, vocabulary, tellers[0], maize, "", 40, told_at, place_id=near.id)
    for months in range(14):
        day = (now - timedelta(days=30 * (months + 1))).date().replace(day=15)
        publish_price(session, vocabulary, maize, others[1].name, Decimal(40 + months), day)


def _meet_people(session: Session, vocabulary: Vocabulary, now: datetime) -> None:
    markets = list(islice(_markets(vocabulary), 6))
    homes = cycle([None, markets[0].id, markets[1].admin1_id, markets[5].id, None, markets[2].id])
    languages = cycle(["en", vocabulary.country.language, None, "sw"])
    usual = cycle([None, "milk", "maize", None])
    known = (phone for phone in PHONES if phone.country == vocabulary.country.code)
    for number, phone in enumerate(known):
        if number % 3 == 2:
            continue  # has never called
        person = meet(
            session,
            phone.msisdn,
            now,
            language=next(languages),
            home_place_id=next(homes),
            usual_commodity_code=next(usual),
            name=("Wanjiku", None, LONGEST_NAME, "দুধওয়ালী")[number % 4],
        )
        for place in markets[: number % 4]:
            subscribe(
                session,
                person,
                commodity="milk",
                place_id=place.id,
                timezone=vocabulary.country.timezone,
                now=now,
            )
        if number % 4 == 1:
            _watch(session, person, vocabulary, markets[0].id, now)
        if number % 7 == 6:
            opt_out(session, person, channel=Channel.SMS, wording="STOP", now=now)


def _watch(
    session: Session, person: Subscriber, vocabulary: Vocabulary, place_id: int, now: datetime
) -> None:
    """A mark, and whatever is unusual."""
    cell = Cell("milk", place_id, vocabulary.commodities["milk"].price_type)
    watch = Watch(session, vocabulary, cell, is_real=True, now=now)
    for wanted in (Wanted(cell, AlertWay.ABOVE, Decimal(60)), Wanted(cell, AlertWay.UNUSUAL)):
        set_alert(session, person, wanted, watch, now)


def _found_groups(session: Session, now: datetime) -> None:
    names = ("Kirima Dairy Group", LONGEST_NAME, "দুধ সমিতি")
    for number, (code, name) in enumerate(zip(CODES, names, strict=True)):
        group = found_group(session, code, name=name, bulletin_weekdays=4)
        roles = cycle([Role.SECRETARY, Role.TREASURER, Role.MEMBER])
        people = [meet(session, phone.msisdn, now) for phone in PHONES[number * 4 : number * 4 + 9]]
        for person in people:
            join(session, group, person, now, role=next(roles))
        session.flush()
        _write_book(session, group, people[0], now)


def _write_book(session: Session, group: Group, secretary: Subscriber, now: datetime) -> None:
    """This morning's milk of each member, and a sale that is not paid yet."""
    entry = partial(NewLine, day=now.date(), written_by=secretary.id, raw_text="")
    milk = [
        entry(
            EntryKind.DELIVERY,
            source_key=f"{group.code}:{member.number}",
            milking=Milking.MORNING,
            member_id=member.id,
            litres=Decimal(12),
        )
        for member in members_of(session, group)
    ]
    sold = entry(
        EntryKind.SALE,
        source_key=f"{group.code}:sale",
        litres=Decimal(100),
        buyer="KCC",
        price_per_litre=Decimal(46),
        amount=Decimal(4600),
        currency="KES",
    )
    write_lines(session, group, [*milk, sold], now)


def _markets(vocabulary: Vocabulary) -> list[PlaceEntry]:
    """Where things are sold, the largest first."""
    places = (place for place in vocabulary.places.values() if place.kind.is_trading_place)
    return sorted(places, key=lambda place: (-(place.population or 0), place.id))

"""Sixty people of many countries who call, and what there is to be heard."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice

from sqlalchemy.orm import Session

from db.session import Database
from groups.alert_rules import AlertWay
from groups.alerts import Wanted, set_alert
from groups.members import OFFICES
from groups.models import Role
from groups.subscriptions import subscribe
from groups.watching import Watch
from messaging.consent import opt_out
from messaging.kinds import Channel
from messaging.models import Subscriber
from prices.catalogue import Catalogue
from prices.cells import Cell
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.bulletins import publish_now
from tests.groups.stories import meet
from tests.journeys.ussd_groups import CODES, LONGEST_NAME, found_groups, holders
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
_NUMBERED = tuple(phone.msisdn for phone in PHONES)
OFFICERS, CHAIRS, SECRETARIES = (
    tuple(phone for phone in PHONES if phone.msisdn in holders(_NUMBERED, *roles))
    for roles in (OFFICES, (Role.CHAIR,), (Role.SECRETARY,))
)


def settle(database: Database, catalogue: Catalogue, now: datetime) -> None:
    """Two of three have called or written before, each other in what we know of them.

    There are prices of all shapes, groups with their officers, weekly prices that some get.
    """
    with database.begin() as session:
        for country, *_ in _NUMBERS:
            vocabulary = catalogue.vocabulary(session, country)
            _tell_prices(session, vocabulary, now)
            _meet_people(session, vocabulary, now)
        found_groups(session, _NUMBERED, now)
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


def _markets(vocabulary: Vocabulary) -> list[PlaceEntry]:
    """Where things are sold, the largest first."""
    places = (place for place in vocabulary.places.values() if place.kind.is_trading_place)
    return sorted(places, key=lambda place: (-(place.population or 0), place.id))

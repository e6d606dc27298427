"""A report that a program tells: read with the words of a file, kept through the door of a text."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from sqlalchemy.orm import Session

from app.service import Service
from messaging.models import Subscriber
from messaging.msisdn import MsisdnError, is_phone_number, normalise, read_sender
from messaging.subscribers import get_or_create_subscriber
from prices.catalogue import conversions
from prices.importers.words import NotUnderstoodError, Words
from prices.kinds import Buyer, PriceType, Side
from prices.observations import (
    Held,
    PriceRefused,
    Recorded,
    RefusalReason,
    UnitUnknown,
    record_observation,
    told_at,
)
from prices.published import local_day
from prices.vocabulary import Vocabulary

# What is older is history: `bei import observations` takes it from a file.
OLDEST = timedelta(days=31)

T = TypeVar("T")

_REFUSED = {
    RefusalReason.NOT_POSITIVE: ("price", "It must be more than 0."),
    RefusalReason.TOO_HIGH: ("price", "Nothing costs so much."),
    RefusalReason.OTHER_CURRENCY: ("currency", "Prices of a country are told in its own money."),
}


class TellError(ValueError):
    """What is wrong with a report, and in which of its fields."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


@dataclass(frozen=True)
class Telling:
    """A report as a program wrote it down; None: it did not say."""

    reporter: str
    commodity: str
    market: str
    price: Decimal
    unit: str | None = None
    currency: str | None = None
    price_type: str | None = None
    buyer: str | None = None
    grade: str | None = None
    quantity: Decimal | None = None
    side: str | None = None
    reported_at: datetime | None = None


def tell(
    session: Session, service: Service, told: Telling, *, source_key: str, now: datetime
) -> Recorded | Held:
    """Keep it once under its key, or say what is wrong with it: TellError."""
    reporter = _reporter(session, service, told, now)
    vocabulary = service.catalogue.vocabulary(session, reporter.country)
    words = _words(vocabulary)
    commodity = _understood("commodity", words.commodity, told.commodity)
    place_id = _understood("market", words.market, told.market)
    at = _moment(told, now)
    kept = record_observation(
        session,
        vocabulary,
        source_key=source_key,
        reporter_id=reporter.id,
        commodity=commodity,
        place_id=place_id,
        price=told.price,
        unit=_unit(session, words, told, commodity, place_id, at),
        price_type=None if told.price_type is None else PriceType(told.price_type),
        quantity=told.quantity,
        grade=told.grade or None,
        buyer=None if told.buyer is None else Buyer(told.buyer),
        currency=None if told.currency is None else told.currency.upper(),
        side=None if told.side is None else Side(told.side),
        raw_text=f"{told.commodity}, {told.market}, {told.price} {told.unit or ''}".strip(),
        now=at,
        is_demo=reporter.is_demo,
    )
    return _kept(kept)


def _kept(kept: Recorded | Held | UnitUnknown | PriceRefused) -> Recorded | Held:
    match kept:
        case UnitUnknown():
            raise TellError("unit", "Nobody knows how much of it that unit holds.")
        case PriceRefused(reason):
            raise TellError(*_REFUSED[reason])
        case _:
            return kept


def _reporter(session: Session, service: Service, told: Telling, now: datetime) -> Subscriber:
    country = service.settings.country
    sender = read_sender(told.reporter)
    try:
        msisdn = sender if is_phone_number(sender) else normalise(sender, country)
    except MsisdnError:
        raise TellError("reporter", "It is no phone number.") from None
    return get_or_create_subscriber(session, msisdn, default_country=country, now=now)


def _moment(told: Telling, now: datetime) -> datetime:
    at = told_at(told.reported_at or now, now)
    if at is None:
        raise TellError("reported_at", "It lies in the future.")
    if at < now - OLDEST:
        raise TellError("reported_at", f"It is more than {OLDEST.days} days old: import a file.")
    return at


def _unit(
    session: Session, words: Words, told: Telling, commodity: str, place_id: int, at: datetime
) -> str | None:
    """The unit of that name in which this commodity is measured there."""
    if not told.unit:
        return None
    named = _understood("unit", words.units, told.unit)
    if len(named) == 1:
        return named[0]
    vocabulary = words.vocabulary
    known = conversions(
        session,
        commodity=commodity,
        country=vocabulary.country.code,
        place_id=place_id,
        on=local_day(vocabulary, at),
    )
    fitting = [unit for unit in named if unit in known]
    if len(fitting) != 1:
        raise TellError("unit", f"{told.unit!r} may be {' or '.join(fitting or named)}.")
    return fitting[0]


def _understood(field: str, read: Callable[[str], T], written: str) -> T:
    try:
        return read(written)
    except NotUnderstoodError as fault:
        raise TellError(field, f"{fault}.") from None


def _words(vocabulary: Vocabulary) -> Words:
    """The look-ups of a vocabulary, kept beside it until the catalogue changes."""
    if "words of files" not in vocabulary.beside:
        vocabulary.beside["words of files"] = Words(vocabulary)
    words: Words = vocabulary.beside["words of files"]
    return words

"""Reports for stories: who said what, where, for how much."""

import re
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from messaging.models import Subscriber
from prices.catalogue import load_vocabulary
from prices.importers.reference import count_change
from prices.kinds import PlaceKind, PriceType
from prices.models import PublishedPrice
from prices.observations import Recorded, record_observation
from prices.vocabulary import PlaceEntry, Vocabulary, fold

_numbers = count(1)


def near(price: Decimal | int | str) -> Any:
    """A price as far as people tell it: what the filter makes of reports is no round figure."""
    return pytest.approx(Decimal(price), rel=Decimal("0.02"))


def without_range(reply: str) -> str:
    """A reply without its ranges: how wide they are is the filter's business, and tested there."""
    return re.sub(r"\(\d[\d.,]*-\d[\d.,]*\)", "(range)", reply)


def kenya(session: Session) -> Vocabulary:
    """The country most stories happen in."""
    return load_vocabulary(session, "KE")


def place_named(vocabulary: Vocabulary, name: str) -> PlaceEntry:
    """The place of that name: a market or town before a ward, a ward before a county."""
    kinds = [PlaceKind.MARKET, PlaceKind.WARD, PlaceKind.ADMIN1, PlaceKind.ADMIN2]
    places = [vocabulary.places[place_id] for place_id in vocabulary.place_words[fold(name)]]
    return min(places, key=lambda place: (kinds.index(place.kind), place.id))


def reporter(session: Session, msisdn: str, country: str, now: datetime) -> int:
    """The id of the subscriber with that number, who is made when missing."""
    found = session.scalar(select(Subscriber.id).where(Subscriber.msisdn == msisdn))
    if found is not None:
        return found
    row = Subscriber(msisdn=msisdn, country=country, created_at=now)
    session.add(row)
    count_change(session)
    return row.id


def report_price(
    session: Session,
    vocabulary: Vocabulary,
    msisdn: str,
    commodity: str,
    place_name: str,
    price: Decimal | int | str,
    now: datetime,
    **more: Any,
) -> Recorded:
    """Somebody reports a price for the usual measure, and stands by it: then any figure is kept.

    Anything `record_observation` takes may be said besides.
    """
    values: dict[str, Any] = {
        "source_key": f"story:{next(_numbers)}",
        "reporter_id": reporter(session, msisdn, vocabulary.country.code, now),
        "commodity": commodity,
        "place_id": more.get("place_id") or place_named(vocabulary, place_name).id,
        "price": Decimal(price),
        "unit": vocabulary.commodities[commodity].base_unit,
        "price_type": None,
        "raw_text": f"{commodity} {place_name} {price}",
        "now": now,
        "is_confirmed": True,
    }
    recorded = record_observation(session, vocabulary, **(values | more))
    assert isinstance(recorded, Recorded), recorded
    return recorded


def publish_price(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    place_name: str,
    price: Decimal | int | str,
    priced_on: date,
    price_type: PriceType = PriceType.RETAIL,
    product: str = "As published",
) -> None:
    """A month of a published series, per base unit."""
    row = PublishedPrice(
        source="WFP",
        place_id=place_named(vocabulary, place_name).id,
        commodity_code=commodity,
        product=product,
        price_type=price_type,
        priced_on=priced_on,
        currency=vocabulary.country.currency,
        price=Decimal(price),
        unit_quoted="KG",
        price_per_base_unit=Decimal(price),
        flag="actual",
    )
    session.add(row)
    count_change(session)

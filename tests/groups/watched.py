"""Prices that stories of alerts begin with: told by four people, so that they are good enough."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from groups.watching import Watch
from prices.cells import Cell
from prices.kinds import PriceType
from prices.vocabulary import Vocabulary
from tests.prices.stories import kenya, place_named, report_price

_people = count(1)


def words_of(session: Session) -> Vocabulary:
    """The country's words, read once in a transaction."""
    if "kenya" not in session.info:
        session.info["kenya"] = kenya(session)
    words: Vocabulary = session.info["kenya"]
    return words


def tell(
    session: Session,
    now: datetime,
    price: Decimal | int | str,
    place: str = "Nakuru",
    commodity: str = "milk",
    *,
    people: int = 4,
    **what: Any,
) -> None:
    """So many people, none of whom told anything before, tell this price, half an hour apart.

    At once they would pass for one who tells it again and again.
    """
    words = words_of(session)
    for earlier in range(people):
        msisdn = f"+2547440{next(_people):05d}"
        at = now - earlier * timedelta(minutes=30)
        report_price(session, words, msisdn, commodity, place, price, at, **what)


def cell(
    session: Session,
    place: str = "Nakuru",
    commodity: str = "milk",
    price_type: PriceType | None = None,
) -> Cell:
    """A price at a place, of the usual type unless said otherwise."""
    words = words_of(session)
    own = words.commodities[commodity].price_type
    return Cell(commodity, place_named(words, place).id, price_type or own)


def county_cell(session: Session, name: str, commodity: str = "milk") -> Cell:
    """A price of a whole county."""
    words = words_of(session)
    county = words.admin1_of(place_named(words, name).id)
    assert county is not None
    return Cell(commodity, county.id, words.commodities[commodity].price_type)


def watch(session: Session, watched: Cell, now: datetime, *, is_real: bool = True) -> Watch:
    """A price as somebody sees it at this moment."""
    return Watch(session, words_of(session), watched, is_real, now)

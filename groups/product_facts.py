"""What is read for the choice of a product: local prices of what milk may become."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from groups.bargaining import mean_price
from groups.bargaining_facts import MILK, buyers_lately
from groups.models import Group
from groups.products import Choice, Sold, choice, makings
from prices.answers import NearestPrice, OwnPrice
from prices.estimates import Confidence
from prices.kinds import PriceType
from prices.queries import answer_price
from prices.vocabulary import PlaceEntry, Vocabulary


def choice_of(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    litres: Decimal,
    costs: Mapping[str, Decimal],
    now: datetime,
) -> Choice:
    """What so many litres would bring where a group is; `costs` by commodity, for a base unit."""
    own_price = mean_price(buyers_lately(session, group, now))
    made = makings(vocabulary.country.code)
    place = vocabulary.places.get(group.place_id)
    if place is None:
        return choice(litres, own_price, None, made, {}, costs, is_demo=group.is_demo)
    told = {
        one.commodity: _sold(session, vocabulary, one.commodity, None, place, now)
        for one in made
        if one.commodity in vocabulary.commodities
    }
    fresh = _sold(session, vocabulary, MILK, PriceType.FARM_GATE, place, now)
    return choice(
        litres,
        own_price,
        _real(fresh, is_demo=group.is_demo),
        made,
        {
            commodity: sold
            for commodity, one in told.items()
            if (sold := _real(one, is_demo=group.is_demo)) is not None
        },
        costs,
        is_demo=group.is_demo,
    )


def _real(sold: Sold | None, *, is_demo: bool) -> Sold | None:
    """What was made up to show how Bei works is told to a demo group alone."""
    return None if sold is None or (sold.is_demo and not is_demo) else sold


def _sold(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    price_type: PriceType | None,
    place: PlaceEntry,
    now: datetime,
) -> Sold | None:
    """What people tell lately, there or nearby; an old or a published price is no local one."""
    answer = answer_price(
        session,
        vocabulary,
        commodity=commodity,
        place_id=place.id,
        price_type=price_type,
        now=now,
    )
    if not isinstance(answer, OwnPrice | NearestPrice):
        return None
    if answer.estimate.confidence is Confidence.OLD:
        return None
    estimate = answer.estimate
    return Sold(
        price=estimate.price,
        price_type=answer.price_type,
        place=answer.place,
        distance_km=answer.distance_km if isinstance(answer, NearestPrice) else 0.0,
        reports=estimate.reports,
        newest_at=estimate.newest_at,
        is_demo=estimate.is_demo,
    )

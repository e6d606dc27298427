"""Is it going up or down: a price now, and what the same thing cost there before."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from prices import reads
from prices.answers import OwnPrice, Published
from prices.comparisons import OtherStep, OwnTrend, PublishedTrend, Sides
from prices.kinds import PriceType
from prices.queries import own_price, published_price
from prices.reads import PublishedMonth, Series
from prices.sides import sides_at
from prices.usual import usual_for_published, usual_price
from prices.vocabulary import Vocabulary

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def price_trend(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
) -> OwnTrend | PublishedTrend | None:
    """The trend of what people report there; without fresh reports that of a published series.

    A past estimate is what was published then, at the same place and for the same price type, where
    it rested on recent reports: a week nobody spoke in is not filled with an older price.
    Beside them stand what is usual in this month of the year, what shops take when the price is
    another, and what sellers and buyers say of it.
    """

    def estimate_at(moment: datetime, of_type: PriceType | None) -> OwnPrice | None:
        return own_price(
            session,
            vocabulary,
            commodity=commodity,
            place_id=place_id,
            price_type=of_type,
            now=moment,
        )

    own = estimate_at(now, price_type)
    if own is not None:
        usual = usual_price(
            session,
            vocabulary,
            commodity=commodity,
            place_id=place_id,
            price_type=own.price_type,
            on=now.date(),
        )
        others = (estimate_at(now, step) for step in _other_steps(own.price_type))
        return OwnTrend(
            own,
            _price(estimate_at(now - WEEK, own.price_type)),
            _price(estimate_at(now - MONTH, own.price_type)),
            usual,
            _other_step(own, others),
            _sides(session, vocabulary, own, now),
        )
    published = published_price(
        session,
        vocabulary,
        commodity=commodity,
        place_id=place_id,
        price_type=price_type,
        now=now,
    )
    return None if published is None else _published_trend(session, vocabulary, published)


def _price(found: OwnPrice | None) -> Decimal | None:
    return None if found is None else found.estimate.price


def _other_steps(price_type: PriceType) -> tuple[PriceType, ...]:
    """What to hold a price against: that of shops, and for shops that of who sells to them."""
    if price_type is PriceType.RETAIL:
        return (PriceType.WHOLESALE, PriceType.FARM_GATE)
    return (PriceType.RETAIL,)


def _other_step(own: OwnPrice, others: Iterable[OwnPrice | None]) -> OtherStep | None:
    """The first that is known; what was made up is not held against what people said."""
    for other in others:
        if other is not None and (own.estimate.is_demo or not other.estimate.is_demo):
            return OtherStep(other.price_type, other.estimate.price)
    return None


def _sides(session: Session, vocabulary: Vocabulary, own: OwnPrice, now: datetime) -> Sides | None:
    """What sellers and buyers say; beside a price that was made up, nothing."""
    if own.estimate.is_demo:
        return None
    return sides_at(
        session,
        vocabulary,
        commodity=own.commodity,
        place_id=own.place.id,
        price_type=own.price_type,
        now=now,
    )


def _published_trend(
    session: Session, vocabulary: Vocabulary, published: Published
) -> PublishedTrend:
    series = Series(published.commodity, published.price_type, published.place.id)
    newest = reads.published_price(session, vocabulary, series, published.priced_on)
    year_before = _months_back(published.priced_on, 12)
    earlier = reads.earlier_months(session, newest, since=year_before)
    # Publishers date a month by one of its days, not always by the same.
    by_month = {(day.year, day.month): price for day, price in sorted(earlier.items())}
    month_before = _months_back(published.priced_on, 1)
    return PublishedTrend(
        published,
        by_month.get((month_before.year, month_before.month)),
        by_month.get((year_before.year, year_before.month)),
        usual_for_published(session, vocabulary, published),
        _published_step(session, newest),
    )


def _published_step(session: Session, newest: PublishedMonth) -> OtherStep | None:
    for step in _other_steps(newest.price_type):
        other = reads.at_other_step(session, newest, step)
        if other is not None:
            return OtherStep(step, other)
    return None


def _months_back(day: date, months: int) -> date:
    """The first day of the month so many months before."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)

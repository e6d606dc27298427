"""Is it going up or down: a price now, and what the same thing cost there before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from prices import reads
from prices.answers import OwnPrice, Published
from prices.kinds import PriceType
from prices.queries import own_price, published_price
from prices.reads import Series
from prices.vocabulary import Vocabulary

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True)
class OwnTrend:
    """What people there say, and what they said then; None where nobody said anything."""

    now: OwnPrice
    week_ago: Decimal | None
    month_ago: Decimal | None


@dataclass(frozen=True)
class PublishedTrend:
    """The newest published month, and those to hold it against, where they were published."""

    now: Published
    month_before: Decimal | None
    year_before: Decimal | None


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

    A past estimate is made as it would have been made then, of the reports of its own 7 days, at
    the same place and for the same price type: so three weeks are compared, none of which overlap.
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
        week_ago = estimate_at(now - WEEK, own.price_type)
        month_ago = estimate_at(now - MONTH, own.price_type)
        return OwnTrend(own, _price(week_ago), _price(month_ago))
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
    )


def _months_back(day: date, months: int) -> date:
    """The first day of the month so many months before."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)

"""What sellers and buyers say of one price, and how far they are apart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from prices.comparisons import Sides
from prices.door import FLAG
from prices.estimates import SMALLEST, is_recent
from prices.kinds import PriceType, Side
from prices.published import local_day
from prices.reads import SidedReport, sided_reports
from prices.statistics import weighted_median
from prices.vocabulary import Vocabulary
from prices.votes import counted

# Of one person alone nobody can say what their side pays.
FEWEST = 2
ONE = Decimal(1)


def sides_of(reports: Iterable[SidedReport]) -> Sides | None:
    """The two sides of recent reports of a cell; None where fewer than two people are on either.

    Votes count as for the estimate: of each person the latest of a day, of copies the first. Of
    several days a person's latest on that side speaks, so that nobody weighs more for speaking
    often; who sells and buys, as traders do, is on both. What is rather a slip than not is left
    out, and so is what nobody has looked at yet.
    """
    told: dict[Side, dict[int, Decimal]] = {Side.SELLS: {}, Side.BUYS: {}}
    for vote in _votes(reports):
        is_honest = vote.slip_probability is not None and vote.slip_probability < FLAG
        if vote.side is not None and is_honest:
            told[vote.side][vote.report.reporter_id] = vote.price
    if any(len(prices) < FEWEST for prices in told.values()):
        return None
    return Sides(_median(told[Side.SELLS].values()), _median(told[Side.BUYS].values()))


def sides_at(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType,
    now: datetime,
) -> Sides | None:
    """What the two sides lately said at a market, over all buyers and grades; None: too few.

    What was made up to show how Bei works is left out. Of a whole county nothing is said: its
    sellers and its buyers may be at other markets, and then their gap is a distance.
    """
    if not vocabulary.places[place_id].kind.is_trading_place:
        return None
    today, pace = local_day(vocabulary, now), vocabulary.commodities[commodity].pace
    reports = sided_reports(
        session,
        vocabulary,
        commodity=commodity,
        place_id=place_id,
        price_type=price_type,
        today=today,
        now=now,
    )
    return sides_of(one for one in reports if is_recent(one.report.reported_on, today, pace))


def _votes(reports: Iterable[SidedReport]) -> Iterable[SidedReport]:
    """Those that count, day by day."""
    by_day: defaultdict[object, dict[int, SidedReport]] = defaultdict(dict)
    for one in sorted(reports, key=lambda one: one.report.reported_on):
        by_day[one.report.reported_on][one.report.id] = one
    for told in by_day.values():
        for vote in counted(one.report for one in told.values()):
            yield told[vote.id]


def _median(prices: Iterable[Decimal]) -> Decimal:
    values: Sequence[tuple[Decimal, Decimal]] = [(price, ONE) for price in prices]
    return weighted_median(values).quantize(SMALLEST)

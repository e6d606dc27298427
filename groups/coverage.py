"""Where prices are known and where not: by commodity and county, beside what was asked in vain."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groups.demand import REMEMBERED
from groups.models import CellQueryCount
from prices.estimates import Confidence
from prices.freshness import labels_by_county
from prices.models import Place
from prices.published import estimates_of, local_day, unsaid_commodities
from prices.vocabulary import Vocabulary

# A commodity in a county; None: of the country as a whole.
Field = tuple[str, int | None]


@dataclass(frozen=True)
class Coverage:
    """How many places of a county have which kind of price of a commodity, and what was asked.

    `asked` counts the questions of the last 14 days, `in_vain` those that found no fresh price.
    """

    commodity: str
    county_id: int | None
    good: int = 0
    few: int = 0
    one: int = 0
    old: int = 0
    asked: int = 0
    in_vain: int = 0

    @property
    def fresh(self) -> int:
        """Places with a recent price, however many told it."""
        return self.good + self.few + self.one


def coverage(
    session: Session, vocabulary: Vocabulary, now: datetime, *, is_real: bool = True
) -> list[Coverage]:
    """Every commodity and county where a price is known or was asked for, in that order."""
    labels = _labels(session, vocabulary, now, is_real=is_real)
    return _beside_asked(session, vocabulary, now, labels)


def coverage_as_it_stands(
    session: Session, vocabulary: Vocabulary, now: datetime
) -> list[Coverage]:
    """The same of what is published as it stands, counted by the database; made-up prices too.

    Where the worker stands still it is as of the day it stopped: the desk says so elsewhere.
    """
    return _beside_asked(session, vocabulary, now, labels_by_county(session, vocabulary, now))


def _beside_asked(
    session: Session,
    vocabulary: Vocabulary,
    now: datetime,
    labels: defaultdict[Field, Counter[Confidence]],
) -> list[Coverage]:
    asked = _asked(session, vocabulary, local_day(vocabulary, now))
    return [
        Coverage(
            commodity=commodity,
            county_id=county_id,
            good=labels[commodity, county_id][Confidence.GOOD],
            few=labels[commodity, county_id][Confidence.FEW],
            one=labels[commodity, county_id][Confidence.ONE],
            old=labels[commodity, county_id][Confidence.OLD],
            asked=asked[commodity, county_id][0],
            in_vain=asked[commodity, county_id][1],
        )
        for commodity, county_id in sorted(
            labels.keys() | asked.keys(), key=lambda field: (field[0], field[1] or 0)
        )
    ]


def _labels(
    session: Session, vocabulary: Vocabulary, now: datetime, *, is_real: bool
) -> defaultdict[Field, Counter[Confidence]]:
    """Counted by the database where the rows say it, which they do once a day's work is done."""
    unsaid = unsaid_commodities(session, vocabulary, now, is_real=is_real)
    found = labels_by_county(session, vocabulary, now)
    for field in [field for field in found if field[0] in unsaid]:
        del found[field]
    for commodity in sorted(unsaid & vocabulary.commodities.keys()):
        _count_places(session, vocabulary, now, commodity, found, is_real=is_real)
    return found


def _count_places(
    session: Session,
    vocabulary: Vocabulary,
    now: datetime,
    commodity: str,
    found: defaultdict[Field, Counter[Confidence]],
    *,
    is_real: bool,
) -> None:
    """Of each place its best price: one that has a good one is not thin for another price type."""
    best: dict[int, Confidence] = {}
    for one in estimates_of(
        session,
        vocabulary,
        commodity=commodity,
        place_ids=None,
        now=now,
        is_whole=True,
        is_real=is_real,
    ):
        place_id, label = one.cell.place_id, one.estimate.confidence
        best[place_id] = _better((best.get(place_id, label), label))
    for place_id, label in best.items():
        found[commodity, vocabulary.places[place_id].admin1_id][label] += 1


def _better(labels: Iterable[Confidence]) -> Confidence:
    order = list(Confidence)
    return min(labels, key=order.index)


def _asked(
    session: Session, vocabulary: Vocabulary, today: date
) -> defaultdict[Field, tuple[int, int]]:
    row = CellQueryCount
    found: defaultdict[Field, tuple[int, int]] = defaultdict(lambda: (0, 0))
    query = (
        select(row.commodity_code, row.place_id, func.sum(row.asked), func.sum(row.unanswered))
        .join(Place, Place.id == row.place_id)
        .where(Place.country == vocabulary.country.code)
        .where(row.day > today - REMEMBERED, row.day <= today)
        .group_by(row.commodity_code, row.place_id)
    )
    for commodity, place_id, asked, in_vain in session.execute(query):
        if commodity in vocabulary.commodities and place_id in vocabulary.places:
            field = commodity, vocabulary.places[place_id].admin1_id
            before = found[field]
            found[field] = before[0] + asked, before[1] + in_vain
    return found

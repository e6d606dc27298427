"""What is read for a talk about the price of milk: the book of 120 days, and the prices around."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groups.alert_rules import Usually
from groups.bargaining import (
    LATELY,
    REMEMBERED,
    BuyerRecord,
    Card,
    Supply,
    Told,
    buyers_of,
    meant,
    net_of,
    supply_of,
)
from groups.book import lines_of
from groups.book_counting import still_counts
from groups.book_kinds import EntryKind
from groups.book_lines import Line
from groups.book_models import BookLine
from groups.models import Group
from groups.watching import watch_meant
from messaging.phrases.formats import local_date
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, Published
from prices.best_markets import best_markets
from prices.kinds import PriceType
from prices.nearby import Offer
from prices.queries import answer_price
from prices.vocabulary import PlaceEntry, Vocabulary

MILK = "milk"
DAY = timedelta(days=1)
# Where nobody knows what the way costs, no market farther away than this is held against a buyer.
COMPARED_KM = 50.0


def card_of(
    session: Session, vocabulary: Vocabulary, group: Group, asked: str | None, now: datetime
) -> Card:
    """The card of a group for its talk with a buyer; without a name, with who takes most.

    What was made up to show how Bei works has a part in it only for a demo group.
    """
    today = local_date(now, group.timezone)
    buyers = buyers_of(_money(session, group, today), today)
    supply = supply_of_group(session, group, today)
    target = meant(buyers, asked) if asked else next(iter(buyers), None)
    place = vocabulary.places.get(group.place_id)
    if place is None or MILK not in vocabulary.commodities:
        return _without_prices(buyers, supply, asked, target, today, is_demo=group.is_demo)
    told, last_known = _told(session, vocabulary, place, now, is_demo=group.is_demo)
    elsewhere, here, is_net = _offers(session, vocabulary, group, place, supply, now)
    return Card(
        today=today,
        supply=supply,
        asked=asked,
        target=target,
        others=_others(buyers, target),
        told=told,
        last_known=last_known,
        elsewhere=elsewhere,
        is_net=is_net,
        here=here,
        usual=_usual(session, vocabulary, group, place, now),
        is_demo=group.is_demo,
    )


def buyers_lately(session: Session, group: Group, now: datetime) -> tuple[BuyerRecord, ...]:
    """To whom the group sold in the last 120 days; who took most lately comes first."""
    today = local_date(now, group.timezone)
    return buyers_of(_money(session, group, today), today)


def supply_of_group(session: Session, group: Group, today: date) -> Supply:
    """What the group had of the last 30 days, until yesterday: today is not over."""
    since, until = today - LATELY, today
    rows = session.execute(
        # By the index of a group's days; of deliveries only the sums are read.
        select(BookLine.day, BookLine.milking, func.sum(BookLine.litres))
        .where(
            BookLine.group_id == group.id,
            BookLine.day >= since,
            BookLine.day < until,
            BookLine.kind == EntryKind.DELIVERY,
            still_counts(),
        )
        .group_by(BookLine.day, BookLine.milking)
    )
    by_day = {(day, milking): Decimal(litres or 0) for day, milking, litres in rows}
    rejects = lines_of(session, group.id, since=since, until=until, kinds=(EntryKind.REJECT,))
    rejected = sum((line.litres or Decimal(0) for line in rejects), Decimal(0))
    return supply_of(by_day, rejected, LATELY.days)


def _money(session: Session, group: Group, today: date) -> list[Line]:
    """Sales and what was paid for them, also what was paid before a sale was corrected."""
    kinds = (EntryKind.SALE, EntryKind.PAID)
    lines = lines_of(session, group.id, since=today - REMEMBERED, until=today + DAY, kinds=kinds)
    now_at = _in_whose_place(session, lines)
    return [
        replace(line, of_line_id=now_at.get(line.of_line_id or 0, line.of_line_id))
        for line in lines
    ]


def _in_whose_place(session: Session, lines: Sequence[Line]) -> dict[int, int]:
    """By the id of a sale that was corrected, the one that counts in its place; they are few."""
    found: dict[int, int] = {}
    for line in lines:
        before = line.corrects_id
        while before is not None:
            found[before] = line.id
            before = session.scalar(select(BookLine.corrects_id).where(BookLine.id == before))
    return found


def _without_prices(
    buyers: Sequence[BuyerRecord],
    supply: Supply,
    asked: str | None,
    target: BuyerRecord | None,
    today: date,
    *,
    is_demo: bool,
) -> Card:
    """Of a group whose place is on no map any more: what its book says."""
    others = _others(buyers, target)
    return Card(today, supply, asked, target, others, is_demo=is_demo)


def _others(buyers: Sequence[BuyerRecord], target: BuyerRecord | None) -> tuple[BuyerRecord, ...]:
    """The other buyers, the dearest first; what was paid long ago comes last."""
    others = [one for one in buyers if one is not target]
    return tuple(sorted(others, key=lambda one: (not one.is_lately, -one.price, one.name)))


def _told(
    session: Session, vocabulary: Vocabulary, place: PlaceEntry, now: datetime, *, is_demo: bool
) -> tuple[Told | None, LastKnown | None]:
    """What others tell there or nearby; a published series is of shops, and says nothing here."""
    answer = answer_price(
        session,
        vocabulary,
        commodity=MILK,
        place_id=place.id,
        price_type=PriceType.FARM_GATE,
        now=now,
    )
    match answer:
        case OwnPrice(estimate=estimate) if is_demo or not estimate.is_demo:
            return Told(estimate, place), None
        case NearestPrice(estimate=estimate) if is_demo or not estimate.is_demo:
            return Told(estimate, answer.place, answer.distance_km), _real(answer, is_demo=is_demo)
        case NearestPrice() | Published() | NoPrice():
            return None, _real(answer, is_demo=is_demo)
        case _:
            return None, None


def _real(answer: NearestPrice | Published | NoPrice, *, is_demo: bool) -> LastKnown | None:
    known = answer.last_known
    return None if known is None or (known.is_demo and not is_demo) else known


def _offers(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    place: PlaceEntry,
    supply: Supply,
    now: datetime,
) -> tuple[Offer | None, tuple[Offer, ...], bool]:
    """The best at another place, for a day's milk of the group, and what is paid at its own."""
    selling = best_markets(
        session,
        vocabulary,
        commodity=MILK,
        place_id=place.id,
        price_type=None,
        # Nobody carries less than a litre, and of no milk the way has no price.
        quantity=supply.litres if supply.litres >= 1 else None,
        now=now,
    )
    if selling.is_demo and not group.is_demo:
        return None, (), False
    real = [one for one in selling.offers if group.is_demo or not one.estimate.is_demo]
    is_net = selling.quantity is not None
    away = [
        one
        for one in real
        if one.place.id != place.id and (is_net or one.distance_km <= COMPARED_KM)
    ]
    here = [one for one in real if one.place.id == place.id and one.buyer is not None]
    best = max(away, key=lambda one: (net_of(one), -one.distance_km), default=None)
    return best, tuple(sorted(here, key=lambda one: -net_of(one))), is_net


def _usual(
    session: Session, vocabulary: Vocabulary, group: Group, place: PlaceEntry, now: datetime
) -> Usually | None:
    """What is usual there, as an alert without a mark goes by it."""
    return watch_meant(
        session,
        vocabulary,
        commodity=MILK,
        place_id=place.id,
        price_type=PriceType.FARM_GATE,
        is_real=not group.is_demo,
        now=now,
    ).usual

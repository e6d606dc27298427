"""What a group buys together: counted, filled, closed, charged, on a real database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from groups.groups import join, leave
from groups.members import Member, add_member, member_of
from groups.models import Group
from groups.order_models import GroupOrder, OrderEnd
from groups.orders import (
    awaited_orders,
    close_order,
    deliver,
    due_orders,
    end_of,
    is_open,
    open_order,
    open_orders,
    price_in_shops,
    tally_of,
    wish,
)
from messaging.models import Subscriber
from prices.catalogue import load_vocabulary
from prices.kinds import PriceType
from prices.vocabulary import Vocabulary
from tests.cast import ACHIENG, NJERI, OTIENO, WANJIKU
from tests.groups.stories import found_group, meet
from tests.prices.stories import kenya, near, report_price

SATURDAY = date(2026, 11, 28)


@dataclass
class Buying:
    """KIRIMA: Njeri opens orders; she, Wanjiku and Mary are its members."""

    session: Session
    now: datetime
    group: Group
    njeri: Subscriber
    wanjiku: Subscriber
    members: list[Member]

    def opens(self, article: str = "feed", threshold: int = 10) -> GroupOrder | None:
        return open_order(
            self.session,
            self.group,
            article=article,
            words=article.upper(),
            threshold=threshold,
            price=Decimal(1850),
            currency="KES",
            last_day=SATURDAY,
            by=self.njeri,
            source_key=f"story:{article}:{self.now}",
            now=self.now,
        )

    def wants(self, order: GroupOrder, who: int, quantity: int) -> bool:
        return wish(self.session, order, self.members[who], quantity, self.njeri, self.now)


@pytest.fixture
def buying(database: Database, now: datetime) -> Iterator[Buying]:
    with database.begin() as session:
        group = found_group(session, "KIRIMA")
        njeri, wanjiku = (meet(session, one, now) for one in (NJERI, WANJIKU))
        members = []
        for person in (njeri, wanjiku):
            join(session, group, person, now)
            found = member_of(session, group, person)
            assert found is not None
            members.append(found)
        members.append(add_member(session, group, "Mary", now))
        yield Buying(session, now, group, njeri, wanjiku, members)


def opened(buying: Buying, article: str = "feed") -> GroupOrder:
    order = buying.opens(article)
    assert order is not None
    return order


def test_a_day_ends_at_midnight_by_the_groups_own_clock() -> None:
    assert end_of(SATURDAY, "Africa/Nairobi") == datetime(2026, 11, 28, 21, tzinfo=UTC)
    assert end_of(SATURDAY, "America/Lima") == datetime(2026, 11, 29, 5, tzinfo=UTC)
    # Where the clock is put forward at midnight the day still ends.
    assert end_of(date(2026, 3, 28), "Africa/Cairo") == datetime(2026, 3, 28, 22, tzinfo=UTC)


def test_one_order_of_an_article_is_open_at_a_time(buying: Buying) -> None:
    first = opened(buying)
    assert buying.opens() is None
    close_order(buying.session, first, buying.now)
    buying.now += timedelta(seconds=1)
    assert opened(buying).id != first.id


def test_what_counts_is_what_was_said_last(buying: Buying) -> None:
    order = opened(buying)
    for who, quantity in ((0, 3), (1, 5), (2, 5), (0, 2), (1, 0)):
        buying.wants(order, who, quantity)
    tally = tally_of(buying.session, order)
    assert [(one.member.number, one.quantity) for one in tally.wishes] == [(3, 5), (1, 2)]
    assert (tally.ordered, tally.members) == (7, 2)
    assert [tally.of(one.id) for one in buying.members] == [2, 0, 5]


def test_it_is_full_once(buying: Buying) -> None:
    order = opened(buying)
    assert [buying.wants(order, 0, many) for many in (9, 10, 0, 10, 12)] == [
        False, True, False, False, False,
    ]  # fmt: skip
    assert order.reached_at == buying.now


@pytest.mark.parametrize(
    ("ordered", "ended"), [(10, OrderEnd.GOES_AHEAD), (9, OrderEnd.TOO_FEW), (0, OrderEnd.TOO_FEW)]
)
def test_it_goes_ahead_where_enough_is_ordered_when_it_closes(
    buying: Buying, ordered: int, ended: OrderEnd
) -> None:
    order = opened(buying)
    buying.wants(order, 0, 10)
    buying.wants(order, 0, ordered)
    assert due_orders(buying.session, order.ends_at - timedelta(microseconds=1)) == []
    assert due_orders(buying.session, order.ends_at) == [order.id]
    close_order(buying.session, order, order.ends_at)
    assert order.ended is ended
    assert due_orders(buying.session, order.ends_at) == []
    goes = [order] if ended is OrderEnd.GOES_AHEAD else []
    assert awaited_orders(buying.session, buying.group) == goes


def test_it_is_over_from_its_end_on_whoever_closes_it(buying: Buying) -> None:
    order = opened(buying)
    just_before = order.ends_at - timedelta(microseconds=1)
    assert (is_open(order, just_before), is_open(order, order.ends_at)) == (True, False)
    assert open_orders(buying.session, buying.group, just_before) == [order]
    assert open_orders(buying.session, buying.group, order.ends_at) == []


def test_who_leaves_before_it_closes_is_not_counted_and_after_it_is(buying: Buying) -> None:
    order = opened(buying)
    buying.wants(order, 0, 6)
    buying.wants(order, 1, 4)
    close_order(buying.session, order, buying.now)
    leave(buying.session, buying.group, buying.wanjiku, buying.now + timedelta(hours=1))
    assert tally_of(buying.session, order).ordered == 10
    other = opened(buying, "soap")
    buying.wants(other, 1, 4)
    assert tally_of(buying.session, other).ordered == 0


def test_it_is_charged_once_whatever_text_told_of_it(buying: Buying) -> None:
    order = opened(buying)
    for who, quantity in ((2, 5), (0, 7)):
        buying.wants(order, who, quantity)
    close_order(buying.session, order, buying.now)
    texts = ("ORDER DELIVERED FEED 1820.35", "AGIZA IMEFIKA CHAKULA 1900")
    twice = [
        deliver(
            buying.session,
            buying.group,
            order,
            price=Decimal(price),
            what_for="feed",
            by=buying.njeri,
            day=SATURDAY,
            raw_text=text,
            now=buying.now,
        )
        for text, price in zip(texts, ("1820.35", "1900"), strict=True)
    ]
    assert [[one.is_new for one in lines] for lines in twice] == [[True, True], [False, False]]
    for lines in twice:
        assert [one.line.amount for one in lines] == [Decimal("12742.45"), Decimal("9101.75")]
        assert [one.line.number for one in lines] == [1, 2]


def tells(buying: Buying, vocabulary: Vocabulary, teller: str, *, is_demo: bool = False) -> None:
    """Somebody tells what a bag of dairy meal costs in a shop."""
    report_price(
        buying.session, vocabulary, teller, "dairy_meal", "Githunguri", 2100, buying.now,
        place_id=buying.group.place_id, unit="bag", price_type=PriceType.RETAIL,
        is_demo=is_demo,
    )  # fmt: skip


def test_the_price_in_shops_is_that_of_the_groups_own_place(buying: Buying) -> None:
    vocabulary = kenya(buying.session)

    def shops(article: str) -> Decimal | None:
        return price_in_shops(buying.session, vocabulary, buying.group, article, buying.now)

    assert shops("feed") is None
    for teller in (ACHIENG, OTIENO):
        tells(buying, vocabulary, teller)
    assert shops("feed") == near(2100)
    assert shops("soap") is None
    buying.now += timedelta(days=60)
    assert shops("feed") is None  # nobody told it lately


def test_a_member_from_across_the_border_hears_of_no_shops(buying: Buying) -> None:
    tells(buying, kenya(buying.session), ACHIENG)
    across = load_vocabulary(buying.session, "UG")
    assert price_in_shops(buying.session, across, buying.group, "feed", buying.now) is None


def test_what_was_made_up_is_held_beside_what_is_made_up_only(buying: Buying) -> None:
    vocabulary = kenya(buying.session)
    for teller in (ACHIENG, OTIENO):
        tells(buying, vocabulary, teller, is_demo=True)
    assert price_in_shops(buying.session, vocabulary, buying.group, "feed", buying.now) is None
    buying.group.is_demo = True
    assert price_in_shops(buying.session, vocabulary, buying.group, "feed", buying.now) == near(
        2100
    )

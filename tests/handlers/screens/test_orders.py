"""What the group buys together, on the menu: seen, ordered, taken out, ordered for another."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from handlers.commands import BulkOrder, OrderDeed
from handlers.screens.caller import Caller
from handlers.screens.frames import GroupView, Root, State
from handlers.screens.moves import Again, Enter, Forward
from handlers.screens.order_facts import WishShown
from handlers.screens.order_frames import OrderCount, OrderFor, OrderList, Orders, OrderView
from handlers.screens.orders import press, show
from handlers.screens.people_facts import MEMBER, SECRETARY, MemberFacts
from handlers.screens.tree import press as press_key
from handlers.screens.tree import takes_free_text
from tests.handlers.screens.account import KIRIMA
from tests.handlers.screens.fakes import NOON, VOCABULARY, PlainFacts
from tests.handlers.screens.group_orders import FEED, WrittenOrders
from tests.handlers.screens.people import WrittenPeople

GROUP = KIRIMA.id
SOAP = replace(FEED, id=2, article="soap", words="SOAP", price=Decimal(150), mine=0)
COMING = replace(FEED, id=3, ordered=34, is_open=False)
PEOPLE = WrittenPeople(
    [
        MemberFacts(1, "Njeri Mwangi", SECRETARY),
        MemberFacts(4, "Jane Wanjiku"),
        MemberFacts(5, "Jane Achieng"),
        MemberFacts(6, "Mary Achieng", has_phone=False),
    ],
    own_number=1,
)
NOBODY = "Nobody is called so. Type the name or number:"
DEAD = Again("Not on the list. Press a number:")


@dataclass(frozen=True)
class Facts(PlainFacts):
    """KIRIMA, and what it orders."""

    written: WrittenOrders = field(default_factory=WrittenOrders)
    is_officer: bool = True
    is_in: bool = True

    def groups(self) -> list:  # type: ignore[type-arg]
        return [replace(KIRIMA, is_officer=self.is_officer)] if self.is_in else []

    def orders(self, group_id: int) -> WrittenOrders:
        return self.written

    def people(self, group_id: int) -> WrittenPeople:
        return PEOPLE if self.is_officer else replace(PEOPLE, own_number=4)


def caller(*orders: object, **facts: object) -> Caller:
    written = WrittenOrders(orders, Decimal(2100), {1: [WishShown(4, "Jane Wanjiku", 3)]})  # type: ignore[arg-type]
    return Caller("en", VOCABULARY, Facts(written=written, **facts), NOON)  # type: ignore[arg-type]


SECRETARYS = caller(FEED)
MEMBERS = caller(FEED, is_officer=False)


def take(count: int, member: str = "") -> BulkOrder:
    return BulkOrder(OrderDeed.TAKE, "FEED", Decimal(count), member=member, group=KIRIMA.code)


def test_how_it_stands() -> None:
    assert show(Orders(GROUP), MEMBERS, "").text.splitlines() == [
        "Feed: 18 of 30 bags",
        "9 members",
        "KES 1,850 each, until 28 Nov",
        "Shops 2,100",
        "Yours: 3 bags, KES 5,550.",
        "1 Order",
        "2 Take mine out",
        "0 Back 00 Home",
    ]
    assert show(Orders(GROUP), SECRETARYS, "").text.splitlines()[-4:] == [
        "2 Take mine out",
        "3 For another",
        "4 List",
        "0 Back 00 Home",
    ]


def test_what_goes_ahead_is_ordered_no_more() -> None:
    text = show(Orders(GROUP), caller(COMING), "").text
    assert "KES 1,850 each. Not come yet." in text
    assert "1 Order" not in text
    assert press(Orders(GROUP), 0, "1", caller(COMING)) == DEAD
    assert press(Orders(GROUP), 0, "4", caller(COMING)) == Forward(OrderList(GROUP, 3))


def test_nothing() -> None:
    assert show(Orders(GROUP), caller(is_officer=False), "").text.splitlines() == [
        "Nothing is ordered together now.",
        "0 Back 00 Home",
    ]
    assert "ORDER OPEN FEED 30" in show(Orders(GROUP), caller(), "").text
    assert press(Orders(GROUP), 0, "1", caller()) == DEAD


def test_of_several_one_is_picked() -> None:
    both = caller(FEED, SOAP)
    assert show(Orders(GROUP), both, "").text.splitlines()[:3] == [
        "Which order?",
        "1 Feed 18 of 30 bags",
        "2 Soap 18 of 30",
    ]
    assert press(Orders(GROUP), 2, "2", both) == Forward(OrderView(GROUP, 2))
    assert press(Orders(GROUP), 1, "9", both) == Forward(Orders(GROUP, 1))
    assert press(Orders(GROUP, 1), 1, "1", both) == Forward(OrderView(GROUP, 2))
    assert press(Orders(GROUP), 2, "3", both) == DEAD
    assert "You have ordered none." in show(OrderView(GROUP, 2), both, "").text
    assert press(OrderCount(GROUP, 1), 0, "4", both) == Enter(take(4), OrderView(GROUP, 1))


def test_ordering() -> None:
    assert press(Orders(GROUP), 0, "1", MEMBERS) == Forward(OrderCount(GROUP, 1))
    assert show(OrderCount(GROUP, 1), MEMBERS, "").text.splitlines() == [
        "Feed. How many? 1 to 100:",
        "0 Back 00 Home",
    ]
    assert press(OrderCount(GROUP, 1), 0, "4", MEMBERS) == Enter(take(4), Orders(GROUP))
    assert press(Orders(GROUP), 0, "2", MEMBERS) == Enter(take(0), Orders(GROUP))


@pytest.mark.parametrize("typed", ["101", "3000", "2.5", "half", "-1", "", "*", "9" * 40])
def test_what_cannot_be_ordered_is_asked_again(typed: str) -> None:
    again = Again("Type a whole number, 1 to 100:")
    assert press(OrderCount(GROUP, 1), 0, typed, MEMBERS) == again


def test_0_is_the_way_back_where_a_number_is_typed() -> None:
    state = State((Root(), GroupView(GROUP), Orders(GROUP), OrderCount(GROUP, 1)))
    assert takes_free_text(state)
    step = press_key(state, "0", MEMBERS)
    assert (step.state.frame, step.command) == (Orders(GROUP), None)


def test_key_5_of_a_group_leads_to_it() -> None:
    state = State((Root(), GroupView(GROUP)))
    for one in (MEMBERS, SECRETARYS):
        assert press_key(state, "5", one).state.frame == Orders(GROUP)


def test_an_officer_orders_for_another() -> None:
    assert press(Orders(GROUP), 0, "3", SECRETARYS) == Forward(OrderFor(GROUP, 1))
    frame = OrderFor(GROUP, 1)
    assert press(frame, 0, "mary", SECRETARYS) == Forward(OrderCount(GROUP, 1, 6))
    assert press(frame, 0, "zebedayo", SECRETARYS) == Again(NOBODY)
    assert press(frame, 0, "jane", SECRETARYS) == Again("Several are called so. Type the number:")
    assert show(OrderCount(GROUP, 1, 6), SECRETARYS, "").text.startswith("Mary Achieng\nFeed.")
    entered = press(OrderCount(GROUP, 1, 6), 0, "2", SECRETARYS)
    assert entered == Enter(take(2, "#6"), Orders(GROUP))


def test_a_member_does_not_whatever_an_earlier_screen_offered() -> None:
    assert press(Orders(GROUP), 0, "3", MEMBERS) == DEAD
    assert press(OrderFor(GROUP, 1), 0, "mary", MEMBERS) == Again(
        "Only the officers of the group can do that."
    )


def test_the_list_is_for_officers() -> None:
    assert press(Orders(GROUP), 0, "4", SECRETARYS) == Forward(OrderList(GROUP, 1))
    assert show(OrderList(GROUP, 1), SECRETARYS, "").text.startswith("4 Jane Wanjiku: 3\n")
    assert press(OrderList(GROUP, 1), 0, "9", SECRETARYS) == DEAD
    assert press(Orders(GROUP), 0, "4", MEMBERS) == DEAD
    assert show(OrderList(GROUP, 1), MEMBERS, "").text.startswith("Only the officers")
    assert show(OrderList(GROUP, 2), SECRETARYS, "").text.startswith("Ordering it is over.")
    nobody = caller(replace(FEED, id=7))
    assert show(OrderList(GROUP, 7), nobody, "").text.startswith("Nobody has ordered yet.")


def test_a_list_goes_on_over_pages() -> None:
    wishes = [WishShown(number, "Jane Wanjiku wa Kamau", 3) for number in range(1, 41)]
    many = replace(SECRETARYS, facts=Facts(written=WrittenOrders([FEED], None, {1: wishes})))
    assert press(OrderList(GROUP, 1), 0, "9", many) == Forward(OrderList(GROUP, 1, 1))
    pages = [show(OrderList(GROUP, 1, page), many, "").text for page in range(12)]
    assert all(any(f"{number} Jane" in page for page in pages) for number in range(1, 41))


@pytest.mark.parametrize("frame", [OrderView(GROUP, 9), OrderCount(GROUP, 9), OrderCount(GROUP, 3)])
def test_what_is_over_is_said_to_be(frame: OrderView | OrderCount) -> None:
    gone = caller(COMING) if frame.order_id == COMING.id else SECRETARYS
    over = "Ordering it is over.\n0 Back 00 Home"
    again = press(frame, 0, "1", gone)
    assert isinstance(again, Again)
    assert show(frame, gone, "").text == over
    assert show(frame, gone, again.notice).text.endswith(over)


@pytest.mark.parametrize(
    "frame",
    [Orders(GROUP), *(kind(GROUP, 1) for kind in (OrderView, OrderCount, OrderFor, OrderList))],
)
def test_who_left_sees_nothing_of_it(frame: Orders | OrderView) -> None:
    gone = caller(FEED, is_in=False)
    assert show(frame, gone, "").text.startswith("You are not in this group any more.")
    assert press(frame, 0, "1", gone) == DEAD


def test_what_a_member_sees_of_others_is_a_sum() -> None:
    assert PEOPLE.own() is not None
    assert all(name not in show(Orders(GROUP), MEMBERS, "").text for name in ("Jane", "Mary"))
    assert MEMBER not in show(Orders(GROUP), MEMBERS, "").text.split()

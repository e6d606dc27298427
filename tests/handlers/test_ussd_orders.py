"""Calls about what a group buys together, on a real database: seen, ordered, taken out, listed."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from db.session import Database
from groups.order_models import GroupOrder, OrderEnd, OrderWish
from tests.cast import ACHIENG, KAMAU, NJERI, WANJIKU
from tests.conftest import NOON
from tests.handlers.keywords.dairy import ROSE, Dairy
from tests.handlers.test_ussd import Call
from tests.handlers.texting import Phones

OPEN = "ORDER OPEN FEED 10 AT 1850 BY SAT"


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    """KIRIMA orders ten bags of feed."""
    dairy = Dairy(Phones(database, now))
    dairy.text(NJERI, OPEN)
    return dairy


def wishes(dairy: Dairy) -> list[int]:
    with dairy.phones.database.read() as session:
        by_member = select(OrderWish.quantity).order_by(OrderWish.member_id)
        return list(session.scalars(by_member))


def on_its_screen(dairy: Dairy, msisdn: str = WANJIKU, **later: float) -> Call:
    call = Call(dairy.phones.database, msisdn, now=NOON + timedelta(**later))
    call.press("4", "5")
    return call


def test_a_member_orders_changes_it_and_takes_it_out(dairy: Dairy) -> None:
    call = on_its_screen(dairy)
    assert call.hop(call.transcript).text.splitlines() == [
        "Feed: 0 of 10 bags",
        "0 members",
        "KES 1,850 each, until 28 Nov",
        "You have ordered none.",
        "1 Order",
        "0 Back 00 Home",
    ]
    assert call.press("1").text.startswith("Feed. How many? 1 to 100:")
    text = call.press("3").text
    assert text.startswith("Yours, feed: 3 bags, KES 5,550.")
    assert "Feed: 3 of 10 bags" in text
    assert "2 Take mine out" in text
    assert wishes(dairy) == [3]
    assert call.press("1", "4").text.startswith("Yours, feed: 4 bags, KES 7,400.")
    assert wishes(dairy) == [4]
    assert call.press("2").text.startswith("No feed is ordered for you now.")
    assert wishes(dairy) == [0]


def test_a_hop_that_is_repeated_writes_and_tells_nothing_twice(dairy: Dairy) -> None:
    call = on_its_screen(dairy)
    first = call.press("1", "10")
    told = len(dairy.told(NJERI))
    dairy.text(KAMAU, "ORDER FEED 2")
    assert call.hop(call.transcript) == first
    assert wishes(dairy) == [10, 2]
    assert len(dairy.told(NJERI)) == told == 1  # that enough is ordered


def test_dialled_at_once(dairy: Dairy) -> None:
    call = Call(dairy.phones.database, WANJIKU)
    assert call.hop("4*5*1*3").text.startswith("Yours, feed: 3 bags")
    assert wishes(dairy) == [3]


def test_what_cannot_be_ordered(dairy: Dairy) -> None:
    call = on_its_screen(dairy)
    call.press("1")
    for typed in ("3000", "2.5", "half a bag", "101"):
        assert call.press(typed).text.startswith("Type a whole number, 1 to 100:")
    assert wishes(dairy) == []


def test_an_officer_orders_for_who_has_no_phone_and_reads_the_list(dairy: Dairy) -> None:
    call = on_its_screen(dairy, ROSE)
    assert call.press("3").text.startswith("For whom? Type the name or number:")
    assert call.press("mary").text.startswith("Mary Achieng\nFeed. How many?")
    assert call.press("2").text.startswith("Mary Achieng, feed: 2 bags, KES 3,700.")
    assert wishes(dairy) == [2]
    assert call.press("4").text.startswith("6 Mary Achieng: 2")


def test_of_two_members_of_one_name_the_number_is_asked(dairy: Dairy) -> None:
    dairy.text(NJERI, "ADD MEMBER MARY WAMBUI")
    call = on_its_screen(dairy, ROSE)
    assert call.press("3", "mary").text.startswith("Several are called so. Type the number:")
    assert call.press("7", "2").text.startswith("Mary Wambui, feed: 2 bags")


def test_who_is_not_an_officer_cannot_write_for_others(dairy: Dairy) -> None:
    call = on_its_screen(dairy)
    assert "For another" not in call.hop(call.transcript).text
    assert call.press("3").text.startswith("Not on the list.")
    assert call.press("4").text.startswith("Not on the list.")


def test_it_closes_while_somebody_types(dairy: Dairy) -> None:
    call = on_its_screen(dairy)
    call.press("1")
    with dairy.phones.database.begin() as session:
        session.scalars(select(GroupOrder)).one().ends_at = NOON
    assert call.press("3").text == "Ordering it is over.\n0 Back 00 Home"
    assert wishes(dairy) == []


def test_of_several_orders_one_is_picked(dairy: Dairy) -> None:
    dairy.text(ROSE, "ORDER OPEN SOAP 20 AT 150 BY SUN")
    call = on_its_screen(dairy)
    assert call.hop(call.transcript).text.splitlines()[:3] == [
        "Which order?",
        "1 Feed 0 of 10 bags",
        "2 Soap 0 of 20",
    ]
    text = call.press("2", "1", "5").text
    assert text.startswith("Yours, soap: 5, KES 750.")
    assert "Soap: 5 of 20" in text
    assert call.press("0").text.startswith("Which order?")


def test_what_goes_ahead_and_what_has_come(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "ORDER FEED 10")
    with dairy.phones.database.begin() as session:
        order = session.scalars(select(GroupOrder)).one()
        order.closed_at, order.ended = NOON, OrderEnd.GOES_AHEAD
    call = on_its_screen(dairy, hours=1)
    assert "KES 1,850 each. Not come yet." in call.hop(call.transcript).text
    assert call.press("1").text.startswith("Not on the list.")
    dairy.text(ROSE, "ORDER DELIVERED FEED 1820")
    call = on_its_screen(dairy, hours=2)
    assert call.hop(call.transcript).text.startswith("Nothing is ordered together now.")
    assert [one.amount for one in dairy.book()] == [Decimal(18200)]


def test_nobody_sees_the_orders_of_a_group_that_they_are_not_in(dairy: Dairy) -> None:
    call = Call(dairy.phones.database, ACHIENG)
    text = call.press("4", "5").text
    assert "Feed" not in text


def test_a_screen_costs_few_reads(dairy: Dairy) -> None:
    for sender in (WANJIKU, KAMAU):
        dairy.text(sender, "ORDER FEED 3")
    call = on_its_screen(dairy)
    statements: list[str] = []
    engine = dairy.phones.database.engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    call.press("00", "4", "5")
    event.remove(engine, "before_cursor_execute", note)
    assert sum("group_order" in one for one in statements) <= 6

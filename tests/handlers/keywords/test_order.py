"""Stories of a group that buys together by text: opened, ordered, delivered, charged."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from db.session import Database
from groups.book_kinds import EntryKind
from groups.models import Group, GroupMember
from groups.order_models import GroupOrder, OrderEnd, OrderWish
from messaging.models import OutboundMessage, Subscriber
from messaging.phrases import languages
from messaging.segments import measure
from prices.kinds import PriceType
from tests.cast import ACHIENG, KAMAU, NJERI, OTIENO, WANJIKU
from tests.groups.stories import meet
from tests.handlers.keywords.dairy import OUMA, PETER, ROSE, Dairy
from tests.handlers.texting import Phones, rows, sms
from tests.prices.stories import kenya, report_price

OPEN = "ORDER OPEN FEED 10 AT 1850 BY SAT"
LONG = "Kirima Dairy Farmers of Githunguri and Komothai Self Help Group and Savings"
NOTHING = "Nothing is ordered together in Kirima Dairy Group now."
HOW = "To begin: ORDER OPEN FEED 30 AT 1850 BY SAT"


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    return Dairy(Phones(database, now))


def orders(dairy: Dairy) -> list[GroupOrder]:
    with dairy.phones.database.read() as session:
        return list(session.scalars(select(GroupOrder).order_by(GroupOrder.id)))


def wishes(dairy: Dairy) -> list[int]:
    with dairy.phones.database.read() as session:
        by_member = select(OrderWish.quantity).order_by(OrderWish.member_id)
        return list(session.scalars(by_member.where(OrderWish.quantity > 0)))


def told_of(dairy: Dairy, what: str) -> int:
    """How many texts tell of it."""
    with dairy.phones.database.read() as session:
        texts = select(OutboundMessage).where(OutboundMessage.dedupe_key.like(f"order:%:{what}:%"))
        return len(session.scalars(texts).all())


# Opened


def test_an_officer_opens_it_and_all_others_hear_how_to_order(dairy: Dairy) -> None:
    assert dairy.text(NJERI, OPEN) == (
        "Kirima Dairy Group orders feed: 10 bags at KES 1,850 each, until Saturday 28 Nov. "
        "4 members are told. Your own: ORDER FEED 3"
    )
    for msisdn in (PETER, ROSE, WANJIKU, KAMAU):
        assert dairy.told(msisdn) == [
            "Kirima Dairy Group buys feed together: KES 1,850 each if 10 bags are ordered by "
            "Saturday 28 Nov. To order 3: ORDER FEED 3"
        ]
    assert dairy.told(NJERI) == dairy.told(OUMA) == []
    (order,) = orders(dairy)
    assert (order.article, order.threshold, order.price) == ("feed", 10, Decimal(1850))
    assert order.last_day == date(2026, 11, 28)
    assert f"{order.ends_at:%d %H:%M}" == "28 21:00"  # midnight in Nairobi


def test_the_price_is_held_beside_that_of_shops(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        group = session.scalars(select(Group).where(Group.code == "KIRIMA")).one()
        for teller in (ACHIENG, OTIENO):
            report_price(
                session, kenya(session), teller, "dairy_meal", "Githunguri", Decimal(2100),
                dairy.phones.now, place_id=group.place_id, unit="bag",
                price_type=PriceType.RETAIL,
            )  # fmt: skip
    assert "Shops 2,100." in dairy.text(NJERI, OPEN)
    assert "Shops 2,100." in dairy.told(WANJIKU)[0]
    assert "Shops 2,100." in dairy.text(WANJIKU, "ORDER")
    assert "Shops" not in dairy.text(NJERI, "ORDER OPEN SOAP 10 AT 150 BY SAT")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("ORDER OPEN", HOW),
        ("ORDER OPEN FEED 30", HOW),
        ("ORDER OPEN FEED 30 AT 1850", HOW),
        ("ORDER OPEN FEED 30 AT 1850 BY SOON", HOW),
        ("ORDER OPEN FEED 30 AT 1850 BY SAT 5/12 SUN", HOW),
        ("ORDER OPEN 30 AT 1850 BY SAT", HOW),
        ("ORDER OPEN FEED 30 AT 1850 BY 1/3", "The last day is from 24 Nov to 25 Dec."),
        ("ORDER OPEN FEED 0 AT 1850 BY SAT", "How many are needed is 1 to 9,999."),
        ("ORDER OPEN FEED 2.5 AT 1850 BY SAT", "How many are needed is 1 to 9,999."),
        ("ORDER OPEN FEED 10000 AT 1850 BY SAT", "How many are needed is 1 to 9,999."),
        ("ORDER OPEN FEED 30 AT 0 BY SAT", "A price of one is 0.01 to 200,000."),
        ("ORDER OPEN FEED 30 AT 200001 BY SAT", "A price of one is 0.01 to 200,000."),
    ],
)
def test_what_cannot_be_opened(dairy: Dairy, text: str, reply: str) -> None:
    expected = reply if reply == HOW else f"{reply} Nothing was opened."
    assert dairy.text(NJERI, text) == expected
    assert orders(dairy) == []
    assert dairy.told(WANJIKU) == []


def test_who_may_open_it(dairy: Dairy) -> None:
    refusal = "Only the chair, the secretary or the treasurer can do this."
    assert dairy.text(WANJIKU, OPEN) == refusal
    assert dairy.text(PETER, OPEN) == refusal  # whoever collects the milk
    assert orders(dairy) == []
    assert dairy.text(ROSE, OPEN).startswith("Kirima Dairy Group orders feed")


def test_one_article_is_ordered_once_at_a_time(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    assert dairy.text(ROSE, "ORDER OPEN DAIRY MEAL 40 AT 1900 BY SUN") == (
        "It is ordered already. Feed: 0 of 10 bags, 0 members, KES 1,850 each, until Saturday "
        "28 Nov. To end it: ORDER CANCEL FEED"
    )
    assert dairy.text(ROSE, "ORDER OPEN SOAP 20 AT 150 BY SUN").startswith("Kirima")
    assert [one.article for one in orders(dairy)] == ["feed", "soap"]


def test_in_the_evening_today_is_too_late(dairy: Dairy) -> None:
    """Who hears of it at six in the morning could order no more."""
    dairy.phones.wait(hours=9)  # nine in the evening
    assert dairy.text(NJERI, "ORDER OPEN FEED 10 AT 1850 BY TODAY") == (
        "The last day is from 25 Nov to 26 Dec. Nothing was opened."
    )
    dairy.text(NJERI, "ORDER OPEN FEED 10 AT 1850 BY TOMORROW")
    with dairy.phones.database.read() as session:
        texts = session.scalars(
            select(OutboundMessage).where(OutboundMessage.dedupe_key.like("order:%"))
        ).all()
        assert {f"{one.due_at:%d %H:%M}" for one in texts} == {"25 03:00"}
        assert {one.expires_at for one in texts} == {orders(dairy)[0].ends_at}


# Ordered


def test_members_order_and_what_they_said_before_goes(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    assert dairy.text(WANJIKU, "ORDER FEED 3") == (
        "Yours, feed: 3 bags, KES 5,550. So far 3 of 10 bags, until Saturday 28 Nov. "
        "It is kept from your milk money when it has come."
    )
    assert dairy.text(WANJIKU, "order 4").startswith("Yours, feed: 4 bags, KES 7,400.")
    assert dairy.text(KAMAU, "ORDER 2 BAGS FEED").startswith("Yours, feed: 2 bags")
    assert wishes(dairy) == [4, 2]
    assert dairy.text(WANJIKU, "ORDER FEED 0") == (
        "No feed is ordered for you now. So far 2 of 10 bags, until Saturday 28 Nov."
    )
    assert wishes(dairy) == [2]


def test_in_other_languages(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        for msisdn, language in ((WANJIKU, "sw"), (KAMAU, "es"), (ROSE, "fr")):
            meet(session, msisdn, dairy.phones.now, language=language)
    dairy.text(NJERI, OPEN)
    assert dairy.told(WANJIKU)[0].endswith("Kuagiza 3: AGIZA CHAKULA 3")
    assert dairy.text(WANJIKU, "AGIZA CHAKULA 3").startswith("Lako, chakula: mifuko 3, KES 5,550.")
    assert dairy.text(KAMAU, "PEDIDO ALIMENTO 2").startswith("Lo suyo, alimento: 2 sacos")
    assert dairy.text(ROSE, "COMMANDE ALIMENT 1").startswith("A vous, aliment : 1 sac")
    assert dairy.text(ROSE, "COMMANDE ALIMENT 2 POUR MARY").startswith("Mary Achieng, aliment")
    assert wishes(dairy) == [1, 3, 2, 2]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("ORDER FEED 3000", "3,000? At most 100 bags for one member. Nothing was written."),
        ("ORDER FEED 101", "101? At most 100 bags for one member. Nothing was written."),
        ("ORDER FEED 2.5", "Only whole ones are ordered: ORDER FEED 3. Nothing was written."),
        ("ORDER FEED 1/2", "Only whole ones are ordered: ORDER FEED 3. Nothing was written."),
        ("ORDER HALF BAG FEED", "Only whole ones are ordered: ORDER FEED 3. Nothing was written."),
        ("ORDER SOAP 3", "No order of soap is open in Kirima Dairy Group. Open: FEED."),
        (
            "ORDER FEED 3 FOR MARY",
            "Only the chair, the secretary or the treasurer orders for other members.",
        ),
        ("ORDER LIST", "Only officers of a group can do this."),
        (
            "ORDER CANCEL FEED",
            "Only the chair, the secretary or the treasurer can do this. To take yours out: "
            "ORDER FEED 0",
        ),
        (
            "ORDER DELIVERED FEED 1820",
            "Only the treasurer or the secretary of a group writes charges.",
        ),
    ],
)
def test_what_a_member_cannot_order(dairy: Dairy, text: str, reply: str) -> None:
    dairy.text(NJERI, OPEN)
    assert dairy.text(WANJIKU, text) == reply
    assert wishes(dairy) == []
    assert dairy.book() == []


def test_dear_things_are_ordered_one_by_one(dairy: Dairy) -> None:
    dairy.text(NJERI, "ORDER OPEN HEIFER 3 AT 90000 BY SAT")
    assert dairy.text(WANJIKU, "ORDER HEIFER 3") == (
        "3? At most 2 for one member. Nothing was written."
    )
    assert dairy.text(WANJIKU, "ORDER HEIFER 2").startswith("Yours, heifer: 2, KES 180,000.")


def test_an_officer_orders_for_who_has_no_phone(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    assert dairy.text(ROSE, "ORDER FEED 2 FOR MARY") == (
        "Mary Achieng, feed: 2 bags, KES 3,700. So far 2 of 10 bags, until Saturday 28 Nov."
    )
    assert dairy.text(ROSE, "ORDER FEED 3 FOR #6").startswith("Mary Achieng, feed: 3 bags")
    assert dairy.text(ROSE, "ORDER FEED 1 FOR ZEBEDAYO") == (
        "Nobody in Kirima Dairy Group is called ZEBEDAYO. To see all send MEMBERS"
    )
    assert wishes(dairy) == [3]
    dairy.text(NJERI, "ORDER FEED 4 FOR JANE WANJIKU")
    assert dairy.told(WANJIKU)[-1] == (
        "Jane Wanjiku, feed: 4 bags, KES 7,400. An officer of Kirima Dairy Group wrote it. Wrong? "
        "ORDER FEED 0"
    )


def test_two_members_of_one_name_are_asked_about(dairy: Dairy) -> None:
    dairy.text(NJERI, "ADD MEMBER MARY WAMBUI")
    dairy.text(NJERI, OPEN)
    assert dairy.text(ROSE, "ORDER FEED 2 FOR MARY") == (
        "Which one is meant? Reply 1 Mary Achieng #6, 2 Mary Wambui #7, 3 to drop it."
    )
    assert wishes(dairy) == []
    assert dairy.text(ROSE, "2").startswith("Mary Wambui, feed: 2 bags")
    assert wishes(dairy) == [2]


def test_how_it_stands(dairy: Dairy) -> None:
    assert dairy.text(WANJIKU, "ORDER") == NOTHING
    assert dairy.text(WANJIKU, "ORDER FEED 3") == NOTHING
    assert dairy.text(ROSE, "ORDER") == f"{NOTHING} {HOW}"
    dairy.text(NJERI, OPEN)
    dairy.text(KAMAU, "ORDER FEED 3")
    assert dairy.text(WANJIKU, "ORDER") == (
        "Kirima Dairy Group. Feed: 3 of 10 bags, 1 member, KES 1,850 each, until Saturday 28 Nov. "
        "You have ordered none. To order 3: ORDER FEED 3"
    )
    assert dairy.text(KAMAU, "ORDER FEED").endswith(
        "until Saturday 28 Nov. Yours: 3 bags, KES 5,550. To order 3: ORDER FEED 3"
    )
    dairy.text(NJERI, "ORDER OPEN SOAP 20 AT 150 BY SUN")
    assert dairy.text(KAMAU, "ORDER") == (
        "Feed: 3 of 10 bags, yours 3, until Saturday 28 Nov. "
        "Soap: 0 of 20, yours 0, until Sunday 29 Nov."
    )
    assert dairy.text(KAMAU, "ORDER 2") == "Which order? Reply 1 feed, 2 soap."
    assert dairy.text(KAMAU, "2").startswith("Yours, soap: 2, KES 300.")


def test_officers_see_who_ordered_what(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    for sender, text in (
        (WANJIKU, "ORDER FEED 3"), (KAMAU, "ORDER FEED 5"), (ROSE, "ORDER FEED 4 FOR MARY"),
    ):  # fmt: skip
        dairy.text(sender, text)
    assert dairy.text(PETER, "ORDER LIST FEED") == (
        "Feed: 12 bags, 10 needed, 3 members, KES 22,200.\n"
        "4 Jane Wanjiku: 3\n5 Hosea Kamau: 5\n6 Mary Achieng: 4"
    )
    assert dairy.text(ROSE, "ORDER LIST 6") == "6 Mary Achieng: 4"
    assert dairy.text(ROSE, "ORDER LIST 7") == "Nobody has that number or a higher one."


def test_a_long_list_goes_on(dairy: Dairy) -> None:
    for number in range(60):
        dairy.text(NJERI, f"ADD MEMBER Member {'ABCDEFGH'[number % 8]}{'ijklmnop'[number // 8]}")
    dairy.text(NJERI, "ORDER OPEN FEED 99 AT 1850 BY SAT")
    for number in range(7, 67):
        dairy.text(NJERI, f"ORDER FEED 2 FOR #{number}")
    seen, text = set[str](), "ORDER LIST FEED"
    for _ in range(9):
        reply = dairy.text(NJERI, text)
        assert measure(reply).segments <= 3
        *lines, last = reply.splitlines()
        seen |= {line.split()[0] for line in [*lines, last] if line.endswith(": 2")}
        if not last.startswith("More: "):
            break
        text = last.removeprefix("More: ")
    assert {str(number) for number in range(7, 67)} <= seen


# Enough


def test_when_enough_is_ordered_all_concerned_are_told_once(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    dairy.text(WANJIKU, "ORDER FEED 6")
    assert told_of(dairy, "reached") == 0
    assert dairy.text(KAMAU, "ORDER FEED 4") == (
        "Yours, feed: 4 bags, KES 7,400. So far 10 of 10 bags, until Saturday 28 Nov. That is "
        "enough: all are told. It is kept from your milk money when it has come."
    )
    enough = (
        "Kirima Dairy Group: enough feed is ordered, 10 of 10 bags. Ordering goes on until "
        "Saturday 28 Nov."
    )
    for officer in (NJERI, PETER, ROSE):
        assert dairy.told(officer)[-1] == enough
    assert dairy.told(WANJIKU)[-1] == f"{enough} Yours: 6 bags, KES 11,100."
    assert told_of(dairy, "reached") == 4  # Kamau reads it in his reply


def test_taken_out_and_ordered_again_is_no_news(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    for text in ("ORDER FEED 10", "ORDER FEED 0", "ORDER FEED 12", "ORDER FEED 10"):
        dairy.text(WANJIKU, text)
    assert told_of(dairy, "reached") == 3
    assert orders(dairy)[0].reached_at == dairy.phones.now


def test_of_an_order_that_was_cancelled_and_opened_anew_they_are_told_again(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    dairy.text(WANJIKU, "ORDER FEED 10")
    assert dairy.text(ROSE, "ORDER CANCEL FEED") == (
        "Kirima Dairy Group: the order of feed is cancelled. 3 members are told."
    )
    assert dairy.told(WANJIKU)[-1] == (
        "Kirima Dairy Group: the order of feed is cancelled. "
        "Nothing is kept from your milk money for it."
    )
    assert dairy.text(WANJIKU, "ORDER FEED 3") == (
        "Kirima Dairy Group: ordering feed ended on 24 Nov."
    )
    assert dairy.text(ROSE, "ORDER DELIVERED FEED 1820") == (
        "No such order goes ahead. What a member owes otherwise: CHARGE JANE FEED 1200"
    )
    dairy.text(NJERI, OPEN)
    assert wishes(dairy) == [10]  # of the one that was cancelled
    assert dairy.text(WANJIKU, "ORDER").find("0 of 10 bags") > 0
    dairy.text(WANJIKU, "ORDER FEED 10")
    assert told_of(dairy, "reached") == 6
    assert [one.ended for one in orders(dairy)] == [OrderEnd.CANCELLED, None]


def test_a_gateway_that_repeats_writes_and_tells_nothing_twice(dairy: Dairy) -> None:
    opening, ordering = sms(NJERI, OPEN), sms(WANJIKU, "ORDER FEED 10")
    replies = [dairy.phones.deliver(one) for one in (opening, opening, ordering, ordering)]
    assert (replies[0], replies[2]) == (replies[1], replies[3])
    assert (len(orders(dairy)), wishes(dairy)) == (1, [10])
    assert (told_of(dairy, "opened"), told_of(dairy, "reached")) == (4, 3)
    coming = sms(ROSE, "ORDER DELIVERED FEED 1820")
    assert dairy.phones.deliver(coming) == dairy.phones.deliver(coming)
    assert (len(dairy.book()), told_of(dairy, "delivered")) == (1, 1)


def test_who_leaves_orders_nothing(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    dairy.text(WANJIKU, "ORDER FEED 6")
    dairy.text(WANJIKU, "LEAVE GROUP KIRIMA")
    assert dairy.text(KAMAU, "ORDER FEED 4").find("So far 4 of 10 bags") > 0


# It has come


@pytest.fixture
def filled(dairy: Dairy) -> Dairy:
    """Ten bags of feed are ordered, by two members and for one."""
    dairy.text(NJERI, OPEN)
    dairy.text(WANJIKU, "ORDER FEED 5")
    dairy.text(KAMAU, "ORDER FEED 3")
    dairy.text(ROSE, "ORDER FEED 2 FOR MARY")
    return dairy


def test_each_is_charged_what_was_really_paid(filled: Dairy) -> None:
    assert filled.text(ROSE, "ORDER DELIVERED FEED 1820") == (
        "Written: feed, 10 bags at KES 1,820 each = KES 18,200, 3 members. Lines 1-3. Wrong? VOID 1"
    )
    assert [(one.kind, one.what_for, one.amount, one.currency) for one in filled.book()] == [
        (EntryKind.CHARGE, "feed", Decimal(9100), "KES"),
        (EntryKind.CHARGE, "feed", Decimal(5460), "KES"),
        (EntryKind.CHARGE, "feed", Decimal(3640), "KES"),
    ]
    assert filled.told(WANJIKU)[-1] == (
        "Kirima Dairy Group: feed has come at KES 1,820 each. Yours: 5 bags, KES 9,100 will be "
        "kept from your milk money. Not right? Ask your treasurer."
    )
    assert told_of(filled, "delivered") == 2
    (order,) = orders(filled)
    assert (order.ended, order.final_price) == (OrderEnd.GOES_AHEAD, Decimal(1820))


def test_it_is_in_the_statement(filled: Dairy) -> None:
    filled.text(NJERI, "SCHEME BASE 45")
    filled.text(ROSE, "YES")
    filled.text(PETER, "MILK JANE 300 A")
    filled.text(PETER, "1")
    filled.text(ROSE, "ORDER DELIVERED FEED 1820")
    assert "Feed -9,100." in filled.text(WANJIKU, "STATEMENT")


def test_said_twice_it_is_written_once(filled: Dairy) -> None:
    filled.text(ROSE, "ORDER DELIVERED FEED 1820")
    already = (
        "Feed has come on 24 Nov at KES 1,820 each, and is written. Nothing was written again."
    )
    assert filled.text(ROSE, "ORDER DELIVERED FEED 1820") == already
    assert filled.text(NJERI, "ORDER DELIVERED FEED 1790") == already
    assert len(filled.book()) == 3
    assert told_of(filled, "delivered") == 2
    assert filled.text(NJERI, "ORDER CANCEL FEED") == (
        "Kirima Dairy Group: ordering feed ended on 24 Nov."
    )


def test_a_price_that_is_missing_or_hardly_meant_is_asked_for(filled: Dairy) -> None:
    assert filled.text(ROSE, "ORDER DELIVERED FEED") == (
        "At which price did one come? ORDER DELIVERED FEED 1850"
    )
    assert filled.text(ROSE, "ORDER DELIVERED FEED 18200") == (
        "KES 18,200 each? It was to be 1,850. Reply 1 yes, 2 to drop it."
    )
    assert filled.book() == []
    filled.text(ROSE, "2")
    assert filled.book() == []
    filled.text(ROSE, "ORDER DELIVERED FEED 185")
    assert filled.text(ROSE, "1").startswith("Written: feed, 10 bags at KES 185 each = KES 1,850")


def test_before_enough_is_ordered_nothing_is_written(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    dairy.text(WANJIKU, "ORDER FEED 9")
    open_still = (
        "Feed: 9 of 10 bags, 1 member, KES 1,850 each, until Saturday 28 Nov. "
        "Nothing is written before enough is ordered."
    )
    assert dairy.text(ROSE, "ORDER DELIVERED FEED 1820") == open_still
    dairy.text(WANJIKU, "ORDER FEED 10")
    dairy.text(WANJIKU, "ORDER FEED 8")
    assert dairy.text(ROSE, "ORDER DELIVERED FEED 1820").startswith("Feed: 8 of 10 bags")
    assert dairy.book() == []


def test_who_left_after_it_closed_owes_what_they_ordered(filled: Dairy) -> None:
    with filled.phones.database.begin() as session:
        session.execute(
            update(GroupOrder).values(closed_at=filled.phones.now, ended=OrderEnd.GOES_AHEAD)
        )
    filled.phones.wait(days=1)
    filled.text(WANJIKU, "LEAVE GROUP KIRIMA")
    filled.text(ROSE, "ORDER DELIVERED FEED 1820")
    assert [one.amount for one in filled.book()] == [Decimal(9100), Decimal(5460), Decimal(3640)]


# Of several groups, and of none


def test_which_group_is_asked_where_both_order_it(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "JOIN UMOJA")
    dairy.text(NJERI, OPEN)
    assert dairy.text(WANJIKU, "ORDER FEED 3").startswith("Yours, feed: 3 bags")
    with dairy.phones.database.begin() as session:
        ouma = session.scalars(select(Subscriber.id).where(Subscriber.msisdn == OUMA)).one()
        session.execute(
            update(GroupMember).where(GroupMember.subscriber_id == ouma).values(role="chair")
        )
    dairy.text(OUMA, OPEN)
    assert dairy.text(WANJIKU, "ORDER FEED 4") == (
        "Which group? Reply 1 Kirima Dairy Group, 2 Umoja Dairy Group."
    )
    dairy.text(WANJIKU, "2")
    assert sorted(wishes(dairy)) == [3, 4]


def test_officers_of_one_group_see_and_do_nothing_in_another(dairy: Dairy) -> None:
    dairy.text(NJERI, OPEN)
    dairy.text(WANJIKU, "ORDER FEED 3")
    nothing = "Nothing is ordered together in Umoja Dairy Group now."
    assert dairy.text(OUMA, "ORDER FEED 3") == nothing
    assert dairy.text(OUMA, "ORDER LIST FEED") == nothing
    assert dairy.text(OUMA, "ORDER") == nothing
    assert wishes(dairy) == [3]


@pytest.mark.parametrize("text", ["order feed", "order feed 3", "ORDER", "AGIZA CHAKULA 3", OPEN])
def test_who_is_in_no_group_is_read_as_before(dairy: Dairy, text: str) -> None:
    dairy.text(NJERI, OPEN)
    reply = dairy.text(ACHIENG, text)
    assert "ordered" not in reply
    assert "order" not in reply.lower().replace("to order", "")
    with dairy.phones.database.read() as session:
        assert rows(session, OrderWish) == 0


# What it may cost


@pytest.mark.parametrize("language", languages())
def test_whatever_the_names_each_text_is_within_its_segments(dairy: Dairy, language: str) -> None:
    with dairy.phones.database.begin() as session:
        session.scalars(select(Group).where(Group.code == "KIRIMA")).one().name = LONG
        for msisdn in (NJERI, PETER, ROSE, WANJIKU, KAMAU):
            person = meet(session, msisdn, dairy.phones.now)
            person.language, person.has_chosen_language = language, True
            person.name = (f"{(person.name or '').split()[0]} " * 12)[:80].strip()
    texts = [
        (WANJIKU, "ORDER"), (ROSE, "ORDER"), (ROSE, "ORDER OPEN FEED"), (WANJIKU, OPEN),
        (NJERI, "ORDER OPEN FEED 9999 AT 1999.75 BY 25/12"), (ROSE, OPEN), (WANJIKU, "ORDER"),
        (WANJIKU, "ORDER FEED 100"), (WANJIKU, "ORDER FEED 101"), (WANJIKU, "ORDER FEED 2.5"),
        (WANJIKU, "ORDER SOAP 3"), (WANJIKU, "ORDER FEED 3 FOR MARY"), (KAMAU, "ORDER LIST"),
        (KAMAU, "ORDER CANCEL FEED"), (KAMAU, "ORDER DELIVERED FEED 1"),
        (ROSE, "ORDER FEED 99 FOR 5"), (ROSE, "ORDER FEED 0 FOR 5"), (ROSE, "ORDER FEED 5 FOR X"),
        (ROSE, "ORDER DELIVERED FEED 1900"), (ROSE, "ORDER CANCEL FEED"), (WANJIKU, "ORDER FEED 1"),
        (ROSE, "ORDER DELIVERED FEED 1900"),
        (ROSE, "ORDER OPEN FEED 100 AT 1999.75 BY 25/12"), (KAMAU, "ORDER FEED 100"),
        (WANJIKU, "ORDER FEED 100"), (WANJIKU, "ORDER"), (ROSE, "ORDER DELIVERED FEED"),
        (ROSE, "ORDER DELIVERED FEED 99999"), (ROSE, "1"), (ROSE, "ORDER DELIVERED FEED 1"),
        (WANJIKU, "ORDER FEED 1"),
    ]  # fmt: skip
    replies = [dairy.text(*text) for text in texts]
    for number in (NJERI, PETER, ROSE, WANJIKU, KAMAU):
        replies += dairy.told(number)
    for reply in replies:
        assert measure(reply).segments == 1, reply
        assert measure(reply).encoding == "GSM-7", reply

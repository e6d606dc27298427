"""Stories of a collector at the scale, and of members with a phone in their hand."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.session import Database
from groups.book_kinds import EntryKind, Milking
from groups.groups import find_group, join
from groups.members import add_member
from groups.models import Role
from prices.kinds import Buyer, ObservationStatus, PriceType, Side
from prices.models import PriceObservation
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import meet
from tests.handlers.keywords.dairy import OUMA, PETER, Dairy
from tests.handlers.texting import Phones, sms


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    return Dairy(Phones(database, now))


def test_collector_writes_and_the_member_has_a_receipt(dairy: Dairy) -> None:
    reply = dairy.text(PETER, "MILK JANE 12 A")
    assert reply == "Written, KIRIMA: Jane Wanjiku 12 L grade A (no. 1)."
    (line,) = dairy.book()
    assert (line.kind, line.litres, line.grade) == (EntryKind.DELIVERY, Decimal(12), "A")
    assert (line.day, line.milking) == (date(2026, 11, 24), Milking.MORNING)
    assert line.raw_text == "MILK JANE 12 A"
    assert dairy.told(WANJIKU) == [
        "Jane: 12 L grade A received 12:00, Kirima Dairy Group (no. 1). By Peter. "
        "This month 12 L. Wrong? Reply NO"
    ]


def test_several_in_one_text_with_kilos_and_the_milking_of_the_round(dairy: Dairy) -> None:
    reply = dairy.text(PETER, "milk jane 12 a, Hosea 10.3kg, MARY 20 EVENING")
    assert reply == (
        "Written, KIRIMA: Jane Wanjiku 12 L grade A (no. 1), Hosea Kamau 10 L (no. 2), "
        "Mary Achieng 20 L (no. 3). 42 L in all."
    )
    assert [line.litres for line in dairy.book()] == [12, 10, 20]
    assert {line.milking for line in dairy.book()} == {Milking.EVENING}
    assert len(dairy.told(WANJIKU)) == len(dairy.told(KAMAU)) == 1


def test_the_clock_tells_the_evening_and_the_month_adds_up(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12.5")
    dairy.phones.wait(hours=5)
    dairy.text(PETER, "MILK JANE 8")
    assert [line.milking for line in dairy.book()] == [Milking.MORNING, Milking.EVENING]
    assert "This month 20.5 L" in dairy.told(WANJIKU)[1]


def test_what_a_gateway_repeats_is_written_once(dairy: Dairy) -> None:
    message = sms(PETER, "MILK JANE 12 A, HOSEA 8")
    first, again = dairy.phones.deliver(message), dairy.phones.deliver(message)
    assert first == again
    assert len(dairy.book()) == 2
    assert len(dairy.told(WANJIKU)) == 1


def test_yesterday_and_a_date(dairy: Dairy) -> None:
    assert "For 23 Nov." in dairy.text(PETER, "MILK JANE 12 YESTERDAY")
    assert "For 20 Nov." in dairy.text(PETER, "MILK JANE 12 20/11")
    assert [line.day.day for line in dairy.book()] == [23, 20]
    assert "received 23 Nov morning, Kirima" in dairy.told(WANJIKU)[0]


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("MON", 23), ("tuesday", 24), ("jumatano", 18), ("alhamisi", 19), ("viernes", 20),
        ("samedi", 21), ("DIMANCHE", 22), ("juzi", 22),
    ],
)  # fmt: skip
def test_a_weekday_is_the_last_of_its_name(dairy: Dairy, word: str, day: int) -> None:
    """It is Tuesday, 24 November."""
    dairy.text(PETER, f"MILK JANE 12 {word}")
    assert [line.day for line in dairy.book()] == [date(2026, 11, day)]


def test_the_last_such_day_is_told(dairy: Dairy) -> None:
    assert dairy.text(PETER, "MILK JANE 12 MON") == (
        "Written, KIRIMA: Jane Wanjiku 12 L (no. 1). For 23 Nov."
    )
    assert "For 20 Nov." not in dairy.text(PETER, "REJECT JANE 3 SOUR FRI")
    assert dairy.book()[1].day == date(2026, 11, 20)


def test_members_by_bare_numbers_are_the_book_and_no_price(dairy: Dairy) -> None:
    assert dairy.text(PETER, "MILK 4 6.5, 5 8 B") == (
        "Written, KIRIMA: Jane Wanjiku 6.5 L (no. 1), Hosea Kamau 8 L grade B (no. 2). "
        "14.5 L in all."
    )
    assert "Jane Wanjiku 7 L (no. 3)" in dairy.text(PETER, "MILK 4 7")
    # Nobody has the number 45.
    dairy.text(PETER, "MILK 45 60")
    assert len(dairy.book()) == 3


def test_milk_with_a_price_is_told_and_the_market_hears_of_it(dairy: Dairy) -> None:
    assert dairy.text(PETER, "MILK JANE 12 A AT 45") == (
        "Written, KIRIMA: Jane Wanjiku 12 L grade A at 45 (no. 1)."
    )
    assert dairy.book()[0].price_per_litre == 45
    assert dairy.told(WANJIKU)[0].startswith("Jane: 12 L grade A at 45 received 12:00, Kirima")
    (told,) = observations(dairy)
    assert (told.price, told.price_type, told.buyer, told.side, told.quantity) == (
        Decimal(45), PriceType.FARM_GATE, Buyer.COOPERATIVE, Side.BUYS, Decimal(12),
    )  # fmt: skip
    dairy.text(PETER, "CORRECT 1 14")
    assert dairy.book()[1].price_per_litre == 45
    assert [one.status for one in observations(dairy)] == [ObservationStatus.ACCEPTED]
    dairy.text(PETER, "VOID 2")
    assert [one.status for one in observations(dairy)] == [ObservationStatus.DROPPED]


def test_a_price_of_kilos_is_one_of_their_litres(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 10.3 KG AT 45")
    (line,) = dairy.book()
    assert (line.litres, line.price_per_litre) == (Decimal(10), Decimal("46.35"))


def test_several_prices_of_one_collector_are_one_vote(dairy: Dairy) -> None:
    message = sms(PETER, "MILK JANE 12 AT 45, HOSEA 8 AT 46, MARY 5")
    assert dairy.phones.deliver(message) == dairy.phones.deliver(message)
    assert [line.price_per_litre for line in dairy.book()] == [45, 46, None]
    assert {one.reporter_id for one in observations(dairy)} == {dairy.book()[0].written_by}
    assert "1 report" in dairy.text(KAMAU, "PRICE MILK GITHUNGURI")


def test_milk_of_last_week_tells_no_price_of_today(dairy: Dairy) -> None:
    assert "at 45" in dairy.text(PETER, "MILK JANE 12 AT 45 17/11")
    assert observations(dairy) == []


def test_milk_with_a_price_is_paid_at_that_and_the_rest_by_the_scheme(dairy: Dairy) -> None:
    dairy.text(NJERI, "SCHEME BASE 45 A +1 LEVY 1%")
    dairy.text(PETER, "YES")
    dairy.text(PETER, "MILK JANE 12 A AT 50, MARY 5 AT 50")
    dairy.text(PETER, "MILK JANE 10 A EVENING")
    # 10 x 45 + 10 x 1 + 12 x 50 = 1,060, less one per cent of it.
    assert dairy.text(WANJIKU, "STATEMENT") == (
        "Jane Wanjiku, 16-30 Nov: 10 L x 45 = 450. Own price +600. Grade A +10. Levy -10.60. "
        "So far 1,049.40. Details: STATEMENT DETAILS"
    )
    assert "Own price 12 L x 50 = +600." in dairy.text(WANJIKU, "STATEMENT DETAILS")
    assert dairy.text(NJERI, "STATEMENT MARY").startswith(
        "Mary Achieng, 16-30 Nov: 5 L. Own price +250. Levy -2.50. So far 247.50."
    )


def test_a_price_unlike_the_groups_is_asked_back(dairy: Dairy) -> None:
    dairy.text(NJERI, "SCHEME BASE 45")
    dairy.text(PETER, "YES")
    assert dairy.text(PETER, "MILK JANE 12 AT 450") == (
        "450 a litre for Jane Wanjiku? The group pays 45. Reply 1 yes, 2 to drop it."
    )
    assert dairy.book() == []
    assert "at 450" in dairy.text(PETER, "1")
    assert dairy.text(PETER, "MILK JANE 12 AT 0") == "0 a litre cannot be. Nothing was written."
    assert "100,000 a litre cannot be" in dairy.text(PETER, "MILK JANE 12 AT 100000")
    assert len(dairy.book()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "MILK ZACHARY 12",
            "There is no ZACHARY in KIRIMA. Nothing was written. To add: ADD MEMBER ZACHARY",
        ),
        ("MILK JANE 12, ZACHARY 8", "There is no ZACHARY in KIRIMA."),
        ("MILK JANE 1,200", "1,200 L of Jane Wanjiku in one milking cannot be. Nothing was"),
        ("MILK JANE 1200", "1,200 L of Jane Wanjiku in one milking cannot be. Nothing was"),
        ("MILK JANE 0", "How many litres of Jane Wanjiku? Nothing was written."),
        ("MILK JANE 12 TOMORROW", "25 Nov is still to come. Nothing was written."),
        ("MILK JANE 12 1/12", "1 Dec is still to come. Nothing was written."),
        ("MILK JANE 12 31/2", "There is no such day. Nothing was written."),
        ("MILK JANE 12 1/10", "1 Oct is more than 31 days ago. Nothing was written."),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(dairy: Dairy, text: str, said: str) -> None:
    assert dairy.text(PETER, text).startswith(said)
    assert dairy.book() == []
    assert dairy.told(WANJIKU) == []


def test_who_is_no_officer_of_the_group_writes_nothing(dairy: Dairy) -> None:
    assert "There is no JANE in UMOJA. Nothing was written." in dairy.text(OUMA, "MILK JANE 12")
    assert dairy.text(WANJIKU, "RECORD HOSEA 12") == (
        "Only a group's officers write in its milk book. Nothing was written."
    )
    assert dairy.book() == dairy.book("UMOJA") == []


def test_much_milk_is_asked_back_once(dairy: Dairy) -> None:
    assert dairy.text(PETER, "MILK JANE 75") == (
        "75 L of Jane Wanjiku in one milking? Reply 1 yes, 2 to drop it."
    )
    assert dairy.book() == []
    assert "Jane Wanjiku 75 L (no. 1)" in dairy.text(PETER, "1")
    assert "MILK JANE 75" in dairy.book()[0].raw_text
    dairy.text(PETER, "MILK JANE 76")
    assert dairy.text(PETER, "NO") == "Dropped. Nothing was written down."
    assert len(dairy.book()) == 1


def test_two_of_one_name_are_asked_back_about(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        add_member(session, group, "Jane Wambui", dairy.phones.now)
    assert dairy.text(PETER, "MILK HOSEA 8, JANE 12 B") == (
        "Which JANE? Reply 1 Jane Wanjiku (#4), 2 Jane Wambui (#7)."
    )
    assert dairy.book() == []
    assert "Jane Wambui 12 L grade B (no. 2)" in dairy.text(PETER, "2")
    assert "Jane Wanjiku 5 L" in dairy.text(PETER, "MILK #4 5")
    assert "Jane Wambui 6 L" in dairy.text(PETER, "MILK JANE WAMBUI 6")


def test_an_officer_of_two_groups_is_asked_which_book(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        umoja = find_group(session, "UMOJA")
        assert umoja is not None
        join(session, umoja, meet(session, PETER, dairy.phones.now), dairy.phones.now)
        add_member(session, umoja, "Jane Atieno", dairy.phones.now)
    assert "Written, KIRIMA" in dairy.text(PETER, "MILK JANE 12")  # no officer there yet
    with dairy.phones.database.begin() as session:
        kirima = find_group(session, "KIRIMA")
        assert kirima is not None
        ouma = meet(session, OUMA, dairy.phones.now)
        join(session, kirima, ouma, dairy.phones.now, role=Role.COLLECTOR)
    assert dairy.text(OUMA, "MILK JANE 9") == (
        "In which group's book? Reply 1 Kirima Dairy Group, 2 Umoja Dairy Group."
    )
    assert "Written, UMOJA: Jane Atieno 9 L (no. 1)." in dairy.text(OUMA, "2")


def test_whoever_wants_no_messages_has_no_receipt_sent(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "STOP")
    dairy.phones.wait(minutes=1)
    assert "Written" in dairy.text(PETER, "MILK JANE 12")
    assert len(dairy.book()) == 1


def test_a_price_of_an_officer_stays_a_price(dairy: Dairy) -> None:
    assert "Nakuru" in dairy.text(PETER, "MILK NAKURU 45")
    assert dairy.book() == []


def test_a_whole_route_in_one_text_is_told_in_two_segments(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        for at in range(20):
            add_member(session, group, f"Member{'abcdefghijklmnopqrst'[at]} Nyambura", now(dairy))
    text = "MILK " + ", ".join(f"#{number} 12.5 A" for number in range(7, 27))
    reply = dairy.text(PETER, text)
    assert len(dairy.book()) == 20
    assert reply == "Written, KIRIMA: 20 deliveries (no. 1 to 20). 250 L in all."


def test_the_same_text_sent_again_by_hand_is_asked_back(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12, HOSEA 8")
    assert dairy.text(PETER, "MILK JANE 12, HOSEA 8") == (
        "Jane Wanjiku has 12 L in this milking already (no. 1). Once more? "
        "Reply 1 yes, 2 to drop it."
    )
    assert len(dairy.book()) == 2
    assert "Written" in dairy.text(PETER, "YES")
    assert "Written" in dairy.text(PETER, "MILK JANE 12 EVENING")
    assert len(dairy.book()) == 5


def observations(dairy: Dairy) -> list[PriceObservation]:
    with dairy.phones.database.read() as session:
        return list(session.scalars(select(PriceObservation).order_by(PriceObservation.id)))


def now(dairy: Dairy) -> datetime:
    return dairy.phones.now - timedelta(days=1)

"""A dairy group's milk book written on the menu, call by call, on a real database."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.session import Database
from groups.adopting import adopt, propose
from groups.book_kinds import EntryKind, Milking, Reason
from groups.book_lines import Line
from groups.groups import find_group, join
from groups.members import add_member
from groups.models import GroupMember, Role
from groups.schemes import Scheme
from messaging.kinds import OutboundKind
from messaging.models import HeldQuestion, OutboundMessage
from prices.kinds import Buyer
from prices.models import PriceObservation
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import meet
from tests.handlers.keywords.dairy import OUMA, PETER, ROSE, Dairy
from tests.handlers.test_ussd import Call, person
from tests.handlers.texting import Phones

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = NOON.date()
# What the members of KIRIMA are to its book: Jane is Wanjiku's name there.
NAMES = {4: "Jane", 5: "Hosea", 6: "Mary"}
ONLY_OFFICERS = "Only the officers of the group can do that."


@pytest.fixture
def dairy(database: Database) -> Dairy:
    """KIRIMA and UMOJA, before anything is written."""
    return Dairy(Phones(database, NOON))


def call(dairy: Dairy, msisdn: str, *keys: str, now: datetime = NOON) -> Call:
    """Somebody dials, and goes to their group and on by these keys."""
    calling = Call(dairy.phones.database, msisdn, now=now)
    calling.press("4", *keys)
    return calling


def members(dairy: Dairy) -> dict[int, str]:
    """The names of this cast by the ids of their places."""
    with dairy.phones.database.read() as session:
        rows = session.execute(select(GroupMember.id, GroupMember.number, GroupMember.group_id))
        kirima = find_group(session, "KIRIMA")
        assert kirima is not None
        return {
            id_: NAMES.get(number, f"#{number}")
            for id_, number, group_id in rows
            if group_id == kirima.id
        }


def milk(dairy: Dairy) -> list[tuple[str, Decimal | None, str | None, Milking | None]]:
    """Whose milk was written, line by line."""
    names = members(dairy)
    return [
        (names[line.member_id or 0], line.litres, line.grade, line.milking)
        for line in dairy.book()
        if line.kind is EntryKind.DELIVERY
    ]


def of_kind(dairy: Dairy, kind: EntryKind) -> list[Line]:
    return [line for line in dairy.book() if line.kind is kind]


def questions(dairy: Dairy) -> Sequence[HeldQuestion]:
    with dairy.phones.database.read() as session:
        return session.scalars(select(HeldQuestion)).all()


MORNING, EVENING = Milking.MORNING, Milking.EVENING


# A collector's round


def test_a_collector_enters_three_members_in_one_call(dairy: Dairy) -> None:
    calling = call(dairy, PETER)
    menu = calling.press("3").text
    assert menu == (
        "Morning: 0 L from 0\n1 Milk brought\n2 Not taken\n3 Lost\n6 Correct\n7 Statement\n"
        "0 Back 00 Home"
    )
    assert calling.press("1").text == (
        "Morning. Who brought milk?\n1 Njeri Mwangi\n2 Peter Otieno\n3 Rose Atieno\n"
        "4 Jane Wanjiku\n5 Hosea Kamau\n6 Mary Achieng\n8 Of the evening 0 Back"
    )
    assert calling.press("4").text == (
        "Jane Wanjiku (#4), morning\nType the litres, and the grade if any: 12.5 A\n0 Back 00 Home"
    )
    # The next in the queue comes first, and whoever has brought theirs is marked.
    assert calling.press("12.5 A").text == (
        "Written, KIRIMA: Jane Wanjiku 12.5 L grade A (no. 1).\n1 Hosea Kamau\n2 Mary Achieng\n"
        "3 Njeri Mwangi\n4 Peter Otieno\n8 Of the evening 9 More 0 Back"
    )
    calling.press("1")
    assert calling.press("8").text.startswith(
        "Written, KIRIMA: Hosea Kamau 8 L (no. 2).\n1 Mary Achieng\n"
    )
    calling.press("1")
    assert calling.press("7.25").text.startswith(
        "Written, KIRIMA: Mary Achieng 7.25 L (no. 3).\n1 Njeri Mwangi\n"
    )
    assert "\n1 Hosea Kamau: 8 L\n2 Mary Achieng: 7.25 L\n" in calling.press("9").text
    calling.press("0")
    assert milk(dairy) == [
        ("Jane", Decimal("12.5"), "A", MORNING),
        ("Hosea", Decimal(8), None, MORNING),
        ("Mary", Decimal("7.25"), None, MORNING),
    ]
    # One step back is the menu, with what came so far.
    assert calling.press("0").text.startswith("Morning: 27.75 L from 3\n1 Milk brought\n")
    (receipt,) = dairy.told(WANJIKU)
    assert receipt == (
        "Jane: 12.5 L grade A received 12:00, Kirima Dairy Group (no. 1). By Peter. "
        "This month 12.5 L. Wrong? Reply NO"
    )
    assert len(dairy.told(KAMAU)) == 1


def test_a_repeated_hop_writes_nothing_twice(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1")
    for key, litres in (("4", "12"), ("1", "8"), ("1", "7")):
        calling.press(key)
        first = calling.press(litres)
        for _ in range(3):
            assert calling.hop(calling.transcript) == first
        # One that comes late changes nothing either.
        calling.hop(calling.transcript.rpartition("*")[0])
    assert [litres for _, litres, _, _ in milk(dairy)] == [12, 8, 7]
    assert len(dairy.told(WANJIKU)) == 1


def test_a_dial_with_all_its_keys_writes_one_line(dairy: Dairy) -> None:
    dialled = Call(dairy.phones.database, PETER)
    first = dialled.hop("4*3*1*4*12")
    assert dialled.hop("4*3*1*4*12") == first
    assert milk(dairy) == [("Jane", Decimal(12), None, MORNING)]


def test_kilos_are_made_litres_and_what_was_measured_stands_behind_the_grade(dairy: Dairy) -> None:
    call(dairy, PETER, "3", "1", "4").press("10.3 kg A D28")
    assert milk(dairy) == [("Jane", Decimal(10), "A/D28", MORNING)]


def test_it_is_of_the_evening_by_the_clock_and_by_a_key(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1")
    listed = calling.press("8").text
    assert listed.startswith("Evening. Who brought milk?\n1 Njeri Mwangi\n")
    assert listed.endswith("\n8 Of the morning 0 Back")
    assert calling.press("4").text.startswith("Jane Wanjiku (#4), evening\n")
    calling.press("5")
    assert calling.press("1").text.startswith("Hosea Kamau (#5), evening\n")
    later = call(dairy, PETER, "3", now=NOON + 5 * HOUR)
    assert later.press("1").text.startswith("Evening. Who brought milk?\n")
    later.press("5", "6")
    assert [(name, milking) for name, _, _, milking in milk(dairy)] == [
        ("Jane", EVENING),
        ("Hosea", EVENING),
    ]


def test_a_member_is_found_by_name_and_by_number(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1")
    assert calling.press("hosea").text.startswith("Hosea Kamau (#5), morning\n")
    calling.press("0")
    assert calling.press("#6").text.startswith("Mary Achieng (#6), morning\n")
    calling.press("0")
    assert calling.press("wanjiru").text.startswith("Jane Wanjiku (#4), morning\n")
    calling.press("0")
    nobody = calling.press("wafula").text
    assert nobody.startswith("Nobody here is called wafula.\n1 Njeri Mwangi\n")
    assert calling.press("77").text.startswith("Nobody here is called 77.\n")
    assert calling.press("7").text.startswith("Not on the list. Press a number:\n")


def test_two_of_one_name_are_told_apart_by_their_numbers(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        kirima = find_group(session, "KIRIMA")
        assert kirima is not None
        add_member(session, kirima, "Mary Achieng", NOON)
    calling = call(dairy, PETER, "3", "1")
    assert calling.press("mary").text == (
        "Morning. Who brought milk?\n1 Mary Achieng #6\n2 Mary Achieng #7\n8 Of the evening 0 Back"
    )
    assert calling.press("2").text.startswith("Mary Achieng (#7), morning\n")


def test_a_group_of_forty_has_pages_that_go_round(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        kirima = find_group(session, "KIRIMA")
        assert kirima is not None
        for number in range(7, 41):
            add_member(session, kirima, f"Member {number}", NOON)
    calling = call(dairy, PETER, "3")
    page = calling.press("1").text
    assert page.endswith("\n7 Member 7\n8 Of the evening 9 More 0 Back")
    for _ in range(5):
        page = calling.press("9").text
    assert "\n5 Member 40\n6 Njeri Mwangi\n7 Peter Otieno\n" in page
    calling.press("5", "9")
    (line,) = dairy.book()
    assert line.litres == 9
    # A key means what stood on the screen, whoever joined or left meanwhile.
    with dairy.phones.database.begin() as session:
        left = session.scalars(select(GroupMember).where(GroupMember.number == 1)).first()
        assert left is not None
        left.left_at = NOON
    assert calling.press("1").text.startswith("#1, morning\n")
    refused = calling.press("5").text
    assert refused.startswith("There is no #1 in KIRIMA. Nothing was written.")
    assert len(dairy.book()) == 1


@pytest.mark.parametrize(
    "typed", ["", "jane", "-5", "12 to 14", "12, hosea 8", "12*4", "12 sour", "x" * 200, "5 bags"]
)
def test_what_is_no_litres_is_asked_for_again(dairy: Dairy, typed: str) -> None:
    calling = call(dairy, PETER, "3", "1", "4")
    assert calling.press(typed).text.startswith(
        "Those are no litres we can read.\nJane Wanjiku (#4), morning\n"
    )
    assert dairy.book() == []
    calling.press("12")
    assert milk(dairy) == [("Jane", Decimal(12), None, MORNING)]


@pytest.mark.parametrize("typed", ["1200", "501 A", "0.0"])
def test_what_nobody_brings_is_typed_again(dairy: Dairy, typed: str) -> None:
    calling = call(dairy, PETER, "3", "1", "4")
    assert " L cannot be. Nothing was written.\nJane Wanjiku (#4)" in calling.press(typed).text
    assert (dairy.book(), questions(dairy)) == ([], [])


# A question back


def test_a_doubtful_figure_is_asked_about_and_answered_on_the_menu(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1", "4")
    asked = calling.press("70 A")
    assert not asked.ends
    assert asked.text == (
        "70 L of Jane Wanjiku in one milking? Reply 1 yes, 2 to drop it.\n0 Answer later 00 Home"
    )
    assert dairy.book() == []
    assert calling.press("3").text.startswith("Not on the list. Press a number:\n70 L of Jane")
    assert calling.press("yes").text.startswith("Answer in words by SMS.\n70 L of Jane")
    written = calling.press("1")
    assert written.text.startswith(
        "Written, KIRIMA: Jane Wanjiku 70 L grade A (no. 1).\n1 Hosea Kamau\n"
    )
    assert calling.hop(calling.transcript) == written
    assert milk(dairy) == [("Jane", Decimal(70), "A", MORNING)]
    assert questions(dairy) == []


def test_it_is_dropped_by_its_number(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1", "4", "70")
    assert calling.press("2").text.startswith("Dropped. Nothing was written down.\n1 Hosea Kamau\n")
    assert (dairy.book(), questions(dairy)) == ([], [])


def test_a_question_left_open_is_answered_by_text(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1", "4", "70")
    assert calling.press("0").text.startswith("Morning. Who brought milk?\n1 Hosea Kamau\n")
    # And the round goes on meanwhile.
    calling.press("1", "8")
    assert [name for name, *_ in milk(dairy)] == ["Hosea"]
    assert dairy.text(PETER, "1") == "Written, KIRIMA: Jane Wanjiku 70 L (no. 2)."
    assert questions(dairy) == []


def test_a_question_that_was_answered_by_text_is_asked_no_more(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1", "4", "70")
    assert dairy.text(PETER, "1") == "Written, KIRIMA: Jane Wanjiku 70 L (no. 1)."
    assert calling.press("1").text == (
        "Not on the list. Press a number:\nNothing is asked any more.\n0 Back 00 Home"
    )
    assert len(dairy.book()) == 1


def test_whoever_hangs_up_has_the_question_for_two_hours(dairy: Dairy) -> None:
    call(dairy, PETER, "3", "1", "4", "70")
    dairy.phones.wait(hours=3)
    assert "70 L" not in dairy.text(PETER, "1")
    assert dairy.book() == []


def test_the_same_milk_twice_is_asked_about(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1", "4", "12")
    asked = calling.press("jane", "12").text
    assert asked.startswith("Jane Wanjiku has 12 L in this milking already (no. 1). Once more?")
    calling.press("1")
    assert [litres for _, litres, _, _ in milk(dairy)] == [12, 12]


def test_an_older_question_is_not_in_the_way(dairy: Dairy) -> None:
    call(dairy, PETER, "3", "1", "4", "70")
    later = call(dairy, PETER, "3", "1", "5", now=NOON + HOUR)
    assert later.press("9").text.startswith("Written, KIRIMA: Hosea Kamau 9 L (no. 1).\n")
    assert len(questions(dairy)) == 1


# What was not taken, what was lost


def test_milk_that_is_not_taken_is_written_with_its_reason(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3")
    assert calling.press("2").text.startswith("Morning. Whose milk was not taken?\n")
    assert calling.press("4").text.startswith("Not taken of Jane Wanjiku (#4), morning\n")
    assert calling.press("5").text == (
        "5 L of Jane Wanjiku (#4) not taken: why?\n1 sour\n2 alcohol test\n3 watered\n"
        "4 antibiotics\n5 dirt\n6 spilt\n7 another reason\n0 Back"
    )
    assert dairy.book() == []
    assert calling.press("3").text.startswith(
        "Written, KIRIMA: 5 L of Jane Wanjiku not taken, watered (no. 1).\n"
    )
    (line,) = of_kind(dairy, EntryKind.REJECT)
    assert (line.litres, line.reason, line.milking) == (5, Reason.LACTOMETER, MORNING)
    assert "not taken, watered" in dairy.told(WANJIKU)[0]


def test_the_reason_may_be_typed_at_once(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "2", "jane")
    calling.press("5 sour")
    calling.press("3", "2.5 spilt")
    assert [(line.kind, line.reason) for line in dairy.book()] == [
        (EntryKind.REJECT, Reason.SOUR),
        (EntryKind.LOSS, Reason.SPILT),
    ]


def test_a_loss_of_the_bulk(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3")
    assert calling.press("3").text == "Milk that was lost\nType the litres:\n0 Back 00 Home"
    assert calling.press("40").text.startswith("40 L lost: why?\n1 sour\n")
    assert calling.press("1").text.startswith("Written, KIRIMA: 40 L lost, sour (no. 1).\n")
    (line,) = dairy.book()
    assert (line.kind, line.litres, line.member_id) == (EntryKind.LOSS, 40, None)


# The money


def test_a_treasurer_sells_and_records_what_was_paid(dairy: Dairy) -> None:
    calling = call(dairy, ROSE, "3")
    assert calling.press("4").text == "Type the buyer's name:\n0 Back"
    assert calling.press("KCC").text == "KCC\nHow many litres? Type it:\n0 Back 00 Home"
    assert calling.press("180").text == "KCC, 180 L\nPrice of a litre? Type it:\n0 Back 00 Home"
    assert calling.press("46").text == (
        "KCC, 180 L, KES 46\nHow many litres did they take? Type it:\n01 All of it\n0 Back 00 Home"
    )
    sold = calling.press("175")
    assert sold.text.startswith(
        "Written, KIRIMA: 175 L to KCC at KES 46 is KES 8,050 (no. 1).\n1 Milk brought\n"
    )
    assert calling.hop(calling.transcript) == sold
    # The next sale of the same buyer is a few keys.
    assert calling.press("4").text == "Sold to whom? Or type the name:\n1 KCC 46\n0 Back"
    assert "\n01 KES 46\n" in calling.press("1", "100").text
    calling.press("01", "01")
    assert calling.press("5").text == "Who paid? Or type the name:\n1 KCC: 12,650\n0 Back"
    assert calling.press("1").text == (
        "KCC owes KES 12,650\nHow much did they pay? Type it:\n01 All of it\n0 Back 00 Home"
    )
    assert calling.press("8,050").text.startswith("Written, KIRIMA: KCC paid KES 8,050 (no. 3).\n")
    calling.press("5", "1")
    paid = calling.press("01")
    assert paid.text.startswith("Written, KIRIMA: KCC paid KES 4,600 (no. 4).\n")
    assert calling.hop(calling.transcript) == paid
    assert calling.press("5").text == "Type the buyer's name:\n0 Back"
    sales = of_kind(dairy, EntryKind.SALE)
    assert [(line.litres, line.accepted_litres, line.amount) for line in sales] == [
        (180, 175, 8050),
        (100, None, 4600),
    ]
    assert [line.amount for line in of_kind(dairy, EntryKind.PAID)] == [8050, 4600]


def test_a_sale_on_the_menu_tells_the_market_what_was_paid(dairy: Dairy) -> None:
    call(dairy, ROSE, "3", "4", "githunguri coop", "100").press("45", "01")
    (line,) = dairy.book()
    assert (line.buyer, line.buyer_kind) == ("githunguri coop", Buyer.COOPERATIVE)
    with dairy.phones.database.read() as session:
        (told,) = session.scalars(select(PriceObservation)).all()
        assert (told.price, told.buyer) == (45, Buyer.COOPERATIVE)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("KCC", "many"), "Those are no litres we can read."),
        (("KCC", "100", "x"), "That is no price we can read."),
        (("KCC", "100", "01"), "That is no price we can read."),
        (("KCC", "100", "46", "all"), "Those are no litres we can read."),
        (("KCC", "100", "46", "90 kg"), "Those are no litres we can read."),
        (("5",), "Press a number, or type the buyer's name:"),
        (("",), "Press a number, or type the buyer's name:"),
    ],
)
def test_what_is_no_figure_of_a_sale_is_asked_for_again(
    dairy: Dairy, keys: Sequence[str], said: str
) -> None:
    assert call(dairy, ROSE, "3", "4").press(*keys).text.startswith(f"{said}\n")
    assert dairy.book() == []


def test_they_cannot_take_more_than_there_was(dairy: Dairy) -> None:
    refused = call(dairy, ROSE, "3", "4", "KCC", "100", "46").press("120").text
    assert refused.startswith("They cannot take 120 L of 100 L. Nothing was written.\n1 Milk")
    assert dairy.book() == []


def test_money_of_nobody_who_owes_is_refused_in_a_sentence(dairy: Dairy) -> None:
    calling = call(dairy, ROSE, "3", "5", "brookside")
    assert calling.press("12x").text.startswith("That is no sum we can read.\nbrookside\nHow")
    refused = calling.press("500").text
    assert refused.startswith(
        "There is no sale to brookside in the book of KIRIMA.\n1 Milk brought"
    )
    assert dairy.book() == []


def test_a_collector_does_not_touch_the_money(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3")
    for key in ("4", "5"):
        said = calling.press(key).text
        assert said.startswith("The treasurer and the secretary write that.\n")
    assert calling.press("KCC").text.startswith("Not on the list. Press a number:\n")
    assert dairy.book() == []


# Corrections


def test_a_line_of_today_is_corrected_and_another_taken_out(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1", "4", "12.5 A", "1", "8", "0")
    assert calling.press("6").text == (
        "Which is wrong?\n1 Hosea Kamau 8 L\n2 Jane Wanjiku 12.5 L\n0 Back"
    )
    assert calling.press("2").text == (
        "No. 1: Jane Wanjiku 12.5 L grade A, 24 Nov morning\nType the right litres:\n"
        "01 Take it out\n0 Back 00 Home"
    )
    assert calling.press("x").text.startswith("Those are no litres we can read.\nNo. 1: Jane")
    corrected = calling.press("10.5")
    assert corrected.text.startswith(
        "Corrected, KIRIMA: no. 1 was 12.5 L and is 10.5 L now (no. 3).\n"
    )
    assert calling.hop(calling.transcript) == corrected
    assert calling.press("6").text == (
        "Which is wrong?\n1 Jane Wanjiku 10.5 L\n2 Hosea Kamau 8 L\n0 Back"
    )
    assert calling.press("2", "01").text.startswith("Taken out, KIRIMA: no. 2 does not count")
    assert calling.press("6").text == "Which is wrong?\n1 Jane Wanjiku 10.5 L\n0 Back"
    assert [line.kind for line in dairy.book()][-1] is EntryKind.VOID
    assert "corrected to 10.5 L grade A" in dairy.told(WANJIKU)[-1]


def test_where_nothing_is_written_nothing_is_corrected(dairy: Dairy) -> None:
    assert (
        call(dairy, PETER, "3")
        .press("6")
        .text.startswith("Nothing is written for today yet.\nMorning: 0 L from 0\n")
    )


def test_a_line_that_somebody_else_corrected_meanwhile(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1", "4", "12", "0", "6", "1")
    dairy.text(NJERI, "CORRECT 1 11")
    said = calling.press("10").text
    assert said == "No. 1 does not count any more.\n0 Back 00 Home"
    assert [line.litres for line in dairy.book()] == [12, 11]
    assert calling.press("0").text == "Which is wrong?\n1 No. 1: out\n0 Back"


def test_money_is_taken_out_and_written_again(dairy: Dairy) -> None:
    calling = call(dairy, ROSE, "3", "4", "KCC", "100", "46", "01")
    assert calling.press("6").text == "Which is wrong?\n1 KCC sold 100 L\n0 Back"
    assert calling.press("1").text == (
        "No. 1: KCC 100 L, 4,600, 24 Nov\n01 Take it out\n0 Back 00 Home"
    )
    assert calling.press("90").text.startswith("Money is taken out, and written again.\n")
    assert calling.press("01").text.startswith("Taken out, KIRIMA: no. 1 does not count")
    # To a collector it is not even shown.
    calling.press("4", "1", "80", "01", "01")
    assert call(dairy, PETER, "3").press("6").text.startswith("Nothing is written for today yet.")


# Who may


def test_a_plain_member_gets_nowhere_into_the_book(dairy: Dairy) -> None:
    calling = call(dairy, WANJIKU)
    assert "3 Milk book" not in calling.hop(calling.transcript).text
    assert calling.press("3").text.startswith(f"{ONLY_OFFICERS}\n")
    for dialled in ("4*3*1*4*12", "4*3*4*KCC*100*46*01", "4*3*3*5*1", "4*3*6*1*01"):
        Call(dairy.phones.database, WANJIKU).hop(dialled)
    assert dairy.book() == []


def test_whoever_lost_the_office_during_the_call_writes_nothing_more(dairy: Dairy) -> None:
    calling = call(dairy, PETER, "3", "1", "4")
    with dairy.phones.database.begin() as session:
        peter = person(dairy.phones.database, PETER)
        place = session.scalars(
            select(GroupMember).where(GroupMember.subscriber_id == peter.id)
        ).one()
        place.role = Role.MEMBER
    assert calling.press("12").text == f"{ONLY_OFFICERS}\n{ONLY_OFFICERS}\n0 Back 00 Home"
    assert dairy.book() == []


def test_a_collector_of_another_group_sees_only_their_own(dairy: Dairy) -> None:
    listed = call(dairy, OUMA, "3").press("1").text
    assert "Jane" not in listed
    assert listed.startswith("Morning. Who brought milk?\n1 #1\n8 ")


def test_an_officer_of_two_groups_writes_in_the_one_that_was_chosen(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        umoja = find_group(session, "UMOJA")
        assert umoja is not None
        join(session, umoja, meet(session, PETER, NOON), NOON, role=Role.COLLECTOR)
    calling = Call(dairy.phones.database, PETER)
    assert calling.press("4").text.startswith("Which group?\n1 Kirima Dairy Group\n2 Umoja")
    calling.press("2", "3", "1", "2")
    assert calling.press("6").text.startswith("Written, UMOJA: Peter Otieno 6 L (no. 1).\n")
    assert (len(dairy.book("UMOJA")), dairy.book("KIRIMA")) == (1, [])


# My milk


def pays(dairy: Dairy, price: int = 45) -> None:
    """KIRIMA pays so much a litre, by the half month, since September."""
    with dairy.phones.database.begin() as session:
        kirima = find_group(session, "KIRIMA")
        assert kirima is not None
        rose, njeri = (meet(session, number, NOON) for number in (ROSE, NJERI))
        row = propose(
            session,
            kirima,
            Scheme(base_price=Decimal(price)),
            words="",
            by=rose,
            source_key="pay",
            now=NOON,
        )
        adopt(session, kirima, row, njeri, date(2026, 9, 1), NOON)


def test_a_member_sees_what_she_brought_and_what_it_comes_to(dairy: Dairy) -> None:
    pays(dairy)
    dairy.text(PETER, "MILK JANE 12 22/11, HOSEA 8")
    dairy.text(PETER, "MILK JANE 12.5")
    assert call(dairy, WANJIKU).press("2").text == (
        "16-24 Nov: 24.5 L, 2 days\nSo far 1,102.50.\n1 Last receipt\n2 SMS me\n"
        "3 What I brought\n4 Earlier pay\n0 Back 00 Home"
    )
    assert dairy.text(WANJIKU, "STATEMENT").startswith(
        "Jane Wanjiku, 16-30 Nov: 24.5 L x 45 = 1,102.50. So far 1,102.50."
    )


def test_until_the_day_of_pay_the_last_period_is_told(dairy: Dairy) -> None:
    pays(dairy)
    dairy.text(PETER, "MILK JANE 100 12/11")
    dairy.text(PETER, "1")  # yes, so much
    dairy.phones.wait(hours=1)
    dairy.text(PETER, "MILK JANE 9 17/11")
    said = call(dairy, WANJIKU).press("2").text
    owed = dairy.text(WANJIKU, "STATEMENT")
    assert ("To pay 4,500 by" in said) == ("To pay 4,500 by" in owed)


def test_without_a_price_the_litres_are_told_and_what_is_missing(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    assert (
        call(dairy, WANJIKU)
        .press("2")
        .text.startswith(
            "1-24 Nov: 12 L, 1 day\nThe group has not said yet how it pays.\n1 Last receipt\n"
        )
    )


def test_who_brought_nothing_has_no_receipt_and_no_side_of_their_own(dairy: Dairy) -> None:
    calling = call(dairy, KAMAU)
    assert calling.press("2").text == (
        "1-24 Nov: 0 L, 0 days\nThe group has not said yet how it pays.\n2 SMS me\n"
        "4 Earlier pay\n0 Back 00 Home"
    )
    for key in ("1", "3", "5", "12"):
        assert calling.press(key).text.startswith("Not on the list. Press a number:\n"), key
    assert calling.press("4").text == "No period is over yet.\n0 Back 00 Home"


def test_a_statement_comes_by_text_once(dairy: Dairy) -> None:
    pays(dairy)
    dairy.text(PETER, "MILK JANE 12")
    calling = call(dairy, WANJIKU, "2")
    sent = calling.press("2")
    assert sent.text.startswith("Sent by SMS.\n16-24 Nov: 12 L, 1 day\n")
    assert calling.hop(calling.transcript) == sent
    with dairy.phones.database.read() as session:
        wanted = select(OutboundMessage.text).where(OutboundMessage.kind == OutboundKind.REPLY)
        jane = person(dairy.phones.database, WANJIKU)
        (text,) = session.scalars(wanted.where(OutboundMessage.subscriber_id == jane.id))
    assert text.startswith("Jane Wanjiku, 16-30 Nov: 12 L x 45 = 540. So far 540.")


def test_earlier_periods_are_read_page_by_page(dairy: Dairy) -> None:
    pays(dairy)
    for day, litres in (("26/10", 10), ("2/11", 20), ("12/11", 30), ("20/11", 40)):
        dairy.text(PETER, f"MILK JANE {litres} {day}")
    calling = call(dairy, WANJIKU, "2")
    page = calling.press("4").text
    assert page.startswith("Jane Wanjiku, 1-15 Nov: 50 L x 45 = 2,250. To pay 2,250 by ")
    pages = page
    while "9 More" in page:
        page = calling.press("9").text
        pages += page
    assert "16-31 Oct: 10 L x 45 = 450." in pages
    assert "40 L" not in pages
    assert calling.press("9").text == page


# The last receipt


def test_a_member_reads_a_receipt_and_says_that_it_is_wrong(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12 A")
    calling = call(dairy, WANJIKU, "2")
    assert calling.press("1").text == (
        "No. 1: 12 L grade A, 24 Nov morning\nBy Peter Otieno.\n1 It is wrong\n0 Back 00 Home"
    )
    assert calling.press("1").text == (
        "How many litres was no. 1? Type it:\n01 I do not know\n0 Back 00 Home"
    )
    assert calling.press("ten").text.startswith("Those are no litres we can read.\nHow many")
    assert calling.press("900").text.startswith("900 L cannot be. Nothing was written.\nHow many")
    said = calling.press("10")
    assert said.text == (
        "Thank you. The officers of KIRIMA are told that no. 1 was 10 L.\n"
        "No. 1: 12 L grade A, 24 Nov morning\nYou said 10 L.\n1 It is wrong\n0 Back 00 Home"
    )
    assert calling.hop(calling.transcript) == said
    (own,) = of_kind(dairy, EntryKind.OWN)
    assert (own.litres, own.of_line_id) == (10, dairy.book()[0].id)
    for officer in (NJERI, PETER, ROSE):
        (told,) = dairy.told(officer)
        assert told.startswith("KIRIMA: Jane Wanjiku says no. 1 is wrong (12 L grade A")


def test_a_member_who_does_not_know_how_much_it_was(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    calling = call(dairy, WANJIKU, "2", "1", "1")
    assert calling.press("01").text.startswith("Thank you. The officers of KIRIMA are told that")
    (own,) = of_kind(dairy, EntryKind.OWN)
    assert own.litres is None
    later = call(dairy, WANJIKU, "2", now=NOON + HOUR)
    assert "\nYou said that it is wrong.\n" in later.press("1").text


def test_nobody_says_of_a_receipt_unseen_that_it_is_wrong(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    reading, typing = call(dairy, WANJIKU, "2", "1"), call(dairy, WANJIKU, "2", "1", "1")
    dairy.text(PETER, "MILK JANE 9 EVENING")
    assert typing.press("10").text.startswith("A newer receipt came. Go back and look at it.\n")
    assert reading.press("1").text.startswith("No. 2: 9 L, 24 Nov evening\n")
    assert of_kind(dairy, EntryKind.OWN) == []


def test_a_receipt_of_milk_that_was_not_taken(dairy: Dairy) -> None:
    dairy.text(PETER, "REJECT JANE 5 SOUR")
    assert (
        call(dairy, WANJIKU, "2")
        .press("1")
        .text.startswith("No. 1: 5 L, not taken, sour, 24 Nov morning\n")
    )


# My own side


def test_a_member_writes_down_what_she_brought(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    calling = call(dairy, WANJIKU, "2")
    assert calling.press("3").text == (
        "How many litres did you bring this morning? Type it:\n0 Back 00 Home"
    )
    assert calling.press("some").text.startswith("Those are no litres we can read.\n")
    # 45 might be a price by text; here litres were asked for.
    written = calling.press("45")
    assert written.text.startswith("Written on your own side, KIRIMA: 45 L, 24 Nov morning (no. 2")
    assert "The collector wrote 12 L." in written.text
    assert calling.hop(calling.transcript) == written
    assert calling.press("9").text.startswith("1-24 Nov: 12 L, 1 day\n")
    (own,) = of_kind(dairy, EntryKind.OWN)
    assert (own.litres, own.milking) == (45, MORNING)
    with dairy.phones.database.read() as session:
        assert session.scalars(select(PriceObservation)).all() == []


# Others' statements


def test_an_officer_reads_a_members_statement(dairy: Dairy) -> None:
    pays(dairy)
    dairy.text(PETER, "MILK JANE 12")
    calling = call(dairy, ROSE, "3")
    assert calling.press("7").text.startswith("Whose statement?\n1 Njeri Mwangi\n")
    assert calling.press("4").text.startswith(
        "Jane Wanjiku, 16-30 Nov: 12 L x 45 = 540. So far 540."
    )
    assert calling.press("9").text.startswith("Not on the list.")


# Leaving a call


def test_a_call_that_broke_off_goes_on_where_it_was(dairy: Dairy) -> None:
    broken = call(dairy, PETER, "3", "1", "4")
    again = Call(dairy.phones.database, PETER, now=NOON + MINUTE)
    again.dial()
    assert again.press("1").text.startswith("Jane Wanjiku (#4), morning\n")
    again.press("12")
    assert milk(dairy) == [("Jane", Decimal(12), None, MORNING)]
    assert broken.msisdn == PETER


def test_the_next_day_a_round_begins_anew(dairy: Dairy) -> None:
    call(dairy, PETER, "3", "1", "4").press("12")
    tomorrow = call(dairy, PETER, now=NOON + DAY)
    # Jane brought milk on a morning of this week, and is waited for.
    assert tomorrow.press("3").text.startswith("Morning: 0 L from 0, 1 not yet\n")
    assert "\n4 Jane Wanjiku\n" in tomorrow.press("1").text

"""Stories of what goes wrong with milk: rejects, losses, slips of the pen, members who disagree."""

from datetime import datetime
from decimal import Decimal

import pytest

from db.session import Database
from groups.book import first_broken_line
from groups.book_kinds import EntryKind, Reason
from groups.groups import find_group
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.handlers.keywords.dairy import PETER, ROSE, Dairy
from tests.handlers.texting import Phones


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    return Dairy(Phones(database, now))


def test_a_reject_with_its_reason_is_told(dairy: Dairy) -> None:
    assert dairy.text(PETER, "REJECT JANE 5 SOUR") == (
        "Written, KIRIMA: 5 L of Jane Wanjiku not taken, sour (no. 1)."
    )
    (line,) = dairy.book()
    assert (line.kind, line.litres, line.reason) == (EntryKind.REJECT, Decimal(5), Reason.SOUR)
    # What helps against sour milk follows in a text of its own.
    assert dairy.told(WANJIKU)[0] == (
        "Jane: 5 L not taken, sour, 12:00, Kirima Dairy Group (no. 1). By Peter. "
        "This month 0 L. Wrong? Reply NO"
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("ALCOHOL", Reason.ALCOHOL),
        ("alcohol test", Reason.ALCOHOL),
        ("LACTOMETER", Reason.LACTOMETER),
        ("WATER", Reason.LACTOMETER),
        ("antibiotics", Reason.ANTIBIOTICS),
        ("dirt", Reason.DIRT),
        ("other", Reason.OTHER),
    ],
)
def test_reasons(dairy: Dairy, words: str, reason: Reason) -> None:
    dairy.text(PETER, f"REJECT HOSEA 5 {words}")
    assert [line.reason for line in dairy.book()] == [reason]


def test_a_reason_that_was_not_said_is_asked(dairy: Dairy) -> None:
    assert dairy.text(PETER, "REJECT JANE 5") == (
        "5 L of Jane Wanjiku not taken: why? "
        "Reply 1 sour, 2 alcohol test, 3 watered, 4 dirt, 5 another reason."
    )
    assert "not taken, alcohol test (no. 1)" in dairy.text(PETER, "2")
    assert dairy.text(PETER, "LOSS 7").startswith("7 L lost: why? Reply 1 sour")
    assert dairy.text(PETER, "4") == "Written, KIRIMA: 7 L lost, dirt (no. 2)."


def test_losses(dairy: Dairy) -> None:
    assert dairy.text(PETER, "LOSS 5 SOUR") == "Written, KIRIMA: 5 L lost, sour (no. 1)."
    assert dairy.text(NJERI, "SPILL 3") == "Written, KIRIMA: 3 L lost, spilt (no. 2)."
    assert [(line.kind, line.member_id) for line in dairy.book()] == [(EntryKind.LOSS, None)] * 2
    assert "99,999 L cannot be" in dairy.text(PETER, "LOSS 99999 SOUR")
    assert "Only a group's officers" in dairy.text(KAMAU, "LOSS 5 SOUR")
    assert len(dairy.book()) == 2


def test_a_correction_is_a_new_line_and_the_old_one_stays(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12 A")
    dairy.phones.wait(hours=1)
    assert dairy.text(NJERI, "CORRECT 1 14") == (
        "Corrected, KIRIMA: no. 1 was 12 L and is 14 L now (no. 2)."
    )
    first, second = dairy.book()
    assert (first.litres, second.litres, second.grade) == (Decimal(12), Decimal(14), "A")
    assert second.corrects_id == first.id
    assert dairy.told(WANJIKU)[1] == (
        "Jane: corrected to 14 L grade A, 13:00, Kirima Dairy Group (no. 2). By Njeri. "
        "This month 14 L. Wrong? Reply NO"
    )
    # The number of the first receipt leads to what counts now.
    assert "no. 2 was 14 L and is 13.5 L now (no. 3)" in dairy.text(PETER, "correct #1 to 13.5")
    with dairy.phones.database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        assert first_broken_line(session, group.id) is None


def test_a_line_is_taken_out(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    dairy.text(PETER, "MILK JANE 8 EVENING")
    assert dairy.text(PETER, "VOID 1") == (
        "Taken out, KIRIMA: no. 1 does not count any more (no. 3)."
    )
    assert "taken out (no. 3)" in dairy.told(WANJIKU)[2]
    assert "This month 8 L" in dairy.told(WANJIKU)[2]
    assert dairy.text(PETER, "VOID 1") == "No. 1 was taken out before."
    assert dairy.text(PETER, "CORRECT 3 5") == "No. 3 was taken out before."
    assert len(dairy.book()) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CORRECT 9 14", "There is no line 9 in the book of KIRIMA. Nothing was written."),
        ("CORRECT 1 1200", "1,200 L of Jane Wanjiku in one milking cannot be."),
        ("CORRECT 1 0", "How many litres of Jane Wanjiku? Nothing was written."),
    ],
)
def test_a_correction_that_cannot_be(dairy: Dairy, text: str, said: str) -> None:
    dairy.text(PETER, "MILK JANE 12")
    assert dairy.text(PETER, text).startswith(said)
    assert len(dairy.book()) == 1


def test_jane_says_no_and_every_officer_hears_of_it(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12 A")
    dairy.phones.wait(minutes=20)
    assert dairy.text(WANJIKU, "NO") == (
        "Thank you. The officers of KIRIMA are told that no. 1 is wrong. "
        "How many litres was it? Reply NO and the litres, as NO 10."
    )
    delivery, own = dairy.book()
    assert (own.kind, own.litres, own.of_line_id) == (EntryKind.OWN, None, delivery.id)
    told = "KIRIMA: Jane Wanjiku says no. 1 is wrong (12 L grade A, 24 Nov morning). "
    for officer in (NJERI, PETER, ROSE):
        assert dairy.told(officer) == [f"{told}To correct: CORRECT 1 and the litres"]
    assert dairy.text(WANJIKU, "NO 10.5") == (
        "Thank you. The officers of KIRIMA are told that no. 1 was 10.5 L."
    )
    assert dairy.told(NJERI)[1] == f"{told}They say 10.5 L. To correct: CORRECT 1 10.5"
    assert dairy.book()[2].corrects_id == own.id
    assert "was 12 L and is 10.5 L now" in dairy.text(NJERI, "CORRECT 1 10.5")


def test_no_after_hours_is_heard_and_asked_once(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12 A")
    dairy.phones.wait(hours=3)
    assert dairy.text(WANJIKU, "NO") == (
        "Your receipt no. 1: 12 L grade A, 24 Nov morning. Is it wrong? Reply 1 yes, 2 to drop it."
    )
    assert len(dairy.book()) == 1
    # What comes meanwhile is not what they mean.
    dairy.text(PETER, "MILK JANE 8")
    assert "told that no. 1 is wrong" in dairy.text(WANJIKU, "1")
    first, _, own = dairy.book()
    assert (own.kind, own.of_line_id) == (EntryKind.OWN, first.id)
    assert "no. 1 is wrong" in dairy.told(NJERI)[-1]


def test_no_and_the_litres_after_days_too(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    dairy.phones.wait(days=3)
    assert dairy.text(WANJIKU, "NO 10") == (
        "Your receipt no. 1: 12 L, 24 Nov morning. Was it 10 L? Reply 1 yes, 2 to drop it."
    )
    assert "told that no. 1 was 10 L" in dairy.text(WANJIKU, "YES")
    assert dairy.book()[1].litres == 10
    dairy.text(WANJIKU, "NO")
    dairy.text(WANJIKU, "NO")
    assert len(dairy.book()) == 2


def test_no_of_who_never_had_a_receipt_is_no_answer(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    assert "receipt" not in dairy.text(KAMAU, "NO")
    dairy.phones.wait(days=32)
    assert "receipt" not in dairy.text(WANJIKU, "NO")
    assert len(dairy.book()) == 1


def test_other_litres_of_the_own_side_are_asked_about_and_never_overwritten(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    dairy.text(WANJIKU, "MILK 13")
    assert dairy.text(WANJIKU, "MILK 14") == (
        "You wrote 13 L of 24 Nov morning before (no. 2). "
        "Reply 1 14 L instead, 2 14 L more, 3 to drop it."
    )
    assert len(dairy.book()) == 2
    assert "14 L, 24 Nov morning (no. 3)" in dairy.text(WANJIKU, "1")
    _, before, after = dairy.book()
    assert (before.litres, after.litres, after.corrects_id) == (13, 14, before.id)
    # The same again is no other can, unless they say so.
    assert dairy.text(WANJIKU, "MILK 14") == (
        "You wrote 14 L of 24 Nov morning before (no. 3). Reply 1 14 L more, 2 to drop it."
    )
    assert "(no. 4)" in dairy.text(WANJIKU, "1")
    assert dairy.book()[3].corrects_id is None
    assert "no. 5" in dairy.text(WANJIKU, "MILK 9 EVENING")


def test_nobody_else_changes_the_own_side(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    dairy.text(WANJIKU, "MILK 14")
    for text in ("CORRECT 2 12", "VOID 2", "CORRECT 1 13", "MILK JANE 11"):
        dairy.text(PETER, text)
    own = [line for line in dairy.book() if line.kind is EntryKind.OWN]
    assert [(line.number, line.litres) for line in own] == [(2, Decimal(14))]


def test_who_said_how_much_it_was_is_asked_before_it_is_something_else(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    dairy.text(WANJIKU, "NO 10")
    # A bare NO does not take the figure away.
    assert "told that no. 1 is wrong" in dairy.text(WANJIKU, "NO")
    assert [line.litres for line in dairy.book()] == [12, 10]
    assert dairy.text(WANJIKU, "NO 9") == (
        "Your receipt no. 1: 12 L, 24 Nov morning. You said 10 L. Was it 9 L? "
        "Reply 1 yes, 2 to drop it."
    )
    assert "was 9 L" in dairy.text(WANJIKU, "1")
    assert dairy.book()[2].corrects_id == dairy.book()[1].id
    assert len(dairy.told(NJERI)) == 2


def test_no_to_a_question_answers_the_question(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    dairy.text(WANJIKU, "MILK JANE")  # whatever it was, a question may be open
    dairy.text(WANJIKU, "JOIN")
    dairy.text(WANJIKU, "NO")
    assert [line.kind for line in dairy.book()].count(EntryKind.DELIVERY) == 1


def test_a_members_own_side_stands_beside_the_collectors(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12 A")
    assert dairy.text(WANJIKU, "MILK 13") == (
        "Written on your own side, KIRIMA: 13 L, 24 Nov morning (no. 2). The collector wrote 12 L."
    )
    assert dairy.book()[1].kind is EntryKind.OWN
    assert dairy.text(WANJIKU, "MILK 30 L EVENING") == (
        "Written on your own side, KIRIMA: 30 L, 24 Nov evening (no. 3). "
        "The collector has written nothing yet."
    )
    assert "no. 2 is a member's own side" in dairy.text(PETER, "CORRECT 2 12").lower()


def test_a_figure_that_may_be_money_is_asked_back_about(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    assert dairy.text(WANJIKU, "MILK 45") == (
        "What is 45? Reply 1 45 L you brought, 2 KES 45 a litre."
    )
    assert "Written on your own side, KIRIMA: 45 L" in dairy.text(WANJIKU, "1")
    assert dairy.text(WANJIKU, "MILK GITHUNGURI 45").startswith("Thank you.")
    # Now it is known what milk costs there, and home.
    assert dairy.text(WANJIKU, "MILK 46").startswith("Thank you.")
    assert len(dairy.book()) == 2


def test_milk_and_a_figure_of_whoever_brings_none_is_a_price(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 12")
    assert dairy.text(KAMAU, "MILK GITHUNGURI 45").startswith("Thank you.")
    assert dairy.text(KAMAU, "MILK 44").startswith("Thank you.")
    assert [line.litres for line in dairy.book()] == [Decimal(12)]

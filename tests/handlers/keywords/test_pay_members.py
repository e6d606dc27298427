"""Stories of pay day: one is paid, all are paid, and what was paid is never changed again."""

from datetime import datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest

from db.session import Database
from groups.book import first_broken_line
from groups.book_kinds import EntryKind
from groups.groups import find_group
from groups.members import add_member
from groups.payments import Sheet, period_on, sheet_of
from groups.schemes import Part
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.handlers.keywords.dairy import PETER, ROSE, Dairy
from tests.handlers.texting import Phones, sms


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    """It is 24 November; the group pays 45 a litre, by half months."""
    dairy = Dairy(Phones(database, now))
    assert dairy.text(ROSE, "SCHEME BASE 45 A +1").startswith("Proposed")
    assert "from 16 Nov" in dairy.text(NJERI, "YES")
    return dairy


def pay_day(dairy: Dairy) -> None:
    """Jane brought 100 L of grade A and Hosea 10 L, and it is December."""
    for day in (23, 24):
        dairy.text(PETER, f"MILK JANE 50 A {day}/11")
    dairy.text(PETER, "MILK HOSEA 10")
    dairy.phones.wait(days=8)


def is_whole(dairy: Dairy) -> bool:
    with dairy.phones.database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        return first_broken_line(session, group.id) is None


def sheet(dairy: Dairy, day: int, month: int = 11) -> Sheet:
    with dairy.phones.database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        period = period_on(session, group, datetime(2026, month, day).date())  # noqa: DTZ001
        assert period is not None
        found = sheet_of(session, group, period)
        assert isinstance(found, Sheet)
        return found


def test_money_to_a_member_is_told_and_taken_off_what_is_due(dairy: Dairy) -> None:
    pay_day(dairy)
    assert dairy.text(ROSE, "PAID JANE 500") == (
        "Written, KIRIMA: Jane Wanjiku was paid KES 500 (no. 4). Left of 16-30 Nov: KES 4,100."
    )
    assert dairy.told(WANJIKU)[-1] == (
        "Jane Wanjiku: KES 500 was paid to you, Kirima Dairy Group (no. 4). "
        "Not so? Ask another officer."
    )
    line = dairy.book()[3]
    assert (line.kind, line.amount, line.what_for) == (EntryKind.PAID, Decimal(500), "2026-11b")
    assert dairy.text(WANJIKU, "STATEMENT") == (
        "Jane Wanjiku, 16-30 Nov: 100 L x 45 = 4,500. Grade A +100. Paid 500. "
        "To pay 4,100 by 5 Dec. Details: STATEMENT DETAILS"
    )
    assert sheet(dairy, 24).settlement.by_part[Part.PAID] == -500


def test_what_is_paid_ahead_is_of_the_running_period(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK JANE 10")
    assert dairy.text(ROSE, "PAID #4 500") == (
        "Written, KIRIMA: Jane Wanjiku was paid KES 500 (no. 2). "
        "KES 50 more than is due of 16-30 Nov so far."
    )
    assert dairy.text(WANJIKU, "STATEMENT").startswith(
        "Jane Wanjiku, 16-30 Nov: 10 L x 45 = 450. Paid 500. You owe 50."
    )


def test_what_is_more_than_due_is_ahead_for_the_next(dairy: Dairy) -> None:
    pay_day(dairy)
    assert dairy.text(ROSE, "PAID HOSEA 1000") == (
        "Written, KIRIMA: Hosea Kamau was paid KES 1,000 (no. 5). "
        "KES 550 more than is due of 1-15 Dec so far."
    )
    paid = [line for line in dairy.book() if line.kind is EntryKind.PAID]
    assert [(line.what_for, line.amount) for line in paid] == [
        ("2026-11b", Decimal(450)),
        ("2026-12a", Decimal(550)),
    ]
    assert "was paid KES 1,000 on 2 Dec already" in dairy.text(ROSE, "PAID HOSEA 1000")


def test_the_same_payment_again_by_hand_is_asked_and_by_a_gateway_is_not(dairy: Dairy) -> None:
    pay_day(dairy)
    message = sms(ROSE, "PAID JANE 500")
    assert dairy.phones.deliver(message) == dairy.phones.deliver(message)
    assert len(dairy.book()) == 4
    assert dairy.text(ROSE, "PAID JANE 500") == (
        "Jane Wanjiku was paid KES 500 on 2 Dec already (no. 4). Once more? "
        "Reply 1 yes, 2 to drop it."
    )
    assert len(dairy.book()) == 4
    assert "Written" in dairy.text(ROSE, "1")
    assert len(dairy.book()) == 5


def test_a_buyer_called_like_a_member_is_asked_about(dairy: Dairy) -> None:
    pay_day(dairy)
    dairy.text(ROSE, "SOLD 100 JANE 48")
    assert dairy.text(ROSE, "PAID JANE 4800") == (
        "Who is meant? Reply 1 the buyer JANE paid, 2 Jane Wanjiku (#4) was paid."
    )
    assert "JANE paid KES 4,800" in dairy.text(ROSE, "1")
    dairy.text(ROSE, "PAID JANE 600")
    assert "Jane Wanjiku was paid KES 600" in dairy.text(ROSE, "2")


@pytest.mark.parametrize(
    ("sender", "text", "said"),
    [
        (PETER, "PAID JANE 500", "Your office in KIRIMA does not write this in its book."),
        (PETER, "PAID ALL", "Your office in KIRIMA does not write this in its book."),
        (ROSE, "PAID JANE 0", "How much did they pay? Nothing was written."),
        (ROSE, "PAID #4 0", "A member is paid 0.01 to KES 200,000. Nothing was written."),
        (ROSE, "PAID #4 900000", "A member is paid 0.01 to KES 200,000. Nothing was written."),
        (ROSE, "PAID #99 500", "There is no #99 in KIRIMA. Nothing was written."),
        (ROSE, "PAID ZEBEDAYO 500", "There is no sale to ZEBEDAYO in the book of KIRIMA. Nothing"),
        (ROSE, "PAID JANE 500 1/12", "1 Dec is still to come. Nothing was written."),
        (ROSE, "PAID ALL", "No pay period is over yet. Nothing was written."),
    ],
)
def test_what_cannot_be_paid_is_told(dairy: Dairy, sender: str, text: str, said: str) -> None:
    assert dairy.text(sender, text).startswith(said)
    assert dairy.book() == []


def test_two_of_one_name_are_asked_about(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        add_member(session, group, "Jane Wambui", dairy.phones.now)
    assert dairy.text(ROSE, "PAID JANE 500") == (
        "Which JANE? Reply 1 Jane Wanjiku (#4), 2 Jane Wambui (#7)."
    )
    assert "Jane Wambui was paid KES 500" in dairy.text(ROSE, "2")


def test_all_are_paid_once_asked_and_every_officer_hears_of_it(dairy: Dairy) -> None:
    pay_day(dairy)
    dairy.text(ROSE, "PAID JANE 500")
    assert dairy.text(ROSE, "PAID ALL") == (
        "KIRIMA, 16-30 Nov: did 2 members get KES 4,550 in all? It changes no more then. "
        "Reply 1 yes, 2 to drop it."
    )
    assert len(dairy.book()) == 4
    assert dairy.text(ROSE, "YES") == (
        "Written, KIRIMA: 16-30 Nov is paid, KES 4,550 to 2 members (no. 5 to 7). "
        "What is corrected from now on counts in the next period."
    )
    *_, jane, hosea, closing = dairy.book()
    assert [(line.kind, line.amount) for line in (jane, hosea, closing)] == [
        (EntryKind.PAID, Decimal(4100)),
        (EntryKind.PAID, Decimal(450)),
        (EntryKind.SETTLED, Decimal(4550)),
    ]
    told = (
        "Rose Atieno wrote, Kirima Dairy Group: 16-30 Nov is paid, KES 4,550 to 2 members. "
        "To see yours: STATEMENT"
    )
    for officer in (NJERI, PETER):
        assert dairy.told(officer)[-1] == told
    assert told not in dairy.told(ROSE)
    assert dairy.text(WANJIKU, "STATEMENT").startswith(
        "Jane Wanjiku, 16-30 Nov: 100 L x 45 = 4,500. Grade A +100. Paid in full: 4,600."
    )
    assert dairy.text(ROSE, "PAID ALL") == "16-30 Nov is paid to all already (no. 7)."
    assert is_whole(dairy)


def test_what_changed_between_question_and_answer_is_asked_anew(dairy: Dairy) -> None:
    pay_day(dairy)
    assert "did 2 members get KES 5,050 in all?" in dairy.text(ROSE, "PAID ALL")
    dairy.text(PETER, "MILK HOSEA 2 24/11")
    assert "did 2 members get KES 5,140 in all?" in dairy.text(ROSE, "YES")
    assert dairy.text(ROSE, "NO") == "Dropped. Nothing was written down."
    assert all(line.kind is EntryKind.DELIVERY for line in dairy.book())


def test_where_nothing_is_due_nothing_is_written(dairy: Dairy) -> None:
    dairy.phones.wait(days=8)
    assert dairy.text(ROSE, "PAID ALL") == "Nothing is due of 16-30 Nov. Nothing was written."
    assert dairy.book() == []


def test_where_each_was_paid_by_themselves_it_is_closed_all_the_same(dairy: Dairy) -> None:
    dairy.text(PETER, "MILK HOSEA 10")
    dairy.phones.wait(days=8)
    dairy.text(ROSE, "PAID HOSEA 450")
    assert dairy.text(ROSE, "PAID ALL") == (
        "KIRIMA, 16-30 Nov: nobody gets anything more. Is it paid? It changes no more then. "
        "Reply 1 yes, 2 to drop it."
    )
    assert "16-30 Nov is paid, KES 0 to 0 members (no. 3 to 3)" in dairy.text(ROSE, "YES")
    assert "16-30 Nov is paid: this counts in 1-15 Dec." in dairy.text(PETER, "CORRECT 1 11")


def test_two_who_pay_all_at_once_pay_once(dairy: Dairy) -> None:
    pay_day(dairy)
    dairy.text(ROSE, "PAID ALL")
    dairy.text(NJERI, "PAID ALL")
    assert "is paid" in dairy.text(ROSE, "1")
    assert dairy.text(NJERI, "1") == "16-30 Nov is paid to all already (no. 6)."
    assert len(dairy.book()) == 6


def test_two_officers_say_yes_in_the_same_moment_and_all_are_paid_once(dairy: Dairy) -> None:
    pay_day(dairy)
    dairy.text(ROSE, "PAID ALL")
    dairy.text(NJERI, "PAID ALL")
    both, told = Barrier(2), list[str]()

    def says_yes(phone: str) -> None:
        both.wait()
        told.append(dairy.text(phone, "1"))

    threads = [Thread(target=says_yes, args=(phone,)) for phone in (ROSE, NJERI)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.split(" ", 1)[0] for one in told) == ["16-30", "Written,"]
    assert [line.kind for line in dairy.book()].count(EntryKind.SETTLED) == 1
    assert len(dairy.book()) == 6
    assert is_whole(dairy)


def test_corrections_of_what_is_paid_count_in_the_next_and_say_so(dairy: Dairy) -> None:
    pay_day(dairy)
    dairy.text(ROSE, "PAID ALL")
    dairy.text(ROSE, "1")
    paid = sheet(dairy, 24)
    assert dairy.text(PETER, "CORRECT 3 14") == (
        "Corrected, KIRIMA: no. 3 was 10 L and is 14 L now (no. 7). "
        "16-30 Nov is paid: this counts in 1-15 Dec."
    )
    assert "16-30 Nov is paid: this counts in 1-15 Dec." in dairy.told(KAMAU)[-1]
    assert dairy.text(PETER, "VOID 1") == (
        "Taken out, KIRIMA: no. 1 does not count any more (no. 8). "
        "16-30 Nov is paid: this counts in 1-15 Dec."
    )
    assert "16-30 Nov is paid: this counts in 1-15 Dec." in dairy.told(WANJIKU)[-1]
    assert dairy.text(PETER, "MILK MARY 5 20/11") == (
        "Written, KIRIMA: Mary Achieng 5 L (no. 9). For 20 Nov. "
        "16-30 Nov is paid: this counts in 1-15 Dec."
    )
    assert dairy.text(PETER, "MILK HOSEA 1") == "Written, KIRIMA: Hosea Kamau 1 L (no. 10)."
    dairy.phones.wait(days=5)
    assert dairy.text(KAMAU, "STATEMENT") == (
        "Hosea Kamau, 1-15 Dec: 1 L x 45 = 45. Correction of 16-30 Nov +180. So far 225. "
        "Details: STATEMENT DETAILS"
    )
    assert dairy.text(WANJIKU, "STATEMENT").startswith(
        "Jane Wanjiku, 1-15 Dec: no milk. Correction of 16-30 Nov -2,300. You owe 2,300."
    )
    assert sheet(dairy, 24).settlement == paid.settlement
    december = sheet(dairy, 5, month=12).settlement
    assert december.by_part[Part.CORRECTION] == 180 - 2300 + 225
    assert december.paid + december.rounding == december.whole
    assert is_whole(dairy)


def test_money_that_was_not_handed_over_is_due_again_and_its_member_is_told(dairy: Dairy) -> None:
    pay_day(dairy)
    dairy.text(ROSE, "PAID ALL")
    dairy.text(ROSE, "1")
    assert dairy.text(ROSE, "VOID 6").startswith("No. 6 says that 16-30 Nov is paid, and stays.")
    assert dairy.text(ROSE, "VOID 5") == (
        "Taken out, KIRIMA: no. 5 does not count any more (no. 7). "
        "16-30 Nov is paid: this counts in 1-15 Dec."
    )
    assert dairy.told(KAMAU)[-1] == (
        "Hosea Kamau: no. 5, KES 450 paid to you, Kirima Dairy Group, is taken out of the book."
    )
    dairy.phones.wait(days=5)
    assert "Correction of 16-30 Nov +450. So far 450." in dairy.text(KAMAU, "STATEMENT")


def test_the_next_period_is_paid_with_its_corrections(dairy: Dairy) -> None:
    pay_day(dairy)
    dairy.text(ROSE, "PAID ALL")
    dairy.text(ROSE, "1")
    dairy.text(PETER, "CORRECT 3 14")
    dairy.text(PETER, "MILK HOSEA 1")
    dairy.phones.wait(days=20)
    assert "1-15 Dec: did 1 member get KES 225?" in dairy.text(ROSE, "PAID ALL")
    # Until that is written the last one stays, whatever the day.
    assert "To pay 225 by 20 Dec." in dairy.text(KAMAU, "STATEMENT")
    dairy.text(ROSE, "PAID ALL")
    dairy.text(ROSE, "1")
    assert dairy.text(KAMAU, "STATEMENT").startswith("Hosea Kamau, 16-31 Dec: no milk, and nothing")
    assert dairy.text(ROSE, "STATEMENT ALL").startswith("The statement")


def test_a_group_without_a_scheme_keeps_money_by_its_day(database: Database, now: datetime) -> None:
    dairy = Dairy(Phones(database, now))
    dairy.text(PETER, "MILK JANE 10")
    assert dairy.text(ROSE, "PAID JANE 200") == (
        "Written, KIRIMA: Jane Wanjiku was paid KES 200 (no. 2)."
    )
    dairy.text(ROSE, "SCHEME BASE 45")
    dairy.text(NJERI, "YES")
    assert "Paid 200. So far 250." in dairy.text(WANJIKU, "STATEMENT")

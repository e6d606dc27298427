"""A half month of fair pay, by text alone: agreed by two, charged, asked, and sent to all."""

from datetime import UTC, datetime

from db.session import Database
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.handlers.keywords.paying import kirima
from tests.handlers.keywords.talking import Talk
from tests.handlers.texting import Phones


def test_a_group_agrees_how_it_pays_and_each_member_can_check(database: Database) -> None:
    with database.begin() as session:
        kirima(Talk(session, datetime(2026, 11, 2, 5, 0, tzinfo=UTC)))
    phones = Phones(database, datetime(2026, 11, 2, 6, 0, tzinfo=UTC))
    proposed = phones.text(NJERI, "SCHEME BASE 45 A +1 C -2 LEVY 1%")
    assert (proposed or "").startswith("Proposed: Base 45. A +1, C -2. Levy 1%.")
    assert phones.text(KAMAU, "YES") == (
        "Kirima Dairy pays by the new scheme from 1 Nov. To see it: SCHEME"
    )
    phones.text(NJERI, "MILK JANE 12 A, PETER 8.5")
    phones.wait(days=1)
    assert (phones.text(NJERI, "CHARGE JANE FEED 120") or "").startswith("Written, line ")
    phones.text(NJERI, "MILK JANE 10 C")
    # 22 L x 45 = 990, + 12 - 20 = 982, less 1 % = 972.18, less 120.
    assert phones.text(WANJIKU, "STATEMENT") == (
        "Jane Wanjiku, 1-15 Nov: 22 L x 45 = 990. Grade A +12. Grade C -20. Levy -9.82. "
        "Feed -120. So far 852.18. Details: STATEMENT DETAILS"
    )
    what_if = phones.text(NJERI, "WHAT IF 48") or ""
    assert what_if.startswith("At 48 a litre, 1-15 Nov: the group would pay +90.58 in all.")
    phones.wait(days=13)
    assert (phones.text(NJERI, "STATEMENT ALL") or "").startswith("The statement of 1-15 Nov")
    assert (phones.text(WANJIKU, "statement details") or "").endswith(
        "Levy 1% of 982 = -9.82. Feed 3 Nov -120. To pay 852.18 by 20 Nov."
    )
    assert (phones.text(NJERI, "STATEMENT 4") or "").startswith(
        "Peter Mwangi, 1-15 Nov: 8.5 L x 45 = 382.50."
    )

"""Stories of pay by text: charged, asked, tried, proposed, agreed, and told to all."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from groups.adopting import scheme_on
from groups.book import lines_of
from groups.book_kinds import EntryKind
from groups.members import add_member
from groups.models import Group
from groups.schemes import Band, BuyerTerms, GradeRate, Measure, Scheme, Season
from handlers.commands import AgreeScheme, Charge, Command, Confirm, SetScheme, Statement, WhatIf
from handlers.keywords.scheme_words import scheme_told
from handlers.keywords.statement_words import litres_paid
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import ACHIENG, KAMAU, NJERI, WANJIKU
from tests.handlers.keywords.paying import brings, kirima, pays, texts_to
from tests.handlers.keywords.talking import Talk

JANE, PETER = 3, 4
YES = Confirm(1, is_word=True)


def charged(talk: Talk, group: Group) -> list[tuple[str | None, Decimal | None]]:
    lines = lines_of(
        talk.session,
        group.id,
        since=date(2026, 1, 1),
        until=date(2027, 1, 1),
        kinds=(EntryKind.CHARGE,),
    )
    return [(line.what_for, line.amount) for line in lines]


def says(talk: Talk, phone: str, command: Command, language: str = "en") -> str:
    reply = talk.says(phone, command, language)
    assert reply is not None
    return reply


def test_a_member_reads_their_statement_with_every_part(talk: Talk) -> None:
    group = kirima(talk)
    pays(talk, group, on=date(2026, 11, 1))
    brings(talk, group, JANE, "188.5", date(2026, 11, 20), "A")
    says(talk, NJERI, Charge("Jane FEED", Decimal(1200)))
    assert says(talk, WANJIKU, Statement()) == (
        "Jane Wanjiku, 16-30 Nov: 188.5 L x 45 = 8,482.50. Grade A +188.50. Levy -94.25. "
        "Feed -1,200. So far 7,376.75. Details: STATEMENT DETAILS"
    )
    assert says(talk, WANJIKU, Statement(is_detailed=True)) == (
        "Jane Wanjiku, 16-30 Nov: 188.5 L x 45 = 8,482.50. Grade A 188.5 L x 1 = +188.50. "
        "Levy 188.5 L x -0.50 = -94.25. Feed 24 Nov -1,200. So far 7,376.75."
    )
    talk.wait(days=8)
    brings(talk, group, JANE, "12", date(2026, 12, 1))
    assert says(talk, WANJIKU, Statement()) == (
        "Jane Wanjiku, 16-30 Nov: 188.5 L x 45 = 8,482.50. Grade A +188.50. Levy -94.25. "
        "Feed -1,200. To pay 7,376.75 by 5 Dec. Since then 12 L."
    )


def test_without_a_scheme_or_a_sale_the_litres_are_told(talk: Talk) -> None:
    group = kirima(talk)
    brings(talk, group, JANE, "12.5", date(2026, 11, 20))
    assert says(talk, WANJIKU, Statement()) == (
        "Jane Wanjiku, 1-24 Nov: 12.5 L. The group has not said yet how it pays."
    )
    pays(talk, group, Scheme(margin=Decimal(2)))
    assert says(talk, WANJIKU, Statement()) == (
        "Jane Wanjiku, 16-24 Nov: 12.5 L. No sale is written yet, so there is no price."
    )
    assert says(talk, NJERI, WhatIf(Decimal(48))) == (
        "No sale is written yet, so there is no price."
    )


def test_who_is_in_no_group_or_in_two(talk: Talk) -> None:
    assert says(talk, ACHIENG, Statement()) == "You are in no group."
    pays(talk, kirima(talk))
    pays(talk, kirima(talk, "TUMAINI"))
    assert says(talk, WANJIKU, Statement()) == (
        "Which group? Reply 1 Kirima Dairy, 2 Tumaini Dairy."
    )
    assert says(talk, WANJIKU, Confirm(2)) == (
        "Jane Wanjiku, 16-30 Nov: no milk, and nothing owed."
    )


def test_an_officer_reads_a_members_statement_and_nobody_else_does(talk: Talk) -> None:
    group = kirima(talk)
    pays(talk, group)
    brings(talk, group, PETER, "10", date(2026, 11, 20))
    told = "Peter Mwangi, 16-30 Nov: 10 L x 45 = 450. Levy -5. So far 445."
    assert says(talk, NJERI, Statement("4")).startswith(told)
    assert says(talk, KAMAU, Statement("peter")).startswith(told)
    assert says(talk, WANJIKU, Statement("4")) == (
        "Only officers of a group see others' statements."
    )
    assert says(talk, NJERI, Statement("Otieno")) == (
        "Nobody in Kirima Dairy is called Otieno. To see all send MEMBERS"
    )


def test_a_charge_is_written_once_and_its_member_told(talk: Talk) -> None:
    group = kirima(talk)
    assert says(talk, NJERI, Charge("JANE WANJIKU SCHOOL FEES", Decimal(5000))) == (
        "Written, line 1: Jane Wanjiku owes 5,000 for school fees. Wrong? VOID 1"
    )
    assert charged(talk, group) == [("school fees", Decimal(5000))]
    assert texts_to(talk, WANJIKU) == [
        "Jane Wanjiku: school fees 5,000 will be kept from your milk money, Kirima Dairy. "
        "Not right? Ask your treasurer."
    ]
    assert says(talk, NJERI, Charge("4", Decimal(120), "SOAP")).startswith(
        "Written, line 2: Peter Mwangi owes 120 for soap."
    )


def test_all_are_charged_at_once(talk: Talk) -> None:
    group = kirima(talk)
    assert says(talk, NJERI, Charge("ALL", Decimal(50), "LEVY")) == (
        "Written, 4 members owe 50 each for levy. Lines 1-4."
    )
    assert says(talk, NJERI, Charge("wote sabuni", Decimal(50))).startswith("Written, 4 members")
    assert len(charged(talk, group)) == 8
    assert texts_to(talk, WANJIKU) == []


@pytest.mark.parametrize(
    ("phone", "command", "reply"),
    [
        (
            WANJIKU,
            Charge("4", Decimal(50), "soap"),
            "Only the treasurer or the secretary of a group writes charges.",
        ),
        (
            KAMAU,
            Charge("4", Decimal(50), "soap"),
            "Only the treasurer or the secretary of a group writes charges.",
        ),
        (
            NJERI,
            Charge("4", Decimal(0), "soap"),
            "A charge is 0.01 to 200,000. Nothing was written.",
        ),
        (
            NJERI,
            Charge("4", Decimal(200_001), "soap"),
            "A charge is 0.01 to 200,000. Nothing was written.",
        ),
        (NJERI, Charge("JANE", Decimal(50)), "What for? Send: CHARGE JANE FEED 1200"),
        (NJERI, Charge("ALL", Decimal(50)), "What for? Send: CHARGE JANE FEED 1200"),
        (
            NJERI,
            Charge("Otieno feed", Decimal(50)),
            "Nobody in Kirima Dairy is called Otieno. To see all send MEMBERS",
        ),
    ],
)
def test_what_cannot_be_charged_is_said_and_nothing_written(
    talk: Talk, phone: str, command: Charge, reply: str
) -> None:
    group = kirima(talk)
    assert says(talk, phone, command) == reply
    assert charged(talk, group) == []


def test_of_two_of_one_name_the_number_is_asked(talk: Talk) -> None:
    group = kirima(talk)
    add_member(talk.session, group, "Peter Kariuki", talk.now)
    assert says(talk, NJERI, Charge("PETER FEED", Decimal(900))) == (
        "Which one is meant? Reply 1 Peter Mwangi #4, 2 Peter Kariuki #5, 3 to drop it."
    )
    assert charged(talk, group) == []
    assert says(talk, NJERI, Confirm(2)).startswith("Written, line 1: Peter Kariuki owes 900")


def test_what_if_tells_the_whole_and_the_most(talk: Talk) -> None:
    group = kirima(talk)
    assert says(talk, NJERI, WhatIf(Decimal(48))) == (
        "The group has not said yet how it pays. Send: SCHEME BASE 45"
    )
    pays(talk, group, on=date(2026, 11, 1))
    assert says(talk, NJERI, WhatIf(Decimal(48))).startswith("No milk is written yet")
    brings(talk, group, JANE, "100", date(2026, 11, 5))
    brings(talk, group, PETER, "10", date(2026, 11, 6))
    # Nothing came in the running half: the one before is told.
    assert says(talk, NJERI, WhatIf(Decimal(48))) == (
        "At 48 a litre, 1-15 Nov: the group would pay +330 in all. "
        "2 members get more, most Jane Wanjiku +300."
    )
    assert says(talk, NJERI, WhatIf(Decimal(44))).endswith(
        "2 members get less, most Jane Wanjiku -100."
    )
    assert says(talk, NJERI, WhatIf(Decimal(45))).endswith("Nobody gets more or less.")
    assert says(talk, NJERI, WhatIf(Decimal(0))) == "That is no price for a litre of milk."
    assert says(talk, WANJIKU, WhatIf(Decimal(48))) == "Only officers of a group can try a price."


def test_a_scheme_is_tried_proposed_and_adopted_by_a_second_officer(talk: Talk) -> None:
    group = kirima(talk)
    pays(talk, group, on=date(2026, 10, 1))
    brings(talk, group, JANE, "100", date(2026, 10, 5), "A")
    brings(talk, group, PETER, "10", date(2026, 11, 6))
    assert says(talk, NJERI, SetScheme("BASE 44 A +3 LEVY 1%")) == (
        "Proposed: Base 44. A +3. Levy 1%. Paid 5 days after each half month. "
        "Tried on the book since 1 Oct: +93.60 in all. "
        "1 member gets more, most Jane Wanjiku +103. 1 member gets less, most Peter Mwangi -9.40. "
        "1 other officer is asked; it is adopted when they answer YES."
    )
    (asked,) = texts_to(talk, KAMAU)
    assert asked.startswith("Kirima Dairy may pay so: Base 44. A +3.")
    assert asked.endswith("Agree? Reply YES. Later: SCHEME")
    assert says(talk, KAMAU, YES) == (
        "Kirima Dairy pays by the new scheme from 1 Dec. To see it: SCHEME"
    )
    assert texts_to(talk, NJERI) == [
        "Kirima Dairy pays by the new scheme from 1 Dec. To see it: SCHEME"
    ]
    adopted = scheme_on(talk.session, group, date(2026, 12, 1))
    assert adopted is not None
    assert adopted.base_price == 44
    # Until then everybody reads what they are paid by now.
    assert says(talk, WANJIKU, SetScheme()) == (
        "Kirima Dairy pays so: Base 45. A +1. Levy 0.50/L. Paid 5 days after each half month."
    )


def test_nobody_agrees_to_their_own_proposal_or_twice(talk: Talk) -> None:
    kirima(talk)
    assert says(talk, KAMAU, SetScheme("BASE 45")).startswith("Proposed: Base 45.")
    assert says(talk, KAMAU, AgreeScheme(1)) == (
        "Only a second officer of the group can agree to this."
    )
    assert says(talk, WANJIKU, AgreeScheme(1)) == (
        "Only a second officer of the group can agree to this."
    )
    assert says(talk, NJERI, AgreeScheme(1)).startswith("Kirima Dairy pays by the new scheme")
    assert says(talk, NJERI, AgreeScheme(1)).startswith("That proposal is settled already.")


def test_who_forgot_the_question_asks_for_it_again(talk: Talk) -> None:
    kirima(talk)
    assert says(talk, WANJIKU, SetScheme()).startswith("The group has not said yet how it pays.")
    says(talk, NJERI, SetScheme("BASE 45"))
    talk.wait(days=2)
    assert says(talk, NJERI, SetScheme()).startswith("The group has not said yet how it pays.")
    assert says(talk, KAMAU, SetScheme()).endswith("Agree? Reply YES. Later: SCHEME")
    assert says(talk, KAMAU, YES).startswith("Kirima Dairy pays by the new scheme from 16 Nov.")


@pytest.mark.parametrize(
    ("phone", "words", "reply"),
    [
        (
            WANJIKU,
            "BASE 45",
            "Only the chair, secretary or treasurer of a group proposes how it pays.",
        ),
        (NJERI, "A +1", "At which price? Send: SCHEME BASE 45 A +1 LEVY 1%"),
        (
            NJERI,
            "BASE 45 CREAM 5",
            "Not understood at CREAM. Send it like this: SCHEME BASE 45 A +1 C -2 LEVY 1%",
        ),
    ],
)
def test_what_is_no_scheme(talk: Talk, phone: str, words: str, reply: str) -> None:
    kirima(talk)
    assert says(talk, phone, SetScheme(words)) == reply
    assert texts_to(talk, KAMAU) == []


def test_everybody_is_sent_theirs_once(talk: Talk) -> None:
    group = kirima(talk)
    pays(talk, group, on=date(2026, 11, 1))
    brings(talk, group, JANE, "100", date(2026, 11, 5))
    brings(talk, group, PETER, "10", date(2026, 11, 6))
    assert says(talk, NJERI, Statement(is_of_all=True)) == (
        "The statement of 1-15 Nov goes to 1 member. 1 has no phone: STATEMENT and their number."
    )
    assert texts_to(talk, WANJIKU) == [
        "Jane Wanjiku, 1-15 Nov: 100 L x 45 = 4,500. Levy -50. To pay 4,450 by 20 Nov. "
        "Details: STATEMENT DETAILS"
    ]
    talk.wait(minutes=1)
    assert says(talk, NJERI, Statement(is_of_all=True)).startswith(
        "The statements of 1-15 Nov go to 0 members."
    )
    # What was corrected meanwhile is sent again, and only that.
    brings(talk, group, JANE, "2", date(2026, 11, 7))
    says(talk, NJERI, Statement(is_of_all=True))
    assert len(texts_to(talk, WANJIKU)) == 2
    assert says(talk, WANJIKU, Statement(is_of_all=True)) == (
        "Only the chair, the secretary or the treasurer sends all statements."
    )


def test_without_a_scheme_nothing_is_sent(talk: Talk) -> None:
    group = kirima(talk)
    none = "The group had not said yet how it pays then. Nothing was sent."
    assert says(talk, NJERI, Statement(is_of_all=True)) == none
    pays(talk, group)
    assert says(talk, NJERI, Statement(is_of_all=True)) == none
    pays(talk, group, Scheme(), on=date(2026, 11, 1))
    assert says(talk, NJERI, Statement(is_of_all=True)) == (
        "No sale is written yet, so there is no price. Nothing was sent."
    )


FULL = Scheme(
    base_price=Decimal("45.1234"),
    grades=tuple(GradeRate(grade, Decimal("-12.5")) for grade in "ABC"),
    bands=tuple(Band(one, True, Decimal("3.5"), Decimal("1.25")) for one in Measure),
    seasons=(Season(11, 2, Decimal("2.5")),),
    levy_per_cent=Decimal("1.5"),
    levy_per_litre=Decimal("0.25"),
    transport_per_litre=Decimal("2.75"),
    buyers=(BuyerTerms("Brookside", 30),),
    is_monthly=True,
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_word_of_it_stays_within_its_segments(talk: Talk) -> None:
    group = kirima(talk)
    talk.subscriber(WANJIKU).name = "Wilhelmina Nyambura Wanjiku wa Kariuki-Mwangi Githinji"
    pays(talk, group, FULL, on=date(2026, 11, 1))
    for day, grade in product((2, 9, 20), ("A/F3.9", "B/D31", "C/P900")):
        brings(talk, group, JANE, "199.9", date(2026, 11, day), grade)
    for purpose in ("dairy meal feed", "soap", "school fees", "veterinary", "advance"):
        says(talk, NJERI, Charge("3", Decimal("19999.99"), purpose))
    too_long = []
    for language in languages():
        for command, most in (
            (Statement(), 1),
            (Statement(is_detailed=True), 3),
            (WhatIf(Decimal("99999.99")), 1),
            (SetScheme(), 3),
            (SetScheme(scheme_typed()), 3),
            (SetScheme("A +1"), 1),
            (SetScheme("BASE 45 incomprehensible 5"), 1),
            (Charge("3", Decimal("19999.99"), "veterinary service and drugs"), 1),
            (Charge("ALL", Decimal("19999.99"), "veterinary service and drugs"), 1),
            (Charge("nobody at all", Decimal(5), "feed"), 1),
            (Statement(is_of_all=True), 1),
        ):
            phone = WANJIKU if isinstance(command, Statement) and not command.is_of_all else NJERI
            reply = says(talk, phone, command, language)
            size = measure(reply)
            if size.segments > most or size.encoding != "GSM-7":
                too_long.append((language, size.segments, reply))
    assert too_long == []
    assert all(measure(text).segments <= 3 for text in texts_to(talk, KAMAU))


def scheme_typed() -> str:
    return "BASE 45 A +1 B -1 C -2 FAT>3.5 +1 D<28 -3 NOV-FEB +2 LEVY 1% TRANSPORT 2 PAY KCC 14"


@pytest.mark.parametrize(
    ("litres", "told", "french"),
    [("188", "188", "188"), ("188.50", "188.5", "188,5"), ("1188.55", "1,188.55", "1 188,55")],
)
def test_litres_are_told_as_they_are_paid(litres: str, told: str, french: str) -> None:
    assert litres_paid(Decimal(litres), "en") == told
    assert litres_paid(Decimal(litres), "fr") == french


def test_a_scheme_is_told_whole() -> None:
    assert scheme_told("en", FULL) == (
        "Base 45.1234. A -12.50, B -12.50, C -12.50. "
        "Density >3.50 +1.25, Fat >3.50 +1.25, Plate count >3.50 +1.25. Nov-Feb +2.50. "
        "Levy 1.50%. Levy 0.25/L. Transport 2.75/L. Paid 5 days after the month. "
        "Brookside pays in 30 days."
    )
    assert scheme_told("en", Scheme(margin=Decimal(3), seasons=(Season(4, 4, Decimal(-1)),))) == (
        "Base: the buyers' price less 3. Apr -1. Paid 5 days after each half month."
    )

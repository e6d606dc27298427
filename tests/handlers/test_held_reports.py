"""A price that is hardly meant is texted: asked back, answered in every way, or not at all."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import select

from db.session import Database
from messaging.models import HeldQuestion
from prices.kinds import ObservationStatus
from scheduler.upkeep import weigh_held
from tests.cast import ACHIENG, NJERI, OTIENO, WANJIKU
from tests.handlers.texting import Phones, rows, sms
from tests.prices.doubts import Change, log_of, make_usual, price_of, standings, told_by
from tests.prices.stories import near

ACCEPTED, FLAGGED = ObservationStatus.ACCEPTED, ObservationStatus.FLAGGED
HELD, DROPPED = ObservationStatus.HELD, ObservationStatus.DROPPED
UNANSWERED = ObservationStatus.UNANSWERED

SAID = "milk githunguri 450 per litre"
ASKED = "450 per litre? Usual in Githunguri is 45. Reply 1 for 45, 2 for 450, 3 to drop it."
UNSAID = "milk githunguri 450"
ASKED_HOW_MUCH = (
    "450 for how much milk? Usual is 45 a litre. Reply 1 for 45 a litre, 2 for 20 litre jerrycan, "
    "3 for 450 a litre, 4 to drop it."
)
THANKS = "Thank you. Milk Githunguri KES {figure}/L, farm gate. 3 others this week: 45."
GONE = "Dropped. Your price does not count."
NO_QUESTION = "We have no open question for you."


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Everybody knows that milk costs 45 at Githunguri and maize 40 at Kitale."""
    make_usual(database, now, "milk", "Githunguri", 45)
    make_usual(database, now, "maize", "Kitale", 40)
    return Phones(database, now)


def milk(phones: Phones) -> Decimal | None:
    """What is published of milk at Githunguri."""
    return price_of(phones.database, phones.now, "milk", "Githunguri")


def work(phones: Phones) -> int:
    """The worker weighs what nobody answered."""
    return weigh_held(phones.database, phones.catalogue, phones.now)


# Asked back


def test_a_slip_is_asked_back_and_does_not_speak(phones: Phones) -> None:
    assert phones.text(OTIENO, SAID) == ASKED
    assert standings(phones.database, OTIENO) == [(450, "litre", HELD)]
    (row,) = told_by(phones.database, OTIENO)
    assert (row.raw_text, row.is_confirmed) == (SAID, False)
    (change,) = log_of(phones.database, OTIENO)
    assert (change.old, change.new, change.by) == (None, HELD, "door")
    assert milk(phones) == near(45)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        # A digit too many, two, and one too few.
        (SAID, ASKED),
        (
            "milk githunguri 4500 a litre",
            "4,500 per litre? Usual in Githunguri is 45. Reply 1 for 45, 2 for 4,500, "
            "3 to drop it.",
        ),
        (
            "milk githunguri 4.5 a litre",
            "4.50 per litre? Usual in Githunguri is 45. Reply 1 for 45, 2 for 4.50, 3 to drop it.",
        ),
        # A half litre, a can and a bag, told as a litre and a kilo.
        (
            "milk githunguri 22 a litre",
            "22 per litre? Usual in Githunguri is 45. Reply 1 for half litre, 2 for 22, "
            "3 to drop it.",
        ),
        (
            "milk githunguri 900 a litre",
            "900 per litre? Usual in Githunguri is 45. Reply 1 for 20 litre jerrycan, 2 for 900, "
            "3 to drop it.",
        ),
        (
            "maize kitale 3600 per kg",
            "3,600 per kg? Usual in Kitale is 40. Reply 1 for 90 kg bag, 2 for 36, 3 for 3,600, "
            "4 to drop it.",
        ),
        # A kilo told as a bag.
        (
            "maize kitale 360 per 90kg bag",
            "360 per 90 kg bag? Usual in Kitale is 3,600. Reply 1 for 3,600, 2 for 360, "
            "3 to drop it.",
        ),
        # Nothing that is likelier comes to mind.
        (
            "milk githunguri 100 a litre",
            "100 per litre? Usual in Githunguri is 45. Reply 1 for 100, 2 to drop it.",
        ),
    ],
)
def test_the_likeliest_slip_is_named_where_the_unit_was_said(
    phones: Phones, text: str, reply: str
) -> None:
    assert phones.text(OTIENO, text) == reply


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        (UNSAID, ASKED_HOW_MUCH),
        (
            "milk githunguri 22",
            "22 for how much milk? Usual is 45 a litre. Reply 1 for half litre, 2 for 22 a litre, "
            "3 to drop it.",
        ),
        (
            "milk githunguri 900",
            "900 for how much milk? Usual is 45 a litre. Reply 1 for 20 litre jerrycan, "
            "2 for 900 a litre, 3 to drop it.",
        ),
        (
            "maize kitale 3600",
            "3,600 for how much maize? Usual is 40 a kg. Reply 1 for 90 kg bag, 2 for 50 kg bag, "
            "3 for 3,600 a kg, 4 to drop it.",
        ),
        # No unit that anybody knows makes sense of it: then the unit is not asked for.
        (
            "milk githunguri 100",
            "100 per litre? Usual in Githunguri is 45. Reply 1 for 100, 2 to drop it.",
        ),
    ],
)
def test_what_it_was_for_is_asked_where_no_unit_was_said(
    phones: Phones, text: str, reply: str
) -> None:
    assert phones.text(OTIENO, text) == reply


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        (
            "sw",
            "450 kwa lita? Kawaida Githunguri ni 45. Jibu 1 kwa 45, 2 kwa 450, 3 kufuta.",
        ),
        (
            "es",
            "¿450 por litro? Lo usual en Githunguri es 45. Responda 1 si es 45, 2 si es 450, "
            "3 para anular.",
        ),
        (
            "fr",
            "450 par litre ? Habituel à Githunguri : 45. Répondez 1 pour 45, 2 pour 450, "
            "3 pour annuler.",
        ),
    ],
)
def test_everybody_is_asked_in_their_language(phones: Phones, language: str, reply: str) -> None:
    phones.text(OTIENO, f"LANG {language}")
    assert phones.text(OTIENO, SAID) == reply


def test_where_nobody_knows_the_price_nothing_is_called_usual(phones: Phones) -> None:
    assert phones.text(OTIENO, "milk molo 450 per litre") == (
        "450 per litre? Please check. Reply 1 for 45, 2 for 450, 3 to drop it."
    )
    assert phones.text(WANJIKU, "milk molo 450") == (
        "450 for how much milk? Reply 1 for 45 a litre, 2 for 20 litre jerrycan, "
        "3 for 450 a litre, 4 to drop it."
    )


@pytest.mark.parametrize("figure", ["63", "32"])
def test_a_new_price_that_three_people_tell_is_never_asked_about(
    phones: Phones, figure: str
) -> None:
    for person in (OTIENO, WANJIKU, NJERI):
        reply = phones.text(person, f"milk githunguri {figure}")
        assert (reply or "").startswith(f"Thank you. Milk Githunguri KES {figure}/L")
        phones.wait(minutes=20)
    assert [told_by(phones.database, person)[0].status for person in (WANJIKU, NJERI)] == [
        ACCEPTED,
        ACCEPTED,
    ]
    told = milk(phones)
    assert told is not None
    assert abs(told - Decimal(figure)) < abs(told - 45)


# Answered


def test_what_was_meant_is_chosen_by_its_number(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    phones.wait(minutes=3)
    assert phones.text(OTIENO, "1") == THANKS.format(figure=45)
    assert standings(phones.database, OTIENO) == [(450, "litre", DROPPED), (45, "litre", ACCEPTED)]
    said, meant = told_by(phones.database, OTIENO)
    assert (said.raw_text, meant.raw_text) == (SAID, f"{SAID}\n1")
    assert (meant.reported_at, meant.is_confirmed) == (said.reported_at, True)
    assert log_of(phones.database, OTIENO)[1:] == [
        Change(0, HELD, DROPPED, "reporter", f"asked back, and corrected by report {meant.id}")
    ]
    assert milk(phones) == near(45)
    assert (phones.text(OTIENO, "1") or "").startswith(NO_QUESTION)
    assert len(told_by(phones.database, OTIENO)) == 2


def test_what_was_said_is_stood_by(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    assert phones.text(OTIENO, "2") == THANKS.format(figure=450)
    assert standings(phones.database, OTIENO) == [(450, "litre", FLAGGED)]
    (row,) = told_by(phones.database, OTIENO)
    assert (row.is_confirmed, row.raw_text) == (True, SAID)
    assert log_of(phones.database, OTIENO)[1:] == [
        Change(0, HELD, FLAGGED, "reporter", "asked back, and stands by it")
    ]
    assert milk(phones) == near(45)


@pytest.mark.parametrize("words", ["3", "NO", "no", "hapana"])
def test_what_was_said_is_taken_back(phones: Phones, words: str) -> None:
    phones.text(OTIENO, SAID)
    assert phones.text(OTIENO, words) == GONE
    assert standings(phones.database, OTIENO) == [(450, "litre", DROPPED)]
    assert log_of(phones.database, OTIENO)[1:] == [
        Change(0, HELD, DROPPED, "reporter", "asked back, and taken back")
    ]
    assert milk(phones) == near(45)
    phones.wait(hours=2)
    assert work(phones) == 0


def test_what_it_was_for_is_chosen_by_its_number(phones: Phones) -> None:
    phones.text(OTIENO, "milk githunguri 900")
    assert phones.text(OTIENO, "1") == (
        "Thank you. Milk Githunguri KES 900/20 litre jerrycan, farm gate. That is KES 45/L. "
        "3 others this week: 45."
    )
    assert standings(phones.database, OTIENO) == [
        (900, "litre", DROPPED),
        (900, "jerrycan_20l", ACCEPTED),
    ]
    assert told_by(phones.database, OTIENO)[1].price_per_base_unit == 45


@pytest.mark.parametrize(
    ("number", "price", "unit", "status"),
    [
        ("1", 45, "litre", ACCEPTED),
        ("2", 450, "jerrycan_20l", FLAGGED),  # half of what is usual
        ("3", 450, "litre", FLAGGED),
    ],
)
def test_every_number_means_what_stands_beside_it(
    phones: Phones, number: str, price: int, unit: str, status: ObservationStatus
) -> None:
    assert phones.text(OTIENO, UNSAID) == ASKED_HOW_MUCH
    assert (phones.text(OTIENO, number) or "").startswith("Thank you.")
    assert standings(phones.database, OTIENO)[-1] == (price, unit, status)
    assert milk(phones) == near(45)


def test_a_bag_that_was_told_as_a_kilo(phones: Phones) -> None:
    phones.text(OTIENO, "maize kitale 3600 per kg")
    assert (phones.text(OTIENO, "1") or "").startswith(
        "Thank you. Maize Kitale KES 3,600/90 kg bag, wholesale. That is KES 40/kg."
    )
    assert standings(phones.database, OTIENO) == [
        (3600, "kg", DROPPED),
        (3600, "bag_90kg", ACCEPTED),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "46",
        "KES 46",
        "46/=",
        "46 bob",
        "46 per litre",
        "it is 46",
        "no 46",
        "ni 46 kwa lita",
        "23 half litre",
        "milk 46",
        "milk githunguri 46",
        "milk 23 half litre",
    ],
)
def test_any_figure_answers_too(phones: Phones, words: str) -> None:
    phones.text(OTIENO, SAID)
    assert (phones.text(OTIENO, words) or "").startswith("Thank you. Milk Githunguri KES ")
    said, meant = told_by(phones.database, OTIENO)
    assert (said.status, meant.status, meant.price_per_base_unit) == (DROPPED, ACCEPTED, 46)
    assert meant.source_key == f"{said.source_key}:corrected"


@pytest.mark.parametrize(
    ("words", "price", "unit"),
    [
        ("jerrycan", 450, "jerrycan_20l"),
        ("mtungi wa lita 20", 450, "jerrycan_20l"),
        ("litre", 450, "litre"),
    ],
)
def test_a_unit_alone_says_what_it_was_for(
    phones: Phones, words: str, price: int, unit: str
) -> None:
    phones.text(OTIENO, UNSAID)
    assert (phones.text(OTIENO, words) or "").startswith("Thank you.")
    assert standings(phones.database, OTIENO)[-1] == (price, unit, FLAGGED)


@pytest.mark.parametrize("words", ["asante", "1 for 45", "45 not 450", "20 litres", "what is 450"])
def test_words_that_may_mean_anything_leave_the_question_open(phones: Phones, words: str) -> None:
    phones.text(OTIENO, UNSAID)
    phones.text(OTIENO, words)
    assert standings(phones.database, OTIENO) == [(450, "litre", HELD)]
    assert (phones.text(OTIENO, "1") or "").startswith("Thank you.")


def test_a_figure_alone_is_for_the_unit_that_was_told(phones: Phones) -> None:
    phones.text(OTIENO, "maize kitale 360 per 90kg bag")
    phones.text(OTIENO, "3500")
    assert standings(phones.database, OTIENO) == [
        (360, "bag_90kg", DROPPED),
        (3500, "bag_90kg", ACCEPTED),
    ]


def test_who_says_it_once_more_stands_by_it(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    assert phones.text(OTIENO, SAID) == THANKS.format(figure=450)
    assert standings(phones.database, OTIENO) == [(450, "litre", FLAGGED)]


def test_another_unlikely_figure_is_not_asked_about_again(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    assert phones.text(OTIENO, "900") == THANKS.format(figure=900)
    assert standings(phones.database, OTIENO) == [(450, "litre", DROPPED), (900, "litre", FLAGGED)]
    assert milk(phones) == near(45)


def test_yes_to_two_figures_says_nothing(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    assert phones.text(OTIENO, "YES") == f"Sorry, not understood. {ASKED}"
    assert standings(phones.database, OTIENO) == [(450, "litre", HELD)]
    assert phones.text(OTIENO, "2") == THANKS.format(figure=450)


def test_yes_to_the_only_figure_stands_by_it(phones: Phones) -> None:
    phones.text(OTIENO, "milk githunguri 100 a litre")
    assert phones.text(OTIENO, "ndiyo") == THANKS.format(figure=100)
    assert standings(phones.database, OTIENO) == [(100, "litre", FLAGGED)]


def test_a_number_that_was_not_offered_asks_again(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    for words in ("what do you mean", "HELP"):
        phones.text(OTIENO, words)
    assert standings(phones.database, OTIENO) == [(450, "litre", HELD)]
    assert phones.text(OTIENO, "1") == THANKS.format(figure=45)


def test_a_single_digit_beyond_the_choices_is_a_price(phones: Phones) -> None:
    """Milk was never so cheap: but they were asked, and say so."""
    phones.text(OTIENO, SAID)
    phones.text(OTIENO, "7")
    assert standings(phones.database, OTIENO) == [(450, "litre", DROPPED), (7, "litre", FLAGGED)]


# Sales and several at once


def test_a_sale_that_is_hardly_meant(phones: Phones) -> None:
    assert phones.text(OTIENO, "sold 20 litres milk githunguri at 450") == ASKED
    assert phones.text(OTIENO, "1") == (
        "Thank you. Sale noted: Milk Githunguri, 20 L at KES 45/L, farm gate. "
        "3 others this week: 45."
    )
    said, meant = told_by(phones.database, OTIENO)
    assert (said.quantity, said.status) == (20, DROPPED)
    assert (meant.quantity, meant.price, meant.status) == (20, 45, ACCEPTED)


def test_of_two_reports_one_is_kept_and_one_asked_about(phones: Phones) -> None:
    reply = phones.text(OTIENO, "maize kitale 41, milk githunguri 450 per litre")
    assert reply == (
        f"Thank you. Maize Kitale KES 41/kg, wholesale. 3 others this week: 40. {ASKED}"
    )
    assert phones.text(OTIENO, "1") == THANKS.format(figure=45)
    assert standings(phones.database, OTIENO) == [
        (41, "kg", ACCEPTED),
        (450, "litre", DROPPED),
        (45, "litre", ACCEPTED),
    ]


def test_of_two_that_are_hardly_meant_the_second_is_weighed(phones: Phones) -> None:
    assert phones.text(OTIENO, "milk githunguri 450 per litre, maize kitale 400 per kg") == ASKED
    phones.text(OTIENO, "1")
    phones.wait(hours=2)
    assert work(phones) == 1
    assert standings(phones.database, OTIENO) == [
        (400, "kg", UNANSWERED),
        (450, "litre", DROPPED),
        (45, "litre", ACCEPTED),
    ]


def test_home_is_where_somebody_is_believed_to_deal(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    assert (phones.text(WANJIKU, "milk 45") or "").startswith("Which place?")
    phones.text(OTIENO, "1")
    assert (phones.text(OTIENO, "milk 46") or "").startswith("Thank you. Milk Githunguri KES 46/L")


# Not answered


def test_after_two_hours_it_is_weighed_and_the_question_is_gone(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    phones.wait(hours=1, minutes=59)
    assert work(phones) == 0
    phones.wait(minutes=1)
    assert work(phones) == 1
    assert standings(phones.database, OTIENO) == [(450, "litre", UNANSWERED)]
    assert log_of(phones.database, OTIENO)[1:] == [
        Change(0, HELD, UNANSWERED, "clock", "no answer in two hours")
    ]
    assert milk(phones) == near(45)
    assert (phones.text(OTIENO, "1") or "").startswith(NO_QUESTION)
    assert standings(phones.database, OTIENO) == [(450, "litre", UNANSWERED)]
    # A bare figure is no report of theirs any more either: they never said where they deal.
    assert work(phones) == 0


def test_an_answer_in_the_last_minute_counts(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    phones.wait(hours=1, minutes=59)
    assert phones.text(OTIENO, "1") == THANKS.format(figure=45)
    phones.wait(minutes=1)
    assert work(phones) == 0


def test_the_question_is_gone_though_the_worker_stands_still(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    phones.wait(hours=2)
    assert (phones.text(OTIENO, "1") or "").startswith(NO_QUESTION)
    assert standings(phones.database, OTIENO) == [(450, "litre", HELD)]
    assert work(phones) == 1


@pytest.mark.parametrize("text", ["price maize kitale", "SUB MILK GITHUNGURI", "STOP"])
def test_who_speaks_of_something_else_leaves_it_to_be_weighed(phones: Phones, text: str) -> None:
    phones.text(OTIENO, SAID)
    phones.text(OTIENO, text)
    with phones.database.read() as session:
        assert rows(session, HeldQuestion) == 0
    assert standings(phones.database, OTIENO) == [(450, "litre", HELD)]
    phones.wait(hours=2)
    assert work(phones) == 1
    assert standings(phones.database, OTIENO) == [(450, "litre", UNANSWERED)]


def test_who_tells_another_price_has_one_vote_all_the_same(phones: Phones) -> None:
    phones.text(OTIENO, SAID)
    phones.text(OTIENO, "maize kitale 41")  # the question is gone
    phones.wait(minutes=1)
    phones.text(OTIENO, "milk githunguri 46")
    phones.wait(hours=2)
    work(phones)
    assert standings(phones.database, OTIENO) == [
        (450, "litre", UNANSWERED),
        (41, "kg", ACCEPTED),
        (46, "litre", ACCEPTED),
    ]
    assert milk(phones) == near(45)


# Twice, at once, and forged


def test_a_text_that_is_repeated_is_asked_about_once(phones: Phones) -> None:
    first, second = sms(OTIENO, SAID), sms(OTIENO, "1")
    assert phones.deliver(first) == phones.deliver(first) == ASKED
    assert phones.deliver(second) == phones.deliver(second) == THANKS.format(figure=45)
    assert phones.deliver(first) == ASKED
    assert len(told_by(phones.database, OTIENO)) == 2
    assert len(log_of(phones.database, OTIENO)) == 2


@pytest.mark.parametrize("texts", [("1", "1"), ("1", "2"), ("2", "3"), ("46", "1")])
def test_two_answers_at_once_are_one(phones: Phones, texts: tuple[str, str]) -> None:
    phones.text(OTIENO, SAID)
    barrier = Barrier(2)

    def answer(text: str) -> str | None:
        barrier.wait()
        return phones.text(OTIENO, text)

    with ThreadPoolExecutor(2) as pool:
        replies = [reply or "" for reply in pool.map(answer, texts)]
    assert len(log_of(phones.database, OTIENO)) == 2
    assert sum(reply.startswith(("Thank you.", GONE)) for reply in replies) == 1
    waiting = {status for _, _, status in standings(phones.database, OTIENO)} & {HELD, UNANSWERED}
    assert not waiting


def test_nobody_answers_for_somebody_elses_report(phones: Phones) -> None:
    """What was kept of a question was tampered with, and names another person's report."""
    phones.text(OTIENO, SAID)
    (theirs,) = told_by(phones.database, OTIENO)
    for words in ("1", "2", "3", "46", "NO"):
        phones.text(ACHIENG, SAID)
        own = told_by(phones.database, ACHIENG)[-1]
        with phones.database.begin() as session:
            (question,) = [
                one
                for one in session.scalars(select(HeldQuestion))
                if one.subscriber_id == own.reporter_id
            ]
            question.answers = forged(question.answers, own.id, theirs.id)
        assert phones.text(ACHIENG, words) == GONE
    assert standings(phones.database, OTIENO) == [(450, "litre", HELD)]
    assert {status for _, _, status in standings(phones.database, ACHIENG)[6:]} == {HELD}
    assert len(log_of(phones.database, OTIENO)) == 1
    assert phones.text(OTIENO, "1") == THANKS.format(figure=45)


def forged(kept: dict[str, object], own: int, theirs: int) -> dict[str, object]:
    """The same question about another report."""
    found = json.dumps(kept).replace(f'"held_report": {own}', f'"held_report": {theirs}')
    forged: dict[str, object] = json.loads(found)
    assert forged != kept
    return forged

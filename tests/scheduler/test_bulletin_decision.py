"""What to decide, in words: as full as there is room, with a name only where a text holds it."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from groups.book_kinds import Reason
from groups.bulletin_figures import (
    AskForPay,
    Bargain,
    Begin,
    BuyTogether,
    CareForMilk,
    Decision,
    FeedCost,
    Overdue,
)
from groups.mode import Need
from messaging.phrases import languages
from messaging.segments import measure, to_gsm7
from scheduler.bulletin_decision import decision_slot
from scheduler.bulletin_voice import Voice
from tests.scheduler.stories import MONDAY
from tests.scheduler.test_bulletin_best import VOICE, WORDS

LONG = "Ushirika wa Wafugaji Ng'ombe wa Maziwa Githunguri na Lari"


def wordings(decision: Decision) -> tuple[str, ...]:
    slot = decision_slot(decision, VOICE)
    assert slot.is_closing
    return slot.wordings


def sour(why: Reason | None) -> Decision:
    return CareForMilk(why, Decimal("0.0537"), Decimal("0.01"))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Reason.SOUR, "5.4% refused (sour, usual 1%): cool the milk, bring it earlier"),
        (Reason.ALCOHOL, "5.4% refused (alcohol test, usual 1%): cool the milk, bring it earlier"),
        (Reason.LACTOMETER, "5.4% refused (watered, usual 1%): test every can for water"),
        (Reason.ANTIBIOTICS, "5.4% refused (antibiotics, usual 1%): keep treated cows' milk apart"),
        (Reason.DIRT, "5.4% refused (dirt, usual 1%): clean cans, strain the milk"),
        (Reason.SPILT, "5.4% refused (spilt, usual 1%): find out why"),
        (Reason.OTHER, "5.4% refused (another reason, usual 1%): find out why"),
        (None, "5.4% refused (usual 1%): find out why"),
    ],
)
def test_what_helps_against_each_reason(why: Reason | None, said: str) -> None:
    assert wordings(sour(why))[0] == f"To decide: {said}"


def test_briefly_without_what_is_usual() -> None:
    assert wordings(sour(Reason.SOUR))[1] == (
        "To decide: 5.4% refused (sour): cool the milk, bring it earlier"
    )


def test_a_name_is_cut_and_at_last_left_out() -> None:
    assert wordings(Bargain(LONG, Decimal(41), Decimal(45))) == (
        "To decide: Ushirika wa Wafugaji Ng'ombe wa Maziwa pays 41, others 45: bargain",
        "To decide: Ushirika wa pays 41, others 45: bargain",
        "To decide: a buyer pays 41, others 45: bargain",
    )
    late = Overdue("KCC", Decimal("12400.40"), date(2026, 11, 10))
    assert wordings(AskForPay(late)) == (
        "To decide: KCC owes KES 12,400 due 10 Nov: ask for it",
        "To decide: a buyer owes KES 12,400 due 10 Nov: ask for it",
    )


@pytest.mark.parametrize("name", ["দুধ", "", "Молоко"])
def test_a_name_of_another_script_is_not_said(name: str) -> None:
    bargain = Bargain(name, Decimal(41), Decimal(45))
    assert wordings(bargain) == ("To decide: a buyer pays 41, others 45: bargain",)


@pytest.mark.parametrize("language", languages())
def test_every_decision_is_short_in_every_language(language: str) -> None:
    """At its briefest it leaves room for the price in one segment."""
    voice = Voice(language, WORDS, "Africa/Nairobi", MONDAY)
    feed = FeedCost("milk", Decimal(170), Decimal(160))
    decisions: list[Decision] = [
        AskForPay(Overdue(LONG, Decimal(1_234_567), date(2026, 9, 28))),
        Bargain(LONG, Decimal("41.50"), Decimal("45.50")),
        BuyTogether(feed),
        *map(sour, (*Reason, None)),
        *map(Begin, Need),
    ]
    for decision in decisions:
        said = tuple(map(to_gsm7, decision_slot(decision, voice).wordings))
        assert all(len(fuller) >= len(briefer) for fuller, briefer in pairwise(said[:-1]))
        assert not said[0].endswith(".")
        assert measure(said[-1]).encoding == "GSM-7"
        assert measure(said[-1]).length <= 95, said[-1]

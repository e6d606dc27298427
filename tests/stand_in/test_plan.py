"""What goes wrong is drawn, and drawn alike each time."""

from collections import Counter

import pytest

from tests.stand_in.plan import Fault, Manner, Plan, Word, as_json, from_json

PLAN = Plan(
    seed=3,
    script=(Fault.HANGS,),
    faults={Fault.ERROR: 0.2, Fault.CUTS: 0.1},
    words={Word.BLACKLISTED: 0.1, Word.LEFT_OUT: 0.2},
    manners={Manner.LATE: 0.5},
    answers_after_seconds=(0.1, 0.2),
)
NUMBERS = [f"+2547110{number:05}" for number in range(2000)]


def test_a_plan_survives_the_way_to_another_process() -> None:
    assert from_json(as_json(PLAN)) == PLAN
    assert from_json(as_json(Plan())) == Plan()


def test_the_script_comes_first_and_then_chance() -> None:
    faults = [PLAN.fault(call, "KES 47") for call in range(2001)]
    assert faults == [PLAN.fault(call, "KES 47") for call in range(2001)]
    assert faults[0] is Fault.HANGS
    drawn = Counter(faults[1:])
    assert drawn[Fault.ERROR] == pytest.approx(400, rel=0.2)
    assert drawn[Fault.CUTS] == pytest.approx(200, rel=0.2)
    assert drawn.keys() == {Fault.NONE, Fault.ERROR, Fault.CUTS}


def test_some_texts_always_hang() -> None:
    plan = Plan(hangs_on="KIRIMA")
    assert plan.fault(7, "KIRIMA 24 Nov. Milk 46") is Fault.HANGS
    assert plan.fault(7, "Thank you.") is Fault.NONE


def test_a_blacklisted_number_stays_so_and_another_is_left_out_by_chance() -> None:
    first = {number: PLAN.word(1, number) for number in NUMBERS}
    again = {number: PLAN.word(2, number) for number in NUMBERS}
    barred = {number for number, word in first.items() if word is Word.BLACKLISTED}
    assert len(barred) == pytest.approx(200, rel=0.25)
    assert barred == {number for number, word in again.items() if word is Word.BLACKLISTED}
    assert first != again


def test_reports_and_answers_come_as_planned() -> None:
    manners = Counter(PLAN.manner(number) for number in NUMBERS)
    assert manners[Manner.LATE] == pytest.approx(1000, rel=0.1)
    assert manners[Manner.LATE] + manners[Manner.PROMPT] == 2000
    assert all(0.1 <= PLAN.answers_after(call) <= 0.2 for call in range(100))

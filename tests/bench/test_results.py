"""The one table: what it says of a goal, and what of a benchmark that fails."""

import pytest

from bench.results import Figure, Goal, Outcome, as_json, table

SHARE = Goal(0.5, of_ratio=True, is_least=True)


def test_a_goal_is_held_against_the_figure_or_its_ratio() -> None:
    assert Figure("p99", 99, "ms", 900, Goal(100)).is_met
    assert Figure("p99", 101, "ms", 900, Goal(100)).is_met is False
    assert Figure("texts", 600, "texts/s", 1_000, SHARE).is_met
    assert Figure("texts", 400, "texts/s", 1_000, SHARE).is_met is False
    assert Figure("texts", 400, "texts/s", 1_000).is_met is None


def test_a_ratio_to_no_floor_is_no_figure() -> None:
    with pytest.raises(ValueError, match="texts: a ratio to no floor"):
        Figure("texts", 600, "texts/s", goal=SHARE)


def test_a_line_has_figure_floor_ratio_goal_and_mark() -> None:
    outcome = Outcome("sms", 1.0, 0.2, [Figure("as many as go", 1_300, "texts/s", 2_600, SHARE)])
    _, line = table([outcome])
    assert line.split() == [
        "sms", "as", "many", "as", "go", "1,300", "texts/s", "2,600", "0.500", "≥", "×0.500", "✓",
    ]  # fmt: skip
    assert outcome.is_good


def test_what_failed_has_a_line_and_keeps_what_it_found() -> None:
    missed = Outcome("web", 1.0, 0.2, [Figure("p95", 400, "ms", goal=Goal(300))])
    failed = Outcome("ussd", 1.0, 0.2, fault="RuntimeError: no server")
    _, first, second = table([missed, failed])
    assert first.endswith("✗")
    assert second == "ussd      FAILED: RuntimeError: no server"
    assert not missed.is_good
    assert not failed.is_good


def test_programs_are_told_the_same() -> None:
    (told,) = as_json([Outcome("sms", 1.0, 0.2, [Figure("p99", 50, "ms", 25, Goal(100))])])
    (figure,) = told["figures"]
    assert (figure["ratio"], figure["is_met"], told["load"]) == (2, True, 0.2)

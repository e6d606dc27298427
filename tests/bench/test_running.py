"""All benchmarks in one run: each is there, and one that fails stops no other."""

import json
from collections.abc import Callable
from importlib import import_module
from inspect import signature
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bench import __main__ as command
from bench.results import Figure, Goal, Outcome
from bench.running import BENCHES, Bench, measure, run

# Commands that measure no speed, or only a floor.
OTHERS = {"__main__", "texts", "sms_floor", "ussd_floor", "bulletin_floor", "process_floor"}


def test_every_benchmark_is_run() -> None:
    folder = Path(command.__file__).parent
    commands = {
        path.stem for path in folder.glob("*.py") if '__name__ == "__main__"' in path.read_text()
    }
    assert commands - OTHERS == {bench.name for bench in BENCHES}


@pytest.mark.parametrize("bench", BENCHES, ids=lambda bench: bench.name)
def test_its_options_are_those_that_it_has(bench: Bench) -> None:
    main = import_module(f"bench.{bench.name}").main
    assert {*bench.quick, *bench.full} <= {option.name for option in main.params}
    assert "Figure]" in str(signature(main.callback).return_annotation)


def test_one_is_measured_in_a_process_of_its_own() -> None:
    outcome = run(Bench("filter", quick={"runs": 20}), quick=True)
    assert outcome.fault == ""
    (figure,) = outcome.figures
    assert figure.name == "a report's whole way"
    assert figure.floor is not None


def test_what_goes_wrong_is_its_outcome() -> None:
    outcome = run(Bench("no_such_benchmark"), quick=True)
    assert outcome.fault == "ModuleNotFoundError: No module named 'bench.no_such_benchmark'"


def test_a_complaint_is_told_as_it_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def main() -> None:
        raise click.ClickException("the floor fell")

    monkeypatch.setattr("bench.filter.main", main)
    assert measure("filter", {}) == ([], "ClickException: the floor fell")


def outcomes(**figures: Figure | str) -> Callable[..., Outcome]:
    """As if each named benchmark had found a figure, or had failed with a reason."""

    def found(bench: Bench, *, quick: bool) -> Outcome:
        assert quick
        what = figures[bench.name]
        if isinstance(what, str):
            return Outcome(bench.name, 1.0, 0.1, fault=what)
        return Outcome(bench.name, 1.0, 0.1, [what])

    return found


def test_it_ends_with_one_where_a_goal_is_missed_or_one_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good, bad = Figure("p99", 50, "ms", goal=Goal(100)), Figure("p99", 150, "ms", goal=Goal(100))
    monkeypatch.setattr(command, "run", outcomes(sms=bad, ussd=good, hops="no disk"))
    saved = tmp_path / "bench.json"

    def ended(*names: str) -> int:
        return CliRunner().invoke(command.main, [*names, "--quick", "--save", str(saved)]).exit_code

    assert ended("ussd") == 0
    assert ended("ussd", "sms") == 1
    assert ended("ussd", "hops") == 1
    told = json.loads(saved.read_text())["outcomes"]
    assert [(one["bench"], one["fault"]) for one in told] == [("ussd", ""), ("hops", "no disk")]

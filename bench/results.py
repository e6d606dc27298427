"""What a benchmark found, as data: figures, each beside the floor of its run and its goal."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """What a figure, or its ratio to the floor, is to be at most or at least."""

    bound: float
    of_ratio: bool = False
    is_least: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.is_least else '≤'} {'×' if self.of_ratio else ''}{said(self.bound)}"

    def is_met(self, value: float) -> bool:
        """Whether what was found is good enough."""
        return value >= self.bound if self.is_least else value <= self.bound


@dataclass(frozen=True)
class Figure:
    """One line of the table. `floor`: the same of the least work that the task could be."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    goal: Goal | None = None

    def __post_init__(self) -> None:
        if self.goal is not None and self.goal.of_ratio and not self.floor:
            raise ValueError(f"{self.name}: a ratio to no floor")

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        return self.value / self.floor if self.floor else None

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        found = self.ratio if self.goal.of_ratio else self.value
        return found is not None and self.goal.is_met(found)


@dataclass(frozen=True)
class Outcome:
    """What came of one benchmark; `load` is how many processes wanted a core when it began."""

    bench: str
    seconds: float
    load: float
    figures: Sequence[Figure] = ()
    fault: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it went through and missed no goal."""
        return not self.fault and all(one.is_met is not False for one in self.figures)


def said(value: float) -> str:
    """A figure with as many digits as say something."""
    for least, digits in ((100, 0), (10, 1), (1, 2)):
        if abs(value) >= least:
            return f"{value:,.{digits}f}"
    return f"{value:.3f}"


HEAD = f"{'':<9} {'':<52}{'figure':>10} {'':<12}{'floor':>10}{'ratio':>8}  {'goal':<10}"


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """All figures of all benchmarks; a goal is marked ✓ or ✗."""
    yield HEAD.rstrip()
    for outcome in outcomes:
        for figure in outcome.figures:
            yield _line(outcome.bench, figure)
        if outcome.fault:
            yield f"{outcome.bench:<9} FAILED: {outcome.fault}"


def _line(bench: str, figure: Figure) -> str:
    mark = {None: "", True: "✓", False: "✗"}[figure.is_met]
    floor = "" if figure.floor is None else said(figure.floor)
    goal = "" if figure.goal is None else str(figure.goal)
    ratio = "" if figure.ratio is None else said(figure.ratio)
    return (
        f"{bench:<9} {figure.name:<52}{said(figure.value):>10} {figure.unit:<12}{floor:>10}"
        f"{ratio:>8}  {goal:<10}{mark}"
    ).rstrip()


def as_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        asdict(outcome)
        | {
            "figures": [
                asdict(figure) | {"ratio": figure.ratio, "is_met": figure.is_met}
                for figure in outcome.figures
            ]
        }
        for outcome in outcomes
    ]

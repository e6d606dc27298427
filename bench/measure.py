"""Run a thing many times beside its floor, and tell what each took."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

from bench.results import Figure

Work = Callable[[int], object]


@dataclass(frozen=True)
class Timing:
    """Seconds per run: the middle one, and what 95 of 100 stay under."""

    median: float
    p95: float


@dataclass(frozen=True)
class Comparison:
    """A task and its floor, measured in turns so that both saw the same machine."""

    name: str
    floor_name: str
    task: Timing
    floor: Timing

    @property
    def figure(self) -> Figure:
        """The middle ones, in milliseconds."""
        return Figure(self.name, self.task.median * 1000, "ms", self.floor.median * 1000)

    def __str__(self) -> str:
        return (
            f"{self.name:<34} {_ms(self.task.median)} {_ms(self.task.p95)}   "
            f"floor {_ms(self.floor.median)}  x{self.task.median / self.floor.median:5.1f}   "
            f"({self.floor_name})"
        )


def compare(name: str, task: Work, *, floor_name: str, floor: Work, runs: int) -> Comparison:
    """Time `runs` of each, one after the other; the first tenth warms up and is not counted."""
    warm_up = max(1, runs // 10)
    seconds: dict[str, list[float]] = {"task": [], "floor": []}
    for run in range(warm_up + runs):
        for kind, work in (("floor", floor), ("task", task)):
            start = time.perf_counter()
            work(run)
            if run >= warm_up:
                seconds[kind].append(time.perf_counter() - start)
    return Comparison(name, floor_name, _timing(seconds["task"]), _timing(seconds["floor"]))


def _timing(seconds: list[float]) -> Timing:
    return Timing(median(seconds), quantiles(seconds, n=20)[-1])


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:9.3f} ms"

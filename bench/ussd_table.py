"""What came of two loads, side by side, and whether the calls saw what they were made for."""

from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import quantiles

from bench.results import Figure, Goal
from bench.ussd_load import Load, Talk

GOAL_SHARE, GOAL_SECONDS = 0.5, 0.100


def table(
    name: str, what: str, *, full: tuple[Load, Load], steady: tuple[Load, Load]
) -> Iterator[str]:
    """As many hops as went, and hops at a steady rate: ours, then the floor's, each time."""
    yield f"{name:<34}{'Bei':>12}{'floor':>12}{'':>9}  goal"
    share = full[0].rate / full[1].rate
    yield f"{_rates(f'as many as go: {what}/s', *full)}{share:>9.0%}  ≥ {GOAL_SHARE:.0%}"
    yield from (_times(f"  p{percent}", percent, *full) for percent in (50, 99))
    yield _rates(f"one by one as due: {what}/s", *steady)
    yield _times("  p50", 50, *steady)
    yield f"{_times('  p99', 99, *steady)}  < {GOAL_SECONDS * 1000:.0f} ms"
    ours, floor = full
    yield f"{'the load itself, of a core':<34}{_busy(ours):>12.0%}{_busy(floor):>12.0%}"


def figures(
    name: str, what: str, *, full: tuple[Load, Load], steady: tuple[Load, Load]
) -> Iterator[Figure]:
    """The same as data: what has a goal."""
    ours, floor = full
    share = Goal(GOAL_SHARE, of_ratio=True, is_least=True)
    yield Figure(f"{name}: as many as go", ours.rate, f"{what}/s", floor.rate, share)
    for when, loads in (("as many as go", full), ("as due", steady)):
        mine, bare = (_percentile(99, load) for load in loads)
        goal = Goal(GOAL_SECONDS * 1000) if loads is steady else None
        yield Figure(f"{name}, {when}: p99", mine, "ms", bare, goal)


def _rates(what: str, ours: Load, floor: Load) -> str:
    return f"{what:<34}{ours.rate:>12,.0f}{floor.rate:>12,.0f}"


def _times(what: str, percent: int, ours: Load, floor: Load) -> str:
    mine, bare = (_percentile(percent, load) for load in (ours, floor))
    return f"{what:<34}{mine:>9.1f} ms{bare:>9.1f} ms{f'x {mine / bare:.1f}':>9}"


def _percentile(percent: int, load: Load) -> float:
    return quantiles(load.seconds, n=100)[percent - 1] * 1000


def _busy(load: Load) -> float:
    return load.busy / load.lasted


def arrivals(talks: Iterable[Talk]) -> Iterator[str]:
    """How many calls of each kind ended on the screen they were made for."""
    made: Counter[str] = Counter()
    arrived: Counter[str] = Counter()
    for talk in talks:
        name = talk.call.name
        made[name] += 1
        arrived[name] += talk.call.arrived(talk.screens)
    for name, number in made.most_common():
        share = arrived[name] / number
        yield f"  {name:<32}{arrived[name]:>12,} of {number:,} calls arrived: {share:.1%}"


def faults(loads: Iterable[Load]) -> Iterator[str]:
    """Whatever was no answer, the commonest first."""
    found = sum((load.faults for load in loads), Counter[str]())
    for fault, times in found.most_common(10):
        yield f"  {times:,} x {fault}"

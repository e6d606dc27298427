"""`python -m bench.quality`: how near the truth a price of simulated reports comes.

The truth is a published series; the reports are made of it in `bench/quality_simulation.py`. Every
figure stands beside that of the plain median on the very same cell-days.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
import numpy as np

from bench import results
from bench.quality_figures import (
    Accuracy,
    Mask,
    accuracy,
    is_covered,
    log_errors,
    reports_needed,
    share,
)
from bench.quality_filter import FilterEstimator
from bench.quality_rivals import PLAIN_MEDIAN, RIVALS, Estimator, Follower
from bench.quality_series import Floats, Series, load_series
from bench.quality_simulation import simulate
from bench.quality_world import CELLS, SCENARIOS, START, WARM_UP_DAYS, World

SEEDS = 3
_ROOT = Path(__file__).parent.parent
COUNTRIES = {
    "UG": _ROOT / "bench" / "data" / "wfp_uganda.csv.gz",
    "KE": _ROOT / "db" / "seed" / "data" / "KE" / "wfp_food_prices.csv.gz",
}


@dataclass(frozen=True)
class Goal:
    """What an estimator is to reach: errors as a share of the plain median's, the rest as it is."""

    median: float = math.inf
    p90: float = math.inf
    worst: float = math.inf  # a factor
    needed: float = math.inf  # reports after a shift: the median,
    needed_p90: float = math.inf  # and what nine of ten stay within


COVERAGE = (0.78, 0.92)  # of a 10-90 % range; wider than 80 % needs is no lie, but no help either
GOALS = {
    "full": Goal(0.7, 0.7, 1.35),
    "thin": Goal(0.5, 0.2),
    "flood": Goal(0.7, 0.7),
    "loud": Goal(0.7, 0.7),
    "pair": Goal(0.7, 0.7),
    "shift": Goal(needed=3, needed_p90=6),
}


@dataclass(frozen=True)
class Result:
    """How one estimator did in one scenario, over all seeds.

    `rival` is the plain median on the same cell-days; `published` the share of all cell-days
    after the warm-up with a price; `needed` the reports after a shift, one figure per cell.
    """

    estimator: str
    accuracy: Accuracy
    rival: Accuracy
    published: float
    coverage: float
    needed: Floats

    @property
    def median_ratio(self) -> float:
        """The median error as a share of the plain median's."""
        return self.accuracy.median / self.rival.median

    @property
    def p90_ratio(self) -> float:
        """The p90 error as a share of the plain median's."""
        return self.accuracy.p90 / self.rival.p90

    def needed_by(self, part: float) -> float:
        """Within how many reports that part of the cells saw the shift; NaN without a shift."""
        if not len(self.needed):
            return math.nan
        return float(np.quantile(self.needed, part, method="inverted_cdf"))


@dataclass(frozen=True)
class _Run:
    """What one estimator made of one world, beside what the plain median made of it."""

    errors: Floats
    rival_errors: Floats
    published: Floats
    covered: Floats
    needed: Floats


def judge(worlds: Sequence[World], estimators: Sequence[Estimator]) -> list[Result]:
    """Each estimator on the same worlds."""
    medians = [PLAIN_MEDIAN.estimate(world) for world in worlds]
    return [
        _result(
            one.name,
            [_run(world, one, rival) for world, rival in zip(worlds, medians, strict=True)],
        )
        for one in estimators
    ]


def _run(world: World, estimator: Estimator, rival: Floats) -> _Run:
    made = estimator.estimate(world)
    published = ~np.isnan(made[..., 0])
    scored = scored_days(world) & published & ~np.isnan(rival[..., 0])
    return _Run(
        errors=log_errors(made[..., 0], world.truth)[scored],
        rival_errors=log_errors(rival[..., 0], world.truth)[scored],
        published=published[scored_days(world)].astype(np.float64),
        covered=is_covered(made, world.truth)[scored],
        needed=needed_after_shift(world, estimator, made),
    )


def _result(name: str, runs: Sequence[_Run]) -> Result:
    return Result(
        name,
        accuracy(np.concatenate([run.errors for run in runs])),
        accuracy(np.concatenate([run.rival_errors for run in runs])),
        share(np.concatenate([run.published for run in runs])),
        share(np.concatenate([run.covered for run in runs])),
        np.concatenate([run.needed for run in runs]),
    )


def scored_days(world: World) -> Mask:
    """True for the cell-days after the warm-up."""
    scored = np.zeros(world.truth.shape, dtype=np.bool_)
    scored[:, WARM_UP_DAYS:] = True
    return scored


def needed_after_shift(world: World, estimator: Estimator, made: Floats) -> Floats:
    """The reports each cell needed after its shift, bad ones counted in; empty without a shift.

    An estimator that cannot be asked after a report is taken at the end of the report's day.
    """
    if not world.scenario.shifts:
        return np.empty(0)
    days = [world.day_of(report) for report in world.reports]
    if isinstance(estimator, Follower):
        after = estimator.follow(world)
    else:
        after = np.array(
            [made[report.cell, day, 0] for report, day in zip(world.reports, days, strict=True)]
        )
    since: list[list[int]] = [[] for _ in world.cells]
    for index, (report, day) in enumerate(zip(world.reports, days, strict=True)):
        if day >= world.shift_days[report.cell]:
            since[report.cell].append(index)
    return np.array(
        [
            reports_needed(after[indexes], world.truth[cell, [days[index] for index in indexes]])
            for cell, indexes in enumerate(since)
        ]
    )


def estimators() -> list[Estimator]:
    """The plain rules, and the filter."""
    return [*RIVALS, FilterEstimator()]


# --- the table ---------------------------------------------------------------------------------

HEAD = (
    f"{'':<16}{'cell-days':>9}{'published':>10}{'median':>9}{'p90':>9}{'worst':>10}{'cover':>8}"
    f"{'×median':>11}{'×p90':>9}{'reports':>11}{'p90':>6}"
)


def table(scenario: str, results: Sequence[Result]) -> Iterator[str]:
    """A scenario's lines: one per estimator, and the goals with what they are held against."""
    yield scenario
    rivals = {one.name for one in RIVALS}
    goal = GOALS.get(scenario, Goal())
    for result in results:
        yield _line(result, None if result.estimator in rivals else goal)
    goals = (
        f"{'  goal':<16}{'':>9}{'':>10}{'':>9}{'':>9}{_at_most(goal.worst, 10, '×')}"
        f"{f'{COVERAGE[0] * 100:.0f}-{COVERAGE[1]:.0%}':>9}{_at_most(goal.median, 10)}"
        f"{_at_most(goal.p90, 9)}{_at_most(goal.needed, 11)}{_at_most(goal.needed_p90, 6)}"
    )
    yield goals.rstrip()


def _line(result: Result, goal: Goal | None) -> str:
    made, bounds = result.accuracy, goal or Goal()
    is_covering = COVERAGE[0] <= result.coverage <= COVERAGE[1]
    needed, needed_p90 = result.needed_by(0.5), result.needed_by(0.9)
    return "".join(
        (
            f"  {result.estimator:<14}{made.count:>9,}{result.published:>10.1%}",
            f"{made.median:>9.3f}{made.p90:>9.3f}",
            _marked(f"×{made.worst:.2f}", 10, _met(made.worst, bounds.worst)),
            _marked(_percent(result.coverage), 8, is_covering if goal else None),
            _marked(f"{result.median_ratio:.2f}", 10, _met(result.median_ratio, bounds.median)),
            _marked(f"{result.p90_ratio:.2f}", 8, _met(result.p90_ratio, bounds.p90)),
            _marked(_count(needed), 10, _met(needed, bounds.needed)),
            _marked(_count(needed_p90), 5, _met(needed_p90, bounds.needed_p90)),
        )
    ).rstrip()


def _met(value: float, bound: float) -> bool | None:
    return None if math.isinf(bound) else value <= bound


def _marked(value: str, width: int, is_met: bool | None) -> str:
    mark = " " if is_met is None else "✓" if is_met else "✗"
    return f"{value:>{width}}{mark}"


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0%}"


def _count(value: float) -> str:
    if math.isnan(value):
        return "–"
    return "never" if math.isinf(value) else f"{value:.0f}"


def _at_most(bound: float, width: int, sign: str = "") -> str:
    return f"{'' if math.isinf(bound) else f'≤{sign}{bound:g}':>{width}} "


@click.command()
@click.option("--seeds", default=SEEDS, show_default=True, help="Worlds per scenario.")
@click.option("--cells", default=CELLS, show_default=True, help="Cells per world.")
@click.option("--country", default="UG", show_default=True, help="UG, KE, or a file of WFP's.")
@click.option("--scenario", "only", type=click.Choice(list(SCENARIOS)), help="Only this one.")
@click.option("--start", default=START.isoformat(), show_default=True, help="A day, or random.")
def main(
    seeds: int, cells: int, country: str, only: str | None, start: str
) -> list[results.Figure]:
    """Simulate, estimate, and print how far off each estimator was."""
    series = load_series(COUNTRIES.get(country, Path(country)))
    first = None if start == "random" else date.fromisoformat(start)
    click.echo(
        f"{len(series)} series of {country}, {cells} cells, {seeds} seeds, from {start}; "
        f"absolute error of log price; × of the plain median's on the same cell-days"
    )
    click.echo(HEAD)
    found: list[results.Figure] = []
    for name in [only] if only else SCENARIOS:
        judged = judge(worlds(series, name, seeds, cells, first), estimators())
        for line in table(name, judged):
            click.echo(line)
        found += figures(name, judged[-1])
    return found


def figures(scenario: str, result: Result) -> Iterator[results.Figure]:
    """What our estimator is held to in a scenario; the floor is the plain median's."""
    goal, made, rival = GOALS.get(scenario, Goal()), result.accuracy, result.rival
    for what, error, bare, share_of in (
        ("median", made.median, rival.median, goal.median),
        ("p90", made.p90, rival.p90, goal.p90),
    ):
        if not math.isinf(share_of):
            at_most = results.Goal(share_of, of_ratio=True)
            yield results.Figure(f"price error, {scenario}: {what}", error, "of log", bare, at_most)
    for what, part, most in (("median", 0.5, goal.needed), ("p90", 0.9, goal.needed_p90)):
        if not math.isinf(most):
            name = f"reports until a shift is seen: {what}"
            needed = result.needed_by(part)
            yield results.Figure(name, needed, "reports", goal=results.Goal(most))


def worlds(
    series: Sequence[Series], scenario: str, seeds: int, cells: int, start: date | None
) -> list[World]:
    """So many worlds of a scenario, seed by seed from 1."""
    return [
        simulate(series, scenario, seed, cells=cells, start=start) for seed in range(1, seeds + 1)
    ]


if __name__ == "__main__":
    main()

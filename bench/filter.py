"""`python -m bench.filter`: what a report costs in the filter, from checkpoint to checkpoint.

The whole way of one report: read the belief of its cell, let a day pass, hear it, ask for the
median and the range, keep the belief. The floor is what no such filter can do without: one
transform of the lattice there and back, and one exponential on each of its points.
"""

from math import log
from random import Random

import click
import numpy as np

from bench.measure import compare
from bench.results import Figure
from prices.filter import DRIFTS, NOISE, POINTS, Vote, hear, pack, pass_days, unknown, unpack

RUNS = 5_000
SEED = 47
# By which factors a price is off that was told in another unit: of milk, say.
RATIOS = tuple(way * log(size) for size in (2, 3, 5, 10, 20) for way in (-1, 1))
PRICE = log(45)


@click.command()
@click.option("--runs", default=RUNS, show_default=True, help="How often each step is timed.")
def main(runs: int) -> list[Figure]:
    """Measure the whole way of a report, and each step of it."""
    random = Random(SEED)
    votes = [Vote(PRICE + random.gauss(0, NOISE)) for _ in range(runs * 2)]
    belief = unknown(PRICE)
    for vote in votes[:50]:
        belief, _ = hear(pass_days(belief, 1), [vote], RATIOS)
    checkpoint = pack(belief)
    lattice = np.zeros((len(DRIFTS), POINTS))
    points = np.linspace(-5, 5, POINTS)

    def whole(run: int) -> None:
        after, _ = hear(pass_days(unpack(checkpoint), 1), [votes[run]], RATIOS)
        after.quantiles(0.5, 0.1, 0.9)
        pack(after)

    def floor(_: int) -> None:
        np.fft.irfft(np.fft.rfft(lattice), POINTS)
        np.exp(points)

    print(f"{'median of ' + str(runs):<34} {'median':>12} {'p95':>12}")
    found = []
    for name, task in (
        ("a report's whole way", whole),
        ("read a checkpoint", lambda _: unpack(checkpoint)),
        ("let a day pass", lambda _: pass_days(belief, 1)),
        ("let thirty days pass", lambda _: pass_days(belief, 30)),
        ("hear a report", lambda run: hear(belief, [votes[run]], RATIOS)),
        ("the median and the range", lambda _: belief.quantiles(0.5, 0.1, 0.9)),
        ("keep a checkpoint", lambda _: pack(belief)),
    ):
        found.append(
            compare(name, task, floor_name="there and back, and exp", floor=floor, runs=runs)
        )
        print(found[-1])
    print(f"{len(checkpoint):,} bytes a checkpoint")
    return [found[0].figure]


if __name__ == "__main__":
    main()

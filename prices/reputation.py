"""What a person's last reports say of the next one (pure)."""

from collections.abc import Sequence
from math import sqrt

from prices.filter import NOISE, NOISE_SQUARED, SLIP_SHARE, Reporter, Score

LAST = 20
# As many reports of anybody stand beside somebody's own, by which bias, noise and slips are shrunk
# to the common ones (price-quality protocol, step 7). Biases are small beside noise: 3 % to 10 %.
COMMON_BIAS, COMMON_NOISE, COMMON_SLIPS = 20, 15, 8
# A report weighs between half and twice the common one: so noise stays within √2 of it.
MOST = sqrt(2)
# Nobody is expected to slip less than people do: else two slips of careful ones pass for a jump.
FEWEST_SLIPS, MOST_SLIPS = SLIP_SHARE, 0.9


def reporter_of(scores: Sequence[Score]) -> Reporter:
    """Bias, noise and share of slips, by the errors of the last 20 reports, the newest last.

    Each error is that of a report against what was believed before it. It says the less of bias
    and noise the likelier the report was a slip, and the less certain that belief was.
    """
    last = scores[-LAST:]
    honest = [1 - one.slip_probability for one in last]
    certain = [1 / (1 + (one.deviation / NOISE) ** 2) for one in last]
    weights = [share * sure for share, sure in zip(honest, certain, strict=True)]
    errors = [one.error for one in last]
    bias = _weighted(errors, weights, beside=COMMON_BIAS, common=0.0)
    # A square error varies as the square of what it is expected to be.
    weights = [share * sure**2 for share, sure in zip(honest, certain, strict=True)]
    squares = [(one.error - bias) ** 2 - one.deviation**2 for one in last]
    variance = _weighted(squares, weights, beside=COMMON_NOISE, common=NOISE_SQUARED)
    slips = _weighted(
        [one.slip_probability for one in last], [1.0] * len(last), COMMON_SLIPS, SLIP_SHARE
    )
    noise = NOISE * sqrt(max(variance, 0) / NOISE_SQUARED)
    return Reporter(
        bias=bias,
        noise=min(max(noise, NOISE / MOST), NOISE * MOST),
        slip_share=min(max(slips, FEWEST_SLIPS), MOST_SLIPS),
    )


def _weighted(
    values: Sequence[float], weights: Sequence[float], beside: float, common: float
) -> float:
    """The weighted mean, with so many common values beside it."""
    told = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return (told + beside * common) / (sum(weights) + beside)

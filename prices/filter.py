"""What a thing costs, as a belief: a Bayesian filter on the logarithm of the price (pure).

Of a cell – one commodity at one place – nobody knows the price; what we have is a *belief*: how
probable each price is. Two things change it.

**Days pass** (`pass_days`). A price mostly stands still, sometimes drifts up or down for weeks, and
rarely jumps. So the belief is kept for several *drifts* side by side, and each day a few of a
hundred prices change to another drift.

**A report comes** (`hear`). It is honest – then it is the price, times the reporter's own bias and
some noise – or it slipped: a digit too many, another unit, a half for a whole, or anything at all.
Each price is weighed by how well it explains what was said, either way; no report is thrown away
by a threshold, and one that nobody could mean moves nothing.

From the same belief come the price that is published (its median), the range (10–90 %), how
probable it is that a report slipped (`Score`), and the honesty of an old price: as days pass, the
range widens by itself.

Prices are logarithms on a lattice of steps of 2.5 %, `origin` steps at its middle. The lattice is
a ring of 384 points, so that a day is one product in Fourier space (the convolution theorem) and a
price may drift by parts of a step; the ring is so wide – a factor of 120 either way of its middle –
that its ends never meet in earnest.

The kind of filter is the point-mass filter of Bucy and Senne ("Digital synthesis of non-linear
filters", 1971), with the switching drifts of interacting models (Blom and Bar-Shalom, 1988). The
figures were chosen on the backtest of `bench/quality.py`: docs/decisions/0013.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import log, pi, sqrt
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from prices.kinds import Pace

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

# Whoever changes a figure below raises it: beliefs of another version are worked out again.
VERSION = 1

STEP = 0.025
POINTS = 384
MIDDLE = POINTS // 2
_OFFSETS: Floats = np.arange(-MIDDLE, MIDDLE, dtype=np.float64) * STEP
_EDGES = _OFFSETS + STEP / 2
_FREQUENCIES = 2 * np.pi * np.fft.rfftfreq(POINTS)

# Drifts a day, up and down, each 1.9 times the one before and as common as it. Monthly prices of
# WFP's Ugandan series change by 5 % in the middle, by 29 % at the ninetieth percentile, and a
# quarter of them not at all.
_RATES = 0.001 * np.power(1.9, np.arange(6))
DRIFTS: Floats = np.concatenate([[0], _RATES, -_RATES])
STANDING = 0.36  # the share of prices that do not drift
DRIFT_SHARES: Floats = np.array([STANDING] + 12 * [(1 - STANDING) / 12])
CHANGING = 1 / 30  # the share of drifts that change on a day
_CHANGED_TO = DRIFT_SHARES.astype(np.complex128)[:, None]  # complex: faster beside a spectrum
# What a day brings besides, as a standard deviation: a little, and a part of the drift's own rate.
WANDERING, UNSTEADINESS = 0.004, 0.8
STRIDES = 4  # of a day: the fastest drift is hardly more than half a step of the lattice in each
# The share of days with a jump, after which the drift is another, and how far it goes. Rarer jumps
# let two slips that agree pass for one less often, and find a true one later.
JUMPING, JUMP = 0.013, 0.25
FAR_SHARE = 0.0005  # of the jumps go anywhere: a new currency, or a cell that was wrong all along
# How fast things drift and wander; a closed road makes all of them jump.
PACES = {Pace.PERISHABLE: 1.5, Pace.STAPLE: 1.0, Pace.SLOW: 0.7}

# An honest report's noise, as the standard deviation of its logarithm. A quarter of them are told
# carelessly: theirs is 1.6 times as much.
NOISE = 0.095
CARELESS, CARELESS_NOISE = 0.25, 1.6
NOISE_SQUARED = NOISE**2 * (1 - CARELESS + CARELESS * CARELESS_NOISE**2)  # of both
SLIP_SHARE = 0.17  # of all reports
SLIP_NOISE = 0.1  # of a slip, about what it would be without noise
# How slips come about: tenfold either way; another unit; twice or half; anything; and the absurd –
# a phone number, a finger that slipped twice. Without that one of them would pass for a jump.
TENFOLD, UNIT, TWICE, ANYTHING, ABSURD = 0.25, 0.13, 0.55, 0.05, 0.02
TENFOLD_RATIOS = (log(10), -log(10))
# As many too low as too high: otherwise one report alone would not be its own median.
TWICE_RATIOS = (log(0.5), log(0.5), log(1.8), log(2.5))
ANYTHING_WIDTH, ABSURD_WIDTH = 0.5, 3.0  # of Laplace's distribution: the mean distance
# Who was asked back and stands by it has slipped a third as often.
CONFIRMED = 1 / 3

CORE = 1e-3  # of the greatest mass: where a checkpoint keeps each drift
RECENTRE = 50  # steps off the middle


class Reporter(NamedTuple):
    """What is known of whoever reports: see `prices.reputation`."""

    bias: float = 0.0  # of the logarithm of their price
    noise: float = NOISE
    slip_share: float = SLIP_SHARE


class Vote(NamedTuple):
    """One person's report of one day: its logarithm, and how much it weighs (1: wholly)."""

    price: float
    reporter: Reporter = Reporter()
    weight: float = 1.0


class Score(NamedTuple):
    """A report seen from what was believed before it.

    `error` is its distance from the median (of logarithms), `deviation` how uncertain that median
    was, `slip_probability` how probably the report is no honest one.
    """

    error: float
    deviation: float
    slip_probability: float


@dataclass(frozen=True, eq=False)
class Belief:
    """How probable each price is: `mass` by drift and lattice point, in all 1."""

    origin: int  # the logarithm of the middle point's price, in steps
    mass: Floats = field(repr=False)

    @property
    def prices(self) -> Floats:
        """The logarithm of the price at each point."""
        return _OFFSETS + self.origin * STEP

    @cached_property
    def over_prices(self) -> Floats:
        """The mass at each point, whatever the drift."""
        return np.asarray(self.mass.sum(axis=0), dtype=np.float64)

    def quantiles(self, *shares: float) -> tuple[float, ...]:
        """The logarithms of price below which these shares of the mass lie."""
        found = np.interp(shares, self.over_prices.cumsum(), _EDGES)
        return tuple(float(one) + self.origin * STEP for one in found)


def unknown(near: float) -> Belief:
    """Nothing is known: every price within reach of a logarithm is as probable as any other."""
    return Belief(round(near / STEP), np.outer(DRIFT_SHARES, np.full(POINTS, 1 / POINTS)))


def around(price: float, deviation: float, *, doubt: float = 0.05) -> Belief:
    """Something like it costs about so much: a normal distribution, and `doubt` for any price."""
    origin = round(price / STEP)
    bell = _normal(_OFFSETS + origin * STEP - price, deviation)
    shares = (1 - doubt) * bell / bell.sum() + doubt / POINTS
    return Belief(origin, np.outer(DRIFT_SHARES, shares))


def between(low: float, high: float, *, doubt: float = 0.05) -> Belief:
    """It costs something between two prices, all of them as probable, and hardly anything else."""
    middle, reach = (low + high) / 2, max((high - low) / 2, STEP / 2)
    origin = round(middle / STEP)
    inside = (np.abs(_OFFSETS + origin * STEP - middle) <= reach).astype(np.float64)
    shares = (1 - doubt) * inside / inside.sum() + doubt / POINTS
    return Belief(origin, np.outer(DRIFT_SHARES, shares))


def pass_days(belief: Belief, days: int, pace: Pace = Pace.STAPLE) -> Belief:
    """The belief so many days later, when nobody reported: it drifts, wanders and widens."""
    if days <= 0:
        return belief
    staying, changing = _a_day(pace)
    spectrum = np.fft.rfft(belief.mass)
    for _ in range(days):
        changed = (changing * spectrum).sum(axis=0)
        spectrum = staying * spectrum
        spectrum += _CHANGED_TO * changed
    # Strides may leave a trifle below zero beside a sharp edge: that is nothing.
    mass = np.maximum(np.fft.irfft(spectrum, POINTS), 0)
    return Belief(belief.origin, mass / mass.sum())


def hear(
    belief: Belief, votes: Sequence[Vote], ratios: tuple[float, ...] = ()
) -> tuple[Belief, list[Score]]:
    """The belief after the votes of a day, in the order they came, and what each looked like.

    `ratios` are the logarithms by which a price is off that was told in another unit: of a
    half-litre told as a litre's, log ½. A vote is seen from what was believed before it.
    """
    if not votes:
        return belief, []
    known = _heard.get(belief)
    if known is None or not known.begins(votes, ratios):
        known = _Heard((), ratios, np.ones(POINTS), ())
    heard = _heard[belief] = _hear_on(belief, known, votes)
    return _centred(Belief(belief.origin, belief.mass * heard.evidence)), list(heard.scores)


@dataclass(frozen=True, eq=False)
class _Heard:
    """What the first votes of a day say of each price, and what each of them looked like."""

    votes: tuple[Vote, ...]
    ratios: tuple[float, ...]
    evidence: Floats
    scores: tuple[Score, ...]

    def begins(self, votes: Sequence[Vote], ratios: tuple[float, ...]) -> bool:
        """Whether these votes begin with its own, heard in the same way."""
        return self.ratios == ratios and self.votes == tuple(votes[: len(self.votes)])


# What was last heard on top of a belief: where one more vote comes, only that is to be weighed.
_heard: WeakKeyDictionary[Belief, _Heard] = WeakKeyDictionary()


def _hear_on(belief: Belief, known: _Heard, votes: Sequence[Vote]) -> _Heard:
    """The votes of which the first are known."""
    if len(votes) == len(known.votes):
        return known
    over_prices, evidence = belief.over_prices, known.evidence.copy()
    before, scores = over_prices * evidence, list(known.scores)
    for vote in votes[len(known.votes) :]:
        honest, slipped = _explained(belief.origin, vote, known.ratios)
        scores.append(_score(belief.origin, before, vote, honest, slipped))
        told = honest + slipped
        evidence *= told if vote.weight == 1 else np.exp(vote.weight * np.log(told))
        evidence /= over_prices @ evidence  # so that the mass stays 1
        before = over_prices * evidence
    return _Heard(tuple(votes), known.ratios, evidence, tuple(scores))


@lru_cache(maxsize=256)  # of 40 kB
def later(kept: bytes, days: int, pace: Pace, cell_id: int) -> Belief:
    """The belief of a checkpoint so many days later, one of each cell's own.

    Every report of that day begins with it: so it is held, and with it what was heard since.
    """
    belief = pass_days(unpack(kept), days, pace)
    belief.mass.flags.writeable = False
    return belief


def kept(belief: Belief) -> Belief:
    """The belief as a checkpoint keeps it; whoever goes on without one goes on from this."""
    return unpack(pack(belief))


def pack(belief: Belief) -> bytes:
    """A checkpoint of some 2 kB.

    In full it keeps the drifts only near the median. Farther off, where jumps lead, drifts are as
    common as ever: there the sum over all of them will do.
    """
    over = belief.over_prices
    most = over.max()
    core = np.flatnonzero(over > most * CORE)
    first, last = int(core[0]), int(core[-1]) + 1
    head = np.array([belief.origin, first, last], dtype="<i4")
    return b"".join(
        (head.tobytes(), _roots(over / most), _roots(belief.mass[:, first:last] / most))
    )


def unpack(kept: bytes) -> Belief:
    """The belief of a checkpoint."""
    origin, first, last = map(int, np.frombuffer(kept, dtype="<i4", count=3))
    roots = np.frombuffer(kept, dtype="<u2", offset=12).astype(np.float64)
    shares = roots * roots
    over, core = shares[:POINTS], shares[POINTS:]
    over[first:last] = 0
    whole = over.sum() + core.sum()
    mass = DRIFT_SHARES[:, None] * (over / whole)
    mass[:, first:last] = core.reshape(len(DRIFTS), -1) / whole
    return Belief(origin, mass)


def _roots(mass: Floats) -> bytes:
    # Square roots in 16 bits: what is a millionth of the greatest is still within two per cent. No
    # root is nothing, so that nothing ever becomes impossible.
    return bytes(np.maximum(np.rint(np.sqrt(mass) * 65535), 1).astype("<u2"))


def _explained(origin: int, vote: Vote, ratios: tuple[float, ...]) -> tuple[Floats, Floats]:
    """How well each price explains a vote: as an honest one, and as a slip."""
    who = vote.reporter
    off = (vote.price - origin * STEP) - _OFFSETS
    square = ((off - who.bias) / who.noise) ** 2
    honest = (1 - CARELESS) * np.exp(-0.5 * square)
    honest += CARELESS / CARELESS_NOISE * np.exp(square * (-0.5 / CARELESS_NOISE**2))
    honest *= (1 - who.slip_share) / (who.noise * sqrt(2 * pi))
    at, density = _slip_table(ratios)
    return honest, np.interp(off, at, density) * who.slip_share


def _score(origin: int, before: Floats, vote: Vote, honest: Floats, slipped: Floats) -> Score:
    """What a vote looks like from what was believed at each point before it."""
    low, middle, high = np.interp((0.16, 0.5, 0.84), before.cumsum(), _EDGES)
    as_honest, as_slip = float(before @ honest), float(before @ slipped)
    return Score(
        error=float(vote.price - origin * STEP - middle),
        deviation=float(high - low) / 2,
        slip_probability=as_slip / (as_honest + as_slip),
    )


@lru_cache(maxsize=256)
def _slip_table(ratios: tuple[float, ...]) -> tuple[Floats, Floats]:
    """The density of how far off a slip is, by its logarithm; units share what is theirs."""
    at = np.arange(-6, 6, STEP / 4)
    density = TENFOLD / 2 * sum(_normal(at - one, SLIP_NOISE) for one in TENFOLD_RATIOS)
    density += (
        TWICE / len(TWICE_RATIOS) * sum(_normal(at - one, SLIP_NOISE) for one in TWICE_RATIOS)
    )
    if ratios:
        density += UNIT / len(ratios) * sum(_normal(at - one, SLIP_NOISE) for one in ratios)
    density += (ANYTHING if ratios else ANYTHING + UNIT) * _laplace(at, ANYTHING_WIDTH)
    return at, density + ABSURD * _laplace(at, ABSURD_WIDTH)


@lru_cache(maxsize=len(PACES))
def _a_day(pace: Pace) -> tuple[Complexes, Complexes]:
    """What a day does in Fourier space to the mass of each drift: what keeps it, what leaves it."""
    faster = PACES[pace]
    drifting = _drifting(faster)
    jump = (1 - FAR_SHARE) * np.exp(-0.5 * (_FREQUENCIES * JUMP / STEP) ** 2)
    jump[0] = 1
    return (
        (1 - JUMPING) * (1 - CHANGING) * drifting,
        (1 - JUMPING) * CHANGING * drifting + JUMPING * jump,
    )


def _drifting(faster: float) -> Complexes:
    """Each drift's day, without jumps.

    It goes in strides, each a step up, down or none, with the shares that have the mean and the
    spread of the drift. A plain shift by parts of a step would do too, but for its faint echoes all
    over the ring: as faint as they are, a tenfold slip is fainter.
    """
    mean = DRIFTS * faster / STEP / STRIDES
    spread = ((WANDERING + UNSTEADINESS * np.abs(DRIFTS)) * faster / STEP) ** 2 / STRIDES
    up, down = (spread + mean**2 + mean) / 2, (spread + mean**2 - mean) / 2
    step = np.exp(-1j * _FREQUENCIES)
    stride = (1 - up - down)[:, None] + np.outer(up, step) + np.outer(down, step.conj())
    return np.asarray(stride**STRIDES)


def _normal(off: Floats, deviation: float | Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * (off / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi)))


def _laplace(off: Floats, width: float) -> Floats:
    return np.asarray(np.exp(-np.abs(off) / width) / (2 * width))


def _centred(belief: Belief) -> Belief:
    """The same belief with its median near the middle of the ring."""
    off = int(belief.over_prices.cumsum().searchsorted(0.5)) - MIDDLE
    if abs(off) <= RECENTRE:
        return belief
    return Belief(belief.origin + off, np.roll(belief.mass, -off, axis=1))

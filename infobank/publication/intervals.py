"""How far the noise can have moved a figure.

All intervals cover the true figure over the contributing residents in at least 95 of 100
releases.  They speak of the noise alone: not of who chose to take part, nor of clipping.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, exp, floor, log
from typing import NamedTuple

ALPHA = Fraction(1, 20)
"""The share of releases in which an interval may miss."""

NEGLIGIBLE = 1e-9
"""Probability given away, always to the safe side, for finite sums and rounding."""


class Interval(NamedTuple):
    """Two bounds, both included."""

    low: int
    high: int


@dataclass(frozen=True)
class GeometricNoise:
    """The two-sided geometric law: P(z) = (1 - p) / (1 + p) * p**|z|, p = exp(-epsilon / sens)."""

    sensitivity: int
    epsilon: Fraction

    @cached_property
    def _exact_ratio(self) -> Decimal:
        with localcontext(prec=60):
            scale = self.epsilon / self.sensitivity
            return (-Decimal(scale.numerator) / Decimal(scale.denominator)).exp()

    @cached_property
    def ratio(self) -> float:
        """How much rarer each further step is: p."""
        return float(self._exact_ratio)

    def at_least(self, z: int) -> float:
        """Return P(noise >= z)."""
        p = self.ratio
        if z >= 1:
            return float(p**z) / (1 + p)
        return 1 - float(p ** (1 - z)) / (1 + p)

    def equal(self, z: int) -> float:
        """Return P(noise = z)."""
        p = self.ratio
        return (1 - p) / (1 + p) * float(p ** abs(z))

    def reach(self, alpha: Fraction = ALPHA) -> int:
        """Return the smallest t with P(|noise| > t) <= alpha, exactly."""
        return _reach(self, alpha)

    def exactly_beyond(self, t: int) -> Decimal:
        """Return P(|noise| > t) to about 50 digits; t is not below 0."""
        with localcontext(prec=60):
            p = self._exact_ratio
            return 2 * p ** (t + 1) / (1 + p)


@lru_cache(maxsize=64)
def _reach(noise: GeometricNoise, alpha: Fraction) -> int:
    with localcontext(prec=60):
        bound = Decimal(alpha.numerator) / Decimal(alpha.denominator)
    high = 1
    while noise.exactly_beyond(high) > bound:
        high *= 2
    return _smallest(lambda t: noise.exactly_beyond(t) <= bound, high)


def around(raw: int, noise: GeometricNoise) -> Interval:
    """Return the interval of a count: exact quantiles of the noise, cut at zero."""
    reach = noise.reach()
    return Interval(max(0, raw - reach), max(0, raw + reach))


def total_reach(noise: GeometricNoise, draws: int) -> int:
    """Return a t with P(|sum of independent draws| > t) <= 5 %, by Chernoff's bound.

    The bound is 2 * exp(-s t) * M(s)**draws for every s below epsilon / sensitivity, with M
    the moment generating function; it is wider than the exact quantile by about a third.
    """
    p, rate = noise.ratio, float(noise.epsilon) / noise.sensitivity
    best = float("inf")
    for step in range(1, 100):
        s = rate * step / 100
        moment = (1 - p) ** 2 / ((1 - p * exp(s)) * (1 - p * exp(-s)))
        best = min(best, (log(2 / float(ALPHA)) + draws * log(moment)) / s)
    return ceil(best)


def ratio_reach(top: GeometricNoise, bottom: GeometricNoise, weight: int) -> int:
    """Return the smallest q with P(|top + weight * bottom| > q) <= 5 %.

    The sum over `bottom` is finite; what is left out counts as exceeding.
    """
    furthest = bottom.reach(Fraction(1, 10**9))
    shares = [bottom.equal(k) * (1 if k == 0 else 2) for k in range(furthest + 1)]

    def exceeds(q: int) -> float:
        return NEGLIGIBLE + sum(
            share * (top.at_least(q + 1 - weight * k) + top.at_least(q + 1 + weight * k))
            for k, share in enumerate(shares)
        )

    # Each noise within half the error of its own bounds the weighted sum, too generously.
    within = top.reach(ALPHA / 4) + weight * bottom.reach(ALPHA / 4)
    return _smallest(lambda q: exceeds(q) <= float(ALPHA), within)


def _smallest(holds: Callable[[int], bool], high: int) -> int:
    low = 0
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


@dataclass(frozen=True)
class RatioNoise:
    """The noise of a mean's two parts: the centred sum above, the count below."""

    sum: GeometricNoise
    count: GeometricNoise


@lru_cache(maxsize=64)
def _bands(noise: RatioNoise, low: int, high: int) -> tuple[tuple[int, int], ...]:
    """Return (m, reach) for each band [m, m + 1]: the reach of its heavier end, plus 1."""
    weights = range(max(abs(low), abs(high)) + 1)
    reaches = [ratio_reach(noise.sum, noise.count, weight) for weight in weights]
    return tuple((band, reaches[max(abs(band), abs(band + 1))] + 1) for band in range(low, high))


def ratio_interval(
    sum_raw: int, count_raw: int, noise: RatioNoise, low: int, high: int
) -> tuple[Fraction, Fraction]:
    """Return bounds of a centred mean from its noisy sum and noisy count (Fieller's way).

    For the true mean m, `sum_raw - m * count_raw` is pure noise: that of the sum less m
    times that of the count.  So every m in [low, high] is tested against the 95 % reach of
    that very noise, and the interval is the smallest that holds all that pass.  A noisy
    count below 1 claims no mean: then all of [low, high] is returned.

    Reaches are known for whole weights.  For |m| <= j the noise with weight j, plus 1 for
    rounding the shift to a whole number, is wider: the sum's noise is symmetric and falls
    away from 0, so a larger whole shift exceeds any bound more often.

    When nothing passes (a draw of less than 5 in 100) all of [low, high] is returned.
    """
    if count_raw < 1:
        return Fraction(low), Fraction(high)
    passing = [
        (band, reach)
        for band, reach in _bands(noise, low, high)
        if sum_raw - (band + 1) * count_raw <= reach and sum_raw - band * count_raw >= -reach
    ]
    if not passing:
        return Fraction(low), Fraction(high)
    ends = [_solve(sum_raw, count_raw, reach, band) for band, reach in (passing[0], passing[-1])]
    return ends[0][0], ends[1][1]


def _solve(sum_raw: int, count_raw: int, reach: int, band: int) -> tuple[Fraction, Fraction]:
    """Return the least and the greatest such m of a band that passes."""
    least, greatest = Fraction(sum_raw - reach, count_raw), Fraction(sum_raw + reach, count_raw)
    return max(Fraction(band), least), min(Fraction(band + 1), greatest)


def outward(low: Fraction, high: Fraction) -> Interval:
    """Return whole bounds that hold the interval."""
    return Interval(floor(low), ceil(high))

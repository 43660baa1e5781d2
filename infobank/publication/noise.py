"""Noise on every number of a tally, once, at the declared scales.

The drawing itself comes in as an argument: `mechanism.draw` in the publisher, a recorder
in the audit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from infobank.publication.statistic import Statistic
from infobank.publication.tally import Tally

Draw = Callable[[Sequence[int], int, Fraction], list[int]]
"""`draw(values, sensitivity, epsilon)` returns the values with noise, in the same order."""

COUNT_SENSITIVITY = 1
"""A person-month is one person in one cell."""
BIN_SENSITIVITY = 1
"""A person-month falls in one bin."""


@dataclass(frozen=True)
class NoisyTally:
    """The three tables of a `Tally` after noise: safe to publish, unbiased, maybe negative."""

    counts: tuple[int, ...]
    sums: tuple[int, ...]
    bins: tuple[tuple[int, ...], ...]


def add_noise(statistic: Statistic, tally: Tally, draw: Draw) -> NoisyTally:
    """Return the tally with noise on every cell and bin, empty ones too.

    The spend of `statistic.epsilon.release` must be committed before this is called: a
    draw that is not published has been paid for all the same.
    """
    epsilon, measure = statistic.epsilon, statistic.measure
    counts = draw(tally.counts, COUNT_SENSITIVITY, epsilon.count)
    sums = draw(tally.sums, measure.sum_sensitivity, epsilon.sum)
    bins = draw(tally.bins, BIN_SENSITIVITY, epsilon.distribution)
    width = measure.bin_count
    rows = tuple(tuple(bins[at : at + width]) for at in range(0, len(bins), width))
    return NoisyTally(tuple(counts), tuple(sums), rows)


FLOATING_RESIDUE = Fraction(3, 10**15)
"""Per draw and unit of sensitivity / epsilon: what 53-bit uniforms add to a pure epsilon.

Exact enumeration of `diffprivlib` 0.6.6's `Geometric` gives 1.4e-15 to 2.9e-15; the test
beside this repeats it at the scales in use.  Rounding inside the platform's `log` is not in it.
"""


def delta_fp(statistic: Statistic) -> Fraction:
    """Return the delta that floating-point arithmetic adds to the release's epsilon.

    One person changes one count, one sum and one bin, so three residues add up.
    """
    epsilon = statistic.epsilon
    scales = (
        COUNT_SENSITIVITY / epsilon.count,
        statistic.measure.sum_sensitivity / epsilon.sum,
        BIN_SENSITIVITY / epsilon.distribution,
    )
    return FLOATING_RESIDUE * sum(scales, Fraction(0))

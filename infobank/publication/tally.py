"""Adding contributions up, in integers, the same on one process or on many.

A tally is still private: it leaves the publishing process only after noise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from infobank.publication.contribution import Contribution
from infobank.publication.errors import TallyOverflowError
from infobank.publication.statistic import Statistic

LARGEST = 2**63 - 1


@dataclass(eq=True)
class Tally:
    """Three tables over the public domain: people, centred sums, and bins of the distribution.

    `counts` and `sums` have one number a cell, in the order of `Statistic.cells`; `bins`
    has `bin_count` numbers a cell, cell after cell.  Sums are of (value - midpoint).

    # INVARIANT: the lengths come from the statistic alone, so an empty cell is a zero
    # and not a gap.
    """

    midpoint: int
    bin_count: int
    counts: list[int]
    sums: list[int]
    bins: list[int]

    @classmethod
    def empty(cls, statistic: Statistic) -> Self:
        """Return the tally of nobody: every cell of the public domain at zero."""
        cells, measure = len(statistic.cells), statistic.measure
        return cls(
            midpoint=measure.midpoint,
            bin_count=measure.bin_count,
            counts=[0] * cells,
            sums=[0] * cells,
            bins=[0] * (cells * measure.bin_count),
        )

    def add(self, contribution: Contribution) -> None:
        """Count one person-month: one cell, one bin."""
        cell, value, place = contribution
        self.counts[cell] += 1
        self.sums[cell] += value - self.midpoint
        self.bins[cell * self.bin_count + place] += 1

    def __repr__(self) -> str:
        # Figures before noise must not reach a log.
        return f"Tally(cells={len(self.counts)}, figures withheld)"


def merge(statistic: Statistic, tallies: Iterable[Tally]) -> Tally:
    """Return the sum of the tallies of several shards; the order does not matter.

    Raises:
        TallyOverflowError: a sum does not fit in 64 bits, which means a shard is wrong.
        ValueError: a shard was tallied over another domain.
    """
    whole = Tally.empty(statistic)
    for tally in tallies:
        if (tally.midpoint, tally.bin_count) != (whole.midpoint, whole.bin_count):
            raise ValueError("a shard was tallied for another statistic")
        whole.counts = _added(whole.counts, tally.counts)
        whole.sums = _added(whole.sums, tally.sums)
        whole.bins = _added(whole.bins, tally.bins)
    return whole


def _added(left: list[int], right: list[int]) -> list[int]:
    added = [a + b for a, b in zip(left, right, strict=True)]
    if any(abs(number) > LARGEST for number in added):
        raise TallyOverflowError("a tally does not fit in 64 bits")
    return added

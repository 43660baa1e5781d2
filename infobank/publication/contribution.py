"""What one resident adds to a statistic: at most one value, from that resident's records alone.

# INVARIANT: a contribution is a pure function of one person's own data.  Nobody's figures
# depend on who else is there, so adding a person changes one cell and one bin and no more.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from infobank.publication.statistic import Dimension, DimensionKind, Measure, Statistic
from infobank.vocabulary.category import Value
from infobank.vocabulary.period import Period


class Contribution(NamedTuple):
    """One person-month: the place of its cell, its value in whole units, the place of its bin."""

    cell: int
    value: int
    bin: int


def contribute(
    statistic: Statistic,
    period: Period,
    days: Iterable[tuple[date, Value]],
    profile: Mapping[str, Value],
) -> Contribution | None:
    """Return what one resident adds to the statistic over a period, or None.

    Args:
        statistic: What is counted.
        period: The month.
        days: The resident's own values of `statistic.field`, each with its day; days
            outside the period and absent values are passed over.
        profile: The resident's own profile fields by name.

    None means: outside the public domain (an age or code that no dimension lists), or
    fewer than `statistic.least_days` days.
    """
    cell = cell_of(statistic, period, profile)
    if cell is None:
        return None
    first, last = period.first, period.last
    # `type` and not `isinstance`: a boolean is no number here, and this is the inner loop.
    own = [value for day, value in days if type(value) is int and first <= day <= last]
    if len(own) < statistic.least_days:
        return None
    mean = bounded_mean(statistic.measure, sum(own), len(own))
    return Contribution(cell, mean, bin_of(statistic.measure, mean))


def bounded_mean(measure: Measure, total: int, count: int) -> int:
    """Return total / count in whole units, halves rounded up, clipped to the public bounds."""
    divisor = count * measure.unit
    return min(max((2 * total + divisor) // (2 * divisor), measure.low), measure.high)


def bin_of(measure: Measure, value: int) -> int:
    """Return the place of a clipped value's bin; the top bound falls in the last bin."""
    return min(bisect_right(measure.edges, value) - 1, measure.bin_count - 1)


def cell_of(statistic: Statistic, period: Period, profile: Mapping[str, Value]) -> int | None:
    """Return the place in `statistic.cells` of a resident, or None outside the public domain."""
    place = 0
    for dimension in statistic.dimensions:
        position = _position(dimension, period, profile.get(dimension.field))
        if position is None:
            return None
        place = place * len(dimension.values) + position
    return place


def _position(dimension: Dimension, period: Period, value: Value) -> int | None:
    if dimension.kind is DimensionKind.CODE:
        return dimension.places.get(value) if isinstance(value, str) else None
    if type(value) is not int:
        return None
    age = period.first.year - value
    for position, band in enumerate(dimension.values):
        if band.youngest <= age <= band.oldest:
            return position
    return None

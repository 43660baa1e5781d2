"""What the city wants to know, as data: domains, bounds and privacy loss, all public.

Nothing here may be learnt from deposited data: the bounds, the bins and the list of cells
come from public knowledge and are fixed before anyone contributes.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import product

from infobank.publication.budget import PrivacyBudget
from infobank.vocabulary.text.language import Text

CellKey = tuple[str, ...]
"""One value code per dimension, in the order of the dimensions."""

UNIT_OF_PRIVACY = Text(
    ja="1人の住民の1か月分(その人を加えるか除くか)",
    en="one resident over one month (neighbours differ by adding or removing that resident)",
)
"""The only unit the bank publishes under; every epsilon in this package is for it."""


class DimensionKind(StrEnum):
    """How a profile field becomes a dimension's value."""

    AGE = "age"
    """The field is a birth year; the value is the band of the age reached in the period's year."""
    CODE = "code"
    """The field holds the value's code itself."""


@dataclass(frozen=True)
class DimensionValue:
    """One value of a dimension; for ages the band's bounds, both included."""

    code: str
    label: Text
    youngest: int = 0
    oldest: int = 0


@dataclass(frozen=True)
class Dimension:
    """One way residents are told apart, with its whole public domain."""

    code: str
    label: Text
    category: str
    field: str
    kind: DimensionKind
    values: tuple[DimensionValue, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each value in the domain, by code."""
        return {value.code: place for place, value in enumerate(self.values)}


@dataclass(frozen=True)
class Measure:
    """The bounds of one person's value, in whole units of `unit` (such as 100 steps).

    `edges` are the distribution's bin edges in the same units, from `low` to `high`; a bin
    holds its lower edge, the last one its upper edge too.
    """

    low: int
    high: int
    unit: int
    edges: tuple[int, ...]
    quantity: Text

    @property
    def midpoint(self) -> int:
        """The value that sums are centred on, which halves what one person can change."""
        return (self.low + self.high) // 2

    @property
    def sum_sensitivity(self) -> int:
        """The most that one person changes the centred sum of one cell."""
        return max(self.high - self.midpoint, self.midpoint - self.low)

    @property
    def bin_count(self) -> int:
        """How many bins the distribution has."""
        return len(self.edges) - 1


@dataclass(frozen=True)
class EpsilonSplit:
    """How the privacy loss of one release is shared among its three tables."""

    count: Fraction
    sum: Fraction
    distribution: Fraction

    @property
    def release(self) -> Fraction:
        """The loss of the whole release, by basic composition of the three tables."""
        return self.count + self.sum + self.distribution


@dataclass(frozen=True)
class SuppressionRule:
    """When a mean is withheld for being too uncertain; judged on noisy figures only.

    `least_people` bounds the noisy count from below, `widest_interval` the width of the
    mean's interval (in the quantity's own unit, not in `Measure.unit`) from above.
    """

    least_people: int
    widest_interval: int


@dataclass(frozen=True)
class Statistic:
    """One statistic of the bank (`policies/statistics/*.toml`)."""

    code: str
    number: int
    title: Text
    description: Text
    purpose: str
    category: str
    field: str
    least_days: int
    licence: str
    measure: Measure
    dimensions: tuple[Dimension, ...]
    epsilon: EpsilonSplit
    epsilon_per_year: Fraction
    suppression: SuppressionRule

    @cached_property
    def cells(self) -> tuple[CellKey, ...]:
        """Every cell of the public domain, always in this order.

        # INVARIANT: the list depends on the statistic alone, never on who contributes.
        """
        return tuple(product(*([value.code for value in d.values] for d in self.dimensions)))

    @property
    def budget(self) -> PrivacyBudget:
        """The loss allowed in one release and in any 365 days."""
        return PrivacyBudget(per_release=self.epsilon.release, per_year=self.epsilon_per_year)

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """The fields, by category, that a resident's consent must cover to be counted."""
        needed: dict[str, tuple[str, ...]] = {self.category: (self.field,)}
        for dimension in self.dimensions:
            needed[dimension.category] = (*needed.get(dimension.category, ()), dimension.field)
        return needed

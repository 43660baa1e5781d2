"""A published table: what the noisy integers say, and how surely.

Everything here is computed from noisy figures and public rules alone, so it costs no
further privacy.  A release never changes; a correction is a new version, paid for again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from infobank.errors import InvalidInputError
from infobank.publication.intervals import (
    GeometricNoise,
    Interval,
    RatioNoise,
    around,
    outward,
    ratio_interval,
    total_reach,
)
from infobank.publication.noise import BIN_SENSITIVITY, COUNT_SENSITIVITY, NoisyTally
from infobank.publication.statistic import CellKey, Statistic
from infobank.vocabulary.period import Period


class Suppression(StrEnum):
    """Why a mean is withheld."""

    FEW_PEOPLE = "few_people"
    WIDE_INTERVAL = "wide_interval"


@dataclass(frozen=True)
class Figure:
    """One published figure.

    `raw` is the unbiased noisy figure, which may be impossible (negative people); `value`
    is the tidied one, None when withheld; `interval` covers the truth at least 95 times
    in 100.  A mean's `raw` is None when the noisy count is not above 0.
    """

    value: int | None
    raw: int | None
    interval: Interval


@dataclass(frozen=True)
class Bin:
    """The people of a cell whose value is at least `low` and below `high`.

    The last bin holds `high` too.
    """

    low: int
    high: int
    people: Figure


@dataclass(frozen=True)
class Cell:
    """All that is published about one group; `sum_raw` is the noisy centred sum in units."""

    key: CellKey
    people: Figure
    mean: Figure
    sum_raw: int
    suppressed: Suppression | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Edition:
    """Which release it is, and under which rules and consents it was made.

    `consent_epoch` is the log's size when consents were read; `policy_digest` the SHA-256
    of the policy files in hexadecimal; `spent_in_year` the loss of the last 365 days with
    this release included.
    """

    period: Period
    version: int
    published_at: datetime
    consent_epoch: int
    policy_digest: str
    spent_in_year: Fraction

    def __post_init__(self) -> None:
        first = self.period.first
        if self.period != Period.month(first.year, first.month):
            raise InvalidInputError("a release covers one calendar month", field="period")
        if self.version < 1:
            raise InvalidInputError("versions count from 1", field="version")

    @property
    def issued(self) -> str:
        """The instant of publication as RFC 3339 writes it, in UTC, to the second."""
        return f"{self.published_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def period_code(self) -> str:
        """The month as ISO 8601 writes it, such as `2026-09`."""
        return f"{self.period.first:%Y-%m}"


@dataclass(frozen=True)
class Release:
    """One month of one statistic, published.

    `people` is the noisy number of residents who contributed; nobody publishes the true one.

    # INVARIANT: `cells` has every cell of the public domain, in its order.
    """

    statistic: str
    edition: Edition
    epsilon: Fraction
    people: Figure
    cells: tuple[Cell, ...]

    @property
    def release_id(self) -> str:
        """The name that files, entities and the log give this release."""
        return f"{self.statistic}-{self.edition.period_code}-v{self.edition.version}"


def make_release(statistic: Statistic, noisy: NoisyTally, edition: Edition) -> Release:
    """Return the release that a noisy tally means."""
    noise = _Noises.of(statistic)
    rows = zip(noisy.counts, noisy.sums, noisy.bins, strict=True)
    total = sum(noisy.counts)
    reach = total_reach(noise.count, len(noisy.counts))
    return Release(
        statistic=statistic.code,
        edition=edition,
        epsilon=statistic.epsilon.release,
        people=Figure(max(0, total), total, Interval(max(0, total - reach), max(0, total + reach))),
        cells=tuple(
            _cell(statistic, noise, key, _Row(*row))
            for key, row in zip(statistic.cells, rows, strict=True)
        ),
    )


@dataclass(frozen=True)
class _Noises:
    """The noise on each of the three tables."""

    count: GeometricNoise
    sum: GeometricNoise
    bin: GeometricNoise

    @classmethod
    def of(cls, statistic: Statistic) -> "_Noises":
        epsilon = statistic.epsilon
        return cls(
            count=GeometricNoise(COUNT_SENSITIVITY, epsilon.count),
            sum=GeometricNoise(statistic.measure.sum_sensitivity, epsilon.sum),
            bin=GeometricNoise(BIN_SENSITIVITY, epsilon.distribution),
        )


class _Row(NamedTuple):
    """The noisy integers of one cell."""

    people: int
    total: int
    bins: tuple[int, ...]


def _cell(statistic: Statistic, noise: _Noises, key: CellKey, row: _Row) -> Cell:
    raw = _raw_mean(statistic, row)
    interval = _mean_interval(statistic, noise, row)
    suppressed = _suppression(statistic, row, interval)
    return Cell(
        key=key,
        people=_count(row.people, noise.count),
        mean=Figure(_tidy_mean(statistic, raw, suppressed), raw, interval),
        sum_raw=row.total,
        suppressed=suppressed,
        bins=_bins(statistic, noise.bin, row.bins),
    )


def _count(raw: int, noise: GeometricNoise) -> Figure:
    return Figure(max(0, raw), raw, around(raw, noise))


def _raw_mean(statistic: Statistic, row: _Row) -> int | None:
    """Return the ratio of the noisy figures, halves rounded up; it may lie out of bounds."""
    if row.people < 1:
        return None
    measure = statistic.measure
    exact = (measure.midpoint + Fraction(row.total, row.people)) * measure.unit
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def _tidy_mean(statistic: Statistic, raw: int | None, suppressed: Suppression | None) -> int | None:
    if raw is None or suppressed is not None:
        return None
    measure = statistic.measure
    return min(max(raw, measure.low * measure.unit), measure.high * measure.unit)


def _mean_interval(statistic: Statistic, noise: _Noises, row: _Row) -> Interval:
    measure = statistic.measure
    low, high = ratio_interval(
        row.total,
        row.people,
        RatioNoise(sum=noise.sum, count=noise.count),
        measure.low - measure.midpoint,
        measure.high - measure.midpoint,
    )
    return outward(
        (measure.midpoint + low) * measure.unit, (measure.midpoint + high) * measure.unit
    )


def _suppression(statistic: Statistic, row: _Row, interval: Interval) -> Suppression | None:
    """Judge on noisy figures only: a rule on the true count would itself reveal it."""
    if row.people < statistic.suppression.least_people:
        return Suppression.FEW_PEOPLE
    if interval.high - interval.low > statistic.suppression.widest_interval:
        return Suppression.WIDE_INTERVAL
    return None


def _bins(statistic: Statistic, noise: GeometricNoise, raws: tuple[int, ...]) -> tuple[Bin, ...]:
    measure = statistic.measure
    edges = [edge * measure.unit for edge in measure.edges]
    return tuple(
        Bin(low, high, _count(raw, noise))
        for low, high, raw in zip(edges[:-1], edges[1:], raws, strict=True)
    )

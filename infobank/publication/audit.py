"""Looking for privacy faults in the pieces of a publication, before they publish anything.

The pieces come in as arguments, so that the tests can hand in broken ones and see them
caught.  A finding is a sentence; no finding means no fault of the kinds looked for, not a proof.
After the record-and-replay design of Re:cord-play (arXiv 2602.17454).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from statistics import NormalDist

from infobank.publication.contribution import Contribution, contribute
from infobank.publication.intervals import GeometricNoise
from infobank.publication.noise import Draw, NoisyTally, add_noise
from infobank.publication.release import Edition, Release, make_release
from infobank.publication.statistic import Statistic
from infobank.publication.tally import Tally
from infobank.vocabulary.category import Value
from infobank.vocabulary.period import Period

FALSE_ALARM = 1e-6
"""How often each statistical test may accuse a correct sampler."""

BLOCKS = 12
"""The sampler's law is compared on this many blocks of values either side of zero."""


@dataclass(frozen=True)
class Person:
    """One resident as a statistic sees it: daily values and the profile's fields."""

    days: tuple[tuple[date, Value], ...]
    profile: Mapping[str, Value]


@dataclass(frozen=True)
class Pieces:
    """The parts of a publication that privacy hangs on; the defaults are the bank's own."""

    contribute: Callable[
        [Statistic, Period, Iterable[tuple[date, Value]], Mapping[str, Value]],
        Contribution | None,
    ] = contribute
    add_noise: Callable[[Statistic, Tally, Draw], NoisyTally] = add_noise
    make_release: Callable[[Statistic, NoisyTally, Edition], Release] = make_release


@dataclass(frozen=True)
class _Draw:
    """One recorded call for noise."""

    values: tuple[int, ...]
    sensitivity: int
    epsilon: Fraction


def audit_replay(
    statistic: Statistic,
    edition: Edition,
    people: Sequence[Person],
    worst: Person,
    pieces: Pieces | None = None,
) -> list[str]:
    """Publish with and without one more person, noise replaced by a recorder, and compare.

    Finds: calls, sizes or scales that depend on who is there; a person who changes a table
    by more than its declared sensitivity; a loss above the release's epsilon; cells that
    are missing or out of order.
    """
    pieces = pieces or Pieces()
    without, released_without = _recorded(statistic, edition, people, pieces)
    with_worst, released_with = _recorded(statistic, edition, [*people, worst], pieces)
    findings = [
        *_compare_shapes(without, with_worst),
        *_check_loss(statistic, with_worst),
        *(f for pair in zip(without, with_worst, strict=False) for f in _check_change(*pair)),
    ]
    for release in (released_without, released_with):
        findings.extend(_check_cells(statistic, release))
    return findings


def _recorded(
    statistic: Statistic, edition: Edition, people: Iterable[Person], pieces: Pieces
) -> tuple[list[_Draw], Release]:
    tally, draws = Tally.empty(statistic), list[_Draw]()
    for person in people:
        added = pieces.contribute(statistic, edition.period, person.days, person.profile)
        if added is not None:
            tally.add(added)

    def record(values: Sequence[int], sensitivity: int, epsilon: Fraction) -> list[int]:
        draws.append(_Draw(tuple(values), sensitivity, epsilon))
        return list(values)

    return draws, pieces.make_release(
        statistic, pieces.add_noise(statistic, tally, record), edition
    )


def _compare_shapes(without: list[_Draw], with_worst: list[_Draw]) -> list[str]:
    shapes = [
        [(len(draw.values), draw.sensitivity, draw.epsilon) for draw in draws]
        for draws in (without, with_worst)
    ]
    return [] if shapes[0] == shapes[1] else ["the calls for noise depend on who is there"]


def _check_loss(statistic: Statistic, draws: list[_Draw]) -> list[str]:
    loss = sum((draw.epsilon for draw in draws), Fraction(0))
    promised = statistic.epsilon.release
    return [] if loss <= promised else [f"the draws cost {loss}, not {promised}"]


def _check_change(without: _Draw, with_worst: _Draw) -> list[str]:
    findings = []
    pairs = zip(without.values, with_worst.values, strict=False)
    change = sum(abs(after - before) for before, after in pairs)
    if change > with_worst.sensitivity:
        findings.append(
            f"one person changes a table by {change}, its sensitivity is {with_worst.sensitivity}"
        )
    if not all(isinstance(value, int) for value in with_worst.values):
        findings.append("a table holds a number that is not whole")
    return findings


def _check_cells(statistic: Statistic, release: Release) -> list[str]:
    if tuple(cell.key for cell in release.cells) != statistic.cells:
        return ["the release does not hold every cell of the public domain in order"]
    bins = {len(cell.bins) for cell in release.cells}
    return [] if bins == {statistic.measure.bin_count} else ["a cell lacks bins"]


def audit_sampler(
    draw: Draw, sensitivity: int, epsilon: Fraction, draws: int = 20_000
) -> list[str]:
    """Draw noise on zeros and compare it with the declared law.

    Four tests, each with `FALSE_ALARM`: P(0), P(above 0), P(outside the middle half), and
    chi-squared over blocks of values.  A finding means the noise is not what was declared.
    """
    law = GeometricNoise(sensitivity, epsilon)
    sample = draw([0] * draws, sensitivity, epsilon)
    middle = law.reach(Fraction(1, 2))
    shares = {
        "P(0)": (sum(z == 0 for z in sample), law.equal(0)),
        "P(above 0)": (sum(z > 0 for z in sample), law.at_least(1)),
        "P(far out)": (sum(abs(z) > middle for z in sample), 2 * law.at_least(middle + 1)),
    }
    findings = [
        f"{name} is not that of the declared scale"
        for name, (seen, expected) in shares.items()
        if abs(seen - draws * expected) > _tolerance(draws, expected)
    ]
    if _chi_squared(sample, law) > _chi_squared_limit(2 * BLOCKS + 2):
        findings.append("the distribution is not the declared one")
    return findings


def _tolerance(draws: int, share: float) -> float:
    deviations = NormalDist().inv_cdf(1 - FALSE_ALARM / 2)
    return deviations * sqrt(draws * share * (1 - share)) + 1


def _chi_squared(sample: Sequence[int], law: GeometricNoise) -> float:
    """Sum over 25 blocks around zero, each about a third of the scale wide, and two tails."""
    width = max(1, round(float(law.sensitivity / law.epsilon) / 3))
    start = -BLOCKS * width - width // 2
    edges = [start + width * place for place in range(2 * BLOCKS + 2)]
    seen = [0] * (len(edges) + 1)
    for z in sample:
        seen[sum(z >= edge for edge in edges)] += 1
    tails = [1.0, *(law.at_least(edge) for edge in edges), 0.0]
    expected = [len(sample) * (a - b) for a, b in pairwise(tails)]
    return sum((s - e) ** 2 / e for s, e in zip(seen, expected, strict=True))


def _chi_squared_limit(freedom: int) -> float:
    """Return the 1 - FALSE_ALARM quantile by Wilson and Hilferty's cube (good to 1 in 100)."""
    z, part = NormalDist().inv_cdf(1 - FALSE_ALARM), 2 / (9 * freedom)
    return float(freedom * (1 - part + z * sqrt(part)) ** 3)

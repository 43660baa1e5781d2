"""The audit finds nothing wrong with the bank's own pieces, and every planted fault."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest

from infobank.publication.audit import Person, Pieces, audit_replay, audit_sampler
from infobank.publication.contribution import Contribution, contribute
from infobank.publication.mechanism import draw
from infobank.publication.noise import Draw, NoisyTally, add_noise
from infobank.publication.release import Edition, Release, make_release
from infobank.publication.statistic import EpsilonSplit, Statistic
from infobank.publication.tally import Tally
from infobank.vocabulary.category import Value
from infobank.vocabulary.period import Period


def _person(period: Period, birth_year: int, sex: str, *values: Value) -> Person:
    days = tuple((period.first + timedelta(days=n), value) for n, value in enumerate(values))
    return Person(days, {"birth_year": birth_year, "sex": sex})


def _town(period: Period, seed: int) -> list[Person]:
    """Simulate a small town that leaves the worst person's cell empty."""
    generator = np.random.default_rng(seed)
    return [
        _person(
            period,
            int(generator.integers(1955, 2011)),
            ("female", "male", "other")[int(generator.integers(3))],
            *(int(steps) for steps in generator.integers(0, 30_000, 10)),
        )
        for _ in range(int(generator.integers(0, 40)))
    ]


@pytest.fixture
def worst(edition: Edition) -> Person:
    """Return the person who would show most: alone in a cell, absurd values, doubled days."""
    odd: tuple[Value, ...] = (10**9,) * 20 + (None, "text", -(10**9))
    person = _person(edition.period, 1930, "male", *odd)
    return replace(person, days=person.days * 3)


@pytest.mark.parametrize("first_seed", range(0, 200, 50))
def test_the_banks_own_pieces_pass_over_many_towns(
    statistic: Statistic, edition: Edition, worst: Person, first_seed: int
):
    for seed in range(first_seed, first_seed + 50):
        town = _town(edition.period, seed)
        idle = replace(worst, days=tuple((day, 0) for day, _ in worst.days))
        assert audit_replay(statistic, edition, town, worst if seed % 2 else idle) == []


def _wrong_sensitivity(statistic: Statistic, tally: Tally, noise: Draw) -> NoisyTally:
    return add_noise(
        statistic, tally, lambda values, _sensitivity, epsilon: noise(values, 1, epsilon)
    )


def _only_cells_with_people(statistic: Statistic, tally: Tally, noise: Draw) -> NoisyTally:
    width = statistic.measure.bin_count
    kept = [place for place, count in enumerate(tally.counts) if count]
    smaller = replace(
        tally,
        counts=[tally.counts[place] for place in kept],
        sums=[tally.sums[place] for place in kept],
        bins=[n for place in kept for n in tally.bins[place * width : place * width + width]],
    )
    return add_noise(statistic, smaller, noise)


def _release_of_what_is_there(statistic: Statistic, noisy: NoisyTally, edition: Edition) -> Release:
    shrunk = replace(statistic)
    object.__setattr__(shrunk, "cells", statistic.cells[: len(noisy.counts)])
    return make_release(shrunk, noisy, edition)


def _no_clipping(
    statistic: Statistic, period: Period, days: Sequence[tuple[object, Value]], profile: object
) -> Contribution | None:
    wide = replace(statistic, measure=replace(statistic.measure, high=10**12))
    given = contribute(wide, period, days, profile)  # type: ignore[arg-type]
    return None if given is None else given._replace(bin=0)


def _dearer_than_said(statistic: Statistic, tally: Tally, noise: Draw) -> NoisyTally:
    split = EpsilonSplit(*(2 * share for share in (Fraction(1, 4), Fraction(1, 4), Fraction(1, 4))))
    return add_noise(replace(statistic, epsilon=split), tally, noise)


@pytest.mark.parametrize(
    ("pieces", "finding"),
    [
        (Pieces(add_noise=_wrong_sensitivity), "its sensitivity is 1"),
        (Pieces(contribute=_no_clipping), "its sensitivity is 100"),
        (
            Pieces(add_noise=_only_cells_with_people, make_release=_release_of_what_is_there),
            "depend on who is there",
        ),
        (Pieces(add_noise=_dearer_than_said), "the draws cost 3/2, not 1"),
    ],
)
def test_a_planted_fault_is_found_by_replay(
    statistic: Statistic, edition: Edition, worst: Person, pieces: Pieces, finding: str
):
    findings = audit_replay(statistic, edition, _town(edition.period, 7), worst, pieces)
    assert any(finding in found for found in findings)


def test_a_release_that_leaves_out_empty_cells_is_found(
    statistic: Statistic, edition: Edition, worst: Person
):
    def thinned(statistic: Statistic, noisy: NoisyTally, edition: Edition) -> Release:
        release = make_release(statistic, noisy, edition)
        return replace(release, cells=tuple(cell for cell in release.cells if cell.people.raw))

    findings = audit_replay(statistic, edition, [], worst, Pieces(make_release=thinned))
    assert "the release does not hold every cell of the public domain in order" in findings


@pytest.mark.parametrize("factor", [Fraction(2), Fraction(1, 2), Fraction(9, 10)])
@pytest.mark.parametrize(("sensitivity", "epsilon"), [(1, Fraction(1, 4)), (100, Fraction(11, 20))])
def test_a_sampler_at_another_scale_is_found(factor: Fraction, sensitivity: int, epsilon: Fraction):
    def scaled(values: Sequence[int], sensitivity: int, epsilon: Fraction) -> list[int]:
        return draw(values, sensitivity, epsilon * factor)

    assert audit_sampler(scaled, sensitivity, epsilon) != []


def test_a_sampler_that_is_cut_at_zero_or_draws_nothing_is_found():
    def cut(values: Sequence[int], sensitivity: int, epsilon: Fraction) -> list[int]:
        return [max(0, z) for z in draw(values, sensitivity, epsilon)]

    def silent(values: Sequence[int], _sensitivity: int, _epsilon: Fraction) -> list[int]:
        return list(values)

    assert audit_sampler(cut, 1, Fraction(1, 4)) != []
    assert audit_sampler(silent, 1, Fraction(1, 4)) != []

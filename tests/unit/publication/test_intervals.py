"""Intervals cover the truth at least 95 times in 100."""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from infobank.publication.intervals import (
    ALPHA,
    GeometricNoise,
    RatioNoise,
    around,
    ratio_interval,
    ratio_reach,
    total_reach,
)

COUNT = GeometricNoise(1, Fraction(1, 4))
SUM = GeometricNoise(100, Fraction(11, 20))
BINS = GeometricNoise(1, Fraction(1, 5))
DRAWS = 20_000
SLACK = 3.3 * (0.05 * 0.95 / DRAWS) ** 0.5
"""One simulated coverage in about 2,000 would fall this far below 95 % by chance."""


def _sample(noise: GeometricNoise, size: int, seed: int) -> np.ndarray:
    """Simulate the law as the difference of two geometric variables: not for release."""
    generator = np.random.default_rng(seed)
    p = 1 - noise.ratio
    return generator.geometric(p, size) - generator.geometric(p, size)


@pytest.mark.parametrize("noise", [COUNT, SUM, BINS])
def test_the_law_adds_up_to_one_and_its_tails_match_its_masses(noise: GeometricNoise):
    reach = noise.reach(Fraction(1, 10**12))
    assert sum(noise.equal(z) for z in range(-reach, reach + 1)) == pytest.approx(1, abs=1e-9)
    assert sum(noise.equal(z) for z in range(-3, reach + 1)) == pytest.approx(noise.at_least(-3))
    assert noise.at_least(5) - noise.at_least(6) == pytest.approx(noise.equal(5))


@pytest.mark.parametrize("noise", [COUNT, SUM, BINS, GeometricNoise(1, Fraction(20))])
@pytest.mark.parametrize("alpha", [ALPHA, Fraction(1, 2), Fraction(1, 10**6), Fraction(1)])
def test_the_reach_is_the_smallest_that_keeps_its_promise(noise: GeometricNoise, alpha: Fraction):
    reach = noise.reach(alpha)

    with localcontext(prec=80):
        scale = Decimal(noise.epsilon.numerator) / noise.epsilon.denominator / noise.sensitivity
        p, limit = (-scale).exp(), Decimal(alpha.numerator) / alpha.denominator
        assert 2 * p ** (reach + 1) / (1 + p) <= limit
        assert reach == 0 or 2 * p**reach / (1 + p) > limit


@pytest.mark.parametrize("true", [0, 3, 500])
def test_the_interval_of_a_count_covers_it(true: int):
    noisy = true + _sample(COUNT, DRAWS, seed=true)
    covered = [low <= true <= high for low, high in (around(int(raw), COUNT) for raw in noisy)]
    assert sum(covered) / DRAWS >= 0.95 - SLACK


def test_the_interval_of_the_total_covers_it():
    total = sum(_sample(COUNT, DRAWS, seed=seed) for seed in range(10))
    assert np.mean(np.abs(total) <= total_reach(COUNT, 10)) >= 0.95
    exact = int(np.quantile(np.abs(total), 0.95))
    assert total_reach(COUNT, 10) <= 2 * exact


@pytest.mark.parametrize("people", [1, 40, 150])
@pytest.mark.parametrize("mean", [-100, -37, 0, 100])
def test_the_interval_of_a_mean_covers_it(people: int, mean: int):
    rounds = 400
    counts = people + _sample(COUNT, rounds, seed=people)
    sums = people * mean + _sample(SUM, rounds, seed=1_000 + people)
    noise, covered = RatioNoise(SUM, COUNT), 0
    for count, total in zip(counts.tolist(), sums.tolist(), strict=True):
        low, high = ratio_interval(total, count, noise, -100, 100)
        assert -100 <= low <= high <= 100
        covered += low <= mean <= high
    assert covered / rounds >= 0.95 - 3.3 * (0.05 * 0.95 / rounds) ** 0.5


@pytest.mark.parametrize("weight", [0, 1, 35, 100])
def test_the_weighted_noise_of_a_mean_stays_within_its_reach_and_not_much_less(weight: int):
    noise = _sample(SUM, DRAWS, seed=1) + weight * _sample(COUNT, DRAWS, seed=2)
    reach = ratio_reach(SUM, COUNT, weight)
    beyond = float(np.mean(np.abs(noise) > reach))
    assert 0.05 - 2 * SLACK < beyond < 0.05 + SLACK


def test_reaches_grow_with_the_weight():
    reaches = [ratio_reach(SUM, COUNT, weight) for weight in range(101)]
    assert reaches == sorted(reaches)


def test_an_empty_cell_says_that_nothing_is_known():
    noise = RatioNoise(SUM, COUNT)
    assert ratio_interval(0, 0, noise, -100, 100) == (-100, 100)
    assert ratio_interval(5, -3, noise, -100, 100) == (-100, 100)


def test_more_people_give_a_narrower_interval():
    noise = RatioNoise(SUM, COUNT)
    widths = []
    for people in (50, 100, 1_000, 100_000):
        low, high = ratio_interval(-35 * people, people, noise, -100, 100)
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < Fraction(1, 50)

"""Noise comes from the one examined mechanism, or not at all."""

import subprocess
import sys
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

import diffprivlib
import numpy as np
import pytest

from infobank.publication import mechanism
from infobank.publication.audit import audit_sampler
from infobank.publication.errors import NoiseMechanismError
from infobank.publication.mechanism import draw, not_above
from infobank.publication.noise import BIN_SENSITIVITY, COUNT_SENSITIVITY, delta_fp
from infobank.publication.statistic import Statistic


@pytest.mark.parametrize(
    ("sensitivity", "epsilon"),
    [(1, Fraction(1, 4)), (100, Fraction(11, 20)), (1, Fraction(1, 5))],
)
def test_the_noise_has_the_declared_law(sensitivity: int, epsilon: Fraction):
    assert audit_sampler(draw, sensitivity, epsilon) == []


def test_each_value_gets_its_own_noise_in_the_same_order():
    values = [10**9 * place for place in range(50)]
    noisy = draw(values, 1, Fraction(1, 5))
    moves = [after - before for before, after in zip(values, noisy, strict=True)]
    assert all(isinstance(number, int) for number in noisy)
    assert max(map(abs, moves)) < 1_000
    assert len(set(moves)) > 3


def test_epsilon_is_never_rounded_up():
    for epsilon in (Fraction(11, 20), Fraction(1, 10), Fraction(1, 4), Fraction(1, 3)):
        assert Fraction(not_above(epsilon)) <= epsilon
        assert float(epsilon) - not_above(epsilon) < 1e-15


def test_another_version_of_the_library_draws_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(diffprivlib, "__version__", "0.6.7")
    with pytest.raises(NoiseMechanismError, match=r"0\.6\.6"):
        draw([1], 1, Fraction(1))


def test_a_generator_that_can_be_seeded_draws_nothing(monkeypatch: pytest.MonkeyPatch):
    class Seeded(mechanism.Geometric):
        def __init__(self, **options: float) -> None:
            super().__init__(**options, random_state=1)

    monkeypatch.setattr(mechanism, "Geometric", Seeded)
    with pytest.raises(NoiseMechanismError, match="generator"):
        draw([1], 1, Fraction(1))


def test_the_one_uniform_without_a_logarithm_is_an_error_and_not_a_figure(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(mechanism.secrets.SystemRandom, "random", lambda _self: 0.5)
    with pytest.raises(NoiseMechanismError, match="failed"):
        draw([1], 1, Fraction(1))


@pytest.mark.parametrize(
    ("sensitivity", "epsilon"), [(0, Fraction(1)), (-1, Fraction(1)), (1, Fraction(0))]
)
def test_a_draw_without_noise_is_refused(sensitivity: int, epsilon: Fraction):
    with pytest.raises(NoiseMechanismError):
        draw([1], sensitivity, epsilon)


def test_a_value_that_a_float_cannot_hold_is_refused():
    with pytest.raises(NoiseMechanismError, match="too large"):
        draw([2**53], 1, Fraction(1))


def test_nothing_a_web_worker_imports_loads_the_mechanism():
    program = (
        "import sys\n"
        "import infobank.publication.release, infobank.publication.document\n"
        "import infobank.publication.budget, infobank.publication.parsing\n"
        "import infobank.publication.audit, infobank.publication.rendering.bundle\n"
        "print(sorted({'diffprivlib', 'sklearn', 'numpy'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def _masses(sensitivity: int, epsilon: float) -> list[int]:
    """Count, for z = 0, 1, 2, ..., the 53-bit uniforms that give +z; the sum of all is 2**53.

    Repeats the library's own floating-point steps and finds each boundary by bisection.
    """
    scale = -epsilon / sensitivity
    factor = 1 + np.exp(scale)

    def magnitude(m: int) -> float:
        return float(np.floor(np.log(m * 2.0**-53 * factor) / scale))

    boundaries, z = [2**52], 1
    while boundaries[-1] > 0:
        low, high = 0, boundaries[-1]
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if magnitude(middle) >= z else (low, middle - 1)
        boundaries.append(low)
        z += 1
    return [a - b for a, b in pairwise(boundaries)]


def _residue(sensitivity: int, epsilon: Fraction) -> Decimal:
    """Return the exact delta at the claimed epsilon between two values `sensitivity` apart."""
    side = _masses(sensitivity, not_above(epsilon))
    mass = {z: count for z, count in enumerate(side) if z} | {0: 2 * side[0]}
    mass |= {-z: count for z, count in mass.items()}
    with localcontext(prec=50):
        factor = (Decimal(epsilon.numerator) / epsilon.denominator).exp()
        excess = (count - factor * mass.get(z - sensitivity, 0) for z, count in list(mass.items()))
        return sum((e for e in excess if e > 0), Decimal(0)) / 2**53


def test_the_stated_floating_point_delta_is_not_below_the_enumerated_one(statistic: Statistic):
    split = statistic.epsilon
    enumerated = [
        _residue(COUNT_SENSITIVITY, split.count),
        _residue(statistic.measure.sum_sensitivity, split.sum),
        _residue(BIN_SENSITIVITY, split.distribution),
    ]
    stated = delta_fp(statistic)
    assert 0 < sum(enumerated) <= Decimal(stated.numerator) / stated.denominator
    assert stated < Fraction(1, 10**12)

"""The one module that draws noise, and the only one that imports `diffprivlib`.

Of that library's mechanisms `Geometric` alone is used: the floating-point ones reveal the
true value in 5 to 30 of 100 draws.  Importing this module loads scikit-learn (about a
second, 115 MB), and only the publishing process may do so:

# INVARIANT: nothing that a web worker imports at its start imports this module; the noise
# is drawn on a schedule, so that its timing is nobody's answer time.

What is not promised: exact arithmetic.  The library inverts a 53-bit uniform, so the
guarantee is (epsilon, delta_fp); see `noise.delta_fp`.
"""

import math
import secrets  # noqa: TID251 - only to check that the library draws from the system generator
import warnings
from collections.abc import Sequence
from fractions import Fraction

import diffprivlib
from diffprivlib.mechanisms import Geometric
from diffprivlib.utils import PrivacyLeakWarning

from infobank.publication.errors import NoiseMechanismError

EXAMINED_VERSION = "0.6.6"
"""The version whose `Geometric` was read and measured."""

LARGEST_EXACT = 2**52
"""Above this the library's float64 addition would round a value."""


def draw(values: Sequence[int], sensitivity: int, epsilon: Fraction) -> list[int]:
    """Return each value with its own two-sided geometric noise, in the same order.

    The noise has P(z) proportional to exp(-epsilon * |z| / sensitivity).

    Raises:
        NoiseMechanismError: the library is not the examined version or does not draw from
            the system's generator, it warned of a leak, or a value is too large to be
            handled exactly.
    """
    if any(abs(value) > LARGEST_EXACT for value in values):
        raise NoiseMechanismError("a tally is too large for exact noise")
    mechanism = _mechanism(sensitivity, epsilon)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("error", PrivacyLeakWarning)
        try:
            return [int(mechanism.randomise(value)) for value in values]
        except (Warning, ArithmeticError) as error:
            # One uniform in 2**53 is exactly one half, whose logarithm does not exist.
            raise NoiseMechanismError(
                "the mechanism failed; nothing was drawn", detail=type(error).__name__
            ) from None


def _mechanism(sensitivity: int, epsilon: Fraction) -> Geometric:
    if diffprivlib.__version__ != EXAMINED_VERSION:
        raise NoiseMechanismError(f"diffprivlib must be {EXAMINED_VERSION}")
    if sensitivity < 1 or epsilon <= 0:
        raise NoiseMechanismError("sensitivity and epsilon must be above 0")
    mechanism = Geometric(epsilon=not_above(epsilon), sensitivity=sensitivity)
    if type(mechanism._rng) is not secrets.SystemRandom:  # noqa: SLF001 - the library hides it
        raise NoiseMechanismError("the mechanism must draw from the system's generator")
    return mechanism


def not_above(epsilon: Fraction) -> float:
    """Return the largest float that is not above epsilon, so that no draw costs more than said."""
    nearest = float(epsilon)
    return nearest if Fraction(nearest) <= epsilon else math.nextafter(nearest, 0.0)

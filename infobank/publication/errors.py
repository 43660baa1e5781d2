"""What can go wrong on the way to a published figure."""

from datetime import datetime

from infobank.errors import ConfigurationError, InfobankError, InvalidInputError


class InvalidStatisticError(ConfigurationError):
    """Refuse a statistic's file; the message names the key and the rule."""

    code = "invalid_statistic"


class BudgetExceededError(InfobankError):
    """Refuse a release that the privacy budget does not cover.

    `fits_at` is the earliest instant at which the same wish would be granted if nothing
    else were spent meanwhile, or None when it never fits.
    """

    code = "privacy_budget_exceeded"

    def __init__(self, message: str, *, fits_at: datetime | None) -> None:
        super().__init__(message)
        self.fits_at = fits_at


class TallyOverflowError(InfobankError):
    """Refuse a sum that does not fit in 64 bits."""

    code = "tally_overflow"


class NoiseMechanismError(InfobankError):
    """Refuse to draw noise: the mechanism is not exactly the one that was examined."""

    code = "noise_mechanism"


class MalformedReleaseError(InvalidInputError):
    """Refuse bytes that are not a release document (`docs/spec/release.md`)."""

    code = "malformed_release"

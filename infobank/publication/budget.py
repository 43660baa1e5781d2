"""How much privacy a statistic may cost, and whether one more release fits.

Losses add up (basic composition), over any 365 days.  A spend is committed before its
noise is drawn and stays spent when the publication fails.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from infobank.publication.errors import BudgetExceededError

WINDOW = timedelta(days=365)
"""Two spends exactly this far apart are not in the same window."""


@dataclass(frozen=True)
class PrivacyBudget:
    """The most privacy loss in one release, and in any window of 365 days."""

    per_release: Fraction
    per_year: Fraction


@dataclass(frozen=True)
class Spend:
    """Privacy loss that was taken for one release, whether or not it appeared."""

    statistic: str
    release: str
    epsilon: Fraction
    at: datetime


def check_spend(
    budget: PrivacyBudget, spends: Iterable[Spend], now: datetime, wanted: Fraction
) -> None:
    """Accept a new spend that keeps every 365-day window within the budget.

    `spends` are all earlier spends the budget covers; ones dated after `now` (a clock that
    was set back) count as well, so that no order of arrival gets around the limit.  The
    caller holds a lock from this check to the commit of the spend.

    Raises:
        BudgetExceededError: it does not fit; `fits_at` says when it would.
        ValueError: `wanted` is not above 0.
    """
    if wanted <= 0:
        raise ValueError("a spend must be above 0")
    if wanted > min(budget.per_release, budget.per_year):
        raise BudgetExceededError("one release may not cost that much", fits_at=None)
    held = list(spends)
    if spent_since(held, now) + wanted > budget.per_year:
        raise BudgetExceededError(
            "the privacy budget of these 365 days is used up",
            fits_at=_fits_at(budget, held, now, wanted),
        )


def spent_since(spends: Iterable[Spend], now: datetime) -> Fraction:
    """Return the loss of the 365 days up to `now`, and of anything dated later."""
    return sum((spend.epsilon for spend in spends if spend.at > now - WINDOW), Fraction(0))


def _fits_at(
    budget: PrivacyBudget, spends: list[Spend], now: datetime, wanted: Fraction
) -> datetime:
    leaving = sorted(spend.at + WINDOW for spend in spends if spend.at + WINDOW > now)
    fitting = (at for at in leaving if spent_since(spends, at) + wanted <= budget.per_year)
    # The last to leave empties the window, and `wanted` alone fits: there always is one.
    return next(fitting)

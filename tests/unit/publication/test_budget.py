"""No more privacy is spent than promised, and the refusal says when it would fit."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from infobank.publication.budget import PrivacyBudget, Spend, check_spend, spent_since
from infobank.publication.errors import BudgetExceededError

BUDGET = PrivacyBudget(per_release=Fraction(1), per_year=Fraction(12))
NOW = datetime(2026, 10, 5, tzinfo=UTC)


def _spend(days_ago: float, epsilon: Fraction = Fraction(1)) -> Spend:
    return Spend("monthly_steps", "r", epsilon, NOW - timedelta(days=days_ago))


def test_twelve_releases_fit_in_a_year_and_the_thirteenth_waits_for_the_oldest_to_leave():
    spends = [_spend(30 * month) for month in range(1, 12)]
    check_spend(BUDGET, spends, NOW, Fraction(1))
    with pytest.raises(BudgetExceededError) as refused:
        check_spend(BUDGET, [*spends, _spend(360)], NOW, Fraction(1))
    assert refused.value.fits_at == NOW + timedelta(days=5)


def test_a_spend_exactly_365_days_old_has_left_the_window():
    spends = [_spend(365, Fraction(12))]
    check_spend(BUDGET, spends, NOW, Fraction(1))
    with pytest.raises(BudgetExceededError):
        check_spend(BUDGET, [_spend(364.99, Fraction(12))], NOW, Fraction(1))


def test_a_release_dearer_than_allowed_never_fits():
    with pytest.raises(BudgetExceededError) as refused:
        check_spend(BUDGET, [], NOW, Fraction(101, 100))
    assert refused.value.fits_at is None


def test_shares_add_up_exactly():
    tenths = [_spend(1, Fraction(1, 10)) for _ in range(119)]
    check_spend(BUDGET, tenths, NOW, Fraction(1, 10))
    with pytest.raises(BudgetExceededError):
        check_spend(BUDGET, tenths, NOW, Fraction(1, 10) + Fraction(1, 10**12))
    assert spent_since(tenths, NOW) == Fraction(119, 10)


def test_setting_the_clock_back_frees_nothing():
    future = [_spend(-300, Fraction(12))]
    with pytest.raises(BudgetExceededError) as refused:
        check_spend(BUDGET, future, NOW, Fraction(1))
    assert refused.value.fits_at == NOW + timedelta(days=665)


@pytest.mark.parametrize("wanted", [Fraction(0), Fraction(-1)])
def test_a_spend_of_nothing_or_less_is_refused(wanted: Fraction):
    with pytest.raises(ValueError, match="above 0"):
        check_spend(BUDGET, [], NOW, wanted)

"""A clock that is behind the log is not trusted with anything that ends."""

from datetime import UTC, datetime, timedelta

import pytest

from infobank.errors import UnavailableError
from infobank.usecases.readiness import TOLERANCE, check_clock

SIGNED = datetime(2026, 10, 1, tzinfo=UTC)


def test_a_clock_ahead_of_the_log_or_a_little_behind_is_accepted():
    check_clock(SIGNED + timedelta(days=1), SIGNED)
    check_clock(SIGNED - TOLERANCE, SIGNED)
    check_clock(SIGNED - timedelta(days=9), None)


def test_a_clock_behind_the_log_is_refused():
    with pytest.raises(UnavailableError, match="behind"):
        check_clock(SIGNED - TOLERANCE - timedelta(seconds=1), SIGNED)

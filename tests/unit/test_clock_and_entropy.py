"""Time is aware and moves as told; identifiers are version 4."""

from datetime import UTC, datetime, timedelta

from infobank.clock import ShiftedClock, SystemClock, day_in
from infobank.entropy import SystemEntropy, new_uuid


def test_the_clock_is_aware_and_in_utc():
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_shifted_clock_stands_at_another_day():
    apart = ShiftedClock(timedelta(days=30)).now() - SystemClock().now()
    assert timedelta(days=29, hours=23) < apart < timedelta(days=30, hours=1)


def test_a_day_is_that_of_the_city():
    late = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)
    assert day_in("Asia/Tokyo", late).isoformat() == "2026-10-01"
    assert day_in("UTC", late).isoformat() == "2026-09-30"


def test_identifiers_are_random_and_of_version_4():
    entropy = SystemEntropy()
    made = {new_uuid(entropy) for _ in range(1000)}
    assert len(made) == 1000
    assert {each.version for each in made} == {4}

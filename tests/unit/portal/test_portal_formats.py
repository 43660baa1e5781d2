"""Days, instants and numbers as each language writes them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Language
from infobank.web.portal.formats import (
    show_day,
    show_instant,
    show_month,
    show_number,
    show_period,
    show_short_day,
)

DAY = date(2026, 9, 30)


TOKYO = ZoneInfo("Asia/Tokyo")


def test_days_are_written_out():
    assert show_day(DAY, Language.JA) == "2026年9月30日"
    assert show_day(DAY, Language.EN) == "30 September 2026"
    assert show_short_day(DAY, Language.JA) == "9月30日"
    assert show_short_day(DAY, Language.EN) == "30 Sep"
    assert show_month(DAY, Language.JA) == "2026年9月"
    assert show_month(DAY, Language.EN) == "September 2026"


def test_instants_are_shown_in_the_residents_zone():
    late = datetime(2026, 9, 30, 15, 5, tzinfo=UTC)
    assert show_instant(late, Language.JA, TOKYO) == "2026年10月1日 00:05"
    assert show_instant(late, Language.EN, TOKYO) == "1 October 2026, 00:05"


def test_a_whole_month_is_called_by_its_name():
    assert show_period(Period.month(2026, 2), Language.JA) == "2026年2月"
    assert show_period(Period.month(2026, 2), Language.EN) == "February 2026"


def test_other_periods_name_both_ends():
    period = Period(date(2026, 7, 1), DAY)
    assert show_period(period, Language.JA) == "2026年7月1日から2026年9月30日まで"
    assert show_period(period, Language.EN) == "1 July 2026 to 30 September 2026"


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (0, 0, "0"),
        (1234567, 0, "1,234,567"),
        (-1234, 0, "−1,234"),
        (850, 2, "8.50"),
        (5, 2, "0.05"),
        (-5, 2, "−0.05"),
        (123456, 2, "1,234.56"),
    ],
)
def test_numbers_are_grouped_and_keep_their_decimals(value: int, places: int, shown: str):
    assert show_number(value, places) == shown

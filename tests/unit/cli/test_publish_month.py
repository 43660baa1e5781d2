"""The month of `infobank publish`, as an operator types it."""

from datetime import date

import pytest

from infobank.cli.publish import month_of
from infobank.errors import InvalidInputError
from infobank.vocabulary.period import Period


def test_a_month_is_all_its_days():
    assert month_of("2024-02") == Period(date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-9", "2026-13", "2026-09-01", "0000-01", "9999-12", "２０２６-09"]
)
def test_what_is_no_month_is_refused(text: str):
    with pytest.raises(InvalidInputError, match="written like 2026-09"):
        month_of(text)

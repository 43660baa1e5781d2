"""Days belong to spans."""

from datetime import date

import pytest

from infobank.vault.spans import span_start
from infobank.vocabulary.category import Span


@pytest.mark.parametrize(
    ("span", "start"),
    [
        (Span.MONTH, date(2026, 4, 1)),
        (Span.YEAR, date(2026, 1, 1)),
        (Span.LIFE, date(1970, 1, 1)),
    ],
)
def test_a_day_belongs_to_its_span(span: Span, start: date):
    assert span_start(span, date(2026, 4, 17)) == start
    assert span_start(span, start) == start

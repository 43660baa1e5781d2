"""Days belong to spans; deposits join what is held."""

from datetime import date

import pytest

from infobank.vault.spans import Merged, merge, span_start
from infobank.vocabulary.category import Record, Span


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


def record(day: int, value: int | None) -> Record:
    return Record(date(2026, 4, day), (value,))


def test_a_new_day_is_added_in_order():
    merged = merge([record(1, 10), record(3, 30)], [record(2, 20)])
    assert merged == Merged((record(1, 10), record(2, 20), record(3, 30)), 1, 0, 0)


def test_the_same_value_again_does_nothing():
    held = [record(1, 10), record(2, None)]
    assert merge(held, held) == Merged(tuple(held), 0, 0, 2)


def test_another_value_replaces():
    assert merge([record(1, 10)], [record(1, 11)]) == Merged((record(1, 11),), 0, 1, 0)
    assert merge([record(1, 0)], [record(1, None)]) == Merged((record(1, None),), 0, 1, 0)


def test_of_several_for_one_day_the_last_counts():
    merged = merge([], [record(1, 10), record(1, 11), record(1, 11)])
    assert merged == Merged((record(1, 11),), 1, 0, 2)
    again = merge(merged.records, [record(1, 10), record(1, 11), record(1, 11)])
    assert again == Merged(merged.records, 0, 0, 3)


def test_nothing_deposited_changes_nothing():
    assert merge([record(1, 10)], []) == Merged((record(1, 10),), 0, 0, 0)

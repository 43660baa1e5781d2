"""Deposited records join what is held, each at its moment."""

from datetime import date

import pytest

from infobank.vault.spans import by_span, in_order, merge
from infobank.vocabulary.category import Record, Span, TimeUnit
from infobank.vocabulary.columns import Columns


def record(day: int, value: int | None) -> Record:
    return Record(date(2026, 4, day), (value,))


def columns(*records: Record) -> Columns:
    return Columns.of(TimeUnit.DAY, records)


HELD = columns(record(2, 20), record(4, 40))


@pytest.mark.parametrize(
    ("incoming", "after", "added", "changed"),
    [
        ([record(3, 30)], [record(2, 20), record(3, 30), record(4, 40)], 1, 0),
        ([record(5, 50)], [record(2, 20), record(4, 40), record(5, 50)], 1, 0),
        ([record(1, 10)], [record(1, 10), record(2, 20), record(4, 40)], 1, 0),
        ([record(2, 20), record(4, 40)], [record(2, 20), record(4, 40)], 0, 0),
        ([record(4, 41)], [record(2, 20), record(4, 41)], 0, 1),
        ([record(4, None)], [record(2, 20), record(4, None)], 0, 1),
        ([record(4, 41), record(5, 50)], [record(2, 20), record(4, 41), record(5, 50)], 1, 1),
    ],
)
def test_a_new_moment_is_added_and_another_value_replaces(
    incoming: list[Record], after: list[Record], added: int, changed: int
):
    merged = merge(HELD, columns(*incoming))
    assert merged.columns.records() == after
    assert (merged.added, merged.changed) == (added, changed)


def test_where_nothing_is_held_everything_is_added():
    merged = merge(None, HELD)
    assert merged.columns is HELD
    assert (merged.added, merged.changed) == (2, 0)


def test_records_in_order_are_left_as_they_are():
    assert in_order(HELD) is HELD


def test_of_several_of_one_moment_the_last_counts():
    found = columns(record(4, 1), record(2, 2), record(4, 3), record(2, 4), record(3, 5))
    assert in_order(found).records() == [record(2, 4), record(3, 5), record(4, 3)]


def test_two_minutes_of_one_day_are_two_moments():
    day = date(2026, 4, 1)
    found = Columns.of(TimeUnit.MINUTE, [Record(day, (1,), 30), Record(day, (2,), 0)])
    assert in_order(found).records() == [Record(day, (2,), 0), Record(day, (1,), 30)]


@pytest.mark.parametrize(
    ("span", "starts"),
    [
        (Span.MONTH, [date(2025, 12, 1), date(2026, 1, 1), date(2026, 3, 1)]),
        (Span.YEAR, [date(2025, 1, 1), date(2026, 1, 1)]),
        (Span.LIFE, [date(1970, 1, 1)]),
    ],
)
@pytest.mark.parametrize("time", TimeUnit)
def test_records_are_cut_where_blocks_end(span: Span, starts: list[date], time: TimeUnit):
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 1)]
    minutes = [0, 1499] if time is TimeUnit.MINUTE else [0]
    records = [Record(day, (day.day,), minute) for day in days for minute in minutes]
    parts = list(by_span(span, Columns.of(time, records)))
    assert [start for start, _ in parts] == starts
    assert [record for _, part in parts for record in part.records()] == records

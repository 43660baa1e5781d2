"""Make up records for a resident of the sandbox: plain at first sight, and the same each time."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from infobank.vocabulary.category import (
    Category,
    Field,
    FieldType,
    Record,
    Span,
    TimeUnit,
    Value,
)
from infobank.vocabulary.period import Period

MOST_DAYS: Final = 14
"""Days of records at most, the newest of what was asked for."""

NINE: Final = 9 * 60
"""The minute of the day at which everything happens to who was made up."""

NAME: Final = "見本"
"""What a text says that is no place."""


def made_up(
    category: Category, period: Period, today: date, places: Mapping[str, str]
) -> list[Record]:
    """Return records of a category within a period, none of them later than yesterday.

    `places` are those that the bank can coarsen.
    """
    days = _days(category, period, today)
    return [_record(category, day, places) for day in days]


def _days(category: Category, period: Period, today: date) -> Iterator[date]:
    last = min(period.last, today - timedelta(days=1))
    count = 1 if category.span is Span.LIFE else MOST_DAYS
    first = max(period.first, last - timedelta(days=count - 1))
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _record(category: Category, day: date, places: Mapping[str, str]) -> Record:
    values = tuple(_value(field, day, places) for field in category.fields)
    return Record(day, values, NINE if category.time is TimeUnit.MINUTE else 0)


def _value(field: Field, day: date, places: Mapping[str, str]) -> Value:
    turn = day.toordinal() % 7
    if field.type is FieldType.NUMBER:
        return field.minimum + (field.maximum - field.minimum) * (1 + turn) // 100
    if field.type is FieldType.CODE:
        return field.codes[turn % len(field.codes)][0]
    if not field.place:
        return NAME[: field.longest]
    fitting = [place for place in places if len(place) <= field.longest]
    return fitting[turn % len(fitting)] if fitting else None

"""Choose how a category's records are drawn over time, by the shape of the category."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

from infobank.vocabulary.category import (
    Category,
    Field,
    FieldType,
    Record,
    Span,
    TimeUnit,
    clock_text,
)
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.home import Picture, Shape
from infobank.web.portal.views.shared import DailySeries, NamedSeries

LONGEST_SERIES = 366
"""Points of a chart at most: a year of days."""

LEAST_DAYS = 7
"""Fewer days tell nothing that the table does not."""

WEEKS = timedelta(weeks=4)
"""Of how many days, up to the newest, the hours of a day are drawn."""

HOURS, HALF = 24, 30


def drawable(category: Category) -> tuple[Field, ...]:
    """Return the numbers of a category that can be drawn."""
    if category.span is Span.LIFE and any(
        field.type is not FieldType.NUMBER for field in category.fields
    ):
        return ()  # who somebody is, and not how something went
    return tuple(
        field for field in category.fields if field.type is FieldType.NUMBER and field.minimum >= 0
    )


def picture_of(category: Category, field: Field, records: Sequence[Record]) -> Picture | None:
    """Return one number of a category over time, None where a chart tells nothing.

    `records` come in order of day.
    """
    if category.time is TimeUnit.MINUTE:
        recent = [each for each in records if each.observed > records[-1].observed - WEEKS]
        places = any(each.place for each in category.fields)
        return _times(category, recent) if places else _hours(category, field, recent)
    shape, least = (Shape.YEARS, 2) if category.span is Span.LIFE else (Shape.DAYS, LEAST_DAYS)
    place = category.field_names.index(field.name)
    points = [
        (record.observed, value)
        for record in records[-LONGEST_SERIES:]
        if isinstance(value := record.values[place], int)
    ]
    if len(points) < least:
        return None
    series = DailySeries(field.label, field.unit, field.places, tuple(points))
    return Picture(shape, series, points[0][0], points[-1][0])


def _hours(category: Category, field: Field, recent: Sequence[Record]) -> Picture | None:
    """Return the mean of each half hour of the day."""
    place = category.field_names.index(field.name)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for record in recent:
        if isinstance(value := record.values[place], int):
            found[record.minute // HALF].append(value)
    if not found:
        return None
    points = tuple(
        (_clock(half * HALF), round(sum(found[half]) / len(found[half]))) for half in sorted(found)
    )
    series = NamedSeries(field.label, field.unit, field.places, points)
    return Picture(Shape.HOURS, series, recent[0].observed, recent[-1].observed)


def _times(category: Category, recent: Sequence[Record]) -> Picture | None:
    """Return how many records begin in each hour of the day."""
    if not recent:
        return None
    found = Counter(record.minute // 60 for record in recent)
    points = tuple((_clock(hour * 60), found[hour]) for hour in range(HOURS))
    series = NamedSeries(category.label, "records", 0, points)
    return Picture(Shape.TIMES, series, recent[0].observed, recent[-1].observed)


def _clock(minute: int) -> Text:
    shown = clock_text(minute)
    return Text(shown, shown)

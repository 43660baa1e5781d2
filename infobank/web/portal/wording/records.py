"""Put a resident's records in words: columns, rows and the series a chart shows."""

from collections.abc import Sequence

from infobank.usecases.vault.holdings import Holding
from infobank.vocabulary.category import (
    Category,
    Field,
    FieldType,
    Record,
    Span,
    TimeUnit,
    Value,
    clock_text,
)
from infobank.vocabulary.text.language import Text
from infobank.web.portal import formats
from infobank.web.portal.views.resident.home import CategoryPage, Column, RecordRow
from infobank.web.portal.views.resident.home import Holding as HoldingWords
from infobank.web.portal.views.shared import DailySeries, Paging

ROWS = 31
"""Records a page: a month of days."""

LONGEST_SERIES = 366
"""Points of a chart at most: a year of days."""

LEAST_POINTS = 7
"""Fewer points tell nothing that the table does not."""


def holding_words(holding: Holding) -> HoldingWords:
    """Return what is held of one category."""
    category = holding.category
    return HoldingWords(
        code=category.code,
        label=category.label,
        description=category.description,
        records=holding.records,
        first=holding.first,
        last=holding.last,
        special_care=category.special_care,
    )


def category_page(holding: Holding, records: Sequence[Record], page: int) -> CategoryPage:
    """Return one page of records, newest first; `records` come in order of day."""
    category = holding.category
    newest = list(reversed(records))
    return CategoryPage(
        holding=holding_words(holding),
        columns=tuple(
            Column(field.label, field.unit, field.type is FieldType.NUMBER)
            for field in category.fields
        ),
        rows=tuple(_row(category, record) for record in newest[(page - 1) * ROWS : page * ROWS]),
        paging=Paging(page, pages_of(len(records)), len(records)),
        dated=category.span is not Span.LIFE,
        series=_series(category, records),
    )


def pages_of(records: int) -> int:
    """Return how many pages records fill, at least one."""
    return max(1, -(-records // ROWS))


def show_value(field: Field, value: Value) -> Text:
    """Return a value as people write it; absent is empty."""
    if isinstance(value, int):
        shown = formats.show_number(value, field.places)
        return Text(shown, shown)
    named = dict(field.codes)
    return named.get(value or "", Text(value or "", value or ""))


def _row(category: Category, record: Record) -> RecordRow:
    pairs = zip(category.fields, record.values, strict=True)
    time = clock_text(record.minute) if category.time is TimeUnit.MINUTE else ""
    shown = tuple(show_value(field, value) for field, value in pairs)
    return RecordRow(record.observed, shown, time)


def _series(category: Category, records: Sequence[Record]) -> DailySeries | None:
    """Return the first number of the newest year of days, where a chart of days helps."""
    numbers = [
        place
        for place, field in enumerate(category.fields)
        if field.type is FieldType.NUMBER and field.minimum >= 0
    ]
    if category.span is Span.LIFE or category.time is TimeUnit.MINUTE or not numbers:
        return None
    field = category.fields[numbers[0]]
    points = [
        (record.observed, value)
        for record in records[-LONGEST_SERIES:]
        if isinstance(value := record.values[numbers[0]], int)
    ]
    if len(points) < LEAST_POINTS:
        return None
    return DailySeries(field.label, field.unit, field.places, tuple(points))

"""Values of fields as JSON writes them."""

from collections.abc import Mapping, Sequence
from datetime import date

from infobank.errors import InvalidInputError
from infobank.vocabulary.category import (
    Category,
    Field,
    FieldType,
    Record,
    TimeUnit,
    Value,
    clock_minute,
    clock_text,
)
from infobank.vocabulary.columns import Columns


def plain_records(fields: Sequence[Field], columns: Columns) -> list[dict[str, object]]:
    """Return records as JSON writes them; `columns` has the values of exactly these fields.

    The time is told where the category counts in minutes.
    """
    if not columns:
        return []
    names = [field.name for field in fields]
    held = zip(fields, columns.values, strict=True)
    rows = zip(*(_plain_column(field, column) for field, column in held), strict=True)
    values = [dict(zip(names, row, strict=True)) for row in rows]
    days = [day.isoformat() for day in columns.days]
    if columns.time is TimeUnit.DAY:
        return [{"observed": day, "values": found} for day, found in zip(days, values, strict=True)]
    times = map(clock_text, columns.minutes)
    return [
        {"observed": day, "time": time, "values": found}
        for day, time, found in zip(days, times, values, strict=True)
    ]


def _plain_column(field: Field, column: Sequence[Value]) -> Sequence[str | float | None]:
    """Return values as JSON: numbers as numbers, with their decimals; absent as null."""
    if not field.places:
        return column
    # exact: at most 15 digits
    return [float(field.show(value)) if isinstance(value, int) else value for value in column]


def kept(field: Field, value: object) -> Value:
    """Return a value that JSON brought as the field keeps it.

    JSON numbers with a fraction arrive as text, so that nothing is rounded on the way.

    Raises:
        InvalidInputError: it is of another type, or has more decimals than are kept.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidInputError(f"{field.name} must be a number or a text", field=field.name)
    if field.type is FieldType.NUMBER:
        return field.parse_number(str(value))
    return value


def to_record(category: Category, document: Mapping[str, object]) -> Record:
    """Return the record a checked document means; fields it does not name are absent.

    Raises:
        InvalidInputError: it names a field the category does not have, or a value is wrong.
    """
    observed, values, time = document["observed"], document["values"], document.get("time")
    if not isinstance(observed, date) or not isinstance(values, Mapping):
        raise InvalidInputError("a record has a day and values", field="records")
    if (time is not None) != (category.time is TimeUnit.MINUTE):
        rule = "must have a time" if time is None else "must have no time"
        raise InvalidInputError(f"a record of {category.code} {rule}", field="time")
    for name in values:
        category.field(str(name))
    return Record(
        observed=observed,
        values=tuple(kept(field, values.get(field.name)) for field in category.fields),
        minute=0 if time is None else clock_minute(str(time)),
    )

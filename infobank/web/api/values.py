"""Values of fields as JSON writes them."""

from collections.abc import Mapping
from datetime import date

from infobank.errors import InvalidInputError
from infobank.vocabulary.category import Category, Field, FieldType, Record, Value


def plain(field: Field, value: Value) -> str | int | float | None:
    """Return a value as JSON: numbers as numbers, with their decimals; absent as null."""
    if isinstance(value, int) and field.places:
        return float(field.show(value))  # exact: at most 15 digits
    return value


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
    observed, values = document["observed"], document["values"]
    if not isinstance(observed, date) or not isinstance(values, Mapping):
        raise InvalidInputError("a record has a day and values", field="records")
    for name in values:
        category.field(str(name))
    return Record(
        observed=observed,
        values=tuple(kept(field, values.get(field.name)) for field in category.fields),
    )

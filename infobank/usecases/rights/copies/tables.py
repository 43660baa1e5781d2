"""Records as people and programs read them: CSV, JSON, and the JSON Schema of both."""

import csv
import io
import json
from collections.abc import Mapping, Sequence

from infobank.vocabulary.category import (
    Category,
    Field,
    FieldType,
    Record,
    TimeUnit,
    Value,
    clock_text,
)

DRAFT = "https://json-schema.org/draft/2020-12/schema"

MARK = "\ufeff"
"""In front of a CSV file, so that spreadsheets read its Japanese as UTF-8."""


def to_csv(category: Category, records: Sequence[Record]) -> str:
    """Return records as CSV (RFC 4180): the day, the time where there is one, the fields."""
    timed = category.time is TimeUnit.MINUTE
    out = io.StringIO()
    out.write(MARK)
    table = csv.writer(out)
    table.writerow(["observed", *(["time"] if timed else []), *category.field_names])
    for record in records:
        when = [record.observed.isoformat(), *([clock_text(record.minute)] if timed else [])]
        pairs = zip(category.fields, record.values, strict=True)
        table.writerow([*when, *(_text(field, value) for field, value in pairs)])
    return out.getvalue()


def to_json(category: Category, records: Sequence[Record]) -> str:
    """Return records as JSON, in the shape of `schema_of`."""
    timed = category.time is TimeUnit.MINUTE
    document = {
        "category": category.code,
        "schema": category.schema,
        "records": [_record(category, record, timed=timed) for record in records],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def schema_of(category: Category) -> str:
    """Return the JSON Schema (2020-12) of a category's file, its words in both languages."""
    times = {"time": {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}}
    record = {
        "type": "object",
        "properties": {
            "observed": {"type": "string", "format": "date"},
            **(times if category.time is TimeUnit.MINUTE else {}),
            "values": {
                "type": "object",
                "properties": {field.name: _schema(field) for field in category.fields},
                "required": list(category.field_names),
                "additionalProperties": False,
            },
        },
        "required": ["observed", "values"],
        "additionalProperties": False,
    }
    document = {
        "$schema": DRAFT,
        "title": f"{category.label.ja} / {category.label.en}",
        "description": f"{category.description.ja} / {category.description.en}",
        "type": "object",
        "properties": {
            "category": {"const": category.code},
            "schema": {"const": category.schema},
            "records": {"type": "array", "items": record},
        },
        "required": ["category", "schema", "records"],
        "additionalProperties": False,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _record(category: Category, record: Record, *, timed: bool) -> Mapping[str, object]:
    pairs = zip(category.fields, record.values, strict=True)
    return {
        "observed": record.observed.isoformat(),
        **({"time": clock_text(record.minute)} if timed else {}),
        "values": {field.name: _plain(field, value) for field, value in pairs},
    }


def _plain(field: Field, value: Value) -> str | int | float | None:
    if isinstance(value, int) and field.places:
        return float(field.show(value))  # exact: at most 15 digits
    return value


def _text(field: Field, value: Value) -> str:
    if value is None:
        return ""
    return field.show(value) if isinstance(value, int) else value


def _schema(field: Field) -> Mapping[str, object]:
    """Return what a field's value may be; an absent one is null."""
    said: dict[str, object] = {"title": f"{field.label.ja} / {field.label.en}"}
    if field.unit:
        said["description"] = field.unit
    if field.type is FieldType.CODE:
        return {**said, "enum": [*(code for code, _ in field.codes), None]}
    if field.type is FieldType.TEXT:
        return {**said, "type": ["string", "null"], "maxLength": field.longest}
    low, high = (_plain(field, bound) for bound in (field.minimum, field.maximum))
    kind = "number" if field.places else "integer"
    return {**said, "type": [kind, "null"], "minimum": low, "maximum": high}

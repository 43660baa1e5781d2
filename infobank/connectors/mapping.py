"""How a source's columns become one category's records (`policies/mappings/*.toml`)."""

import collections.abc
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from infobank.errors import ConfigurationError, InvalidInputError
from infobank.vocabulary.category import Category, Field, FieldType, TimeUnit, Value
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.table import CODE, Table, parse_toml

DAY_FORMAT = r"(%[Ymd])([^%]*)(%[Ymd])([^%]*)(%[Ymd])"
"""A format names the year (4 digits), the month and the day, once each, and nothing else."""

FORMATS = {
    TimeUnit.DAY: re.compile(DAY_FORMAT),
    TimeUnit.MINUTE: re.compile(DAY_FORMAT + "[^%]+%H[^%]*%M"),
}
"""A category that counts in minutes needs the hour (0 to 23) and the minute too."""

PROBE = datetime(2003, 1, 2)  # noqa: DTZ001 - a source's local time has no zone
"""A day whose month and day differ and could be each other."""

LARGEST_MAPPING = 1 << 20
"""Bytes of a mapping file."""


class UnknownResident(StrEnum):
    """What to do with an identifier of the source that belongs to no resident yet."""

    CREATE = "create"
    """Make a resident for it."""
    REFUSE = "refuse"
    """Reject the row."""


@dataclass(frozen=True)
class FieldColumn:
    """Where one field's value stands.

    `scale` multiplies a number on its way in (metres to kilometres: 0.001), rounded
    half to even to what the field keeps; `codes` are the source's words for a code.
    """

    field: Field
    column: str
    scale: Decimal | None = None
    codes: collections.abc.Mapping[str, str] | None = None


@dataclass(frozen=True)
class DropRule:
    """Rows that are well formed and still say nothing: each named field has the named value."""

    reason: str
    values: collections.abc.Mapping[str, Value]


@dataclass(frozen=True)
class Mapping:
    """How one source's rows become records of one category.

    `source` is a code that keeps the identifiers of different sources apart.
    `columns` stand in the category's order; a field without a column stays absent.
    """

    code: str
    source: str
    category: Category
    resident_column: str
    unknown: UnknownResident
    observed_column: str
    formats: tuple[str, ...]
    columns: tuple[FieldColumn, ...]
    drops: tuple[DropRule, ...]


def read_mapping(path: Path, policies: Policies) -> Mapping:
    """Read and check a mapping file; its code is the file's name.

    Raises:
        ConfigurationError: the file is missing, or breaks a rule; the message names
            file and key.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_MAPPING + 1)
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from error
    if len(content) > LARGEST_MAPPING:
        raise ConfigurationError(f"{path} is larger than {LARGEST_MAPPING} bytes")
    return parse_mapping(path.stem, Table(parse_toml(content, path.name), path.name), policies)


def parse_mapping(code: str, table: Table, policies: Policies) -> Mapping:
    """Return the mapping a file describes.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule.
    """
    category = _parse_category(table, policies)
    resident, observed = table.table("resident"), table.table("observed")
    mapping = Mapping(
        code=code,
        source=_parse_source(table),
        category=category,
        resident_column=resident.text("column"),
        unknown=resident.choice("unknown", UnknownResident),
        observed_column=observed.text("column"),
        formats=_parse_formats(observed, category.time),
        columns=_parse_columns(table.table("fields"), category),
        drops=tuple(_parse_drop(rule, category) for rule in table.tables("reject")),
    )
    for inside in (resident, observed, table):
        inside.close()
    _refuse_shared_columns(table, mapping)
    return mapping


def read_instant(text: str, formats: collections.abc.Iterable[str]) -> datetime | None:
    """Return the local time a text means in the first format that fits, or None."""
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - a source's local time has no zone
        except ValueError:
            continue
    return None


def _parse_source(table: Table) -> str:
    source = table.text("source")
    if not CODE.fullmatch(source):
        raise table.wrong("source", f"a code must look like {CODE.pattern}")
    return source


def _parse_category(table: Table, policies: Policies) -> Category:
    try:
        return policies.category(table.text("category"))
    except InvalidInputError as error:
        raise table.wrong("category", error.message) from None


def _parse_formats(table: Table, time: TimeUnit) -> tuple[str, ...]:
    """Return the formats, refusing two that read one text as different days."""
    formats = table.texts("formats")
    needed = "%Y, %m and %d" if time is TimeUnit.DAY else "%Y, %m and %d, then %H and %M,"
    for form in formats:
        parts = FORMATS[time].fullmatch(form)
        if parts is None or len({parts[1], parts[3], parts[5]}) != len("Ymd"):
            raise table.wrong("formats", f"each must hold {needed} once and nothing like them")
    for form in formats:
        read = (read_instant(PROBE.strftime(other), [form]) for other in formats)
        if any(found not in {None, PROBE} for found in read):
            raise table.wrong("formats", "two of them read the same text as different days")
    return formats


def _parse_columns(table: Table, category: Category) -> tuple[FieldColumn, ...]:
    found = {}
    for name in table:
        try:
            field = category.field(name)
        except InvalidInputError as error:
            raise table.wrong(name, error.message) from None
        found[name] = _parse_column(table.table(name), field)
    if not found:
        raise table.wrong("", "needs at least one field")
    return tuple(found[name] for name in category.field_names if name in found)


def _parse_column(table: Table, field: Field) -> FieldColumn:
    scale = _parse_scale(table) if "scale" in table else None
    if scale is not None and field.type is not FieldType.NUMBER:
        raise table.wrong("scale", "is for numbers only")
    codes = _parse_codes(table, field) if "codes" in table else None
    column = FieldColumn(field, table.text("column"), scale, codes)
    table.close()
    return column


def _parse_scale(table: Table) -> Decimal:
    try:
        scale = Decimal(table.text("scale"))
    except InvalidOperation:
        raise table.wrong("scale", "must be a decimal number as a text") from None
    if not scale.is_finite() or scale <= 0:
        raise table.wrong("scale", "must be above zero")
    return scale


def _parse_codes(table: Table, field: Field) -> dict[str, str]:
    if field.type is not FieldType.CODE:
        raise table.wrong("codes", "is for fields that hold a code")
    inside = table.table("codes")
    codes = {word: inside.text(word) for word in inside}
    known = {code for code, _ in field.codes}
    if not set(codes.values()) <= known:
        raise table.wrong("codes", f"each must mean one of {', '.join(sorted(known))}")
    return codes


def _parse_drop(table: Table, category: Category) -> DropRule:
    inside = table.table("drop_when")
    values: dict[str, Value] = {}
    for name in inside:
        try:
            field, text = category.field(name), inside.text(name)
            values[name] = field.parse_number(text) if field.type is FieldType.NUMBER else text
            field.check(values[name])
        except InvalidInputError as error:
            raise inside.wrong(name, error.message) from None
    if not values:
        raise table.wrong("drop_when", "needs at least one field")
    rule = DropRule(table.text("reason"), values)
    table.close()
    return rule


def _refuse_shared_columns(table: Table, mapping: Mapping) -> None:
    """Check that no column is used twice and that a rule looks at mapped fields only."""
    used = [mapping.resident_column, mapping.observed_column]
    used += [column.column for column in mapping.columns]
    if len(set(used)) != len(used):
        raise table.wrong("fields", "one column is used twice")
    mapped = {column.field.name for column in mapping.columns}
    for rule in mapping.drops:
        if not set(rule.values) <= mapped:
            raise table.wrong("reject", "a rule may only look at fields that have a column")

"""From a category file to a `Category`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infobank.errors import ConfigurationError, InvalidInputError
from infobank.vocabulary.category import (
    Category,
    Field,
    FieldType,
    Span,
    StoredColumns,
    TimeUnit,
)
from infobank.vocabulary.text.language import Text
from infobank.vocabulary.text.table import FIELD_NAME, Table

LARGEST_HEADER_NUMBER = 65_535
"""Two bytes each hold a category's number and its schema in a stored block."""

MOST_PLACES = 6
"""Decimals a field may keep; more would only be noise of the instrument."""

LONGEST_TEXT = 10_000
"""Characters a text field may be allowed to hold."""


def parse_category(code: str, table: Table) -> Category:
    """Return the category a file describes; its code is the file's name.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule.
    """
    schema = table.integer("schema", 1, LARGEST_HEADER_NUMBER)
    every = [_parse_field(inside, schema) for inside in table.tables("fields")]
    today = tuple(each.field for each in every if each.holds(schema))
    category = Category(
        code=code,
        number=table.integer("number", 1, LARGEST_HEADER_NUMBER),
        schema=schema,
        label=table.words("label"),
        description=table.words("description"),
        span=table.choice("span", Span),
        time=table.choice("time", TimeUnit) if "time" in table else TimeUnit.DAY,
        special_care=table.flag("special_care"),
        step_up=table.flag("step_up"),
        household=table.flag("household"),
        fields=today,
        earlier=tuple(_stored(every, today, earlier) for earlier in range(1, schema)),
    )
    table.close()
    names = [each.field.name for each in every]
    if not today or len(set(names)) != len(names):
        raise table.wrong("fields", "needs at least one field, and no name twice")
    if not all(stored.types for stored in category.earlier):
        raise table.wrong("fields", "every schema needs at least one field")
    return category


@dataclass(frozen=True)
class _KnownField:
    """A field, and the schemas that have it: from `since` to `until`, both included."""

    field: Field
    since: int
    until: int

    def holds(self, schema: int) -> bool:
        return self.since <= schema <= self.until


def _stored(every: Iterable[_KnownField], today: Sequence[Field], schema: int) -> StoredColumns:
    """Return the columns that blocks of an earlier schema have, in stored order."""
    places = {field.name: place for place, field in enumerate(today)}
    held = [each.field for each in every if each.holds(schema)]
    return StoredColumns(
        tuple(field.type for field in held), tuple(places.get(field.name) for field in held)
    )


def refuse_shared_numbers(categories: Iterable[Category]) -> None:
    """Check that no two categories share the number that stands in stored blocks.

    Raises:
        ConfigurationError: two do.
    """
    owners: dict[int, str] = {}
    for category in categories:
        owner = owners.setdefault(category.number, category.code)
        if owner != category.code:
            raise ConfigurationError(
                f"categories/{category.code}.toml: number: "
                f"{category.number} is already the number of {owner}"
            )


def _parse_field(table: Table, schema: int) -> _KnownField:
    name = table.text("name")
    if not FIELD_NAME.fullmatch(name):
        raise table.wrong("name", f"a name must look like {FIELD_NAME.pattern}")
    kind = table.choice("type", FieldType)
    label = table.words("label")
    if kind is FieldType.NUMBER:
        field = _parse_number_field(table, name, label)
    elif kind is FieldType.TEXT:
        longest, place = table.integer("longest", 1, LONGEST_TEXT), table.flag("place")
        field = Field(name, kind, label, longest=longest, place=place)
    else:
        codes = tuple(table.table("codes").labels().items())
        field = Field(name, kind, label, codes=codes)
    since = table.integer("since", 1, schema, default=1)
    until = table.integer("until", since, schema, default=schema)
    table.close()
    return _KnownField(field, since, until)


def _parse_number_field(table: Table, name: str, label: Text) -> Field:
    places = table.integer("places", 0, MOST_PLACES, default=0)
    bare = Field(name, FieldType.NUMBER, label, table.text("unit", default=""), places)
    minimum, maximum = (_decimal(table, bare, key) for key in ("minimum", "maximum"))
    if minimum > maximum:
        raise table.wrong("maximum", "must not be below the minimum")
    band = _decimal(table, bare, "band") if "band" in table else 0
    if "band" in table and not 0 < band <= maximum - minimum:
        raise table.wrong("band", "must be above 0 and no wider than minimum to maximum")
    return Field(name, bare.type, label, bare.unit, places, minimum, maximum, band=band)


def _decimal(table: Table, field: Field, key: str) -> int:
    """Return a number, written as a decimal text in the field's unit, in the kept unit."""
    try:
        return field.parse_number(table.text(key))
    except InvalidInputError as error:
        raise table.wrong(key, error.message) from None

"""Kinds of personal data: what a record of each looks like.

A category is the operator's rule (`policies/categories/*.toml`), not code: the
number and the order of its fields are part of the stored format and never change
within a schema version.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from infobank.errors import InvalidInputError
from infobank.vocabulary.text.language import Text

Value = int | str | None
"""A field's value: a whole number (already multiplied by 10**places), a text, or absent."""


LONGEST_NUMBER = 15
"""Digits before the decimal point that are still read as a number: all fit in 64 bits."""


class FieldType(StrEnum):
    """What a field holds."""

    NUMBER = "number"
    """A fixed-point number, kept as a whole number of 10**-places units."""
    TEXT = "text"
    """Free text."""
    CODE = "code"
    """One of a stated list of codes."""


class TimeUnit(StrEnum):
    """How finely a category tells when."""

    DAY = "day"
    """One record a day."""
    MINUTE = "minute"
    """Any number of records a day, each at its own minute."""


LONGEST_DAY = 1_500
"""Minutes a day may have: 25 hours, where clocks are set back."""

CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
"""Hours and minutes since the local day began; the 25th hour of a long day is 24."""


def clock_text(minute: int) -> str:
    """Return a minute of the day as `HH:MM`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def clock_minute(text: str) -> int:
    """Return the minute of the day that `HH:MM` means.

    Raises:
        InvalidInputError: it is not written like that.
    """
    parts = CLOCK.fullmatch(text)
    if parts is None:
        raise InvalidInputError("a time must look like 09:30", field="time")
    return 60 * int(parts[1]) + int(parts[2])


class Span(StrEnum):
    """How long a time one stored block of the category covers."""

    MONTH = "month"
    YEAR = "year"
    LIFE = "life"


@dataclass(frozen=True)
class Field:
    """One field of a category.

    `minimum` and `maximum` bound a number in its kept unit (10**-places), both
    included; `longest` bounds a text in characters.
    """

    name: str
    type: FieldType
    label: Text
    unit: str = ""
    places: int = 0
    minimum: int = 0
    maximum: int = 0
    longest: int = 0
    band: int = 0
    place: bool = False
    codes: tuple[tuple[str, Text], ...] = ()

    def check(self, value: Value) -> None:
        """Accept a value this field may hold; None (absent) always may.

        Raises:
            InvalidInputError: the value is of the wrong type or out of range; the
                message names the rule, never the value.
        """
        if value is None:
            return
        if self.type is FieldType.NUMBER:
            self._check_number(value)
        elif not isinstance(value, str):
            raise InvalidInputError(f"{self.name} must be a text", field=self.name)
        elif self.type is FieldType.CODE and value not in {code for code, _ in self.codes}:
            known = ", ".join(code for code, _ in self.codes)
            raise InvalidInputError(f"{self.name} must be one of {known}", field=self.name)
        elif self.type is FieldType.TEXT and len(value) > self.longest:
            raise InvalidInputError(
                f"{self.name} must be at most {self.longest} characters", field=self.name
            )

    def _check_number(self, value: Value) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidInputError(f"{self.name} must be a number", field=self.name)
        if not self.minimum <= value <= self.maximum:
            low, high = self.show(self.minimum), self.show(self.maximum)
            raise InvalidInputError(
                f"{self.name} must be between {low} and {high}", field=self.name
            )

    def parse_number(self, text: str) -> int:
        """Return the kept whole number a decimal text means, such as 850 for `8.50` with 2 places.

        Raises:
            InvalidInputError: it is not a plain decimal number, or has more decimals
                than the field keeps (trailing zeros are ignored).
        """
        sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
        whole, _, fraction = digits.partition(".")
        fraction = fraction.rstrip("0")
        if not (whole + fraction).isascii() or not whole.isdigit() or len(whole) > LONGEST_NUMBER:
            raise InvalidInputError(f"{self.name} must be a decimal number", field=self.name)
        if fraction and not fraction.isdigit():
            raise InvalidInputError(f"{self.name} must be a decimal number", field=self.name)
        if len(fraction) > self.places:
            raise InvalidInputError(
                f"{self.name} keeps at most {self.places} decimals", field=self.name
            )
        return sign * int(whole + fraction.ljust(self.places, "0"))

    def show(self, value: Value) -> str:
        """Return a value as people and files write it; the empty text when absent."""
        if value is None:
            return ""
        if isinstance(value, str) or self.places == 0:
            return str(value)
        sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(self.places + 1, "0")
        return f"{sign}{digits[: -self.places]}.{digits[-self.places :]}"


@dataclass(frozen=True)
class StoredColumns:
    """The columns of a stored block, in order: their types, and the places of their fields.

    A column without a place in the category is of a field that it has no more.
    """

    types: tuple[FieldType, ...]
    places: tuple[int | None, ...]

    @cached_property
    def are_numbers(self) -> bytes:
        """Whether each column is of numbers: one byte a column, 1 or 0."""
        return bytes(each is FieldType.NUMBER for each in self.types)

    @cached_property
    def _by_place(self) -> dict[int, int]:
        return {place: column for column, place in enumerate(self.places) if place is not None}

    def columns_of(self, places: Iterable[int]) -> list[int | None]:
        """Return the columns of the fields at some places; None where there was no such field."""
        return [self._by_place.get(place) for place in places]


@dataclass(frozen=True)
class Category:
    """One kind of personal data.

    `number` (1 to 65,535) is bound into every stored block's seal and `schema`, the
    version of the fields, stands inside.  `earlier` says what blocks of the schemas
    before this one hold, schema 1 first.  `household` says that the records are about all who
    live together, so that each adult of them has a say.
    """

    code: str
    number: int
    schema: int
    label: Text
    description: Text
    span: Span
    fields: tuple[Field, ...]
    special_care: bool = False
    household: bool = False
    time: TimeUnit = TimeUnit.DAY
    earlier: tuple[StoredColumns, ...] = ()
    step_up: bool = False

    @cached_property
    def stored(self) -> StoredColumns:
        """What a block written today holds: one column for each field."""
        types = tuple(field.type for field in self.fields)
        return StoredColumns(types, tuple(range(len(types))))

    def stored_in(self, schema: int) -> StoredColumns | None:
        """Return what a block of some schema holds, or None when nobody knows."""
        if schema == self.schema:
            return self.stored
        return self.earlier[schema - 1] if 1 <= schema <= len(self.earlier) else None

    def field(self, name: str) -> Field:
        """Return one field by name.

        Raises:
            InvalidInputError: the category has no such field; the name is not repeated,
                because a caller may have written anything there.
        """
        for field in self.fields:
            if field.name == name:
                return field
        known = ", ".join(self.field_names)
        raise InvalidInputError(f"unknown field; {self.code} has {known}", field="fields")

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the fields, for comparing."""
        return frozenset(self.field_names)

    @cached_property
    def bandless(self) -> frozenset[str]:
        """The names of the numbers that cannot be told in bands."""
        return frozenset(
            field.name for field in self.fields if field.type is FieldType.NUMBER and not field.band
        )

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the fields in stored order."""
        return tuple(field.name for field in self.fields)


class Record(NamedTuple):
    """What one category says about one resident on one day, or at one minute of it.

    `values` stand in the order of the category's fields.  `minute` counts from the
    beginning of the local day, and is 0 in a category that counts in days.  The identity
    of a record is (resident, category, observed, minute): the same identity with another
    value replaces.
    """

    observed: date
    values: tuple[Value, ...]
    minute: int = 0

"""What the texts of one column mean: each text is understood once, then looked up.

A city's activity file holds 100 times more cells than different texts, so a
dictionary that fills itself makes the usual cell cost one look-up in C.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from operator import itemgetter
from typing import Generic, TypeVar

from infobank.connectors.mapping import FieldColumn, Mapping, read_instant
from infobank.errors import InvalidInputError
from infobank.vocabulary.category import LONGEST_DAY, Field, FieldType, TimeUnit, Value

Meaning = TypeVar("Meaning")

EARLIEST = date(1900, 1, 1)
"""No record of a living resident is older; an earlier year is a slip of the pen."""

EXAMPLE = datetime(2026, 12, 31, 23, 59)  # noqa: DTZ001 - a source's local time has no zone
"""The time that a message shows, so that the order of month and day is plain."""

LONGEST_CELL = 10_000
"""Characters; no field of the bank may hold more."""

LONGEST_IDENTIFIER = 128
"""Characters of a source's identifier."""

LONGEST_LEARNT = 64
"""Characters of a text worth remembering; longer ones would fill the memory."""

MOST_LEARNT = 1 << 16
"""Texts remembered a column; then the column starts afresh."""

DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
"""A number that may be scaled."""


class CellError(Exception):
    """Say which rule a cell breaks; the reader turns it into a `Reject`."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


class Meanings(dict[str, Meaning], Generic[Meaning]):
    """The meaning of each text of one column, found by subscription.

    Subscription raises `CellError` for a text that breaks the column's rule.
    """

    def __init__(self, column: str, understand: Callable[[str], Meaning]) -> None:
        super().__init__()
        self._column = column
        self._understand = understand

    def understood(
        self, texts: Sequence[str]
    ) -> tuple[Sequence[Meaning | None], dict[int, CellError]]:
        """Return what a whole column means, and what is wrong with it, by place.

        A cell that breaks the column's rule means None.
        """
        if len(texts) < 2:  # noqa: PLR2004 - of one, itemgetter gives no tuple
            return self._one_by_one(texts)
        try:
            # Picking all at once is a quarter faster than a step for each text.
            return itemgetter(*texts)(self), {}
        except CellError:
            return self._one_by_one(texts)

    def _one_by_one(
        self, texts: Sequence[str]
    ) -> tuple[Sequence[Meaning | None], dict[int, CellError]]:
        meanings: list[Meaning | None] = []
        wrong = {}
        for place, text in enumerate(texts):
            try:
                meanings.append(self[text])
            except CellError as error:
                meanings.append(None)
                wrong[place] = error
        return meanings, wrong

    def __missing__(self, text: str) -> Meaning:
        if len(text) > LONGEST_CELL:
            raise CellError(self._column, f"is longer than {LONGEST_CELL} characters")
        try:
            meaning = self._understand(text)
        except InvalidInputError as error:
            raise CellError(self._column, error.message) from None
        if len(text) <= LONGEST_LEARNT:
            if len(self) >= MOST_LEARNT:
                self.clear()
            self[text] = meaning
        return meaning


def identifiers(mapping: Mapping) -> Meanings[str]:
    """Return the meanings of the column that says whom a row is about.

    Only spaces around are dropped: taking two identifiers for one would give one
    resident's data to another.
    """

    def understand(text: str) -> str:
        identifier = text.strip()
        if not identifier:
            raise InvalidInputError("is empty: a row must say whom it is about")
        if len(identifier) > LONGEST_IDENTIFIER or not identifier.isprintable():
            raise InvalidInputError(
                f"must be at most {LONGEST_IDENTIFIER} characters, all printable"
            )
        return identifier

    return Meanings(mapping.resident_column, understand)


def moments(mapping: Mapping, today: date) -> Meanings[int]:
    """Return the meanings of the column that says when: moments as in `vocabulary.columns`.

    A time of day is what the clocks on the wall say.  The hour that comes twice when they
    are set back counts once.
    """
    like = " or ".join(EXAMPLE.strftime(form) for form in mapping.formats)
    minutes = mapping.category.time is TimeUnit.MINUTE

    def understand(text: str) -> int:
        instant = read_instant(_tidy(text), mapping.formats)
        if instant is None:
            raise InvalidInputError(f"must be a date like {like}")
        day = instant.date()
        if day > today:
            raise InvalidInputError("must not be in the future")
        if day < EARLIEST:
            raise InvalidInputError(f"must not be before {EARLIEST}")
        if not minutes:
            return day.toordinal()
        return day.toordinal() * LONGEST_DAY + instant.hour * 60 + instant.minute

    return Meanings(mapping.observed_column, understand)


def values(column: FieldColumn) -> Meanings[Value]:
    """Return the meanings of one field's column: what the field keeps, or None when empty."""
    read = _READERS[column.field.type]

    def understand(text: str) -> Value:
        tidy = _tidy(text)
        if not tidy:
            return None
        value = read(column, text.strip() if column.field.type is FieldType.TEXT else tidy)
        column.field.check(value)
        return value

    return Meanings(column.column, understand)


def _tidy(text: str) -> str:
    """Return a text with full-width digits and letters made plain (Unicode NFKC)."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def _number(column: FieldColumn, text: str) -> Value:
    if column.scale is None:
        return column.field.parse_number(text)
    return _scaled(column.field, column.scale, text)


def _scaled(field: Field, scale: Decimal, text: str) -> int:
    if not DECIMAL.fullmatch(text):
        raise InvalidInputError(f"{field.name} must be a decimal number", field=field.name)
    kept = (Decimal(text) * scale).scaleb(field.places)
    return int(kept.to_integral_value(ROUND_HALF_EVEN))


def _code(column: FieldColumn, text: str) -> Value:
    if column.codes is None:
        return text
    if text not in column.codes:
        raise InvalidInputError(f"{column.field.name} is a word the mapping does not know")
    return column.codes[text]


def _text(column: FieldColumn, text: str) -> Value:
    composed = unicodedata.normalize("NFC", text)
    if not composed.isprintable():
        raise InvalidInputError(f"{column.field.name} must hold no control characters")
    return composed


_READERS: dict[FieldType, Callable[[FieldColumn, str], Value]] = {
    FieldType.NUMBER: _number,
    FieldType.CODE: _code,
    FieldType.TEXT: _text,
}

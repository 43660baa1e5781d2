"""Columns as bytes: the inside of a block before compression.

`docs/spec/block.md` describes the layout.  Whole columns go through `array` at once:
there is no loop over single numbers.
"""

import struct
import sys
from array import array
from collections.abc import Container, Iterator, Sequence
from datetime import date
from operator import sub
from typing import Literal, NamedTuple

from infobank.errors import InvalidInputError
from infobank.vault.errors import SealBrokenError, UnknownSchemaError
from infobank.vocabulary.category import (
    LONGEST_DAY,
    Category,
    FieldType,
    StoredColumn,
    TimeUnit,
    Value,
)
from infobank.vocabulary.columns import MOMENTS_A_DAY, Columns, Moments

MOST_RECORDS = 100_000
MOST_COLUMNS = 64
LONGEST_BODY = 32 * 1024 * 1024
"""Bytes of one encoded block."""

_EPOCH = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal()
_DAY, _MINUTE = TimeUnit.DAY, TimeUnit.MINUTE
_UNITS = {1: _DAY, 2: _MINUTE}
_NUMBER = FieldType.NUMBER
_MARKS = {True: (b"\1\0", b"\1\1"), False: (b"\2\0", b"\2\1")}
"""How a column of numbers (or not: of texts) begins: every record has a value, or flags follow."""
_HEAD = struct.Struct(">HIHBi")
_MINUTE_OF_DAY = struct.Struct(">H")


class _Width(NamedTuple):
    """How numbers of so many bytes are kept.

    `planes` says where in numbers of this machine their bytes stand, the most significant
    first.
    """

    bytes: int
    code: Literal["b", "h", "i", "q"]
    planes: Sequence[slice]


def _width(length: int, code: Literal["b", "h", "i", "q"]) -> _Width:
    planes = [slice(at, None, length) for at in range(length)]
    return _Width(length, code, planes if sys.byteorder == "big" else planes[::-1])


_WIDTHS = {
    b"\1": _width(1, "b"),
    b"\2": _width(2, "h"),
    b"\4": _width(4, "i"),
    b"\x08": _width(8, "q"),
}
_GREATEST = {width.bytes: 1 << 8 * width.bytes - 1 for width in _WIDTHS.values()}
_DENSE = {_MARKS[True][0] + mark: width for mark, width in _WIDTHS.items()}


def encode_columns(category: Category, columns: Columns) -> bytes:
    """Return the body of a block.

    Raises:
        InvalidInputError: no record or more than 100,000, not in strictly rising order
            of time, or values of another shape or type than the category's fields, or
            more than 32 MiB in all.
    """
    if not 1 <= len(columns) <= MOST_RECORDS:
        raise InvalidInputError(f"a block holds 1 to {MOST_RECORDS} records", field="records")
    if not 1 <= len(category.fields) <= MOST_COLUMNS:
        raise InvalidInputError(f"a category has 1 to {MOST_COLUMNS} fields", field="fields")
    if columns.time is not category.time or {*map(len, columns.values)} != {len(columns)}:
        raise InvalidInputError("a record does not fit its category", field="records")
    try:
        encoded = [
            _encode_column(field.type, column)
            for field, column in zip(category.fields, columns.values, strict=True)
        ]
    except (ValueError, TypeError):
        raise InvalidInputError("a record does not fit its category", field="records") from None
    body = b"".join((_encode_head(category, columns.moments), *encoded))
    if len(body) > LONGEST_BODY:
        raise InvalidInputError(f"a block holds at most {LONGEST_BODY} bytes", field="records")
    return body


def _encode_head(category: Category, moments: Sequence[int]) -> bytes:
    day, minute = divmod(moments[0], MOMENTS_A_DAY[category.time])
    gaps = list(map(sub, moments[1:], moments))
    if gaps and min(gaps) < 1:
        raise InvalidInputError(
            "records must stand in order of time, each moment once", field="records"
        )
    unit = 1 if category.time is _DAY else 2
    head = _HEAD.pack(category.schema, len(moments), len(category.fields), unit, day - _EPOCH)
    within = b"" if category.time is _DAY else _MINUTE_OF_DAY.pack(minute)
    return head + within + _encode_integers(gaps)


def _encode_column(kind: FieldType, column: Sequence[Value]) -> bytes:
    dense, sparse = _MARKS[kind is _NUMBER]
    encode = _encode_integers if kind is _NUMBER else _encode_texts
    try:
        return dense + encode(column)
    except TypeError:  # asking every value whether it is None would cost more
        flags, present = _encode_absent(column)
        return sparse + flags + encode(present)


def _encode_absent(column: Sequence[Value]) -> tuple[bytes, list[Value]]:
    flags = "".join(["0" if value is None else "1" for value in column])
    bitmap = int(flags, 2).to_bytes(_bitmap_length(len(column)), "big")
    return bitmap, [value for value in column if value is not None]


def _bitmap_length(count: int) -> int:
    return (count + 7) // 8


def _encode_integers(numbers: Sequence[Value]) -> bytes:
    # Trying a width is cheaper than finding the smallest and the largest number first.
    for mark, width in _WIDTHS.items():
        try:
            native = array(width.code, numbers).tobytes()  # type: ignore[arg-type]  # refuses others
        except OverflowError:
            continue
        # The upper bytes of small numbers are nearly all alike: side by side they vanish
        # when compressed.
        return mark + b"".join([native[plane] for plane in width.planes])
    raise ValueError("a value is no whole number of 64 bits")


def _encode_texts(texts: Sequence[Value]) -> bytes:
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    spelled = [str.encode(text) for text in places]  # type: ignore[arg-type]  # refuses others
    return b"".join(
        (
            len(spelled).to_bytes(4, "big"),
            _encode_integers([len(spelling) for spelling in spelled]),
            *spelled,
            _encode_integers([places[text] for text in texts]),
        )
    )


def decode_columns(category: Category, body: bytes, places: Sequence[int] | None = None) -> Columns:
    """Return the columns of an encoded body, as the category's fields are today.

    `places` chooses fields, in that order; the others are passed over unread.  A field
    that the category did not have then is absent in all records; one that it has no
    more is left out.  Every count and length is checked against what is left before it
    is used.

    Raises:
        UnknownSchemaError: the body was written for fields that nobody knows.
        SealBrokenError: the body is not what `encode_columns` writes.
    """
    if len(body) < _HEAD.size:
        raise SealBrokenError
    schema, count, width, unit, first = _HEAD.unpack_from(body)
    reader = _Reader(body, _HEAD.size)
    stored = category.stored_in(schema)
    if stored is None:
        raise UnknownSchemaError(
            f"the block has schema {schema} of {category.code}; this bank reads up to "
            f"{category.schema}"
        )
    if _UNITS.get(unit) is not category.time or width != len(stored):
        raise SealBrokenError
    if not 1 <= count <= MOST_RECORDS:
        raise SealBrokenError
    moments = _decode_moments(reader, category.time, first + _EPOCH, count)
    values = reader.columns(stored, count, None if places is None else frozenset(places))
    reader.end()
    if places is None and stored is category.stored:
        return Columns(category.time, moments, tuple(values))
    held = {column.place: found for column, found in zip(stored, values, strict=True)}
    nothing = (None,) * count
    chosen = range(len(category.fields)) if places is None else places
    return Columns(category.time, moments, tuple(held.get(place, nothing) for place in chosen))


def _decode_moments(reader: "_Reader", time: TimeUnit, day: int, count: int) -> Moments:
    a_day, minute = 1, 0
    if time is not _DAY:
        a_day, minute = LONGEST_DAY, int.from_bytes(reader.take(_MINUTE_OF_DAY.size), "big")
    gaps, first, last = reader.integers(count - 1), day * a_day + minute, (_LAST_DAY + 1) * a_day
    if day < 1 or minute >= a_day or first >= last or not _rising(gaps):
        raise SealBrokenError
    # Adding up is dear; most blocks cannot reach the end of the calendar at all.
    if first + len(gaps) * _GREATEST[gaps.itemsize] >= last and first + sum(gaps) >= last:
        raise SealBrokenError
    return Moments(first, gaps)


def _rising(gaps: "array[int]") -> bool:
    """Tell whether every gap is at least 1."""
    if gaps.itemsize == 1:
        signed = gaps.tobytes()
        return signed.isascii() and 0 not in signed
    return min(gaps, default=1) >= 1


class _Reader:
    """Take columns from the front of a body, never more than there is.

    Opening a city's blocks is mostly this: few calls a column, and none a value.
    """

    __slots__ = ("_at", "_body")

    def __init__(self, body: bytes, begin: int) -> None:
        self._body = body
        self._at = begin

    def take(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._body):
            raise SealBrokenError
        taken = self._body[self._at : end]
        self._at = end
        return taken

    def columns(
        self, stored: Sequence[StoredColumn], count: int, wanted: Container[int | None] | None
    ) -> list[Sequence[Value]]:
        """Take the columns of a block; those that are not wanted come empty."""
        found: list[Sequence[Value]] = []
        body, at = self._body, self._at
        for column in stored:
            keep = wanted is None or column.place in wanted
            begin = at + 3
            width = _DENSE.get(body[at:begin])
            if width is None or column.type is not _NUMBER:
                self._at = at
                found.append(self._column(column.type, count, keep=keep))
                at = self._at
                continue
            at = begin + count * width.bytes
            if at > len(body):
                raise SealBrokenError
            found.append(_numbers(width, body[begin:at], count) if keep else ())
        self._at = at
        return found

    def _column(self, kind: FieldType, count: int, *, keep: bool) -> Sequence[Value]:
        number = kind is _NUMBER
        dense, sparse = _MARKS[number]
        mark = self.take(2)
        if mark == dense:
            return self.integers(count) if number else self.texts(count)
        if mark != sparse:
            raise SealBrokenError
        flags = self.flags(count)
        held = flags.count("1")
        present = self.integers(held) if number else self.texts(held)
        if not keep:
            return ()
        waiting: Iterator[Value] = iter(present)
        return [next(waiting) if flag == "1" else None for flag in flags]

    def integers(self, count: int) -> "array[int]":
        width = _WIDTHS.get(self.take(1))
        if width is None:
            raise SealBrokenError
        return _numbers(width, self.take(count * width.bytes), count)

    def texts(self, count: int) -> list[str]:
        known = int.from_bytes(self.take(4), "big")
        if known > count:
            raise SealBrokenError
        lengths = self.integers(known)
        if min(lengths, default=0) < 0:
            raise SealBrokenError
        try:
            texts = [self.take(length).decode() for length in lengths]
        except UnicodeDecodeError:
            raise SealBrokenError from None
        places = self.integers(count)
        if min(places, default=0) < 0 or max(places, default=-1) >= known:
            raise SealBrokenError
        return [texts[place] for place in places]

    def flags(self, count: int) -> str:
        flags = format(int.from_bytes(self.take(_bitmap_length(count)), "big"), f"0{count}b")
        if len(flags) > count:
            raise SealBrokenError
        return flags

    def end(self) -> None:
        if self._at != len(self._body):
            raise SealBrokenError


def _numbers(width: _Width, planes: bytes, count: int) -> "array[int]":
    size, code, places = width
    if size == 1:
        return array(code, planes)
    native, begin = bytearray(size * count), 0
    for place in places:
        native[place] = planes[begin : begin + count]
        begin += count
    return array(code, native)

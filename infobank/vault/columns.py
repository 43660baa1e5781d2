"""Records as columns of bytes: the inside of a block before compression.

`docs/spec/block.md` describes the layout.  Whole columns go through `struct` and
`zip` at once: there is no loop over single values.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import accumulate
from operator import sub

from infobank.errors import InvalidInputError
from infobank.vault.errors import SealBrokenError, UnknownSchemaError
from infobank.vocabulary.category import Category, FieldType, Record, Value

MOST_RECORDS = 100_000
MOST_COLUMNS = 64
LONGEST_BODY = 32 * 1024 * 1024
"""Bytes of one encoded block."""

_EPOCH = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal()
_DAYS = 1
_NUMBERS, _TEXTS = b"\1", b"\2"
_WIDTHS = {1: "b", 2: "h", 4: "i", 8: "q"}
_HEAD = struct.Struct(">HIHBi")
_NEW_RECORD = partial(tuple.__new__, Record)


def encode_records(category: Category, records: Sequence[Record]) -> bytes:
    """Return the records column by column.

    Raises:
        InvalidInputError: no record or more than 100,000, not in strictly rising order
            of day, or values of another shape or type than the category's fields, or
            more than 32 MiB in all.
    """
    if not 1 <= len(records) <= MOST_RECORDS:
        raise InvalidInputError(f"a block holds 1 to {MOST_RECORDS} records", field="records")
    if not 1 <= len(category.fields) <= MOST_COLUMNS:
        raise InvalidInputError(f"a category has 1 to {MOST_COLUMNS} fields", field="fields")
    try:
        observed, rows = zip(*records, strict=True)
        columns = list(zip(*rows, strict=True))
        encoded = [
            _encode_column(field.type, column)
            for field, column in zip(category.fields, columns, strict=True)
        ]
    except (ValueError, TypeError):
        raise InvalidInputError("a record does not fit its category", field="records") from None
    body = b"".join((_encode_head(category, observed), *encoded))
    if len(body) > LONGEST_BODY:
        raise InvalidInputError(f"a block holds at most {LONGEST_BODY} bytes", field="records")
    return body


def _encode_head(category: Category, observed: Sequence[date]) -> bytes:
    days = list(map(date.toordinal, observed))
    gaps = list(map(sub, days[1:], days))
    if gaps and min(gaps) < 1:
        raise InvalidInputError(
            "records must stand in order of day, each day once", field="records"
        )
    head = _HEAD.pack(category.schema, len(days), len(category.fields), _DAYS, days[0] - _EPOCH)
    return head + _encode_integers(gaps)


def _encode_column(kind: FieldType, column: Sequence[Value]) -> bytes:
    mark, present = (b"\0", column) if None not in column else _encode_absent(column)
    if kind is FieldType.NUMBER:
        return _NUMBERS + mark + _encode_integers(present)
    return _TEXTS + mark + _encode_texts(present)


def _encode_absent(column: Sequence[Value]) -> tuple[bytes, list[Value]]:
    flags = "".join(["0" if value is None else "1" for value in column])
    bitmap = int(flags, 2).to_bytes(_bitmap_length(len(column)), "big")
    return b"\1" + bitmap, [value for value in column if value is not None]


def _bitmap_length(count: int) -> int:
    return (count + 7) // 8


def _encode_integers(numbers: Sequence[Value]) -> bytes:
    # Trying a width is cheaper than finding the smallest and the largest number first.
    for width, code in _WIDTHS.items():
        try:
            return bytes((width,)) + struct.pack(f">{len(numbers)}{code}", *numbers)
        except struct.error:
            continue
    raise TypeError("a value is no whole number of 64 bits")


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


def decode_records(category: Category, body: bytes) -> list[Record]:
    """Return the records of an encoded body, in order of day.

    Every count and length is checked against what is left before it is used.

    Raises:
        UnknownSchemaError: the body was written for other fields of the category.
        SealBrokenError: the body is not what `encode_records` writes.
    """
    reader = _Reader(body)
    schema, count, width, unit, first = _HEAD.unpack(reader.take(_HEAD.size))
    if schema != category.schema:
        raise UnknownSchemaError(
            f"the block has schema {schema} of {category.code}; this bank reads {category.schema}"
        )
    if unit != _DAYS or width != len(category.fields) or not 1 <= count <= MOST_RECORDS:
        raise SealBrokenError
    observed = _decode_days(first, reader.integers(count - 1))
    columns = [_decode_column(reader, field.type, count) for field in category.fields]
    reader.end()
    return list(map(_NEW_RECORD, zip(observed, zip(*columns, strict=True), strict=True)))


def _decode_days(first: int, gaps: Sequence[int]) -> Iterable[date]:
    days = list(accumulate(gaps, initial=first + _EPOCH))
    if min(gaps, default=1) < 1 or days[0] < 1 or days[-1] > _LAST_DAY:
        raise SealBrokenError
    return map(date.fromordinal, days)


def _decode_column(reader: "_Reader", kind: FieldType, count: int) -> Sequence[Value]:
    expected = _NUMBERS if kind is FieldType.NUMBER else _TEXTS
    stated, sparse = reader.take(1), reader.take(1)[0]
    if stated != expected or sparse > 1:
        raise SealBrokenError
    flags = reader.flags(count) if sparse else ""
    held = flags.count("1") if sparse else count
    values: Sequence[Value]
    values = reader.integers(held) if kind is FieldType.NUMBER else _decode_texts(reader, held)
    if not sparse:
        return values
    waiting: Iterator[Value] = iter(values)
    return [next(waiting) if flag == "1" else None for flag in flags]


def _decode_texts(reader: "_Reader", count: int) -> Sequence[str]:
    known = int.from_bytes(reader.take(4), "big")
    if known > count:
        raise SealBrokenError
    lengths = reader.integers(known)
    if min(lengths, default=0) < 0:
        raise SealBrokenError
    try:
        texts = [reader.take(length).decode() for length in lengths]
    except UnicodeDecodeError:
        raise SealBrokenError from None
    places = reader.integers(count)
    if min(places, default=0) < 0 or max(places, default=-1) >= known:
        raise SealBrokenError
    return [texts[place] for place in places]


class _Reader:
    """Take bytes from the front of a body, never more than there are."""

    __slots__ = ("_at", "_body")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def take(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._body):
            raise SealBrokenError
        taken = self._body[self._at : end]
        self._at = end
        return taken

    def integers(self, count: int) -> tuple[int, ...]:
        width = self.take(1)[0]
        if width not in _WIDTHS:
            raise SealBrokenError
        return struct.unpack(f">{count}{_WIDTHS[width]}", self.take(count * width))

    def flags(self, count: int) -> str:
        flags = format(int.from_bytes(self.take(_bitmap_length(count)), "big"), f"0{count}b")
        if len(flags) > count:
            raise SealBrokenError
        return flags

    def end(self) -> None:
        if self._at != len(self._body):
            raise SealBrokenError

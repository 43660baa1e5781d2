"""Write columns as a body.

All numbers of one width go through `array` at once: there is no loop over single numbers.
"""

from array import array
from collections.abc import Sequence
from operator import sub

from infobank.errors import InvalidInputError
from infobank.vault.columns.layout import (
    ABSENT,
    EPOCH,
    HEAD,
    LAST_DAY,
    LONGEST_BODY,
    MINUTE_OF_DAY,
    MOST_COLUMNS,
    MOST_RECORDS,
    TEXTS,
    WIDTHS,
    Width,
    flags_length,
)
from infobank.vocabulary.category import Category, FieldType, TimeUnit, Value
from infobank.vocabulary.columns import MOMENTS_A_DAY, Columns

_DAY, _NUMBER = TimeUnit.DAY, FieldType.NUMBER


def encode_columns(category: Category, columns: Columns) -> bytes:
    """Return the body of a block.

    Raises:
        InvalidInputError: no record or more than 100,000, not in strictly rising order
            of time or outside the calendar, or values of another shape or type than the
            category's fields, or more than 32 MiB in all.
    """
    if not 1 <= len(columns) <= MOST_RECORDS:
        raise InvalidInputError(f"a block holds 1 to {MOST_RECORDS} records", field="records")
    if not 1 <= len(category.fields) <= MOST_COLUMNS:
        raise InvalidInputError(f"a category has 1 to {MOST_COLUMNS} fields", field="fields")
    if columns.time is not category.time or {*map(len, columns.values)} != {len(columns)}:
        raise InvalidInputError("a record does not fit its category", field="records")
    writer = _Writer()
    try:
        for field, column in zip(category.fields, columns.values, strict=True):
            writer.put(field.type, column)
    except (ValueError, TypeError):
        raise InvalidInputError("a record does not fit its category", field="records") from None
    body = _encode_head(category, columns.moments) + writer.written()
    if len(body) > LONGEST_BODY:
        raise InvalidInputError(f"a block holds at most {LONGEST_BODY} bytes", field="records")
    return body


def _encode_head(category: Category, moments: Sequence[int]) -> bytes:
    a_day = MOMENTS_A_DAY[category.time]
    gaps = list(map(sub, moments[1:], moments))
    if gaps and min(gaps) < 1:
        raise InvalidInputError(
            "records must stand in order of time, each moment once", field="records"
        )
    if moments[0] < a_day or moments[-1] >= (LAST_DAY + 1) * a_day:
        raise InvalidInputError("records must lie within the calendar", field="records")
    day, minute = divmod(moments[0], a_day)
    unit = 1 if category.time is _DAY else 2
    head = HEAD.pack(category.schema, len(moments), len(category.fields), unit, day - EPOCH)
    within = b"" if category.time is _DAY else MINUTE_OF_DAY.pack(minute)
    return head + within + _encode_integers(gaps)


class _Writer:
    """Put columns where a reader finds them with few steps: their shapes, then what they hold."""

    __slots__ = ("_flags", "_numbers", "_shapes", "_texts")

    def __init__(self) -> None:
        self._shapes, self._flags = bytearray(), bytearray()
        self._numbers: dict[int, list[bytes]] = {width: [] for width in WIDTHS}
        self._texts: list[bytes] = []

    def put(self, kind: FieldType, column: Sequence[Value]) -> None:
        """Put one more column.

        Raises:
            ValueError, TypeError: a value is of another type, or larger than any column takes.
        """
        put = self._put_numbers if kind is _NUMBER else self._put_texts
        try:
            shape = put(column)
        except TypeError:  # asking every value whether it is None would cost more
            flags, present = _encode_absent(column)
            shape = put(present) + ABSENT
            self._flags += flags
        self._shapes.append(shape)

    def written(self) -> bytes:
        """Return all columns."""
        planes = [
            _to_planes(WIDTHS[width], b"".join(columns))
            for width, columns in self._numbers.items()
            if columns
        ]
        return b"".join((self._shapes, self._flags, *planes, *self._texts))

    def _put_numbers(self, numbers: Sequence[Value]) -> int:
        width, native = _native(numbers)
        self._numbers[width.bytes].append(native)
        return width.bytes

    def _put_texts(self, texts: Sequence[Value]) -> int:
        self._texts.append(_encode_texts(texts))
        return TEXTS


def _encode_absent(column: Sequence[Value]) -> tuple[bytes, list[Value]]:
    flags = "".join(["0" if value is None else "1" for value in column])
    bitmap = int(flags, 2).to_bytes(flags_length(len(column)), "big")
    return bitmap, [value for value in column if value is not None]


def _encode_integers(numbers: Sequence[Value]) -> bytes:
    width, native = _native(numbers)
    return bytes((width.bytes,)) + _to_planes(width, native)


def _native(numbers: Sequence[Value]) -> tuple[Width, bytes]:
    """Return numbers as this machine keeps them, in the least width that takes them all."""
    # Trying a width is cheaper than finding the smallest and the largest number first.
    for width in WIDTHS.values():
        try:
            return width, array(width.code, numbers).tobytes()  # type: ignore[arg-type]  # refuses others
        except OverflowError:
            continue
    raise ValueError("a value is no whole number of 64 bits")


def _to_planes(width: Width, native: bytes) -> bytes:
    """Return numbers byte by byte, the most significant bytes first.

    The upper bytes of small numbers are nearly all alike: side by side they vanish when
    compressed.
    """
    return b"".join([native[plane] for plane in width.planes])


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

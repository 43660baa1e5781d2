"""Read a body's columns.

Opening a city's blocks is mostly this: few calls a block, fewer a column, and none a value.
"""

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from infobank.vault.columns.layout import (
    ABSENT,
    EPOCH,
    HEAD,
    LAST_DAY,
    MINUTE_OF_DAY,
    MOST_RECORDS,
    TEXTS,
    UNITS,
    WIDTHS,
    Width,
    flags_length,
)
from infobank.vault.errors import SealBrokenError, UnknownSchemaError
from infobank.vocabulary.category import LONGEST_DAY, Category, StoredColumns, TimeUnit, Value
from infobank.vocabulary.columns import Columns, Moments

_DAY = TimeUnit.DAY
_GREATEST = {width: 1 << 8 * width - 1 for width in WIDTHS}
_KEPT = 1024
"""How many rows of shapes, and sizes of columns, are remembered and not worked out again."""


def decode_columns(category: Category, body: bytes, places: Sequence[int] | None = None) -> Columns:
    """Return the columns of an encoded body, as the category's fields are today.

    `places` chooses fields, in that order; numbers of the others are passed over, their
    texts are checked all the same.  A field that the category did not have then is absent in
    all records; one that it has no more is left out.  Every count and length is checked
    against what is left before it is used.

    Raises:
        UnknownSchemaError: the body was written for fields that nobody knows.
        SealBrokenError: the body is not what `encode_columns` writes.
    """
    if len(body) < HEAD.size:
        raise SealBrokenError
    schema, count, fields, unit, first = HEAD.unpack_from(body)
    reader = _Reader(body, HEAD.size)
    stored = category.stored_in(schema)
    if stored is None:
        raise UnknownSchemaError(
            f"the block has schema {schema} of {category.code}; this bank reads up to "
            f"{category.schema}"
        )
    if UNITS.get(unit) is not category.time or fields != len(stored.places):
        raise SealBrokenError
    if not 1 <= count <= MOST_RECORDS:
        raise SealBrokenError
    moments = _decode_moments(reader, category.time, first + EPOCH, count)
    wanted = None if places is None else stored.columns_of(places)
    values = reader.columns(stored, count, wanted)
    reader.end()
    if wanted is None:
        if stored is category.stored:
            return Columns(category.time, moments, tuple(values))
        wanted = stored.columns_of(range(len(category.fields)))
    nothing = (None,) * count if None in wanted else ()  # mostly nobody needs it
    chosen = [nothing if column is None else values[column] for column in wanted]
    return Columns(category.time, moments, tuple(chosen))


def _decode_moments(reader: "_Reader", time: TimeUnit, day: int, count: int) -> Moments:
    a_day, minute = 1, 0
    if time is not _DAY:
        a_day, minute = LONGEST_DAY, int.from_bytes(reader.take(MINUTE_OF_DAY.size), "big")
    gaps, first, last = reader.integers(count - 1), day * a_day + minute, (LAST_DAY + 1) * a_day
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
    """Take columns from the front of a body, never more than there is."""

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
        self, stored: StoredColumns, count: int, wanted: Collection[int | None] | None
    ) -> list[Sequence[Value]]:
        """Take the columns of a block; what comes for one that is not wanted is not to be used."""
        found: list[Sequence[Value]] = [()] * len(stored.places)
        shapes = _understood(stored.are_numbers, self.take(len(found)))
        absent = {column: self.flags(count) for column in shapes.absent} if shapes.absent else {}
        for width, columns in shapes.of_width:
            cuts = _uneven(columns, count, absent) if absent else _even(len(columns), count)
            self._numbers(width, columns, cuts, wanted, found)
        for column in shapes.texts:
            found[column] = self.texts(absent[column].count("1") if column in absent else count)
        for column, flags in absent.items():
            if wanted is None or column in wanted:
                values: Iterator[Value] = iter(found[column])
                found[column] = [next(values) if flag == "1" else None for flag in flags]
        return found

    def _numbers(
        self,
        width: Width,
        columns: Sequence[int],
        cuts: Sequence[slice],
        wanted: Collection[int | None] | None,
        found: list[Sequence[Value]],
    ) -> None:
        """Take the columns of one width, of which `cuts` says where each stands."""
        planes = self.take(cuts[-1].stop * width.bytes)
        if wanted is None:
            numbers = _from_planes(width, planes)
            for column, cut in zip(columns, cuts, strict=True):
                found[column] = numbers[cut]
            return
        for one in wanted:
            if one is not None and one in columns:
                own = _cut_out(planes, width, cuts[columns.index(one)])
                found[one] = _from_planes(width, own)

    def integers(self, count: int) -> "array[int]":
        width = WIDTHS.get(self.take(1)[0])
        if width is None:
            raise SealBrokenError
        return _from_planes(width, self.take(count * width.bytes))

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
        flags = format(int.from_bytes(self.take(flags_length(count)), "big"), f"0{count}b")
        if len(flags) > count:
            raise SealBrokenError
        return flags

    def end(self) -> None:
        if self._at != len(self._body):
            raise SealBrokenError


class _Shapes(NamedTuple):
    """What the shapes of a block's columns say.

    `of_width` has the columns of numbers by their width, in the order in which they stand;
    `texts` and `absent` are the columns of texts, and those that lack values.
    """

    of_width: Sequence[tuple[Width, Sequence[int]]]
    texts: Sequence[int]
    absent: Sequence[int]


@lru_cache(maxsize=_KEPT)
def _understood(are_numbers: bytes, shapes: bytes) -> _Shapes:
    """Read the shapes of columns; `are_numbers` has 1 for each that must be of numbers, or 0.

    Raises:
        SealBrokenError: a shape is unknown, or does not fit its column.
    """
    kinds = [shape & ~ABSENT for shape in shapes]
    if any(
        kind not in WIDTHS if number else kind != TEXTS
        for kind, number in zip(kinds, are_numbers, strict=True)
    ):
        raise SealBrokenError
    alike = [
        (width, [column for column, kind in enumerate(kinds) if kind == width.bytes])
        for width in WIDTHS.values()
    ]
    return _Shapes(
        [(width, columns) for width, columns in alike if columns],
        [column for column, kind in enumerate(kinds) if kind == TEXTS],
        [column for column, shape in enumerate(shapes) if shape & ABSENT],
    )


@lru_cache(maxsize=_KEPT)
def _even(columns: int, count: int) -> Sequence[slice]:
    """Return where columns stand in their numbers when nothing is absent."""
    return [slice(begin, begin + count) for begin in range(0, columns * count, count)]


def _uneven(columns: Sequence[int], count: int, absent: Mapping[int, str]) -> Sequence[slice]:
    held = (absent[each].count("1") if each in absent else count for each in columns)
    return [slice(*edges) for edges in pairwise(accumulate(held, initial=0))]


def _cut_out(planes: bytes, width: Width, cut: slice) -> bytes:
    """Return the part of numbers that stand byte by byte; it stands so too."""
    total = len(planes) // width.bytes
    starts = [plane * total for plane in range(width.bytes)]
    return b"".join([planes[at + cut.start : at + cut.stop] for at in starts])


def _from_planes(width: Width, planes: bytes) -> "array[int]":
    """Return numbers that stand byte by byte."""
    if width.bytes == 1:
        return array(width.code, planes)
    native, begin, count = bytearray(len(planes)), 0, len(planes) // width.bytes
    for place in width.planes:
        native[place] = planes[begin : begin + count]
        begin += count
    return array(width.code, native)

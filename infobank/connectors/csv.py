"""Reading of CSV files (RFC 4180, UTF-8) through a mapping, as a stream.

One record stands on one line.  A line break inside quotes, which RFC 4180 allows, is
refused: a forgotten quote would otherwise swallow the good rows after it.
"""

import codecs
import csv
import os
import stat
from collections.abc import Callable, Iterator
from datetime import date
from operator import getitem, itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from infobank.connectors.errors import SourceFormatError
from infobank.connectors.mapping import DropRule, Mapping
from infobank.connectors.meanings import CellError, Meanings, days, identifiers, values
from infobank.connectors.rows import Chunk, Reject, Row
from infobank.vocabulary.category import Record, Value

LONGEST_LINE = 1 << 16
"""Bytes of a line, its end included."""

MOST_COLUMNS = 1_000
"""Columns of a file."""

CHUNK_LINES = 1_000
"""Lines read between two reports of how far the reader has come."""

Converter = Callable[[int, list[str]], Row]
"""Turns one line's number and cells into a row, or raises `CellError`."""


def read_csv(
    path: Path, mapping: Mapping, today: date, chunk_lines: int = CHUNK_LINES
) -> Iterator[Chunk]:
    """Read a file as chunks of records and rejects, in order.

    Only one chunk is in memory.  A line that cannot be read is a reject; the rest of
    the file goes on.  Blank lines are skipped.

    Raises:
        SourceFormatError: there is no such file, it is not an ordinary one, or its
            header cannot be read; raised when the first chunk is asked for.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise SourceFormatError(f"cannot read the file: {error.strerror}") from error
    with file:
        total = _size(file)
        convert = compile_mapping(mapping, _read_header(file), today)
        line, at_end = 1, False
        while not at_end:
            rows, rejects, read = _read_lines(file, convert, line, chunk_lines)
            yield Chunk(rows, rejects, file.tell(), total)
            line, at_end = line + read, read < chunk_lines


def compile_mapping(mapping: Mapping, header: list[str], today: date) -> Converter:
    """Return the mapping as one function over the cells of a line with this header.

    The function raises `CellError` for a row that is not to be taken.

    Raises:
        SourceFormatError: a column that the mapping names is missing, or two columns
            share a name.
    """
    where, width = _positions(mapping, header), len(header)
    found = {column.field.name: column for column in mapping.columns}
    fields = [found.get(name) for name in mapping.category.field_names]
    meanings: tuple[Meanings[Any], ...] = (
        identifiers(mapping),
        days(mapping, today),
        *(values(field) for field in fields),
    )
    pick = itemgetter(
        where[mapping.resident_column],
        where[mapping.observed_column],
        *(width if field is None else where[field.column] for field in fields),
    )
    understand: Callable[[Meanings[Any], str], Any] = getitem
    nothing = (None,) * len(fields)
    drops = [_compile_drop(rule, mapping) for rule in mapping.drops]
    new = tuple.__new__  # a third of the cost of calling the two named tuples

    def convert(line: int, cells: list[str]) -> Row:
        if len(cells) != width:
            raise CellError("", f"has {len(cells)} columns where the header has {width}")
        cells.append("")  # the cell of every field that has no column
        whole = tuple(map(understand, meanings, pick(cells)))
        record = whole[2:]
        if record == nothing:
            raise CellError("", "every field is empty")
        for choose, dropped, reason in drops:
            if choose(record) == dropped:
                raise CellError("", reason)
        return new(Row, (line, whole[0], new(Record, (whole[1], record))))

    return convert


def split_line(raw: bytes, offset: int) -> list[str]:
    """Return the cells of one line; `offset` is where it begins in the file, in bytes.

    Raises:
        CellError: it is too long, not UTF-8, holds a NUL byte, or its quotes do not match.
    """
    if len(raw) > LONGEST_LINE:
        raise CellError("", f"is longer than {LONGEST_LINE} bytes")
    try:
        text = raw.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise CellError("", f"is not UTF-8 at byte {offset + error.start} of the file") from None
    if "\0" in text:
        raise CellError("", f"holds a NUL byte at byte {offset + raw.index(0)} of the file")
    if '"' not in text:
        return text.split(",")  # without quotes a line of CSV is just this, and five times faster
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        raise CellError("", "has quotes that do not match on this line") from None


def _read_lines(
    file: BinaryIO, convert: Converter, line: int, count: int
) -> tuple[list[Row], list[Reject], int]:
    """Return the records and rejects of the next lines, and how many lines there were."""
    rows: list[Row] = []
    rejects: list[Reject] = []
    offset = file.tell()
    for number in range(line + 1, line + 1 + count):
        raw = file.readline(LONGEST_LINE + 1)
        if not raw:
            return rows, rejects, number - line - 1
        try:
            if not raw.isspace():
                rows.append(convert(number, split_line(raw, offset)))
        except CellError as error:
            rejects.append(Reject(number, error.column, error.reason))
        offset += len(raw)
        if len(raw) > LONGEST_LINE:
            offset += _skip_line(file, raw)
    return rows, rejects, count


def _skip_line(file: BinaryIO, raw: bytes) -> int:
    """Read on to the end of a line that is too long; return how many bytes that was."""
    skipped = 0
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(LONGEST_LINE)
        skipped += len(raw)
    return skipped


def _size(file: BinaryIO) -> int:
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise SourceFormatError("the source must be an ordinary file")
    return status.st_size


def _read_header(file: BinaryIO) -> list[str]:
    """Return the names of the columns.

    Names that the file itself gives stand in no message: a file without a header
    begins with somebody's values.
    """
    raw = file.readline(LONGEST_LINE + 1)
    if not raw.strip():
        raise SourceFormatError("the file is empty, or its first line is: a header is needed")
    marked = raw.startswith(codecs.BOM_UTF8)
    try:
        cells = split_line(raw.removeprefix(codecs.BOM_UTF8), len(codecs.BOM_UTF8) * marked)
    except CellError as error:
        hint = "; save the file as CSV in UTF-8" if "of the file" in error.reason else ""
        raise SourceFormatError(f"the first line {error.reason}{hint}") from None
    if any("\r" in cell for cell in cells):
        raise SourceFormatError("lines must end with LF or CRLF, not with CR alone")
    if len(cells) > MOST_COLUMNS:
        raise SourceFormatError(f"the file has more than {MOST_COLUMNS} columns")
    return [cell.strip() for cell in cells]


def _positions(mapping: Mapping, header: list[str]) -> dict[str, int]:
    """Return where each column of the file stands, by name."""
    where: dict[str, int] = {}
    for position, name in enumerate(header):
        if name and where.setdefault(name, position) != position:
            first, again = where[name] + 1, position + 1
            raise SourceFormatError(f"columns {first} and {again} of the file share a name")
    wanted = [mapping.resident_column, mapping.observed_column]
    wanted += [column.column for column in mapping.columns]
    missing = [name for name in wanted if name not in where]
    if missing:
        raise SourceFormatError(
            f"the file lacks columns that the mapping {mapping.code} reads: {', '.join(missing)}"
        )
    return where


def _compile_drop(
    rule: DropRule, mapping: Mapping
) -> tuple[Callable[[tuple[Value, ...]], object], object, str]:
    """Return how to pick the fields a rule looks at, what they must be, and its reason."""
    names = mapping.category.field_names
    pick = itemgetter(*(names.index(name) for name in rule.values))
    expected = tuple(rule.values.get(name) for name in names)
    return pick, pick(expected), rule.reason

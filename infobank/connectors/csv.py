"""Reading of CSV files (RFC 4180, UTF-8) through a mapping, as a stream.

One record stands on one line.  A line break inside quotes, which RFC 4180 allows, is
refused: a forgotten quote would otherwise swallow the good rows after it.
"""

import codecs
import csv
import os
import stat
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from infobank.connectors.conversion import compile_mapping
from infobank.connectors.errors import SourceFormatError
from infobank.connectors.mapping import Mapping
from infobank.connectors.meanings import CellError
from infobank.connectors.rows import Chunk, Reject

LONGEST_LINE = 1 << 16
"""Bytes of a line, its end included."""

MOST_COLUMNS = 1_000
"""Columns of a file."""

BLOCK_BYTES = 1 << 17
"""Bytes read at once: some thousand lines, so that a column is worth a step of its own."""

Cells = Sequence[Sequence[str]]
"""The cells of some lines, column by column."""


def read_csv(
    path: Path, mapping: Mapping, today: date, block_bytes: int = BLOCK_BYTES
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
        header = _read_header(file)
        convert = compile_mapping(mapping, header, today)
        line, offset = 2, file.tell()
        while block := _read_block(file, block_bytes):
            count, numbers, cells, unreadable = _split(block, len(header), line, offset)
            rows, refused = convert(numbers, cells)
            offset, line = file.tell(), line + count
            yield Chunk(rows, sorted(unreadable + refused), offset, total)


def split_lines(block: bytes, width: int) -> Cells | None:
    """Return the cells of whole lines, or None when one needs to be looked at by itself.

    Lines whose cells are neither quoted nor missing are nothing but texts between commas:
    then all of them are cut in one step, with a mark for each line's end that must come
    after every `width` cells.
    """
    if b"\0" in block or _has_long_line(block):
        return None
    try:
        text = block.decode().replace("\r\n", "\n").removesuffix("\n")
    except UnicodeDecodeError:
        return None
    if "\r" in text:
        return None
    if '"' in text:
        return _split_quoted(text.split("\n"), width)
    cells = text.replace("\n", ",\n,").split(",")
    ends = cells[width :: width + 1]
    between = text.count("\n")
    if len(cells) != between * (width + 1) + width or ends.count("\n") != between:
        return None
    return [cells[column :: width + 1] for column in range(width)]


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
        return text.split(",")  # without quotes a line of CSV is just this
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        raise CellError("", "has quotes that do not match on this line") from None


def _split(
    block: bytes, width: int, line: int, offset: int
) -> tuple[int, Sequence[int], Cells, list[Reject]]:
    """Return how many lines a block has, and of those that can be read numbers and cells."""
    cells = split_lines(block, width)
    if cells is not None:
        count = len(cells[0])
        return count, range(line, line + count), cells, []
    numbers, rows, rejects = [], [], []
    lines = BytesIO(block).readlines()
    for number, raw in enumerate(lines, line):
        try:
            if not raw.isspace():
                rows.append(_split_one(raw, offset, width))
                numbers.append(number)
        except CellError as error:
            rejects.append(Reject(number, error.column, error.reason))
        offset += len(raw)
    return len(lines), numbers, list(zip(*rows, strict=True)) or [()] * width, rejects


def _split_one(raw: bytes, offset: int, width: int) -> list[str]:
    cells = split_line(raw, offset)
    if len(cells) != width:
        raise CellError("", f"has {len(cells)} columns where the header has {width}")
    return cells


def _split_quoted(lines: list[str], width: int) -> Cells | None:
    """Return the cells of lines with quotes, if each line is one row of `width` cells."""
    try:
        rows = list(csv.reader(lines, strict=True))
    except csv.Error:
        return None
    if len(rows) != len(lines) or set(map(len, rows)) != {width}:
        return None
    return list(zip(*rows, strict=True))


def _read_block(file: BinaryIO, length: int) -> bytes:
    """Return the next whole lines; a line that is too long is cut off and its rest skipped."""
    block = file.read(length)
    if block and not block.endswith(b"\n"):
        block += file.readline(LONGEST_LINE + 1)
        end = block[-1:]
        while end and end != b"\n":
            end = file.readline(LONGEST_LINE)[-1:]
    return block


def _has_long_line(block: bytes) -> bool:
    begin = 0
    while len(block) - begin > LONGEST_LINE:
        end = block.rfind(b"\n", begin, begin + LONGEST_LINE)
        if end < 0:
            return True
        begin = end + 1
    return False


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

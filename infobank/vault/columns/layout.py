"""Where the columns of a body stand: what its writer and its reader share.

`docs/spec/block.md` describes it.
"""

import struct
import sys
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from infobank.vocabulary.category import TimeUnit

MOST_RECORDS = 100_000
MOST_COLUMNS = 64
LONGEST_BODY = 32 * 1024 * 1024
"""Bytes of one encoded block."""

EPOCH = date(1970, 1, 1).toordinal()
LAST_DAY = date.max.toordinal()
UNITS = {1: TimeUnit.DAY, 2: TimeUnit.MINUTE}

HEAD = struct.Struct(">HIHBi")
"""Schema, number of records, number of columns, unit of time, first day."""
MINUTE_OF_DAY = struct.Struct(">H")

TEXTS, ABSENT = 0, 128
"""Shapes of columns: a number's width or `TEXTS`; `ABSENT` is added where values are absent."""


class Width(NamedTuple):
    """How numbers of so many bytes are kept.

    `planes` says where in numbers of this machine their bytes stand, the most significant
    first.
    """

    bytes: int
    code: Literal["b", "h", "i", "q"]
    planes: Sequence[slice]


def _width(length: int, code: Literal["b", "h", "i", "q"]) -> Width:
    planes = [slice(at, None, length) for at in range(length)]
    return Width(length, code, planes if sys.byteorder == "big" else planes[::-1])


WIDTHS = {1: _width(1, "b"), 2: _width(2, "h"), 4: _width(4, "i"), 8: _width(8, "q")}


def flags_length(count: int) -> int:
    """Return how many bytes hold one flag for each of so many records."""
    return (count + 7) // 8

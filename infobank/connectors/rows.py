"""What a reader gives: rows that became records, and rows that did not."""

from dataclasses import dataclass
from typing import NamedTuple

from infobank.vocabulary.category import Record


class Row(NamedTuple):
    """One record, with its line in the source (the header is line 1) and whom it is about."""

    line: int
    source_identifier: str
    record: Record


class Reject(NamedTuple):
    """One row that was not taken: its line, the column as the mapping calls it, and the rule.

    INVARIANT: `reason` says which rule the row breaks and never holds a value of the row.
    """

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Chunk:
    """Some hundred rows in the source's order, and how far the reader has come, in bytes."""

    rows: list[Row]
    rejects: list[Reject]
    bytes_read: int
    bytes_total: int

"""A mapping at work: columns of a source's cells become columns of records.

Whole columns are understood at once; a row is looked at by itself only when one of its
cells, or the row, breaks a rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import Any, TypeVar

from infobank.connectors.errors import SourceFormatError
from infobank.connectors.mapping import DropRule, Mapping
from infobank.connectors.meanings import CellError, Meanings, identifiers, moments, values
from infobank.connectors.rows import Reject, Rows
from infobank.vocabulary.category import Value

Item = TypeVar("Item")
Wrong = dict[int, CellError]
"""What is wrong with rows, by their place."""


@dataclass(frozen=True)
class Conversion:
    """Turn cells of a source with one header into records of one category.

    `picked` says which of the source's columns are read, `meanings` what their texts
    mean, in step: the person's, the moment's, then each field's that has a column.
    """

    mapping: Mapping
    width: int
    picked: tuple[int, ...]
    meanings: tuple[Meanings[Any], ...]

    def __call__(
        self, lines: Sequence[int], cells: Sequence[Sequence[str]]
    ) -> tuple[Rows, list[Reject]]:
        """Return the rows that may be taken, and why the others may not.

        `lines` number the rows; `cells` holds all `width` columns of the source.
        """
        wrong: Wrong = {}
        found: list[Sequence[Any]] = []
        for place, meanings in zip(self.picked, self.meanings, strict=True):
            column, broken = meanings.understood(cells[place])
            found.append(column)
            wrong = broken | wrong  # of several wrong cells of a row the first is told
        people, when, *given = found
        record = self._record(given, len(lines))
        wrong = self._saying_nothing(record) | wrong
        rejects = [Reject(lines[at], wrong[at].column, wrong[at].reason) for at in sorted(wrong)]
        return _without(wrong, Rows(lines, people, when, record)), rejects

    def _record(self, given: Sequence[Sequence[Value]], count: int) -> tuple[Sequence[Value], ...]:
        """Return a column for every field of the category; absent when the source has none."""
        names = [column.field.name for column in self.mapping.columns]
        by_name = dict(zip(names, given, strict=True))
        absent = (None,) * count
        return tuple([by_name.get(name, absent) for name in self.mapping.category.field_names])

    def _saying_nothing(self, record: tuple[Sequence[Value], ...]) -> Wrong:
        """Return the rows without any value, and those that a rule of the mapping drops."""
        names = self.mapping.category.field_names
        nothing = DropRule("every field is empty", dict.fromkeys(names))
        wrong: Wrong = {}
        for rule in (nothing, *self.mapping.drops):
            columns = [record[names.index(name)] for name in rule.values]
            dropped = tuple(rule.values.values())
            if all(value in column for value, column in zip(dropped, columns, strict=True)):
                rows = enumerate(zip(*columns, strict=True))
                wrong = {
                    at: CellError("", rule.reason) for at, row in rows if row == dropped
                } | wrong
        return wrong


def compile_mapping(mapping: Mapping, header: Sequence[str], today: date) -> Conversion:
    """Return the mapping as a conversion of the cells under this header.

    Raises:
        SourceFormatError: a column that the mapping names is missing, or two columns
            share a name.
    """
    where = _positions(mapping, header)
    names = _columns_read(mapping)
    meanings: tuple[Meanings[Any], ...] = (
        identifiers(mapping),
        moments(mapping, today),
        *(values(column) for column in mapping.columns),
    )
    return Conversion(mapping, len(header), tuple(where[name] for name in names), meanings)


def _columns_read(mapping: Mapping) -> list[str]:
    fields = [column.column for column in mapping.columns]
    return [mapping.resident_column, mapping.observed_column, *fields]


def _positions(mapping: Mapping, header: Sequence[str]) -> dict[str, int]:
    """Return where each column of the source stands, by name."""
    where: dict[str, int] = {}
    for position, name in enumerate(header):
        if name and where.setdefault(name, position) != position:
            first, again = where[name] + 1, position + 1
            raise SourceFormatError(f"columns {first} and {again} of the file share a name")
    missing = [name for name in _columns_read(mapping) if name not in where]
    if missing:
        raise SourceFormatError(
            f"the file lacks columns that the mapping {mapping.code} reads: {', '.join(missing)}"
        )
    return where


def _without(wrong: Wrong, rows: Rows) -> Rows:
    if not wrong:
        return rows
    good = [at not in wrong for at in range(len(rows))]

    def keep(column: Sequence[Item]) -> list[Item]:
        return list(compress(column, good))

    return Rows(
        keep(rows.lines),
        keep(rows.people),
        keep(rows.moments),
        tuple(keep(column) for column in rows.values),
    )

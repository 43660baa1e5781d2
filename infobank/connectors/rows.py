"""What a reader gives: rows that became records, in columns, and rows that did not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import ne
from typing import NamedTuple, Self, TypeVar

from infobank.vocabulary.category import TimeUnit, Value
from infobank.vocabulary.columns import Columns

Item = TypeVar("Item")


class Reject(NamedTuple):
    """One row that was not taken: its line, the column as the mapping calls it, and the rule.

    INVARIANT: `reason` says which rule the row breaks and never holds a value of the row.
    """

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Rows:
    """Records of any number of people, in columns of one length and in the source's order.

    `lines` are the places in the source (the header is line 1), `people` the source's
    identifiers, `moments` and `values` as in `vocabulary.columns.Columns`, in any order.
    """

    lines: Sequence[int]
    people: Sequence[str]
    moments: Sequence[int]
    values: tuple[Sequence[Value], ...]

    def __len__(self) -> int:
        return len(self.lines)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return rows one after the other; there is at least one part."""
        if len(parts) == 1:
            return parts[0]
        values = zip(*(part.values for part in parts), strict=True)
        return cls(
            list(chain.from_iterable(part.lines for part in parts)),
            list(chain.from_iterable(part.people for part in parts)),
            list(chain.from_iterable(part.moments for part in parts)),
            tuple(list(chain.from_iterable(column)) for column in values),
        )

    def by_person(self, time: TimeUnit) -> dict[str, Columns]:
        """Return each person's records, in the source's order."""
        found = Counter(self.people)
        rows = self if self._stand_together(len(found)) else self._brought_together(found)
        people, end = {}, 0
        for person, count in found.items():
            part = slice(end, end + count)
            values = tuple([column[part] for column in rows.values])
            people[person] = Columns(time, rows.moments[part], values)
            end += count
        return people

    def _stand_together(self, people: int) -> bool:
        changes = sum(map(ne, self.people, islice(self.people, 1, None)))
        return bool(changes < people)

    def _brought_together(self, found: Counter[str]) -> "Rows":
        """Return the rows person by person, in the order in which people first appear."""
        place = {person: place for place, person in enumerate(found)}
        places = [place[person] for person in self.people]
        order = sorted(range(len(self)), key=places.__getitem__)

        def pick(column: Sequence[Item]) -> list[Item]:
            return [column[at] for at in order]

        return Rows(
            pick(self.lines),
            pick(self.people),
            pick(self.moments),
            tuple([pick(column) for column in self.values]),
        )


@dataclass(frozen=True)
class Chunk:
    """Some thousand rows in the source's order, and how far the reader has come, in bytes."""

    rows: Rows
    rejects: list[Reject]
    bytes_read: int
    bytes_total: int

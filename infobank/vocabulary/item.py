"""One piece of what is asked for, or agreed to."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import EXACT, Precision


@dataclass(frozen=True)
class Item:
    """Some fields of one category over one period of the data, as finely as `precision` says.

    `fields` stand in the category's order, without repetition, and are never empty.
    """

    category: str
    fields: tuple[str, ...]
    period: Period
    precision: Precision = EXACT

    @cached_property
    def names(self) -> frozenset[str]:
        """The fields, for comparing."""
        return frozenset(self.fields)

    def spans(self, other: Self) -> bool:
        """Tell whether category, fields and period of `other` lie inside this item."""
        return (
            self.category == other.category
            and other.names <= self.names
            and self.period.covers(other.period)
        )

    def covers(self, other: Self) -> bool:
        """Tell whether everything `other` names lies inside this item, and no finer."""
        return self.spans(other) and self.precision.covers(other.precision)

    def without(self, fields: frozenset[str]) -> "Item | None":
        """Return the item less some fields, or None when no field is left."""
        left = tuple(name for name in self.fields if name not in fields)
        return replace(self, fields=left) if left else None


def spanned(wanted: Item, held: tuple[Item, ...]) -> bool:
    """Tell whether one of the held items covers what is wanted, however finely."""
    return any(item.spans(wanted) for item in held)


def covered(wanted: Item, held: tuple[Item, ...]) -> bool:
    """Tell whether one of the held items covers everything that is wanted."""
    return any(item.covers(wanted) for item in held)


def uncovered(item: Item, held: tuple[Item, ...]) -> Item | None:
    """Return an item with those of its fields that no held item covers; None when all are."""
    alone = {name: replace(item, fields=(name,)) for name in item.fields}
    return item.without(frozenset(name for name in alone if covered(alone[name], held)))

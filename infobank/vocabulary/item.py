"""One piece of what is asked for, or agreed to."""

from dataclasses import dataclass, replace
from typing import Self

from infobank.vocabulary.period import Period


@dataclass(frozen=True)
class Item:
    """Some fields of one category over one period of the data.

    `fields` stand in the category's order, without repetition, and are never empty.
    """

    category: str
    fields: tuple[str, ...]
    period: Period

    def covers(self, other: Self) -> bool:
        """Tell whether everything `other` names lies inside this item."""
        return (
            self.category == other.category
            and set(other.fields) <= set(self.fields)
            and self.period.covers(other.period)
        )

    def without(self, fields: frozenset[str]) -> "Item | None":
        """Return the item less some fields, or None when no field is left."""
        left = tuple(name for name in self.fields if name not in fields)
        return replace(self, fields=left) if left else None


def covered(wanted: Item, held: tuple[Item, ...]) -> bool:
    """Tell whether one of the held items covers everything that is wanted."""
    return any(item.covers(wanted) for item in held)

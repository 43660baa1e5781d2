"""A span of calendar days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from infobank.errors import InvalidInputError


@dataclass(frozen=True, order=True)
class Period:
    """The days from `first` to `last`, both included.

    Raises:
        InvalidInputError: `last` is before `first`.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInputError("a period must not end before it begins", field="period")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def covers(self, other: Self) -> bool:
        """Tell whether every day of `other` lies in this period."""
        return self.first <= other.first and other.last <= self.last

    def overlap(self, other: Self) -> "Period | None":
        """Return the days both periods share, or None when they share none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        """Return one calendar month."""
        first = date(year, month, 1)
        following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        return cls(first, following - timedelta(days=1))

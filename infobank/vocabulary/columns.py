"""Records in columns: the moments of all, then each field's values of all.

A block holds a thousand records.  Nearly everything that is done with them (encode,
sum, cut to a period, choose fields) takes one step a column instead of one a record.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import accumulate, chain, repeat
from typing import Self, overload

from infobank.errors import InvalidInputError
from infobank.vocabulary.category import LONGEST_DAY, Record, TimeUnit, Value
from infobank.vocabulary.period import Period

_NEW_RECORD = partial(tuple.__new__, Record)


MOMENTS_A_DAY = {TimeUnit.DAY: 1, TimeUnit.MINUTE: LONGEST_DAY}


class Moments(Sequence[int]):
    """Rising moments, known as the first and the steps between; added up when looked at."""

    def __init__(self, first: int, steps: Sequence[int]) -> None:
        self._first = first
        self._steps = steps

    @cached_property
    def _added(self) -> list[int]:
        return list(accumulate(self._steps, initial=self._first))

    def __len__(self) -> int:
        return len(self._steps) + 1

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        return self._added[at]

    def __iter__(self) -> Iterator[int]:
        return iter(self._added)


@dataclass(frozen=True, eq=False)
class Columns:
    """One resident's records of one category, in rising order of time.

    A moment is a whole number: the day's proleptic Gregorian ordinal, or, counted in
    minutes, that times `LONGEST_DAY` plus the minute of the day.  `values` has one
    sequence for each field of the category, as long as `moments`.
    """

    time: TimeUnit
    moments: Sequence[int]
    values: tuple[Sequence[Value], ...]

    @classmethod
    def of(cls, time: TimeUnit, records: Sequence[Record]) -> Self:
        """Return records as columns; their order stays.

        Raises:
            InvalidInputError: there is none, they have different numbers of values, or a
                minute is none of its day.
        """
        try:
            observed, rows, minutes = zip(*records, strict=True)
            values = tuple(zip(*rows, strict=True))
            days = list(map(date.toordinal, observed))
        except (ValueError, TypeError):
            raise InvalidInputError("records must be of one shape", field="records") from None
        if time is TimeUnit.DAY:
            if any(minutes):
                raise InvalidInputError("the category counts in days", field="time")
            return cls(time, days, values)
        if not 0 <= min(minutes) <= max(minutes) < LONGEST_DAY:
            raise InvalidInputError("a minute must lie in its day", field="time")
        moments = [day * LONGEST_DAY + minute for day, minute in zip(days, minutes, strict=True)]
        return cls(time, moments, values)

    @classmethod
    def joined(cls, time: TimeUnit, width: int, parts: Sequence[Self]) -> Self:
        """Return columns one after the other, each later than the one before; `width` fields."""
        if len(parts) == 1:
            return parts[0]
        moments = list(chain.from_iterable(part.moments for part in parts))
        values = tuple(
            list(chain.from_iterable(part.values[place] for part in parts))
            for place in range(width)
        )
        return cls(time, moments, values)

    def __len__(self) -> int:
        return len(self.moments)

    @property
    def days(self) -> Iterable[date]:
        """The day of each record."""
        if self.time is TimeUnit.DAY:
            return map(date.fromordinal, self.moments)
        return map(date.fromordinal, [moment // LONGEST_DAY for moment in self.moments])

    @property
    def minutes(self) -> Iterable[int]:
        """The minute of each record; without end, and 0, when the category counts in days."""
        if self.time is TimeUnit.DAY:
            return repeat(0)
        return [moment % LONGEST_DAY for moment in self.moments]

    @property
    def rows(self) -> Iterable[tuple[Value, ...]]:
        """The values of each record."""
        return zip(*self.values, strict=True)

    def records(self) -> list[Record]:
        """Return the records one by one, for a person to read or a program to change."""
        return list(map(_NEW_RECORD, zip(self.days, self.rows, self.minutes)))  # noqa: B905 - minutes may be endless

    def within(self, period: Period) -> "Columns":
        """Return the records of a period."""
        a_day = MOMENTS_A_DAY[self.time]
        low = bisect_left(self.moments, period.first.toordinal() * a_day)
        high = bisect_right(self.moments, period.last.toordinal() * a_day + a_day - 1)
        if (low, high) == (0, len(self)):
            return self
        values = tuple(column[low:high] for column in self.values)
        return Columns(self.time, self.moments[low:high], values)

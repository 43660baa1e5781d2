"""Counts that stop: beyond a bound they say only that there are more."""

from typing import NamedTuple


class Counted(NamedTuple):
    """How many there are; `more` where it is more than are counted."""

    number: int
    more: bool = False

    @classmethod
    def of(cls, found: int, most: int) -> "Counted":
        """Return a count of at most `most`, given how many were found of one more than that."""
        return cls(min(found, most), found > most)

"""What bounds a use: how often, and how far on what was received may go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from infobank.errors import InvalidInputError

MOST_USES: Final = 1_000_000
"""A consent that may be used oftener has no bound worth stating."""

LONGEST_STRETCH: Final = 366
"""Days: a year."""


class Onward(StrEnum):
    """To whom the recipient may pass on what it received; narrowest first."""

    NOBODY = "nobody"
    PROCESSORS = "processors"
    """Those who work on its behalf, under its instruction (委託先)."""
    OTHERS = "others"
    """Third parties of its choice: what a class that passes data on needs."""

    def covers(self, other: "Onward") -> bool:
        """Tell whether `other` reaches no further than this."""
        return _RANK[other] <= _RANK[self]


_RANK: Final = {step: rank for rank, step in enumerate(Onward)}


@dataclass(frozen=True)
class Frequency:
    """How often: at most `times` disclosures in each stretch of `days`.

    The stretches follow one another from the instant at which the consent begins.
    """

    times: int
    days: int

    def __post_init__(self) -> None:
        if not 1 <= self.times <= MOST_USES or not 1 <= self.days <= LONGEST_STRETCH:
            raise InvalidInputError(
                "a frequency is 1 or more times in 1 to 366 days", field="frequency"
            )

    def stretch(self, begun: datetime, now: datetime) -> int:
        """Return the number of the stretch an instant lies in, 0 first."""
        return (now - begun) // timedelta(days=self.days)

    def within(self, other: "Frequency | None") -> bool:
        """Tell whether this never allows more than the other.

        Stretches of another length do not nest: they are compared as if each began anywhere.
        """
        if other is None:
            return True
        if self.days == other.days:
            return self.times <= other.times
        # A stretch of `other` touches this many stretches of ours at most.
        touched = -(-other.days // self.days) + 1
        return self.times * touched <= other.times

"""How finely data is told: a ladder each for time, place and number, finest step first.

A consent states one step of each ladder for each item.  What leaves the bank is coarsened to
it, so a recipient never holds a finer value than the resident agreed to.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Final, Self

from infobank.errors import InvalidInputError


class TimeStep(StrEnum):
    """How finely a moment is told."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


class PlaceStep(StrEnum):
    """How finely a place is told."""

    EXACT = "exact"
    """As it was deposited."""
    MESH = "mesh"
    """A third-order mesh of JIS X 0410: about 1 km by 1 km, eight digits."""
    MUNICIPALITY = "municipality"
    """A municipality of JIS X 0402, five digits."""


class NumberStep(StrEnum):
    """How finely a number is told."""

    EXACT = "exact"
    BAND = "band"
    """The lower end of the band, as wide as its field says (`Field.band`), in which it lies."""


LADDERS: Final = (TimeStep, PlaceStep, NumberStep)

_RANK: Final = {step: rank for ladder in LADDERS for rank, step in enumerate(ladder)}


@dataclass(frozen=True)
class Precision:
    """One step of each ladder."""

    time: TimeStep = TimeStep.MINUTE
    place: PlaceStep = PlaceStep.EXACT
    number: NumberStep = NumberStep.EXACT

    @property
    def steps(self) -> dict[str, str]:
        """The step on each ladder, as documents name them."""
        return {
            "time": self.time.value,
            "place": self.place.value,
            "number": self.number.value,
        }

    def __str__(self) -> str:
        """Return the steps in one line, as entries and obligations name them."""
        return "/".join(self.steps.values())

    def covers(self, other: Self) -> bool:
        """Tell whether `other` is nowhere finer than this."""
        return self == other or (
            _RANK[self.time] <= _RANK[other.time]
            and _RANK[self.place] <= _RANK[other.place]
            and _RANK[self.number] <= _RANK[other.number]
        )

    def coarser(self, other: Self) -> "Precision":
        """Return the coarser step of both on each ladder."""
        return precision_of(
            max(self.time, other.time, key=_RANK.__getitem__),
            max(self.place, other.place, key=_RANK.__getitem__),
            max(self.number, other.number, key=_RANK.__getitem__),
        )


EXACT: Final = Precision()
"""Nothing is coarsened."""

_KNOWN: Final = {
    tuple(step.value for step in steps): EXACT if Precision(*steps) == EXACT else Precision(*steps)
    for steps in product(*LADDERS)
}


def precision_of(time: str, place: str, number: str) -> Precision:
    """Return the one value for these steps.

    INVARIANT: what is read from texts and says nothing coarser is `EXACT` itself: the short way
    to a permit knows it by identity.

    Raises:
        InvalidInputError: a ladder has no such step.
    """
    try:
        return _KNOWN[time, place, number]
    except KeyError:
        raise InvalidInputError("there is no such precision", field="precision") from None

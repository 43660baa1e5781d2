"""An inquiry 問い: a question the bank has approved, which leaves one number open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from infobank.errors import InvalidInputError
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Text


class Computation(StrEnum):
    """What is computed from the field's values; absent values count for nothing."""

    AGE = "age"
    """Whether so many years pass from the newest value, a year, to the end of this year."""
    MEAN = "mean"
    SUM = "sum"
    COUNT = "count"
    """How many values there are."""
    RECENT = "recent"
    """Whether there is any value."""

    @property
    def banded(self) -> bool:
        """Tell whether the answer is a band, and not yes or no."""
        return self in {Computation.MEAN, Computation.SUM, Computation.COUNT}


class Measure(StrEnum):
    """What the number counts that an inquiry leaves open; its value is the parameter's name."""

    YEARS = "years"
    """A person's age."""
    MONTHS = "months"
    """The last whole calendar months."""
    DAYS = "days"
    """The last whole days."""


@dataclass(frozen=True)
class Inquiry:
    """One approved question about one field of one category.

    `choices` are the numbers that may be asked with.  The bands of an answer begin at the
    `edges`, in the field's kept unit; below the first and from the last on they are open.  With
    fewer than `least` values the answer is unknown.  One provider asks about one resident at most
    `most` times in `stretch_days`, and never cuts her data closer than `apart`: years of
    birth for an age, days for all else (`budget.affords`).
    """

    code: str
    label: Text
    description: Text
    category: str
    field: str
    computation: Computation
    measure: Measure
    choices: range
    edges: tuple[int, ...]
    least: int
    apart: int
    most: int
    stretch_days: int

    def ask(self, parameters: Mapping[str, int], today: date) -> "Asked":
        """Return the question with its number filled in, on a day.

        Raises:
            InvalidInputError: the parameters are not exactly the one left open, or its number
                is none of the choices.
        """
        name, choices = self.measure.value, self.choices
        if parameters.keys() != {name}:
            raise InvalidInputError(f"{self.code} takes exactly {name}", field="parameters")
        if parameters[name] not in choices:
            raise InvalidInputError(
                f"{name} must be {choices[0]} to {choices[-1]} in steps of {choices.step}",
                field=f"parameters.{name}",
            )
        return Asked(self, parameters[name], today)


@dataclass(frozen=True)
class Asked:
    """An inquiry with its number, as it is understood on one day of the bank."""

    inquiry: Inquiry
    number: int
    today: date

    def __str__(self) -> str:
        return f"{self.inquiry.code}({self.inquiry.measure}={self.number})"

    @property
    def period(self) -> Period | None:
        """The days whose records are read; None for an age, which reads all there is."""
        if self.inquiry.measure is Measure.YEARS:
            return None
        if self.inquiry.measure is Measure.DAYS:
            return Period(self.today - timedelta(self.number), self.today - timedelta(1))
        months = self.today.year * 12 + self.today.month - 1 - self.number
        first = date(months // 12, months % 12 + 1, 1)
        return Period(first, self.today.replace(day=1) - timedelta(1))

    @property
    def cuts(self) -> tuple[int, ...]:
        """Where the answer divides what it tells about: between a number and the one before.

        An age divides the years of birth, a period the days (proleptic Gregorian ordinals).
        """
        period = self.period
        if period is None:
            return (self.today.year - self.number + 1,)
        return period.first.toordinal(), period.last.toordinal() + 1

"""The eras (年号) in which Japan counts its years, as far as the calendar is today's."""

from datetime import date
from typing import NamedTuple

from infobank.errors import InvalidInputError


class Era(NamedTuple):
    """One era: its name, the letter forms shorten it to, its first day and its year 1."""

    name: str
    letter: str
    begins: date
    first_year: int

    def year_of(self, day: date) -> str:
        """Return a day's year as it is said: `8`, and `元` for an era's first."""
        year = day.year - self.first_year + 1
        return "元" if year == 1 else str(year)


ERAS = (
    Era("令和", "R", date(2019, 5, 1), 2019),
    Era("平成", "H", date(1989, 1, 8), 1989),
    Era("昭和", "S", date(1926, 12, 25), 1926),
    Era("大正", "T", date(1912, 7, 30), 1912),
    Era("明治", "M", date(1873, 1, 1), 1868),
)
"""Newest first.  Meiji begins here in its 6th year: the days before had another calendar."""


def era_of(day: date) -> Era | None:
    """Return the era a day is in; None before today's calendar was in use."""
    return next((era for era in ERAS if era.begins <= day), None)


def day_in(era: str, year: int, month: int, day: int) -> date:
    """Return the day that an era's name or letter and its year mean.

    Raises:
        InvalidInputError: there is no such era, or no such day in it.
    """
    found = next((each for each in ERAS if era.upper() in {each.name, each.letter}), None)
    if found is None:
        raise InvalidInputError("there is no era of that name")
    try:
        meant = date(found.first_year + year - 1, month, day)
    except ValueError:
        raise InvalidInputError("there is no such day") from None
    if era_of(meant) is not found:
        raise InvalidInputError("that day is in another era")
    return meant

"""What a household's meter says each day."""

from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np

from infobank.demo.city.anchors import anchors
from infobank.demo.city.residents import Person
from infobank.demo.city.series import Columns, Floats, Series, kept, varied

YEAR = 365.25
"""Days."""

COLDEST = 25
"""Day of the year on which most electricity is used."""

SATURDAY = 5


@cache
def mean_kilowatt_hours(size: int, day: date) -> float:
    """Return the mean of a household of this size on this day: the year's, by season and weekday.

    Over a whole year the factors average 1.
    """
    tables = anchors()["electricity"]
    yearly = tables["yearly"]["kwh"]
    spread = tables["spread"]
    angle = 2 * np.pi * (day.timetuple().tm_yday - COLDEST) / YEAR
    season = 1 + (spread["winter"] - spread["summer"]) / 2 * np.cos(angle)
    season += (spread["winter"] + spread["summer"]) / 2 * np.cos(2 * angle)
    week = spread["weekend"] if day.weekday() >= SATURDAY else 1.0
    mean_week = (5 + 2 * spread["weekend"]) / 7
    return float(yearly[min(size, len(yearly)) - 1] / YEAR * season * week / mean_week)


def household_electricity(
    draw: np.random.Generator, person: Person, calendar: Sequence[date]
) -> Series:
    """Return the household's electricity as records of the adult who pays for it."""
    spread = anchors()["electricity"]["spread"]
    size = person.household.size
    means: Floats = np.array([mean_kilowatt_hours(size, day) for day in calendar])
    usual = varied(draw, spread["between_households_cv"], 1)
    used = means * usual * varied(draw, spread["day_to_day_cv"], len(calendar))
    columns: Columns = {"electricity": kept(used, 2), "household_size": [size] * len(calendar)}
    return Series(calendar, columns)

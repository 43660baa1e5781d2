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

HALF_HOURS = 48
"""Of a day."""


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


def half_hourly(draw: np.random.Generator, meter: Series) -> Series:
    """Return each day's electricity spread over its 48 half hours.

    The half hours of a day add up to the day's figure up to rounding, half a unit each.
    """
    tables = anchors()["electricity"]["half_hours"]
    shape = np.interp(np.arange(HALF_HOURS) / 2, tables["hours"], tables["level"])
    days = np.array(meter.columns["electricity"], dtype=float)
    spread = varied(draw, tables["half_hour_cv"], len(days) * HALF_HOURS) * np.tile(
        shape, len(days)
    )
    used = spread.reshape(len(days), HALF_HOURS)
    used *= (days / used.sum(axis=1))[:, None]
    return Series(
        [day for day in meter.days for _ in range(HALF_HOURS)],
        {"electricity": kept(used.ravel())},
        [30 * place for _ in meter.days for place in range(HALF_HOURS)],
    )

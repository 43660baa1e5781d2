"""Steps, distance, active minutes and energy of each day."""

from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from infobank.demo.city.anchors import anchors
from infobank.demo.city.residents import Person
from infobank.demo.city.series import Columns, Floats, Series, kept, varied

OLD = 65
"""Years from which the survey counts a person as old."""

DAY = 1440
"""Minutes."""


@cache
def mean_steps(age: int, sex: str) -> float:
    """Return the published mean of steps a day: the decade's shape at the newest level.

    The shape (2019) is moved so that its whole group stands at the level of 2023.
    """
    tables = anchors()["steps"]
    group = "from_65" if age >= OLD else "under_65"
    shape = tables["shape"][sex]
    return float(shape[_decade(age)] * tables["level"][sex][group] / _shape_mean(shape, group))


def rainy_days(draw: np.random.Generator, days: int) -> NDArray[np.bool_]:
    """Return on which days it rains in the whole city."""
    wet: NDArray[np.bool_] = draw.random(days) < anchors()["steps"]["spread"]["rainy_share"]
    return wet


def daily_activity(
    draw: np.random.Generator, person: Person, calendar: Sequence[date], rain: NDArray[np.bool_]
) -> Series:
    """Return a person's activity; days without the tracker are left out."""
    spread = anchors()["steps"]["spread"]
    usual = mean_steps(person.age, person.sex) * varied(draw, spread["between_persons_cv"], 1)
    steps = usual * varied(draw, spread["day_to_day_cv"], len(calendar))
    steps = steps * _day_factors(calendar, rain)
    limits = anchors()["steps"]["limits"]
    steps = np.rint(np.clip(steps, limits["least"], limits["most"]))
    worn = draw.random(len(calendar)) >= spread["days_without_tracker"]
    days = [day for day, is_worn in zip(calendar, worn, strict=True) if is_worn]
    return Series(days, _columns(draw, person, steps[worn]))


def _decade(age: int) -> int:
    """Return the place of an age in the table: 20s and below first, 70 and above last."""
    return min(max(age // 10 - 2, 0), 5)


def _shape_mean(shape: Sequence[int], group: str) -> float:
    """Return a shape's mean over the ages of the survey's group, each year of age alike."""
    ages = range(20, OLD) if group == "under_65" else range(OLD, OLD + 20)
    return float(np.mean([shape[_decade(age)] for age in ages]))


def _day_factors(calendar: Sequence[date], rain: NDArray[np.bool_]) -> Floats:
    """Return what the day of the week and the weather do, 1 on the long run."""
    spread = anchors()["steps"]["spread"]
    week = np.array([1.0] * 5 + [spread["saturday"], spread["sunday"]])
    weather = np.where(rain, spread["rain"], 1.0)
    weather /= 1 - spread["rainy_share"] * (1 - spread["rain"])
    factors: Floats = (week / week.mean())[[day.weekday() for day in calendar]] * weather
    return factors


def _columns(draw: np.random.Generator, person: Person, steps: Floats) -> Columns:
    """Return every field of a day from its steps: more steps, more minutes, more energy."""
    body = anchors()["body"][person.sex]
    stride = body["stride"] * (1 - 0.003 * max(person.age - 50, 0)) * varied(draw, 0.05, 1)
    distance = kept(steps * stride, 2)
    brisk = np.minimum(steps / 110 * 0.35 * varied(draw, 0.3, len(steps)), 300)
    very = np.rint(brisk * (0.6 if person.age < OLD else 0.3))
    fairly = np.rint(brisk) - np.minimum(very, np.rint(brisk))
    lightly = np.rint(np.minimum(steps / 40 * varied(draw, 0.2, len(steps)), 600))
    asleep = np.rint(draw.normal(420, 45, len(steps)).clip(240, 600))
    sedentary = np.maximum(DAY - asleep - very - fairly - lightly, 0)
    rest = body["rest"] + body["rest_by_year"] * max(person.age - 30, 0)
    calories = rest * 1.2 + steps * body["step"]
    return {
        "steps": kept(steps),
        "distance": distance,
        "tracker_distance": distance,
        "logged_distance": [0] * len(steps),
        "very_active_minutes": kept(very),
        "fairly_active_minutes": kept(fairly),
        "lightly_active_minutes": kept(lightly),
        "sedentary_minutes": kept(sedentary),
        "calories": kept(calories),
    }

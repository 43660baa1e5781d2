"""One health check in the period: blood pressure, weight for height, waist and blood sugar."""

from collections.abc import Mapping, Sequence
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np

from infobank.demo.city.anchors import anchors
from infobank.demo.city.residents import Person
from infobank.demo.city.series import Columns, Series

BAND = 10
"""Width of a blood pressure band in mmHg."""

THIN, OBESE = 18.5, 25.0
"""Bounds of the body mass index that the survey counts by."""

NORMAL = NormalDist()


def health_check(draw: np.random.Generator, person: Person, calendar: Sequence[date]) -> Series:
    """Return the results of one check on a day of the period, on a weekday when there is one."""
    open_days = [day for day in calendar if day.weekday() < 5] or calendar  # noqa: PLR2004 - Monday is 0
    day = open_days[int(draw.integers(len(open_days)))]
    systolic, diastolic = _blood_pressure(draw, person)
    spread = anchors()["health_spread"]
    bmi = float(np.clip(bmi_of(person.sex).inv_cdf(_share(draw)), 14, 45))
    waist = spread["waist_at_bmi_0"][person.sex] + spread["waist_by_bmi"] * bmi
    waist += float(draw.normal(0, spread["waist_sd"]))
    hba1c = spread["hba1c_at_50"] + spread["hba1c_by_year"] * (person.age - 50)
    hba1c = max(hba1c + float(draw.normal(0, spread["hba1c_sd"])), 4.0)
    columns: Columns = {
        "systolic": [systolic],
        "diastolic": [diastolic],
        "bmi": [round(bmi * 10)],
        "waist": [round(waist * 10)],
        "hba1c": [round(hba1c * 10)],
    }
    return Series([day], columns)


def bmi_of(sex: str) -> NormalDist:
    """Return the normal distribution that has the published shares of thin and obese persons."""
    shares = anchors()["bmi"][sex]
    low, high = NORMAL.inv_cdf(shares["thin"]), NORMAL.inv_cdf(1 - shares["obese"])
    sd = (OBESE - THIN) / (high - low)
    return NormalDist(THIN - low * sd, sd)


def from_bands(table: Mapping[str, Any], sex: str, share: float) -> float:
    """Return the value below which a share of the counted persons lies, even within a band."""
    counts = np.array(table[sex], dtype=float)
    edges = table["lowest"] + BAND * np.arange(len(counts) + 1)
    below = np.concatenate([[0.0], counts.cumsum()]) / counts.sum()
    return float(np.interp(share, below, edges))


def _blood_pressure(draw: np.random.Generator, person: Person) -> tuple[int, int]:
    """Return both pressures: each from its bands, together high or low, rising with age."""
    spread = anchors()["health_spread"]
    first, second = (NORMAL.inv_cdf(_share(draw)) for _ in range(2))
    link = spread["systolic_diastolic_correlation"]
    upper = from_bands(anchors()["systolic"], person.sex, NORMAL.cdf(first))
    upper += spread["systolic_by_year"] * (person.age - spread["systolic_age"])
    joint = link * first + (1 - link**2) ** 0.5 * second
    lower = from_bands(anchors()["diastolic"], person.sex, NORMAL.cdf(joint))
    systolic = round(max(upper, 80.0))
    return systolic, min(round(lower), systolic - spread["least_pulse_pressure"])


def _share(draw: np.random.Generator) -> float:
    """Return a share strictly between 0 and 1."""
    return float(draw.random() * (1 - 2e-9) + 1e-9)

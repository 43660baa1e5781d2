"""A synthetic file of daily activity that is as untidy as real ones.

The shape is that of a Fitbit export: two ways to write a date, numbers with `.00`,
days on which the tracker lay in a drawer, and rows that are plainly broken.  Write
the file of this package again with `python -m infobank.demo.untidy`.
"""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import numpy as np

SAMPLE = Path(__file__).parent / "samples" / "synthetic-untidy-daily-activity.csv"
"""The file that the package carries."""

HEADER = (
    "Id,ActivityDate,TotalSteps,TotalDistance,TrackerDistance,LoggedActivitiesDistance,"
    "VeryActiveDistance,ModeratelyActiveDistance,LightActiveDistance,SedentaryActiveDistance,"
    "VeryActiveMinutes,FairlyActiveMinutes,LightlyActiveMinutes,SedentaryMinutes,Calories"
)

PEOPLE = 8
DAYS = 25
FIRST_DAY = date(2025, 9, 1)
SEED = 20250901

FIRST_IDENTIFIER = 9_000_000_001
"""Identifiers that no tracker ever gave out."""

DRAWER_SHARE = 0.04
"""Share of days on which the tracker was not worn."""

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def untidy_activity(seed: int = SEED) -> str:
    """Return the file's text; the same seed gives the same text."""
    draw = np.random.Generator(np.random.PCG64(seed))
    rows = [
        _row(draw, person, FIRST_DAY + timedelta(days=day))
        for person in range(PEOPLE)
        for day in range(DAYS)
    ]
    out = io.StringIO()
    out.write(HEADER + "\r\n")
    csv.writer(out).writerows(_tidied_less(rows))
    return out.getvalue() + _broken_lines()


def _row(draw: np.random.Generator, person: int, day: date) -> list[str]:
    """Return one person's day as a tracker would write it."""
    identifier = str(FIRST_IDENTIFIER + 1_111 * person)
    if draw.random() < DRAWER_SHARE:
        numbers = [0.0] * 11 + [1440.0, 0.0]
        return [identifier, _written(draw, day), *(f"{number:.2f}" for number in numbers)]
    steps = int((4_000 + 1_100 * person) * (0.5 + draw.random()))
    distance = round(steps * 0.0007, 2)
    brisk, moderate = round(distance * 0.2, 2), round(distance * 0.1, 2)
    very, fairly, lightly = steps // 600, steps // 800, min(steps // 45, 500)
    still = max(1440 - 430 - very - fairly - lightly, 0)
    numbers = [steps, distance, distance, 0, brisk, moderate, distance - brisk - moderate, 0]
    numbers += [very, fairly, lightly, still, 1_500 + steps * 0.04 // 1]
    return [identifier, _written(draw, day), *(f"{number:.2f}" for number in numbers)]


def _written(draw: np.random.Generator, day: date) -> str:
    """Return a day in one of the two ways that occur."""
    if draw.random() < 1 / 2:
        return f"{day:%m/%d/%Y}"
    return f"{day.month}/{day.day}/{day.year}"


def _tidied_less(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows with the slips that still can be read: they are kept."""
    rows[3][2] = rows[3][2].translate(FULL_WIDTH)
    rows[7][2] = f" {rows[7][2]} "
    rows[11][4] = ""  # a value that is simply not there
    rows[15].append(rows[15].pop().removesuffix(".00"))
    corrected = list(rows[20])
    corrected[2] = "12345.00"  # the same day again with another value replaces the first
    return [*rows, list(rows[0]), corrected]  # and again with the same value changes nothing


def _broken_lines() -> str:
    """Return lines that no reader should take, each broken in its own way."""
    day = "1,1,1,0,0,0,0,0,1,1,1,1,1500"
    lines = (
        f",9/26/2025,{day}",  # whose?
        f"9000000001,2025-09-26,{day}",  # a date of another kind
        f"9000000001,13/26/2025,{day}",  # no such month
        f"9000000001,9/26/2999,{day}",  # the future
        "9000000001,9/26/2025,many,1,1,0,0,0,0,0,1,1,1,1,1500",  # no number
        "9000000001,9/26/2025,-5,1,1,0,0,0,0,0,1,1,1,1,1500",  # below the least
        "9000000001,9/26/2025,1,1.234,1,0,0,0,0,0,1,1,1,1,1500",  # too many decimals
        "9000000001,9/26/2025,1,1,1,0,0,0,0,0,1,1,1,1441,1500",  # a day has 1440 minutes
        "9000000001,9/26/2025,1,1",  # torn off
        f'"9000000001,9/26/2025,{day}',  # a quote without its partner
    )
    return "".join(f"{line}\r\n" for line in lines)


BROKEN = 10
"""Lines that no reader should take, beside the days without the tracker."""


if __name__ == "__main__":
    SAMPLE.write_bytes(untidy_activity().encode())

"""How residents move about: trips between squares of about one kilometre."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from infobank.demo.city.anchors import anchors
from infobank.demo.city.residents import Person
from infobank.demo.city.series import Series
from infobank.vocabulary.category import Value

KILOMETRES_A_DEGREE = 111.2
"""Of latitude; of longitude, that times the cosine of the latitude."""

LAST_MINUTE = 1439
"""No trip begins after midnight."""

FIELDS = ("origin", "destination", "means", "duration", "distance")

Trip = tuple[date, int, tuple[Value, ...]]
"""Day and minute of departure, and the values of `FIELDS`."""


def mesh_code(latitude: float, longitude: float) -> str:
    """Return the third-order mesh a place lies in (JIS X 0410), for latitudes of Japan.

    Four digits name a square of 40' by 1°, two more one of 5' by 7'30", the last two one of
    30" by 45".
    """
    south, west = latitude * 1.5, longitude - 100
    first = int(south), int(west)
    south, west = (south - first[0]) * 8, (west - first[1]) * 8
    second = int(south), int(west)
    third = int((south - second[0]) * 10), int((west - second[1]) * 10)
    return "".join(f"{north}{east}" for north, east in (first, second, third))


def trips(draw: np.random.Generator, person: Person, activity: Series) -> Series:
    """Return a person's trips on the days on which their tracker saw them walk."""
    made = [
        trip
        for day in activity.days
        if draw.random() < anchors()["trips"]["share_of_days"]
        for trip in _day(draw, person, day)
    ]
    columns = {name: [values[at] for _, _, values in made] for at, name in enumerate(FIELDS)}
    return Series([day for day, _, _ in made], columns, [minute for _, minute, _ in made])


def _day(draw: np.random.Generator, person: Person, day: date) -> Iterator[Trip]:
    """Return a day's trips: out and back, sometimes twice, each later than the one before."""
    tables = anchors()["trips"]
    home = anchors()["places"][person.area]
    hour = max(float(draw.normal(tables["first_departure"], tables["departure_sd"])), 4.5)
    minute = round(60 * hour)
    for _ in range(2 if draw.random() < tables["second_errand"] else 1):
        means, kilometres, duration = _way(draw)
        there = _place(draw, home, kilometres)
        stay = round(60 * float(draw.exponential(tables["stay"]))) + 5
        back = minute + duration + stay
        if back > LAST_MINUTE:
            return
        ends, how = (mesh_code(*home), mesh_code(*there)), (means, duration, round(10 * kilometres))
        yield day, minute, (*ends, *how)
        yield day, back, (*reversed(ends), *how)
        minute = back + duration + 20


def _way(draw: np.random.Generator) -> tuple[str, float, int]:
    """Return means, kilometres and minutes of a way."""
    tables = {name: row for name, row in anchors()["trips"]["means"].items() if name != "source"}
    shares = [row["share"] for row in tables.values()]
    means = str(draw.choice(list(tables), p=shares))
    kilometres = max(float(draw.exponential(tables[means]["distance"])), 0.2)
    return means, kilometres, max(round(60 * kilometres / tables[means]["speed"]), 1)


def _place(
    draw: np.random.Generator, home: tuple[float, float], kilometres: float
) -> tuple[float, float]:
    """Return a place so far from home, in any direction."""
    angle = float(draw.uniform(0, 2 * np.pi))
    north = kilometres * np.sin(angle) / KILOMETRES_A_DEGREE
    east = kilometres * np.cos(angle) / (KILOMETRES_A_DEGREE * np.cos(np.radians(home[0])))
    return home[0] + float(north), home[1] + float(east)

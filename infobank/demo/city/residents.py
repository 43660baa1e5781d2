"""Who lives in the synthetic city: households, their adults, and where they live."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from infobank.demo.city.anchors import anchors
from infobank.demo.city.cast import RESIDENTS
from infobank.vocabulary.category import Record

GIVEN_NAMES: Mapping[str, Sequence[str]] = {
    "female": ("花子", "恵", "陽子", "さくら", "明美", "結衣"),
    "male": ("太郎", "一郎", "健", "翔", "大輔", "誠"),
}

CLOSELY = 20
"""Of so many households one is measured by the half hour and the trip."""

OLDEST = 94
"""Years; also keeps the thin tail of ages inside what the tables know."""

YEARS_AFTER_65 = 11.0
"""Mean years beyond 65 before the tail is cut at `OLDEST`."""


@dataclass(frozen=True)
class Household:
    """People who live together and share one electricity meter."""

    number: int
    size: int


@dataclass(frozen=True)
class Person:
    """An adult of the city before anything is recorded about them.

    `pays` marks the one adult of the household to whom the meter's figures belong.
    """

    number: int
    name: str
    age: int
    sex: str
    area: str
    household: Household
    pays: bool

    @property
    def measured_closely(self) -> bool:
        """Whether the household has a smart meter and its adults record their trips.

        The cast and every twentieth household: 48 values a day of everybody would be
        most of the city and say nothing more.
        """
        return self.number <= len(RESIDENTS) or self.household.number % CLOSELY == 0


@dataclass(frozen=True)
class SyntheticResident:
    """A synthetic resident with all their records, by category code, in order of days.

    The values of each record stand in the order of the category's fields.
    """

    number: int
    name: str
    birth_year: int
    sex: str
    area: str
    household: Household
    records: Mapping[str, list[Record]]


def people(seed: int) -> Iterator[Person]:
    """Return the adults of the city without end, household by household, the cast first.

    A person depends on the seed and on who came before, not on how many are asked for.
    """
    draw = np.random.default_rng([seed, 0])
    area_shares = _area_shares(draw)
    numbers = count(len(RESIDENTS) + 1)
    for role in RESIDENTS:
        household = Household(role.number, role.household_size)
        yield Person(role.number, role.name, role.age, role.sex, role.area, household, pays=True)
    for household_number in count(len(RESIDENTS) + 1):
        yield from _household(draw, area_shares, household_number, numbers)


def _household(
    draw: np.random.Generator,
    area_shares: Mapping[str, float],
    household_number: int,
    numbers: Iterator[int],
) -> Iterator[Person]:
    tables = anchors()["households"]
    kind = int(draw.choice(len(tables["sizes"]), p=tables["shares"]))
    household = Household(household_number, tables["sizes"][kind])
    area = str(draw.choice(list(area_shares), p=list(area_shares.values())))
    age = _draw_age(draw, anchors()["ages"], campus=area in anchors()["areas"]["campus"])
    sex = "female" if draw.random() < 1 / 2 else "male"
    for place in range(tables["adults"][kind]):
        number = next(numbers)
        yield Person(number, _name(sex, number), age, sex, area, household, pays=place == 0)
        age = int(np.clip(age + draw.normal(0, 4), 18, OLDEST))
        sex = "male" if sex == "female" else "female"


def _draw_age(draw: np.random.Generator, tables: Mapping[str, Any], *, campus: bool) -> int:
    first = tables["first"]
    band = int(draw.choice(len(first), p=tables["campus_shares" if campus else "city_shares"]))
    if band + 1 < len(first):
        return int(draw.integers(first[band], first[band + 1]))
    return min(int(first[band] + draw.exponential(YEARS_AFTER_65)), OLDEST)


def _area_shares(draw: np.random.Generator) -> dict[str, float]:
    """Return the share of households in each district."""
    tables = anchors()["areas"]
    codes = [*tables["campus"], *tables["city"]]
    sizes = draw.lognormal(0, tables["size_sigma"], len(codes))
    return dict(zip(codes, (sizes / sizes.sum()).tolist(), strict=True))


def _name(sex: str, number: int) -> str:
    given = GIVEN_NAMES[sex]
    return f"合成 {given[number % len(given)]}{number:04d}"

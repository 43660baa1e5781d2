"""Columns of a person's days or minutes, and the records they become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infobank.vocabulary.category import Category, Record, Value

Floats = NDArray[np.float64]
"""One number a day."""

Columns: TypeAlias = Mapping[str, Sequence[Value]]
"""Each field's values, one a record, in kept units."""


@dataclass(frozen=True)
class Series:
    """When somebody has records, and what the fields hold then.

    `minutes` stays empty where a day has one record.
    """

    days: Sequence[date]
    columns: Columns
    minutes: Sequence[int] = ()


def to_records(category: Category, series: Series) -> list[Record]:
    """Return one record a moment, its values in the order of the category's fields."""
    nothing = (None,) * len(series.days)
    rows = zip(*(series.columns.get(name, nothing) for name in category.field_names), strict=True)
    minutes = series.minutes or (0,) * len(series.days)
    return list(map(Record, series.days, rows, minutes))


def kept(numbers: Floats, places: int = 0) -> list[Value]:
    """Return numbers as whole numbers of 10**-places units, as a field keeps them."""
    whole: list[Value] = np.rint(numbers * 10**places).astype(np.int64).tolist()
    return whole


def varied(draw: np.random.Generator, cv: float, count: int) -> Floats:
    """Return log-normal factors with mean 1 and the given coefficient of variation."""
    sigma = float(np.sqrt(np.log1p(cv**2)))
    return draw.lognormal(-(sigma**2) / 2, sigma, count)

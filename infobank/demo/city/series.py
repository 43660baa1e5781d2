"""Columns of a person's days, and the records they become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infobank.vocabulary.category import Category, Record, Value

Floats = NDArray[np.float64]
"""One number a day."""

Columns: TypeAlias = Mapping[str, Sequence[Value]]
"""Each field's values, one a day, in kept units."""


@dataclass(frozen=True)
class Series:
    """The days somebody has records of, and what the fields hold on them."""

    days: Sequence[date]
    columns: Columns


def to_records(category: Category, series: Series) -> list[Record]:
    """Return one record a day, its values in the order of the category's fields."""
    nothing = repeat(None, len(series.days))
    columns = [series.columns.get(name, nothing) for name in category.field_names]
    columns = [list(column) for column in columns]
    rows = zip(*columns, strict=True)
    return [Record(day, row) for day, row in zip(series.days, rows, strict=True)]


def kept(numbers: Floats, places: int = 0) -> list[Value]:
    """Return numbers as whole numbers of 10**-places units, as a field keeps them."""
    whole: list[Value] = np.rint(numbers * 10**places).astype(np.int64).tolist()
    return whole


def varied(draw: np.random.Generator, cv: float, count: int) -> Floats:
    """Return log-normal factors with mean 1 and the given coefficient of variation."""
    sigma = float(np.sqrt(np.log1p(cv**2)))
    return draw.lognormal(-(sigma**2) / 2, sigma, count)

"""Reading a statistic from its TOML document, strictly.

An unknown key is refused: a misspelt bound must not silently become a default.
Epsilons are written in quotes, because a TOML float is not the number that was written.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from infobank.publication.errors import InvalidStatisticError
from infobank.publication.statistic import (
    Dimension,
    DimensionKind,
    DimensionValue,
    EpsilonSplit,
    Measure,
    Statistic,
    SuppressionRule,
)
from infobank.vocabulary.text.language import Text

CODE = re.compile(r"[a-z][a-z0-9_]{0,62}")
VALUE_CODE = re.compile(r"[a-z0-9][a-z0-9_+-]{0,30}")
EPSILON = re.compile(r"\d{1,3}(\.\d{1,6})?")
LICENCES = frozenset({"CC-BY-4.0"})
MOST_CELLS = 100_000
LARGEST_NUMBER = 10**9
"""No bound of a public statistic needs more; sums over a city then fit in 64 bits."""


class _Table:
    """One table of the document; hands out each key once and refuses the rest."""

    def __init__(self, document: object, place: str) -> None:
        if not isinstance(document, Mapping):
            raise InvalidStatisticError(f"{place or 'the statistic'} must be a table")
        self._left: dict[str, Any] = dict(document)
        self._place = place

    def name(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key

    def take(self, key: str) -> Any:  # noqa: ANN401 - TOML values have no narrower type yet
        if key not in self._left:
            raise InvalidStatisticError(f"{self.name(key)} is missing")
        return self._left.pop(key)

    def close(self) -> None:
        if self._left:
            unknown = ", ".join(sorted(self.name(str(key)) for key in self._left))
            raise InvalidStatisticError(f"unknown key: {unknown}")

    def table(self, key: str) -> "_Table":
        return _Table(self.take(key), self.name(key))

    def tables(self, key: str) -> list["_Table"]:
        rows = self.take(key)
        if not isinstance(rows, list) or not rows:
            raise InvalidStatisticError(f"{self.name(key)} must be a list of tables")
        return [_Table(row, f"{self.name(key)}[{place}]") for place, row in enumerate(rows)]

    def integer(self, key: str, least: int, most: int = LARGEST_NUMBER) -> int:
        return self._whole(self.take(key), key, least, most)

    def integers(self, key: str, least: int) -> tuple[int, ...]:
        rows = self.take(key)
        if not isinstance(rows, list):
            raise InvalidStatisticError(f"{self.name(key)} must be a list of whole numbers")
        return tuple(self._whole(row, key, least, LARGEST_NUMBER) for row in rows)

    def _whole(self, value: object, key: str, least: int, most: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise InvalidStatisticError(
                f"{self.name(key)} must be a whole number from {least} to {most}"
            )
        return value

    def words(self, key: str) -> str:
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise InvalidStatisticError(f"{self.name(key)} must be a text that is not empty")
        return value

    def code(self, key: str, pattern: re.Pattern[str] = CODE) -> str:
        value = self.words(key)
        if not pattern.fullmatch(value):
            raise InvalidStatisticError(f"{self.name(key)} must match {pattern.pattern}")
        return value

    def text(self, key: str) -> Text:
        table = self.table(key)
        text = Text(ja=table.words("ja"), en=table.words("en"))
        table.close()
        return text

    def epsilon(self, key: str) -> Fraction:
        value = self.take(key)
        if not isinstance(value, str) or not EPSILON.fullmatch(value) or Fraction(value) <= 0:
            raise InvalidStatisticError(
                f'{self.name(key)} must be a decimal number above 0 in quotes, such as "0.25"'
            )
        return Fraction(value)


def parse_statistic(document: Mapping[str, object]) -> Statistic:
    """Return the statistic a parsed TOML document describes.

    Raises:
        InvalidStatisticError: a key is unknown, missing or breaks its rule, or the shares
            of epsilon do not add up to the release's.
    """
    table = _Table(document, "")
    statistic = Statistic(
        code=table.code("code"),
        number=table.integer("number", 1, 65_535),
        title=table.text("title"),
        description=table.text("description"),
        purpose=table.code("purpose"),
        category=table.code("category"),
        field=table.code("field"),
        least_days=table.integer("least_days", 1, 28),
        licence=_licence(table),
        measure=_measure(table.table("measure")),
        dimensions=_dimensions(table),
        **_epsilons(table.table("epsilon")),
        suppression=_suppression(table.table("suppression")),
    )
    table.close()
    if len(statistic.cells) > MOST_CELLS:
        raise InvalidStatisticError(f"a statistic has at most {MOST_CELLS} cells")
    return statistic


def _licence(table: _Table) -> str:
    licence = table.words("licence")
    if licence not in LICENCES:
        raise InvalidStatisticError(f"licence must be one of {', '.join(sorted(LICENCES))}")
    return licence


def _measure(table: _Table) -> Measure:
    unit = table.integer("unit", 1)
    low, high, edges = table.integer("low", 0), table.integer("high", 1), table.integers("bins", 0)
    measure = Measure(
        low=low // unit,
        high=high // unit,
        unit=unit,
        edges=tuple(edge // unit for edge in edges),
        quantity=table.text("quantity"),
    )
    table.close()
    if any(number % unit for number in (low, high, *edges)):
        raise InvalidStatisticError("measure.low, high and bins must be whole multiples of unit")
    rising = all(left < right for left, right in pairwise(edges))
    if low >= high or not rising or edges[:1] != (low,) or edges[-1:] != (high,):
        raise InvalidStatisticError("measure.bins must rise from low to high")
    return measure


def _epsilons(table: _Table) -> dict[str, Any]:
    release = table.epsilon("release")
    split = EpsilonSplit(
        count=table.epsilon("count"),
        sum=table.epsilon("sum"),
        distribution=table.epsilon("distribution"),
    )
    year = table.epsilon("year")
    table.close()
    if split.release != release:
        raise InvalidStatisticError(
            "epsilon.count, sum and distribution must add up to epsilon.release"
        )
    if year < release:
        raise InvalidStatisticError("epsilon.year must allow at least one release")
    return {"epsilon": split, "epsilon_per_year": year}


def _suppression(table: _Table) -> SuppressionRule:
    rule = SuppressionRule(
        least_people=table.integer("least_people", 1),
        widest_interval=table.integer("widest_interval", 1),
    )
    table.close()
    return rule


def _dimensions(table: _Table) -> tuple[Dimension, ...]:
    dimensions = tuple(_dimension(row) for row in table.tables("dimensions"))
    if len({dimension.code for dimension in dimensions}) != len(dimensions):
        raise InvalidStatisticError("dimensions must have different codes")
    return dimensions


def _dimension(table: _Table) -> Dimension:
    kind = table.words("kind")
    if kind not in set(DimensionKind):
        raise InvalidStatisticError(f"{table.name('kind')} must be one of age, code")
    dimension = Dimension(
        code=table.code("code"),
        label=table.text("label"),
        category=table.code("category"),
        field=table.code("field"),
        kind=DimensionKind(kind),
        values=tuple(_value(row, DimensionKind(kind)) for row in table.tables("values")),
    )
    table.close()
    _check_values(dimension)
    return dimension


def _value(table: _Table, kind: DimensionKind) -> DimensionValue:
    code, label = table.code("code", VALUE_CODE), table.text("label")
    youngest = oldest = 0
    if kind is DimensionKind.AGE:
        youngest, oldest = table.integer("youngest", 0, 200), table.integer("oldest", 0, 200)
    table.close()
    return DimensionValue(code, label, youngest, oldest)


def _check_values(dimension: Dimension) -> None:
    values = dimension.values
    if len({value.code for value in values}) != len(values):
        raise InvalidStatisticError(f"the values of {dimension.code} must have different codes")
    if dimension.kind is not DimensionKind.AGE:
        return
    bounds = [bound for value in values for bound in (value.youngest, value.oldest + 1)]
    if bounds != sorted(bounds) or any(v.youngest > v.oldest for v in values):
        raise InvalidStatisticError(f"the bands of {dimension.code} must rise and not overlap")

"""Coarsen records to the precision at which they may leave the bank."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Final

from infobank.vocabulary.category import LONGEST_DAY, Field, FieldType, TimeUnit, Value
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.precision import EXACT, NumberStep, PlaceStep, Precision, TimeStep

MESH_DIGITS: Final = 8
"""Digits of a third-order mesh (JIS X 0410); finer meshes only add digits to it."""


def coarsen(
    columns: Columns, fields: Sequence[Field], precision: Precision, places: Mapping[str, str]
) -> Columns:
    """Return records no finer than a precision says; `columns` has exactly these fields.

    Records that fall together stay records of their own.  Where a place or a number cannot
    be told so coarsely, its value is absent.  `places` leads to municipalities.
    """
    if precision == EXACT or not columns:
        return columns
    values = tuple(
        _told(field, column, precision, places)
        for field, column in zip(fields, columns.values, strict=True)
    )
    told = Columns(columns.time, columns.moments, values)
    if precision.time is TimeStep.MINUTE:
        return told
    return _timed(told, precision.time)


def bands(fields: Sequence[Field], precision: Precision) -> dict[str, str]:
    """Return how wide the bands are in which each field is told, as people write numbers."""
    if precision.number is NumberStep.EXACT:
        return {}
    return {field.name: field.show(field.band) for field in fields if _banded(field)}


def _told(
    field: Field, column: Sequence[Value], precision: Precision, places: Mapping[str, str]
) -> Sequence[Value]:
    if field.place and precision.place is not PlaceStep.EXACT:
        tell = _mesh if precision.place is PlaceStep.MESH else _municipality(places)
        return [tell(value) if isinstance(value, str) else None for value in column]
    if field.type is FieldType.NUMBER and precision.number is NumberStep.BAND:
        return [_lower_end(value, field.band) for value in column]
    return column


def _mesh(code: str) -> str | None:
    mesh = code[:MESH_DIGITS]
    return mesh if len(mesh) == MESH_DIGITS and code.isascii() and code.isdigit() else None


def _municipality(places: Mapping[str, str]) -> Callable[[str], str | None]:
    def tell(code: str) -> str | None:
        return places.get(code) or places.get(_mesh(code) or "")

    return tell


def _lower_end(value: Value, band: int) -> Value:
    return value // band * band if isinstance(value, int) and band else None


def _banded(field: Field) -> bool:
    return field.type is FieldType.NUMBER and field.band > 0


def _timed(columns: Columns, step: TimeStep) -> Columns:
    """Return records by day or by month, in an order that does not tell when they were.

    INVARIANT: what falls together stands in the order of its values.  In the order of time, the
    third of a month's thirty records would be that of its third day.
    """
    days = [
        moment if columns.time is TimeUnit.DAY else moment // LONGEST_DAY
        for moment in columns.moments
    ]
    if columns.time is TimeUnit.DAY and step is TimeStep.DAY:
        return columns
    if step is TimeStep.MONTH:
        days = [date.fromordinal(day).replace(day=1).toordinal() for day in days]
    rows = sorted(zip(days, columns.rows, strict=True), key=_order)
    values = zip(*map(itemgetter(1), rows), strict=True)
    return Columns(TimeUnit.DAY, [day for day, _ in rows], tuple(values))


def _order(row: tuple[int, tuple[Value, ...]]) -> tuple[int, list[tuple[bool, Value]]]:
    day, values = row
    return day, [(value is not None, value) for value in values]

"""What an inquiry answers: yes or no, a band, or that nobody can tell."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from infobank.consent.answers.inquiry import Asked, Computation
from infobank.vocabulary.columns import Columns


class Verdict(StrEnum):
    """What kind of answer it is."""

    YES = "yes"
    NO = "no"
    BAND = "band"
    UNKNOWN = "unknown"
    """There are too few values, or they are known too coarsely."""


@dataclass(frozen=True)
class Answer:
    """One answer; a band goes from `low`, included, to `high`, excluded; None leaves it open."""

    verdict: Verdict
    low: int | None = None
    high: int | None = None


UNKNOWN: Final = Answer(Verdict.UNKNOWN)


def answer(asked: Asked, columns: Columns, width: int = 1) -> Answer:
    """Compute the answer from the records of the period that was asked about.

    The columns hold the inquiry's field alone, as coarse as the consent says: of a number
    only that it is less than `width` above what stands there.  The answer says no more.
    """
    inquiry = asked.inquiry
    values = [value for value in columns.values[0] if value is not None] if len(columns) else []
    if inquiry.computation is Computation.RECENT:
        return _said(yes=len(values) >= inquiry.least)
    if inquiry.computation is Computation.COUNT:
        return _band(inquiry.edges, 1, len(values), len(values))
    numbers = [value for value in values if isinstance(value, int)]
    if len(numbers) < max(inquiry.least, 1):
        return UNKNOWN
    if inquiry.computation is Computation.AGE:
        return _before(asked.cuts[0], numbers[-1], width)
    count = len(numbers) if inquiry.computation is Computation.MEAN else 1
    lowest = sum(numbers)
    return _band(inquiry.edges, count, lowest, lowest + len(numbers) * (width - 1))


def _said(*, yes: bool) -> Answer:
    return Answer(Verdict.YES if yes else Verdict.NO)


def _before(cut: int, lowest: int, width: int) -> Answer:
    if lowest < cut < lowest + width:
        return UNKNOWN
    return _said(yes=lowest < cut)


def _band(edges: Sequence[int], count: int, lowest: int, highest: int) -> Answer:
    """Return the bands in which a total, divided by a count, may lie; as whole numbers."""
    low, high = (
        bisect_right(edges, end, key=lambda edge: edge * count) for end in (lowest, highest)
    )
    return Answer(
        Verdict.BAND,
        edges[low - 1] if low else None,
        edges[high] if high < len(edges) else None,
    )

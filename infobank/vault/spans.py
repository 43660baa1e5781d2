"""Which block a day belongs to, and how new records join those already in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from infobank.vocabulary.category import Record, Span
from infobank.vocabulary.period import Period

LIFE_START = date(1970, 1, 1)
"""The name of the one span of a category kept for life; earlier days belong to it too."""


def span_start(span: Span, day: date) -> date:
    """Return the first day of the span a day lies in: it names the block."""
    if span is Span.MONTH:
        return day.replace(day=1)
    if span is Span.YEAR:
        return day.replace(month=1, day=1)
    return LIFE_START


def starts_within(span: Span, period: Period) -> tuple[date, ...]:
    """Return the first days of every span that shares a day with the period, in order."""
    first, last = span_start(span, period.first), span_start(span, period.last)
    if span is Span.LIFE:
        return (first,)
    if span is Span.YEAR:
        return tuple(date(year, 1, 1) for year in range(first.year, last.year + 1))
    months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    return tuple(date(month // 12, month % 12 + 1, 1) for month in months)


@dataclass(frozen=True)
class Merged:
    """What a block holds after a deposit, and how many deposited records did what.

    `same` records were held already with the same values: when `added` and `changed`
    are both 0 there is nothing to write.
    """

    records: tuple[Record, ...]
    added: int
    changed: int
    same: int


def merge(held: Sequence[Record], incoming: Iterable[Record]) -> Merged:
    """Join deposited records to the held ones of the same block.

    A record of a new day is added; of a held day it replaces when its values differ
    and does nothing when they are the same.  Of several deposited for one day the last
    counts.
    """
    joined = {record.observed: record for record in held}
    added = changed = same = 0
    for record in incoming:
        known = joined.get(record.observed)
        if known == record:
            same += 1
            continue
        added, changed = (added + 1, changed) if known is None else (added, changed + 1)
        joined[record.observed] = record
    ordered = tuple(joined[day] for day in sorted(joined))
    return Merged(ordered, added, changed, same)

"""Which block a record belongs to, and how new records join those already in it.

In columns, a step at a time for whole blocks.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from operator import lt

from infobank.vocabulary.category import Span
from infobank.vocabulary.columns import MOMENTS_A_DAY, Columns

LIFE_START = date(1970, 1, 1)
"""The name of the one span of a category kept for life; earlier days belong to it too."""


def span_start(span: Span, day: date) -> date:
    """Return the first day of the span a day lies in: it names the block."""
    if span is Span.MONTH:
        return day.replace(day=1)
    if span is Span.YEAR:
        return day.replace(month=1, day=1)
    return LIFE_START


@dataclass(frozen=True)
class Merged:
    """What a block holds after a deposit, and how many moments are new or have other values.

    When `added` and `changed` are both 0 there is nothing to write.
    """

    columns: Columns
    added: int
    changed: int


def in_order(found: Columns) -> Columns:
    """Return records in rising order of time; of several of one moment the last counts."""
    moments = found.moments
    if all(map(lt, moments, islice(moments, 1, None))):
        return found
    last = {moment: place for place, moment in enumerate(moments)}
    rising = sorted(last)
    order = [last[moment] for moment in rising]
    values = tuple([[column[at] for at in order] for column in found.values])
    return Columns(found.time, rising, values)


def by_span(span: Span, found: Columns) -> Iterator[tuple[date, Columns]]:
    """Cut records, in rising order, where one block ends and the next begins.

    Yields the first day of each span, and the records that lie in it.
    """
    a_day, begin = MOMENTS_A_DAY[found.time], 0

    def start_of(moment: int) -> date:
        return span_start(span, date.fromordinal(moment // a_day))

    while begin < len(found):
        start = start_of(found.moments[begin])
        end = bisect_right(found.moments, start, lo=begin, key=start_of)
        part = slice(begin, end)
        values = tuple([column[part] for column in found.values])
        yield start, Columns(found.time, found.moments[part], values)
        begin = end


def merge(held: Columns | None, incoming: Columns) -> Merged:
    """Join deposited records to the held ones of the same block; both in rising order.

    A record of a new moment is added; of a held moment it replaces when its values
    differ and does nothing when they are the same, so the same deposit again changes
    nothing.
    """
    if held is None:
        return Merged(incoming, len(incoming), 0)
    if held.moments[-1] < incoming.moments[0]:
        both = Columns.joined(held.time, len(held.values), [held, incoming])
        return Merged(both, len(incoming), 0)
    before = dict(zip(held.moments, held.rows, strict=True))
    after = dict(zip(incoming.moments, incoming.rows, strict=True))
    added = len(after.keys() - before.keys())
    same = sum(before.get(moment) == row for moment, row in after.items())
    joined = before | after
    moments = sorted(joined)
    values = tuple(zip(*(joined[moment] for moment in moments), strict=True))
    return Merged(Columns(held.time, moments, values), added, len(after) - added - same)

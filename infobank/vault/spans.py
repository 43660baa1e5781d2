"""Which block a day belongs to, and how new records join those already in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from infobank.vocabulary.category import Record, Span

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
    """What a block holds after a deposit, and how many deposited records did what.

    `same` records changed nothing: their values were held already, or a later record of
    the same deposit was for the same day.  When `added` and `changed` are both 0 there is
    nothing to write.
    """

    records: tuple[Record, ...]
    added: int
    changed: int
    same: int


def merge(held: Sequence[Record], incoming: Iterable[Record]) -> Merged:
    """Join deposited records to the held ones of the same block.

    A record of a new day is added; of a held day it replaces when its values differ
    and does nothing when they are the same.  Of several deposited for one day the last
    counts, and the others do nothing: so the same deposit again changes nothing.
    """
    joined = {record.observed: record for record in held}
    deposited = list(incoming)
    added = changed = 0
    for day, record in {record.observed: record for record in deposited}.items():
        known = joined.get(day)
        if known is None:
            added += 1
        elif known != record:
            changed += 1
        joined[day] = record
    ordered = tuple(joined[day] for day in sorted(joined))
    return Merged(ordered, added, changed, len(deposited) - added - changed)

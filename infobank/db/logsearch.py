"""Find entries of the log by what auditors may see of them, a bounded stretch at a time.

Of the shown fields only the kind has an index: writing stays cheap, and a search looks through as
many entries as it says, the newest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    LargeBinary,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)

from infobank.accesslog.commitment import json_text
from infobank.accesslog.entry import EntryKind
from infobank.accesslog.leaf import Leaf
from infobank.db.accesslog import (
    SECOND,
    STORED,
    KeptEntry,
    log_checkpoints,
    log_entries,
    log_pending,
    to_entry,
)
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ResidentId

QUARTER = 15 * 60
"""Seconds; days begin at one of them in every time zone."""


@dataclass(frozen=True)
class Sought:
    """What to look for: shown fields with their very values, and entries that are void or not.

    `neither` are kinds that are passed over.  `since` is included, `until` excluded.  `about` is
    whom all of them are about.
    """

    fields: Sequence[tuple[str, str]] = ()
    neither: Sequence[EntryKind] = ()
    void: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    about: ResidentId | None = None


@dataclass(frozen=True)
class WriterGap:
    """A writer whose numbers do not follow one another: `missing` of them are not in the log."""

    writer_id: bytes
    missing: int


async def find(unit: Unit, sought: Sought, first: int, end: int, limit: int) -> list[KeptEntry]:
    """Return entries with indexes from `first` up to, without, `end`; newest first."""
    found = await unit.connection.execute(
        select(*STORED)
        .where(log_entries.c.log_index >= first, log_entries.c.log_index < end, *_tests(sought))
        .order_by(log_entries.c.log_index.desc())
        .limit(limit)
    )
    return [to_entry(row) for row in found]


async def residents(unit: Unit, first: int, end: int) -> list[ResidentId]:
    """Return whom entries with indexes from `first` up to, without, `end` are about, each once."""
    resident = log_entries.c.resident_id
    found = await unit.connection.execute(
        select(resident)
        .distinct()
        .where(log_entries.c.log_index >= first, log_entries.c.log_index < end)
        .where(resident.is_not(None))
    )
    return [ResidentId(row[0]) for row in found]


async def placed_since(unit: Unit, instant: datetime, size: int) -> int:
    """Return the index from which on entries are of an instant or later, by halving.

    Entries that were sequenced together stand by writer: whoever needs a sharp edge asks for it
    a little earlier, and looks at each.
    """
    second, low, high = int(instant.timestamp()), 0, size
    while low < high:
        middle = (low + high) // 2
        found = await unit.connection.execute(
            select(log_entries.c.leaf).where(log_entries.c.log_index == middle)
        )
        if Leaf.parse(found.scalar_one()).second < second:
            low = middle + 1
        else:
            high = middle
    return low


async def daily(
    unit: Unit, kinds: Sequence[EntryKind], first: int, end: int, zone: str
) -> list[tuple[datetime, tuple[int, ...]]]:
    """Return how many entries in effect of each kind there were, day by day of a zone."""
    quarter = (log_entries.c.second // QUARTER).label("quarter")
    quarters = (
        select(quarter, log_entries.c.kind, func.count().label("entries"))
        .where(log_entries.c.kind.in_([kind.value for kind in kinds]))
        .where(log_entries.c.log_index >= first, log_entries.c.log_index < end)
        .where(log_entries.c.effect == 1)
        .group_by(quarter, log_entries.c.kind)
        .subquery()
    )
    day = func.date_trunc("day", func.to_timestamp(quarters.c.quarter * QUARTER), zone).label("day")
    counts = [
        func.coalesce(func.sum(quarters.c.entries).filter(quarters.c.kind == kind.value), 0)
        for kind in kinds
    ]
    found = await unit.connection.execute(select(day, *counts).group_by(day).order_by(day))
    return [(row[0], tuple(map(int, row[1:]))) for row in found]


async def gaps(unit: Unit, limit: int) -> list[WriterGap]:
    """Return the writers that miss numbers: each counts from 0 and uses none up in vain."""
    missing = (func.max(log_entries.c.writer_seq) + 1 - func.count()).label("missing")
    found = await unit.connection.execute(
        select(log_entries.c.writer_id, missing)
        .group_by(log_entries.c.writer_id)
        .having(missing > 0)
        .limit(limit)
    )
    return [WriterGap(row.writer_id, row.missing) for row in found]


async def oldest_waiting(unit: Unit) -> int | None:
    """Return the second at which the oldest entry without an index was made."""
    oldest = select(func.min(literal_column(SECOND, BigInteger))).select_from(log_pending)
    second: int | None = (await unit.connection.execute(oldest)).scalar_one_or_none()
    return second


async def checkpoint_over(unit: Unit, index: int) -> bytes | None:
    """Return the first signed note of a tree that holds an entry."""
    found = await unit.connection.execute(
        select(log_checkpoints.c.note)
        .where(log_checkpoints.c.size > index)
        .order_by(log_checkpoints.c.size)
        .limit(1)
    )
    note: bytes | None = found.scalar_one_or_none()
    return note


def _tests(sought: Sought) -> list[ColumnElement[bool]]:
    tests = [_shows(name, value) for name, value in sought.fields]
    if sought.neither:
        tests.append(log_entries.c.kind.not_in([kind.value for kind in sought.neither]))
    if sought.void is not None:
        tests.append(log_entries.c.effect == (0 if sought.void else 1))
    if sought.since is not None:
        tests.append(log_entries.c.second >= int(sought.since.timestamp()))
    if sought.until is not None:
        tests.append(log_entries.c.second < int(sought.until.timestamp()))
    if sought.about is not None:
        tests.append(log_entries.c.resident_id == sought.about)
    return [and_(*tests)] if tests else []


def _shows(name: str, value: str) -> ColumnElement[bool]:
    """Tell whether a document opens a field with a value.

    The kind stands in a column as well, which nobody can write.

    INVARIANT: within a text of the document each quote is escaped, so no other field's value
    can hold these bytes.
    """
    if name == "kind":
        return log_entries.c.kind == value
    opening = f'["{name}",{json_text(value)},"'.encode()
    return func.position(bindparam(None, opening, LargeBinary).op("IN")(log_entries.c.shown)) > 0

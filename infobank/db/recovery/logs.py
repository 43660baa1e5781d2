"""What copying and replaying the log ask of its tables."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, func, select, text, tuple_

from infobank.db import accesslog
from infobank.db.accesslog import (
    KeptCheckpoint,
    KeptEntry,
    log_checkpoints,
    log_pending,
    to_waiting,
)
from infobank.db.unit import Unit

_TURN: Final = text("SELECT pg_try_advisory_lock(hashtextextended('infobank/replay', 0))")


async def take_turn(unit: Unit) -> bool:
    """Be the only replay until the unit's connection ends; False when another one runs."""
    taken = await unit.connection.execute(_TURN)
    # The lock is the session's.  An open transaction would be ended for being idle.
    await unit.commit()
    return bool(taken.scalar_one())


async def checkpoint_after(unit: Unit, size: int, step: int) -> KeptCheckpoint | None:
    """Return the largest checkpoint within a step above a size, or else the next one above.

    None when no checkpoint is above it.
    """
    table = log_checkpoints
    within = (
        select(func.max(table.c.size))
        .where(table.c.size > size, table.c.size <= size + step)
        .scalar_subquery()
    )
    above = select(func.min(table.c.size)).where(table.c.size > size).scalar_subquery()
    found = await unit.connection.execute(
        select(table).where(table.c.size == func.coalesce(within, above))
    )
    row = found.first()
    return KeptCheckpoint(row.size, row.root, row.signed_at, row.note) if row else None


async def put_continued(unit: Unit, first: int, entries: Sequence[KeptEntry]) -> None:
    """Put entries of the log's copy into the restored log, from index `first` on.

    Those that waited for their index at the backup wait no more.
    """
    await accesslog.put_sequenced(unit, first, entries)
    places = [(entry.writer_id, entry.writer_seq) for entry in entries]
    await unit.connection.execute(
        delete(log_pending).where(
            tuple_(log_pending.c.writer_id, log_pending.c.writer_seq).in_(places)
        )
    )


async def all_waiting(unit: Unit) -> list[KeptEntry]:
    """Return every entry that has no index yet."""
    found = await unit.connection.execute(select(log_pending))
    return [to_waiting(row) for row in found]

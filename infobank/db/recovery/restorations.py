"""The mark of a restored database, and what keeps everybody out while it stands.

The mark is written in the transaction that loads the data, and only the owner can write
it.  A connection is asked for it once, when it is made: a database can become a restored
one only while nobody is connected to it, so a connection that was let in stays right.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, event, insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from infobank.db.metadata import declare, keys, records
from infobank.db.unit import Unit
from infobank.recovery.errors import RestoredError

WAITING: Final = (
    "The bank was restored from a backup and answers nothing until the withdrawals and "
    "erasures made since then are replayed."
)


def _restorations(metadata: MetaData, **grants: str) -> Table:
    return Table(
        "restorations",
        metadata,
        Column("restored_at", DateTime(timezone=True), primary_key=True),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("log_size", BigInteger, nullable=False),
        Column("replayed_at", DateTime(timezone=True)),
        info=declare("reference", **grants),
    )


of_records = _restorations(
    records, web="SELECT", sequencer="SELECT", publisher="SELECT", keyservice="SELECT"
)
of_keys = _restorations(keys, keys="SELECT")

STANDING: Final = (
    "SELECT restored_at, made_at, log_size FROM restorations "
    "WHERE replayed_at IS NULL ORDER BY restored_at DESC LIMIT 1"
)


@dataclass(frozen=True)
class Mark:
    """One restoration: when, from a backup of when, and how long the log was then."""

    restored_at: datetime
    made_at: datetime
    log_size: int


def barred(engine: AsyncEngine) -> AsyncEngine:
    """Return the engine, which now makes no connection to a restored database.

    Raises:
        RestoredError: from each use that needs a new connection, while the mark stands.
    """
    event.listen(engine.sync_engine, "connect", _refuse_restored)
    return engine


async def standing(unit: Unit) -> Mark | None:
    """Return the mark that stands, if one does."""
    rows = await unit.fetch(STANDING)
    return Mark(*rows[0]) if rows else None


async def put_mark(unit: Unit, mark: Mark) -> None:
    """Mark the database as restored."""
    table = of_records  # both databases have the same
    await unit.connection.execute(
        insert(table).values(
            restored_at=mark.restored_at, made_at=mark.made_at, log_size=mark.log_size
        )
    )


async def clear_mark(unit: Unit, now: datetime) -> None:
    """Let everybody in again: what was forgotten has been replayed."""
    table = of_records
    await unit.connection.execute(
        update(table).where(table.c.replayed_at.is_(None)).values(replayed_at=now)
    )


def _refuse_restored(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
    cursor = connection.cursor()
    try:
        cursor.execute(STANDING)
        found = cursor.fetchone()
    finally:
        cursor.close()
        connection.rollback()
    if found is not None:
        raise RestoredError(WAITING)

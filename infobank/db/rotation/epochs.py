"""The lives of the root keys: begun, left by every key, verified to be dispensable, destroyed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from infobank.db.direct import Reader
from infobank.db.unit import Unit, Units
from infobank.errors import ConflictError

LIVING = """
SELECT epoch, begun_at, rewrapped_at, verified_at FROM epochs
WHERE destroyed_at IS NULL ORDER BY epoch
"""

LOCK = "SELECT epoch FROM epochs WHERE epoch = $1 FOR UPDATE"

LEFT = """
UPDATE epochs SET rewrapped_at = $2
WHERE epoch = $1 AND NOT EXISTS (SELECT FROM resident_keys WHERE epoch <= $1)
RETURNING epoch
"""

VERIFIED = """
UPDATE epochs SET verified_at = $2
WHERE epoch = $1 AND rewrapped_at IS NOT NULL AND verified_at IS NULL RETURNING epoch
"""

FORGET_SHARDS = "DELETE FROM shard_keys WHERE epoch <= $1 RETURNING shard"
FORGET_BANK = "DELETE FROM bank_keys WHERE epoch <= $1 RETURNING use"

DESTROYED = "UPDATE epochs SET destroyed_at = $2 WHERE epoch = $1 RETURNING epoch"

LIVES = """
SELECT e.epoch, e.begun_at, e.rewrapped_at, e.verified_at, e.destroyed_at,
    (SELECT count(*) FROM shard_keys s WHERE s.epoch = e.epoch), coalesce(r.residents, 0)
FROM epochs e
LEFT JOIN (
    SELECT epoch, count(*) AS residents FROM resident_keys
    WHERE wrapped_data IS NOT NULL GROUP BY epoch
) r ON r.epoch = e.epoch
ORDER BY e.epoch
"""

ALONE = "SELECT pg_try_advisory_lock(hashtextextended('infobank/keys', 0)) AS alone"


@dataclass(frozen=True)
class Epoch:
    """A root key that lives: `rewrapped_at` says since when nothing hangs from it any more."""

    number: int
    begun_at: datetime
    rewrapped_at: datetime | None
    verified_at: datetime | None


@dataclass(frozen=True)
class EpochLife:
    """All that may be told of an epoch: when what happened, and how much hangs from its root key.

    `shards` counts keys of shards, `residents` keys of living residents; none is shown.
    """

    number: int
    begun_at: datetime
    rewrapped_at: datetime | None
    verified_at: datetime | None
    destroyed_at: datetime | None
    shards: int
    residents: int


async def lives(reader: Reader) -> list[EpochLife]:
    """Return every epoch there ever was, oldest first."""
    return [EpochLife(*row) for row in await reader.fetch(LIVES)]


async def living_epochs(reader: Reader) -> list[Epoch]:
    """Return the epochs whose root key was not destroyed, oldest first: one or two."""
    rows = await reader.fetch(LIVING)
    return [Epoch(row[0], row[1], row[2], row[3]) for row in rows]


async def leave(unit: Unit, epoch: int, now: datetime) -> bool:
    """Note that no resident's key hangs from an epoch any more; False when one still does."""
    # INVARIANT: whoever adds keys under an epoch holds its row shared until they are
    # durable.  So this waits for them, and the next statement sees what they wrote; whoever
    # comes after it finds the epoch left, and adds nothing under it.
    await unit.fetch(LOCK, epoch)
    return bool(await unit.fetch(LEFT, epoch, now))


async def note_verified(unit: Unit, epoch: int, now: datetime) -> None:
    """Note that a backup in which nothing hangs from an epoch was restored and opened."""
    await unit.fetch(VERIFIED, epoch, now)


async def forget_wrapped(unit: Unit, epoch: int) -> None:
    """Delete what hung from an epoch and from older ones: shard keys and keys of the bank."""
    await unit.fetch(FORGET_SHARDS, epoch)
    await unit.fetch(FORGET_BANK, epoch)


async def note_destroyed(unit: Unit, epoch: int, now: datetime) -> None:
    """Note that an epoch's root key is destroyed."""
    await unit.fetch(DESTROYED, epoch, now)


@asynccontextmanager
async def alone(units: Units) -> AsyncIterator[None]:
    """Keep other commands that change keys of the whole bank out for as long as the block lasts.

    Raises:
        ConflictError: one runs already.
    """
    async with units() as unit:
        (row,) = await unit.fetch(ALONE)
        # The lock is the session's.  An open transaction would be ended for being idle.
        await unit.commit()
        try:
            if not row[0]:
                raise ConflictError("another command changes the bank's keys at this moment")
            yield
        finally:
            await unit.connection.invalidate()  # the lock goes with its connection

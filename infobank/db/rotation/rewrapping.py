"""Take residents' wrapped keys in batches, and put them back wrapped anew."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from infobank.db.direct import Reader
from infobank.db.unit import Unit
from infobank.vault.keyring import WrappedResidentKeys
from infobank.vocabulary.identifiers import ResidentId

Wrapped = tuple[UUID, WrappedResidentKeys]

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
"""Nobody comes before the first, nor after the last."""

# A row that somebody holds is left for the next pass: nobody waits for a deposit.
TAKE = """
SELECT resident_id, version, epoch, wrapped_data, wrapped_log FROM resident_keys
WHERE epoch < $1 AND resident_id > $2 ORDER BY resident_id LIMIT $3
FOR UPDATE SKIP LOCKED
"""

PUT = """
WITH moved AS (
    UPDATE resident_keys k SET epoch = $1, wrapped_data = m.data, wrapped_log = m.log
    FROM unnest($2::uuid[], $3::bytea[], $4::bytea[]) AS m (resident_id, data, log)
    WHERE k.resident_id = m.resident_id
    RETURNING 1
)
SELECT count(*) FROM moved
"""

LEFT = "SELECT count(*) AS left FROM resident_keys WHERE epoch < $1"

AFTER = """
SELECT resident_id, version, epoch, wrapped_data, wrapped_log FROM resident_keys
WHERE resident_id > $1 ORDER BY resident_id LIMIT $2
"""


async def take(unit: Unit, epoch: int, after: UUID, limit: int) -> list[Wrapped]:
    """Return, and hold until the unit ends, keys that are wrapped under an earlier epoch.

    They come in order of resident, so that those of a shard stand together.
    """
    return [_wrapped(row) for row in await unit.fetch(TAKE, epoch, after, limit)]


async def put(unit: Unit, epoch: int, rows: Sequence[Wrapped]) -> None:
    """Keep residents' keys as they were wrapped under an epoch."""
    await unit.fetch(
        PUT,
        epoch,
        [resident for resident, _ in rows],
        [wrapped.data for _, wrapped in rows],
        [wrapped.log for _, wrapped in rows],
    )


async def still_under(reader: Reader, epoch: int) -> int:
    """Return how many residents' keys are wrapped under an earlier epoch than this."""
    (row,) = await reader.fetch(LEFT, epoch)
    left: int = row[0]
    return left


async def wrapped_after(reader: Reader, after: UUID, limit: int) -> list[Wrapped]:
    """Return residents' wrapped keys in order of resident, from the one after `after` on."""
    return [_wrapped(row) for row in await reader.fetch(AFTER, after, limit)]


AFTER_RESIDENTS = """
SELECT resident_id FROM resident_keys WHERE resident_id > $1 ORDER BY resident_id LIMIT $2
"""


async def residents_after(reader: Reader, after: UUID, limit: int) -> list[ResidentId]:
    """Return who has a row of keys, in order, from the one after `after` on."""
    return [ResidentId(row[0]) for row in await reader.fetch(AFTER_RESIDENTS, after, limit)]


def _wrapped(row: Any) -> Wrapped:  # noqa: ANN401 - a driver's row
    resident, version, epoch, data, log = row
    return resident, WrappedResidentKeys(version, epoch, data, log)

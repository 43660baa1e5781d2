"""Residents who are to get another data key, because the one above it leaked."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Table, Uuid

from infobank.db.direct import Reader
from infobank.db.metadata import declare, keys
from infobank.db.unit import Unit
from infobank.errors import ConflictError
from infobank.vault.keyring import WrappedResidentKeys
from infobank.vault.manifest import ManifestState
from infobank.vocabulary.identifiers import ResidentId

renewals = Table(
    "renewals",
    keys,
    Column("resident_id", Uuid, primary_key=True),
    Column("wrapped_data", LargeBinary),
    info=declare("resident", keys="SELECT, INSERT, UPDATE, DELETE"),
)
"""A row goes when its resident's data is sealed under the new key; until then both are kept."""

BEGIN = """
INSERT INTO renewals (resident_id)
SELECT resident_id FROM resident_keys
WHERE resident_id BETWEEN $1 AND $2 AND wrapped_data IS NOT NULL
ON CONFLICT DO NOTHING RETURNING 1
"""

WAITING = """
SELECT resident_id, wrapped_data FROM renewals
WHERE resident_id > $1 AND resident_id <= $2 ORDER BY resident_id LIMIT $3
"""

COUNT = "SELECT count(*) FROM renewals WHERE resident_id BETWEEN $1 AND $2"

DRAW = """
UPDATE renewals SET wrapped_data = $2 WHERE resident_id = $1 AND wrapped_data IS NULL RETURNING 1
"""

DONE = """
WITH renewed AS (
    UPDATE resident_keys
    SET version = $2, wrapped_data = $3, wrapped_log = $4,
        held_version = nullif($5::bigint, 0), held_digest = nullif($6::bytea, ''),
        next_version = NULL, next_digest = NULL
    WHERE resident_id = $1 AND version = $2 - 1
    RETURNING resident_id
)
DELETE FROM renewals WHERE resident_id IN (SELECT resident_id FROM renewed) RETURNING 1
"""


async def begin(unit: Unit, first: UUID, last: UUID) -> None:
    """Note everybody from one resident up to another, less those who were erased."""
    await unit.fetch(BEGIN, first, last)


async def waiting(
    reader: Reader, after: UUID, last: UUID, limit: int
) -> list[tuple[ResidentId, bytes | None]]:
    """Return who waits, in order, each with the new key when it was drawn already."""
    rows: Sequence[tuple[UUID, bytes | None]] = await reader.fetch(WAITING, after, last, limit)
    return [(ResidentId(row[0]), row[1]) for row in rows]


async def count(reader: Reader, first: UUID, last: UUID) -> int:
    """Return how many wait."""
    (row,) = await reader.fetch(COUNT, first, last)
    waits: int = row[0]
    return waits


async def check_none(reader: Reader) -> None:
    """Accept that nobody waits.

    Raises:
        ConflictError: somebody does, and what is stored of them may be half sealed anew.
    """
    if await reader.fetch("SELECT FROM renewals LIMIT 1"):
        raise ConflictError("a shard gets new keys; infobank keys rekey-shard goes on with it")


async def keep_drawn(reader: Reader, resident: ResidentId, wrapped: bytes) -> None:
    """Keep a resident's new key, durably, before anything is sealed under it."""
    await reader.fetch(DRAW, resident, wrapped)


async def finish(
    reader: Reader, resident: ResidentId, wrapped: WrappedResidentKeys, held: ManifestState
) -> None:
    """Let a resident's new keys count, and the manifest that was sealed under them."""
    await reader.fetch(
        DONE, resident, wrapped.version, wrapped.data, wrapped.log, held.version, held.digest
    )

"""Sealed blocks and manifests: tables and statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Uuid

from infobank.db.direct import Reader, looked_up
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ResidentId

blocks = Table(
    "blocks",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("tag", LargeBinary(16), primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("stored", LargeBinary, nullable=False),
    info=declare("resident", web="SELECT, INSERT, UPDATE, DELETE", publisher="SELECT"),
)

manifests = Table(
    "manifests",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("stored", LargeBinary, nullable=False),
    info=declare("resident", web="SELECT, INSERT, UPDATE, DELETE", publisher="SELECT"),
)


@dataclass(frozen=True)
class StoredManifest:
    """A sealed manifest and the version its row claims."""

    version: int
    stored: bytes


MANIFESTS = """
SELECT resident_id, version, stored FROM manifests WHERE resident_id = ANY($1::uuid[])
"""

BLOCKS = """
SELECT b.resident_id, b.tag, b.stored
FROM unnest($1::uuid[], $2::bytea[]) AS wanted (resident_id, tag)
JOIN blocks b ON b.resident_id = wanted.resident_id AND b.tag = wanted.tag
"""


async def manifests_of(
    reader: Reader, residents: Sequence[ResidentId]
) -> dict[ResidentId, StoredManifest]:
    """Return residents' sealed manifests; those without one are left out."""
    found = await looked_up(reader, _manifests, residents)
    return {each: kept for each, kept in zip(residents, found, strict=True) if kept}


async def _manifests(
    reader: Reader, residents: Sequence[ResidentId]
) -> list[StoredManifest | None]:
    rows = await reader.fetch(MANIFESTS, residents)
    found = {resident: StoredManifest(version, stored) for resident, version, stored in rows}
    return [found.get(resident) for resident in residents]


async def blocks_of(
    reader: Reader, wanted: Sequence[tuple[ResidentId, bytes]]
) -> dict[tuple[ResidentId, bytes], bytes]:
    """Return sealed blocks by resident and tag; those that do not exist are left out."""
    found = await looked_up(reader, _blocks, wanted)
    return {
        place: stored for place, stored in zip(wanted, found, strict=True) if stored is not None
    }


async def _blocks(reader: Reader, wanted: Sequence[tuple[ResidentId, bytes]]) -> list[bytes | None]:
    rows = await reader.fetch(
        BLOCKS, [resident for resident, _ in wanted], [tag for _, tag in wanted]
    )
    found = {(resident, tag): stored for resident, tag, stored in rows}
    return [found.get(place) for place in wanted]


PUT_BLOCKS = """
INSERT INTO blocks (resident_id, tag, generation, stored)
SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::bytea[])
ON CONFLICT (resident_id, tag) DO UPDATE
SET generation = excluded.generation, stored = excluded.stored
WHERE blocks.generation < excluded.generation
"""

PUT_MANIFESTS = """
INSERT INTO manifests (resident_id, version, stored)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bytea[])
ON CONFLICT (resident_id) DO UPDATE
SET version = excluded.version, stored = excluded.stored
WHERE manifests.version < excluded.version
"""


async def put_blocks(unit: Unit, rows: list[tuple[ResidentId, bytes, int, bytes]]) -> None:
    """Write sealed blocks (resident, tag, generation, stored), each in place of its older one."""
    await unit.put(PUT_BLOCKS, rows)


REMOVE_BLOCKS = "DELETE FROM blocks WHERE resident_id = $1 RETURNING 1"


async def remove_blocks(unit: Unit, resident: ResidentId) -> None:
    """Take all of a resident's blocks out: others come in their places at once."""
    await unit.fetch(REMOVE_BLOCKS, resident)


async def put_manifests(unit: Unit, rows: list[tuple[ResidentId, int, bytes]]) -> None:
    """Write sealed manifests (resident, version, stored), each in place of its older one."""
    await unit.put(PUT_MANIFESTS, rows)

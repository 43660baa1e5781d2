"""Sealed blocks and manifests: tables and statements."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Uuid, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert

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
    info=declare("resident", web="SELECT, INSERT, UPDATE", publisher="SELECT"),
)

manifests = Table(
    "manifests",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("stored", LargeBinary, nullable=False),
    info=declare("resident", web="SELECT, INSERT, UPDATE", publisher="SELECT"),
)


@dataclass(frozen=True)
class StoredManifest:
    """A sealed manifest and the version its row claims."""

    version: int
    stored: bytes


async def manifests_of(unit: Unit, residents: list[ResidentId]) -> dict[ResidentId, StoredManifest]:
    """Return residents' sealed manifests; those without one are left out."""
    found = await unit.connection.execute(
        select(manifests).where(manifests.c.resident_id.in_(residents))
    )
    return {ResidentId(row.resident_id): StoredManifest(row.version, row.stored) for row in found}


async def blocks_of(
    unit: Unit, wanted: list[tuple[ResidentId, bytes]]
) -> dict[tuple[ResidentId, bytes], bytes]:
    """Return sealed blocks by resident and tag; those that do not exist are left out."""
    found = await unit.connection.execute(
        select(blocks.c.resident_id, blocks.c.tag, blocks.c.stored).where(
            tuple_(blocks.c.resident_id, blocks.c.tag).in_(wanted)
        )
    )
    return {(ResidentId(row.resident_id), row.tag): row.stored for row in found}


async def put_blocks(unit: Unit, rows: list[tuple[ResidentId, bytes, int, bytes]]) -> None:
    """Write sealed blocks (resident, tag, generation, stored), each in place of its older one."""
    written = upsert(blocks)
    await unit.connection.execute(
        written.on_conflict_do_update(
            index_elements=[blocks.c.resident_id, blocks.c.tag],
            set_={"generation": written.excluded.generation, "stored": written.excluded.stored},
            where=blocks.c.generation < written.excluded.generation,
        ),
        [
            {"resident_id": resident, "tag": tag, "generation": generation, "stored": stored}
            for resident, tag, generation, stored in rows
        ],
    )


async def put_manifests(unit: Unit, rows: list[tuple[ResidentId, int, bytes]]) -> None:
    """Write sealed manifests (resident, version, stored), each in place of its older one."""
    written = upsert(manifests)
    await unit.connection.execute(
        written.on_conflict_do_update(
            index_elements=[manifests.c.resident_id],
            set_={"version": written.excluded.version, "stored": written.excluded.stored},
            where=manifests.c.version < written.excluded.version,
        ),
        [
            {"resident_id": resident, "version": version, "stored": stored}
            for resident, version, stored in rows
        ],
    )

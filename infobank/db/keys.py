"""Wrapped keys, in a database of their own: tables and statements."""

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Uuid,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.db.direct import Reader
from infobank.db.metadata import declare, keys
from infobank.db.unit import Unit
from infobank.vault.keyring import WrappedResidentKeys
from infobank.vocabulary.identifiers import ResidentId

shard_keys = Table(
    "shard_keys",
    keys,
    Column("epoch", BigInteger, primary_key=True),
    Column("shard", SmallInteger, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    info=declare("reference", keys="SELECT, INSERT"),
)

resident_keys = Table(
    "resident_keys",
    keys,
    Column("resident_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("wrapped_data", LargeBinary),
    Column("wrapped_log", LargeBinary),
    info=declare("resident", keys="SELECT, INSERT"),
)


async def add_shard_key(unit: Unit, epoch: int, shard: int, wrapped: bytes) -> bytes:
    """Keep a shard's wrapped key, and return the one that counts: the first that was kept."""
    await unit.connection.execute(
        upsert(shard_keys)
        .values(epoch=epoch, shard=shard, wrapped=wrapped)
        .on_conflict_do_nothing()
    )
    found = await shard_key(unit, epoch, shard)
    return found if found is not None else wrapped


async def shard_key(unit: Unit, epoch: int, shard: int) -> bytes | None:
    """Return a shard's wrapped key."""
    found = await unit.connection.execute(
        select(shard_keys.c.wrapped).where(shard_keys.c.epoch == epoch, shard_keys.c.shard == shard)
    )
    return found.scalar_one_or_none()


async def add_resident_keys(unit: Unit, wrapped: dict[ResidentId, WrappedResidentKeys]) -> None:
    """Keep new residents' wrapped keys.  An existing key is never replaced."""
    rows = [
        {
            "resident_id": resident,
            "version": key.version,
            "epoch": key.epoch,
            "wrapped_data": key.data,
            "wrapped_log": key.log,
        }
        for resident, key in wrapped.items()
    ]
    await unit.connection.execute(upsert(resident_keys).on_conflict_do_nothing(), rows)


WRAPPED = """
SELECT resident_id, version, epoch, wrapped_data, wrapped_log
FROM resident_keys WHERE resident_id = ANY($1::uuid[])
"""


async def wrapped_keys(
    reader: Reader, residents: list[ResidentId]
) -> dict[ResidentId, WrappedResidentKeys]:
    """Return residents' wrapped keys; those without are left out."""
    found = await reader.fetch(WRAPPED, residents)
    return {
        ResidentId(resident): WrappedResidentKeys(version, epoch, data, log)
        for resident, version, epoch, data, log in found
    }

"""Wrapped keys, in a database of their own: tables and statements.

The key service alone connects here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.db.direct import Reader, looked_up
from infobank.db.metadata import declare, keys
from infobank.db.unit import Unit
from infobank.errors import ConflictError
from infobank.vault.keyring import WrappedResidentKeys
from infobank.vault.manifest import ManifestState
from infobank.vocabulary.identifiers import ResidentId

epochs = Table(
    "epochs",
    keys,
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("rewrapped_at", DateTime(timezone=True)),
    Column("verified_at", DateTime(timezone=True)),
    Column("destroyed_at", DateTime(timezone=True)),
    info=declare("reference", keys="SELECT, INSERT, UPDATE"),
)
"""The life of each root key: `rewrapped_at` says when nothing hung from it any more."""

shard_keys = Table(
    "shard_keys",
    keys,
    Column("epoch", BigInteger, primary_key=True),
    Column("shard", SmallInteger, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("wraps", BigInteger, nullable=False, server_default=text("0")),
    info=declare("reference", keys="SELECT, INSERT, DELETE, UPDATE (wraps)"),
)
"""`wraps` counts what a shard key wrapped; it is raised before the wrapping is kept."""

bank_keys = Table(
    "bank_keys",
    keys,
    Column("use", String(32), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
    info=declare("reference", keys="SELECT, INSERT, DELETE"),
)
"""Random keys that belong to no resident, wrapped under the root."""

resident_keys = Table(
    "resident_keys",
    keys,
    Column("resident_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("wrapped_data", LargeBinary),
    Column("wrapped_log", LargeBinary),
    Column("erased_at", DateTime(timezone=True)),
    Column("held_version", BigInteger),
    Column("held_digest", LargeBinary(32)),
    Column("next_version", BigInteger),
    Column("next_digest", LargeBinary(32)),
    Column("erased_epoch", BigInteger),
    Column("provision_until", Date),
    Index(
        "ix_resident_keys_provision_until",
        "provision_until",
        postgresql_where=text("erased_at IS NOT NULL AND wrapped_log IS NOT NULL"),
    ),
    info=declare("resident", keys="SELECT, INSERT, UPDATE"),
)
"""`held_…` is the manifest that counts, `next_…` the one that a deposit is about to write.

Once the data key is destroyed, `erased_epoch` is the root key it was wrapped under then.
"""

escrows = Table(
    "escrows",
    keys,
    Column("resident_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("keep_until", Date, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    info=declare("resident", keys="SELECT, INSERT, DELETE"),
)
"""Log keys of erased residents, which two holders open together until a day."""

decoys = Table(
    "decoys",
    keys,
    Column("marker", LargeBinary(32), primary_key=True),
    info=declare("reference", keys="SELECT, INSERT"),
)
"""Keyed marks of residents who do not exist; the bank alone can tell whose they are."""

NOTHING = ManifestState(0, b"")
"""The manifest of a resident who never deposited."""


@dataclass(frozen=True)
class KeptKeys:
    """A resident's row: wrapped keys, and which manifest counts beside them."""

    wrapped: WrappedResidentKeys
    held: ManifestState
    following: ManifestState | None
    erased_at: datetime | None


async def add_epoch(unit: Unit, epoch: int, now: datetime) -> None:
    """Note that an epoch has begun; the first note stays."""
    await unit.connection.execute(
        upsert(epochs).values(epoch=epoch, begun_at=now).on_conflict_do_nothing()
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


async def shards_of(reader: Reader, epoch: int) -> list[int]:
    """Return the shards that have a key in an epoch."""
    found = await reader.fetch("SELECT shard FROM shard_keys WHERE epoch = $1", epoch)
    return [row["shard"] for row in found]


async def count_wraps(unit: Unit, epoch: int, shard: int, more: int) -> int:
    """Raise the count of a shard key's wraps; return what it is now."""
    found = await unit.connection.execute(
        update(shard_keys)
        .where(shard_keys.c.epoch == epoch, shard_keys.c.shard == shard)
        .values(wraps=shard_keys.c.wraps + more)
        .returning(shard_keys.c.wraps)
    )
    wraps: int = found.scalar_one()
    return wraps


async def add_bank_key(unit: Unit, use: str, epoch: int, wrapped: bytes) -> None:
    """Keep a key of the bank; the first of a use and epoch stays."""
    await unit.connection.execute(
        upsert(bank_keys).values(use=use, epoch=epoch, wrapped=wrapped).on_conflict_do_nothing()
    )


async def all_bank_keys(unit: Unit) -> list[tuple[str, int, bytes]]:
    """Return every key of the bank (use, epoch, wrapped), each use's newest epoch last."""
    found = await unit.connection.execute(
        select(bank_keys.c.use, bank_keys.c.epoch, bank_keys.c.wrapped).order_by(
            bank_keys.c.use, bank_keys.c.epoch
        )
    )
    return [(use, epoch, wrapped) for use, epoch, wrapped in found]


HOLD_EPOCHS = """
SELECT epoch FROM epochs WHERE epoch = ANY($1::bigint[]) AND rewrapped_at IS NULL
ORDER BY epoch FOR SHARE
"""


async def add_resident_keys(unit: Unit, wrapped: dict[ResidentId, WrappedResidentKeys]) -> None:
    """Keep new residents' wrapped keys.  An existing key is never replaced.

    Raises:
        ConflictError: they hang from an epoch that was left meanwhile.
    """
    under = {key.epoch for key in wrapped.values()}
    # INVARIANT: an epoch is left only by who holds its row alone: see `rotation.epochs.leave`.
    if len(await unit.fetch(HOLD_EPOCHS, list(under))) < len(under):
        raise ConflictError("the epoch was left meanwhile; wrap under the one that followed")
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
SELECT resident_id, version, epoch, wrapped_data, wrapped_log, erased_at,
    held_version, held_digest, next_version, next_digest
FROM resident_keys WHERE resident_id = ANY($1::uuid[])
"""


async def kept_keys(reader: Reader, residents: Sequence[ResidentId]) -> dict[ResidentId, KeptKeys]:
    """Return residents' rows; those without one are left out."""
    found = await looked_up(reader, _rows, residents)
    return {each: row for each, row in zip(residents, found, strict=True) if row}


async def _rows(reader: Reader, residents: Sequence[ResidentId]) -> list[KeptKeys | None]:
    found = {row["resident_id"]: row for row in await reader.fetch(WRAPPED, residents)}
    return [_kept(found[each]) if each in found else None for each in residents]


def _kept(row: Any) -> KeptKeys:  # noqa: ANN401 - a driver's row
    wrapped = WrappedResidentKeys(
        row["version"], row["epoch"], row["wrapped_data"], row["wrapped_log"]
    )
    held, following = (
        ManifestState(row[f"{which}_version"], row[f"{which}_digest"])
        if row[f"{which}_version"] is not None
        else None
        for which in ("held", "next")
    )
    return KeptKeys(wrapped, held or NOTHING, following, row["erased_at"])


ANNOUNCE = """
UPDATE resident_keys k
SET held_version = nullif(m.version, 0), held_digest = nullif(m.digest, ''),
    next_version = m.next_version, next_digest = m.next_digest
FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bytea[])
    AS m (resident_id, version, digest, next_version, next_digest)
WHERE k.resident_id = m.resident_id AND k.erased_at IS NULL
    AND ((coalesce(k.held_version, 0), coalesce(k.held_digest, '')) = (m.version, m.digest)
        OR (k.next_version, k.next_digest) = (m.version, m.digest))
RETURNING k.resident_id
"""


@dataclass(frozen=True)
class Move:
    """A manifest that is about to be followed by another."""

    resident: ResidentId
    held: ManifestState
    following: ManifestState


async def announce(reader: Reader, moves: Sequence[Move]) -> set[ResidentId]:
    """Note which manifest follows the one that counts; return whose was the one named.

    A manifest that counted before is not followed again: for its resident nothing is noted.
    """
    found = await reader.fetch(
        ANNOUNCE,
        [move.resident for move in moves],
        [move.held.version for move in moves],
        [move.held.digest for move in moves],
        [move.following.version for move in moves],
        [move.following.digest for move in moves],
    )
    return {ResidentId(row[0]) for row in found}


CONFIRM = """
UPDATE resident_keys k
SET held_version = k.next_version, held_digest = k.next_digest,
    next_version = NULL, next_digest = NULL
FROM unnest($1::uuid[], $2::bigint[]) AS m (resident_id, version)
WHERE k.resident_id = m.resident_id AND k.next_version = m.version
"""


async def confirm(reader: Reader, written: Sequence[tuple[ResidentId, int]]) -> None:
    """Note that announced manifests (resident, version) were written: nothing older counts."""
    await reader.fetch(
        CONFIRM, [resident for resident, _ in written], [version for _, version in written]
    )


DECOYS = "SELECT marker FROM decoys"


async def all_decoys(reader: Reader) -> frozenset[bytes]:
    """Return the marks of all decoys: the bank has a few dozen."""
    return frozenset(row["marker"] for row in await reader.fetch(DECOYS))


async def add_decoys(unit: Unit, markers: Sequence[bytes]) -> None:
    """Note residents who do not exist by their marks."""
    await unit.connection.execute(
        upsert(decoys).on_conflict_do_nothing(), [{"marker": marker} for marker in markers]
    )

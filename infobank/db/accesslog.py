"""The access log: tables, and the statements that append, sequence and read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    delete,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.accesslog.tiles import Coordinate
from infobank.accesslog.writer import Prepared
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ResidentId

log_pending = Table(
    "log_pending",
    records,
    Column("writer_id", LargeBinary(16), primary_key=True),
    Column("writer_seq", BigInteger, primary_key=True),
    Column("resident_id", Uuid, index=True),
    Column("effect", SmallInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("shown", LargeBinary, nullable=False),
    info=declare(
        "log",
        web="SELECT, INSERT",
        publisher="SELECT, INSERT",
        sequencer="SELECT, INSERT, DELETE",
        keyservice="SELECT, INSERT",
    ),
)
"""Durable entries that have no index yet."""

SECOND = "('x' || encode(substring(leaf FROM 31 FOR 8), 'hex'))::bit(64)::bigint"
"""When an entry was made, in seconds since 1970: where a leaf of format 1 holds it."""

KIND = """split_part(encode(substring(shown FROM 12 FOR 60), 'escape'), '"', 4)"""
"""Of which kind an entry is: the first that its shown document opens."""

log_entries = Table(
    "log_entries",
    records,
    Column("log_index", BigInteger, primary_key=True, autoincrement=False),
    Column("writer_id", LargeBinary(16), nullable=False),
    Column("writer_seq", BigInteger, nullable=False),
    Column("resident_id", Uuid),
    Column("effect", SmallInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("shown", LargeBinary, nullable=False),
    Column("kind", Text, Computed(KIND, persisted=True)),
    Column("second", BigInteger, Computed(SECOND, persisted=True)),
    Index(
        "ix_log_entries_kind_log_index",
        "kind",
        "log_index",
        postgresql_include=["second", "effect"],
    ),
    Index("ix_log_entries_resident_id_log_index", "resident_id", "log_index"),
    Index("uq_log_entries_writer_id_writer_seq", "writer_id", "writer_seq", unique=True),
    info=declare(
        "log",
        web="SELECT",
        publisher="SELECT",
        sequencer="SELECT, INSERT",
        keyservice="SELECT",
    ),
)

STORED = tuple(column for column in log_entries.c if column.computed is None)
"""What a sequenced entry is kept as, in the order of `KeptEntry`."""

log_tiles = Table(
    "log_tiles",
    records,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    info=declare("log", web="SELECT", publisher="SELECT", sequencer="SELECT, INSERT, UPDATE"),
)
"""Tiles of up to 256 hashes; the right edge is kept at its present width."""

log_checkpoints = Table(
    "log_checkpoints",
    records,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    Column("note", LargeBinary, nullable=False),
    info=declare(
        "log",
        web="SELECT",
        publisher="SELECT",
        sequencer="SELECT, INSERT",
        keyservice="SELECT",
    ),
)


@dataclass(frozen=True)
class KeptEntry:
    """An entry as the log keeps it; `index` is None until it was sequenced."""

    index: int | None
    writer_id: bytes
    writer_seq: int
    resident: ResidentId | None
    effect: int
    leaf: bytes
    mac: bytes
    sealed: bytes
    shown: bytes


@dataclass(frozen=True)
class KeptCheckpoint:
    """A signed checkpoint."""

    size: int
    root: bytes
    signed_at: datetime
    note: bytes


APPEND = """
INSERT INTO log_pending (writer_id, writer_seq, resident_id, effect, leaf, mac, sealed, shown)
SELECT writer_id, writer_seq, resident_id, 1, leaf, mac, sealed, shown
FROM unnest($1::bytea[], $2::bigint[], $3::uuid[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
    AS a (writer_id, writer_seq, resident_id, leaf, mac, sealed, shown)
"""  # noqa: E501 - one statement, read as one


Appended: TypeAlias = tuple[bytes, Prepared, ResidentId | None]
"""An entry in effect: its writer, what is stored of it, and its resident."""


async def append(unit: Unit, entries: Sequence[Appended]) -> None:
    """Append entries in this unit: they stand or fall with it."""
    if entries:
        await unit.put(APPEND, appended_rows(entries))


def appended_rows(entries: Iterable[Appended]) -> list[tuple[object, ...]]:
    """Return entries as the rows that `APPEND` takes, one array a column."""
    return [
        (writer_id, made.seq, resident, made.leaf, made.mac, made.sealed, made.shown_document)
        for writer_id, made, resident in entries
    ]


async def elected(unit: Unit) -> bool:
    """Be the one sequencer, or stay it, until `step_down` or until the unit's connection ends.

    Raises:
        UnavailableError: through the unit: the connection that held the election is gone.
    """
    found = await unit.connection.execute(
        text("SELECT pg_try_advisory_lock(hashtextextended('infobank/sequencer', 0))")
    )
    # The lock is the session's.  An open transaction would be ended for being idle.
    await unit.commit()
    return bool(found.scalar_one())


async def step_down(unit: Unit) -> None:
    """Let somebody else be elected: the lock goes with this unit's connection."""
    await unit.connection.invalidate()


async def take_pending(unit: Unit, limit: int) -> list[KeptEntry]:
    """Take entries that wait for their index out of the queue, each writer's in order.

    A writer's number is used up only by a commit, so what is seen has no gap before it.
    """
    waiting = (
        select(log_pending.c.writer_id, log_pending.c.writer_seq)
        .order_by(log_pending.c.writer_id, log_pending.c.writer_seq)
        .limit(limit)
        .cte("waiting")
    )
    taken = await unit.connection.execute(
        delete(log_pending)
        .where(
            tuple_(log_pending.c.writer_id, log_pending.c.writer_seq).in_(
                select(waiting.c.writer_id, waiting.c.writer_seq)
            )
        )
        .returning(*log_pending.c)
    )
    found = [to_waiting(row) for row in taken]
    return sorted(found, key=lambda entry: (entry.writer_id, entry.writer_seq))


PUT_SEQUENCED = """
INSERT INTO log_entries
    (log_index, writer_id, writer_seq, resident_id, effect, leaf, mac, sealed, shown)
SELECT * FROM unnest(
    $1::bigint[], $2::bytea[], $3::bigint[], $4::uuid[], $5::smallint[],
    $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[]
)
"""


async def put_sequenced(unit: Unit, first: int, entries: Sequence[KeptEntry]) -> None:
    """Give entries, at least one, their indexes, from `first` on."""
    rows = [
        (
            first + place,
            entry.writer_id,
            entry.writer_seq,
            entry.resident,
            entry.effect,
            entry.leaf,
            entry.mac,
            entry.sealed,
            entry.shown,
        )
        for place, entry in enumerate(entries)
    ]
    await unit.put(PUT_SEQUENCED, rows)


async def put_tiles(unit: Unit, tiles: Mapping[Coordinate, bytes]) -> None:
    """Write tiles, each in place of its narrower self."""
    written = upsert(log_tiles)
    await unit.connection.execute(
        written.on_conflict_do_update(
            index_elements=[log_tiles.c.level, log_tiles.c.place],
            set_={"hashes": written.excluded.hashes},
        ),
        [
            {"level": coordinate.level, "place": coordinate.index, "hashes": hashes}
            for coordinate, hashes in tiles.items()
        ],
    )


async def tiles_at(unit: Unit, wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Return tiles by level and place, at their present width."""
    if not wanted:
        return {}
    found = await unit.connection.execute(
        select(log_tiles).where(tuple_(log_tiles.c.level, log_tiles.c.place).in_(wanted))
    )
    return {(row.level, row.place): row.hashes for row in found}


async def put_checkpoint(unit: Unit, checkpoint: KeptCheckpoint) -> None:
    """Keep a signed checkpoint; the first of a size stays."""
    await unit.connection.execute(
        upsert(log_checkpoints)
        .values(
            size=checkpoint.size,
            root=checkpoint.root,
            signed_at=checkpoint.signed_at,
            note=checkpoint.note,
        )
        .on_conflict_do_nothing()
    )


async def newest_checkpoint(unit: Unit) -> KeptCheckpoint | None:
    """Return the newest checkpoint."""
    found = await unit.connection.execute(
        select(log_checkpoints).order_by(log_checkpoints.c.size.desc()).limit(1)
    )
    row = found.first()
    return KeptCheckpoint(row.size, row.root, row.signed_at, row.note) if row else None


async def entries_between(unit: Unit, first: int, end: int) -> list[KeptEntry]:
    """Return the entries with indexes from `first` up to, without, `end`."""
    found = await unit.connection.execute(
        select(*STORED)
        .where(log_entries.c.log_index >= first, log_entries.c.log_index < end)
        .order_by(log_entries.c.log_index)
    )
    return [to_entry(row) for row in found]


async def history(
    unit: Unit, resident: ResidentId, before: int | None, limit: int, skip: int = 0
) -> list[KeptEntry]:
    """Return a resident's sequenced entries, newest first, older than `before`, less `skip`."""
    query = select(*STORED).where(log_entries.c.resident_id == resident)
    if before is not None:
        query = query.where(log_entries.c.log_index < before)
    found = await unit.connection.execute(
        query.order_by(log_entries.c.log_index.desc()).offset(skip).limit(limit)
    )
    return [to_entry(row) for row in found]


async def history_size(unit: Unit, resident: ResidentId) -> int:
    """Return how many sequenced entries a resident has."""
    found = await unit.connection.execute(
        select(func.count()).where(log_entries.c.resident_id == resident)
    )
    return found.scalar_one()


async def waiting_of(unit: Unit, resident: ResidentId) -> list[KeptEntry]:
    """Return a resident's entries of the last second or so, which have no index yet."""
    found = await unit.connection.execute(
        select(log_pending).where(log_pending.c.resident_id == resident)
    )
    return [to_waiting(row) for row in found]


async def counted(unit: Unit) -> tuple[int, int]:
    """Return how many entries have an index, and how many wait for one."""
    size = await unit.connection.execute(select(func.max(log_entries.c.log_index)))
    waiting = await unit.connection.execute(select(func.count()).select_from(log_pending))
    newest = size.scalar_one_or_none()
    return (0 if newest is None else newest + 1), waiting.scalar_one()


def to_entry(row: Sequence[Any]) -> KeptEntry:
    """Build the entry that a row of `STORED` holds."""
    return KeptEntry(*row)


def to_waiting(row: Sequence[Any]) -> KeptEntry:
    """Build the entry that a row of `log_pending` holds."""
    return KeptEntry(None, *row)

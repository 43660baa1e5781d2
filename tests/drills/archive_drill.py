"""Back databases up and restore them, as the commands do, with keys made for one test."""

import os
from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
from pyrage import x25519

from infobank.archives.age import decrypting, encrypting
from infobank.archives.files import new_file, opened
from infobank.db.embedded import EmbeddedDatabases
from infobank.db.postgres.engine import create_engine
from infobank.db.recovery.snapshot import PATIENCE, snapshot
from infobank.recovery.archive import Head, Summary
from infobank.usecases.recovery.backup import back_up
from infobank.usecases.recovery.restore import Opened, restore_into

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
TENANT = UUID(int=4711)
_HANDED_ON = os.environ.get("DRILL_IDENTITY", "")
IDENTITY = x25519.Identity.from_str(_HANDED_ON) if _HANDED_ON else x25519.Identity.generate()
"""Made for this run; a process that a test starts is handed the same."""


async def fill(databases: EmbeddedDatabases, blocks: int, size: int = 3000) -> None:
    """Put residents and blocks of random bytes into the records' database."""
    connection = await asyncpg.connect(databases.libpq("infobank_owner"))
    try:
        await connection.executemany(
            "INSERT INTO blocks (resident_id, tag, generation, stored) VALUES ($1, $2, 1, $3)",
            [(uuid4(), os.urandom(16), os.urandom(size)) for _ in range(blocks)],
        )
        await connection.execute(
            "INSERT INTO residents SELECT gen_random_uuid(), now(), true "
            "FROM generate_series(1, $1)",
            blocks,
        )
    finally:
        await connection.close()


async def write(url: str, target: Path, which: str = "records") -> Sequence[Summary]:
    """Write an archive of the database behind an address."""
    engine = create_engine(url, application="drill", pool_size=1, patience=PATIENCE)
    try:
        with new_file(target) as file:
            async with snapshot(engine) as taken:
                head = Head(
                    which, TENANT, "0.1.0", taken.revision, 0, NOW, NOW + timedelta(days=14)
                )
                file.write(head.encode())
                file.flush()
                async with encrypting(file, [IDENTITY.to_public()]) as writing:
                    return await back_up(taken, head, writing)
    finally:
        await engine.dispose()


@asynccontextmanager
async def opening(path: Path, head: Head | None = None):
    """Open an archive for its reader, under its own head or under another."""
    with opened(path) as (written, file):
        async with decrypting(file, [IDENTITY]) as parts:
            yield Opened(head or written, parts)


async def read(path: Path, url: str, migrations: Path) -> Sequence[Summary]:
    """Restore an archive into the database behind an address."""
    async with opening(path) as archive:
        return await restore_into(url, archive, migrations, NOW, lambda _: None)


async def rows(libpq: str, statement: str) -> list[tuple[object, ...]]:
    """Return what a statement answers."""
    connection = await asyncpg.connect(libpq)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()

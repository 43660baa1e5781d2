"""Restore an archive for real, where it harms nobody, and compare it with what was backed up."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path

from infobank.db.embedded import EmbeddedServer
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import DATABASES
from infobank.db.recovery.snapshot import PATIENCE, snapshot
from infobank.recovery.archive import Summary
from infobank.recovery.errors import ArchiveError
from infobank.usecases.recovery.backup import write_table
from infobank.usecases.recovery.restore import Opened, Progress, restore_into


@asynccontextmanager
async def restored_elsewhere(
    archive: Opened, migrations: Path, now: datetime, progress: Progress
) -> AsyncIterator[EmbeddedServer]:
    """Restore an archive on a PostgreSQL of its own, compare it, and throw all of it away after.

    While the block lasts the restored database can be looked at: that is how whoever ends
    a key epoch makes sure that the fresh backup opens.

    Raises:
        ArchiveError: the archive is not whole, or what came back is not what was backed up.
    """
    with _folder() as folder, EmbeddedServer(folder) as server:
        roles = DATABASES[archive.which]
        url = server.url(roles.owner, roles.database)
        stated = await restore_into(url, archive, migrations, now, progress)
        await _compare(url, stated)
        yield server


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="infobank-verify-"))
    try:
        folder.chmod(0o711)  # the server's own account must get through
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _compare(url: str, stated: tuple[Summary, ...]) -> None:
    """Copy every table out again: rows come back in the order in which they went in."""
    engine = create_engine(url, application="infobank verify", pool_size=1, patience=PATIENCE)
    try:
        async with snapshot(engine) as taken:
            wanted = {summary.table: summary for summary in stated}
            # The mark of the restoration is the one row that the archive does not have.
            shapes = [shape for shape in taken.tables if shape.table != "restorations"]
            for shape in shapes:
                if await write_table(taken, shape, _discard) != wanted[shape.table]:
                    raise ArchiveError(f"the table {shape.table} did not come back as it was")
    finally:
        await engine.dispose()


async def _discard(_: bytes) -> None:
    """Let the archive's bytes go: the summary alone is wanted."""

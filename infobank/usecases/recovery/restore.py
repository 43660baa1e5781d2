"""Restore one database from an archive: everything is checked before anything counts."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.migrate import current, knows, upgrade
from infobank.db.postgres.roles import DATABASES, Which
from infobank.db.recovery.loading import Loading, loading
from infobank.db.recovery.restorations import Mark
from infobank.db.recovery.snapshot import PATIENCE
from infobank.errors import ConflictError
from infobank.recovery.archive import (
    Frame,
    FrameKind,
    Frames,
    Head,
    Summary,
    TableShape,
    parse_manifest,
)
from infobank.recovery.errors import ArchiveError

Progress = Callable[[Summary], None]
"""Told of each table that is in, though not yet for good."""

_UNEXPECTED: Final = "the archive holds something this release does not know"


@dataclass(frozen=True)
class Opened:
    """An archive that is being read: the head outside it, and what comes out of its encryption."""

    head: Head
    parts: AsyncIterator[bytes]

    @property
    def which(self) -> Which:
        """Return which of the two databases it is of.

        Raises:
            ArchiveError: neither.
        """
        for which in DATABASES:
            if which == self.head.database:
                return which
        raise ArchiveError("the archive is of a database that this release does not know")


async def restore_into(
    url: str | URL, archive: Opened, migrations: Path, now: datetime, progress: Progress
) -> tuple[Summary, ...]:
    """Restore an archive into an empty database, as its owner; return what is in it now.

    The schema is made as it was at the backup; to bring it to this release's is the next
    step.  The database bears the mark of a restored one from the moment it has rows.

    Raises:
        ArchiveError: the archive is not whole, or of a schema that this release does not
            know; nothing was restored.
        ConflictError: the database is not empty, or somebody is connected to it.
    """
    await _make_schema(url, archive, migrations)
    engine = create_engine(url, application="infobank restore", pool_size=1, patience=PATIENCE)
    try:
        async with loading(engine) as into:
            return await restore(into, archive, now, progress)
    finally:
        await engine.dispose()


async def restore(
    into: Loading, archive: Opened, now: datetime, progress: Progress
) -> tuple[Summary, ...]:
    """Fill an empty database with an archive's tables, mark it as restored, and commit.

    Raises:
        ArchiveError: the archive is not whole, or not of this schema; nothing was written.
        StorageError, ConflictError: its rows are not what the tables hold; the same.
    """
    head, reading = archive.head, _Reading(archive.parts)
    if Head.parse(await reading.expect(FrameKind.HEAD)) != head:
        raise ArchiveError("the head of the archive was changed")
    summaries = []
    while (frame := await reading.next()).kind is FrameKind.TABLE:
        summary = await _restore_table(into, TableShape.parse(frame.payload), reading)
        progress(summary)
        summaries.append(summary)
    if frame.kind is not FrameKind.MANIFEST or parse_manifest(frame.payload) != tuple(summaries):
        raise ArchiveError("the archive's manifest is not that of its tables")
    await reading.end()
    if {summary.table for summary in summaries} != {shape.table for shape in into.tables}:
        raise ArchiveError("the archive's tables are not those of its schema")
    await into.commit(Mark(now, head.made_at, head.log_size))
    return tuple(summaries)


async def _make_schema(url: str | URL, archive: Opened, migrations: Path) -> None:
    head, which = archive.head, archive.which
    if not knows(which, migrations, head.revision):
        raise ArchiveError(
            f"the archive was made by release {head.release}, whose schema {head.revision} this "
            "release does not know; restore it with that release, or a later one"
        )
    present = await current(url)
    if present is None:
        await upgrade(url, which, migrations, to=head.revision)
    elif present != head.revision:
        raise ConflictError(
            f"the database has schema {present} and the archive {head.revision}; "
            "restore into a database that has no tables yet"
        )


async def _restore_table(into: Loading, shape: TableShape, reading: "_Reading") -> Summary:
    if shape not in into.tables:
        raise ArchiveError("the archive's tables are not those of its schema")
    digest, size, ended = sha256(), 0, Frame(FrameKind.END, b"")

    async def copied() -> AsyncIterator[bytes]:
        nonlocal size, ended
        while (frame := await reading.next()).kind is FrameKind.DATA:
            digest.update(frame.payload)
            size += len(frame.payload)
            yield frame.payload
        ended = frame

    rows = await into.load(shape, copied())
    stated = Summary.parse(ended.payload) if ended.kind is FrameKind.END else None
    if stated != Summary(shape.table, rows, size, digest.hexdigest()):
        raise ArchiveError("a table of the archive is not what was backed up")
    return stated


@dataclass
class _Reading:
    """An archive's frames, one after another."""

    parts: AsyncIterator[bytes]
    _frames: Frames = field(default_factory=Frames)
    _ready: list[Frame] = field(default_factory=list)

    async def next(self) -> Frame:
        """Return the next frame.

        Raises:
            ArchiveError: there is none, or what comes is none.
        """
        while not self._ready:
            part = await anext(self.parts, None)
            if part is None:
                raise ArchiveError("the archive is cut short")
            self._ready = list(self._frames.feed(part))
        return self._ready.pop(0)

    async def expect(self, kind: FrameKind) -> bytes:
        """Return the payload of the next frame, which must be of a kind."""
        frame = await self.next()
        if frame.kind is not kind:
            raise ArchiveError(_UNEXPECTED)
        return frame.payload

    async def end(self) -> None:
        """Accept the end: the encryption's own, too, which is what finds a cut."""
        if self._ready or await anext(self.parts, None) is not None:
            raise ArchiveError(_UNEXPECTED)
        self._frames.end()

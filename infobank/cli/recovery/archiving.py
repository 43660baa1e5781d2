"""Put archives together from their parts: a database, recipients, a file."""

import argparse
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from pyrage import x25519

from infobank import __version__
from infobank.app.installation import Databases
from infobank.archives.age import decrypting, encrypting, identity_of, recipients_of
from infobank.archives.files import new_file, opened
from infobank.archives.lock import LONGEST_LOCK, Lock, NewLock, check_together, new_lock, open_lock
from infobank.config import Settings
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import DATABASES, RECORDS, Which
from infobank.db.recovery.restorations import barred
from infobank.db.recovery.snapshot import PATIENCE, Snapshot, snapshot
from infobank.errors import NotFoundError
from infobank.recovery.archive import LONGEST_HEAD, Head, Summary
from infobank.recovery.errors import ArchiveError
from infobank.usecases.recovery.backup import back_up
from infobank.usecases.recovery.readback import read_back
from infobank.usecases.recovery.restore import Opened

BACKUP = "infobank backup"


@dataclass(frozen=True)
class Backup:
    """Which database is backed up, for whom, and until when the archive may live.

    `threshold` says how many of the recipients must come together to open it.
    """

    which: Which
    recipients: tuple[str, ...]
    made_at: datetime
    keep: timedelta
    threshold: int = 1


async def write_archive(
    settings: Settings, found: Databases, backup: Backup, target: Path
) -> tuple[Summary, ...]:
    """Write an archive of a database; it appears under its name when it is whole.

    One for several recipients together is read back to its end before.

    Raises:
        ConfigurationError: there is no recipient, or fewer than it takes.
        ConflictError: the file exists.
        RestoredError: the database was restored itself and not replayed yet.
        UnavailableError: the database is away, or the file cannot be written.
    """
    recipients = recipients_of(backup.recipients)
    check_together(backup.recipients, backup.threshold)
    # INVARIANT: asked before the snapshot, so that a replay begins early enough.
    size = await _log_size(found)
    roles = DATABASES[backup.which]
    url = found.url(roles, roles.granted["backup"])
    engine = barred(create_engine(url, application=BACKUP, pool_size=1, patience=PATIENCE))
    try:
        with new_file(target) as file:
            async with snapshot(engine) as taken:
                if backup.which == "records":
                    size = await taken.log_size()
                head = _head(settings, backup, taken.revision, size)
                return await _written(file, taken, head, recipients)
    finally:
        await engine.dispose()


def _head(settings: Settings, backup: Backup, revision: str, log_size: int) -> Head:
    several = backup.threshold > 1
    return Head(
        database=backup.which,
        tenant=settings.tenant,
        release=__version__,
        revision=revision,
        log_size=log_size,
        made_at=backup.made_at,
        expires_at=backup.made_at + backup.keep,
        threshold=backup.threshold,
        recipients=backup.recipients if several else (),
    )


async def _written(
    file: BinaryIO, taken: Snapshot, head: Head, recipients: Sequence[x25519.Recipient]
) -> tuple[Summary, ...]:
    """Write a snapshot to a new file, for one of the recipients or for several together."""
    file.write(head.encode())
    if not head.locked:
        return await _sealed(file, taken, head, recipients)
    made = new_lock(recipients, head.threshold)
    file.write(made.lock.encode())
    summaries = await _sealed(file, taken, head, [made.identity.to_public()])
    await _read_back(file, made, summaries)
    return summaries


async def _sealed(
    file: BinaryIO, taken: Snapshot, head: Head, recipients: Sequence[x25519.Recipient]
) -> tuple[Summary, ...]:
    file.flush()
    async with encrypting(file, recipients) as write:
        return await back_up(taken, head, write)


async def _read_back(file: BinaryIO, made: NewLock, summaries: Sequence[Summary]) -> None:
    """Make sure that each set of shares opens what stands in the file, and all of it.

    That a recipient opens her share is hers to try: her identity is not here.
    """
    file.seek(0)
    head = Head.parse(file.readline(LONGEST_HEAD))
    made.check(Lock.parse(file.readline(LONGEST_LOCK), head), head)
    async with decrypting(file, [made.identity]) as parts:
        await read_back(Opened(head, parts), summaries)


def add_identities(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Let a command be told what opens its archives."""
    parser.add_argument(
        "--identity",
        type=Path,
        action="append",
        required=required,
        metavar="FILE",
        help="what opens it, a recipient's or a share; once for each who must come together",
    )


@asynccontextmanager
async def open_archive(
    path: Path, identities: Sequence[Path], which: Which | None, settings: Settings
) -> AsyncIterator[Opened]:
    """Open an archive for its reader; with `which`, it must be of that database.

    `identities` are files of recipients, or of shares that recipients opened.

    Raises:
        NotFoundError: the archive or an identity cannot be read.
        ArchiveError: it is no archive, or of the other database, or of another bank, or
            recipients are missing.
        ConfigurationError: an identity file holds no identity.
    """
    brought = [read_identity(each) for each in identities]
    with opened(path) as (head, file):
        if which is not None and head.database != which:
            raise ArchiveError(f"this is an archive of {head.database}, not of {which}")
        if head.tenant != settings.tenant:
            raise ArchiveError("this is an archive of another bank: INFOBANK_TENANT differs")
        if head.locked:
            brought = [open_lock(Lock.parse(file.readline(LONGEST_LOCK), head), head, brought)]
        async with decrypting(file, brought) as parts:
            yield Opened(head, parts)


def read_identity(path: Path) -> x25519.Identity:
    """Read an identity file, of a recipient or of a share.

    Raises:
        NotFoundError: it cannot be read.
        ConfigurationError: it holds no identity.
    """
    try:
        return identity_of(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise NotFoundError(f"{path} cannot be read") from None


async def _log_size(found: Databases) -> int:
    url = found.url(RECORDS, RECORDS.granted["backup"])
    engine = create_engine(url, application=BACKUP, pool_size=1, patience=PATIENCE)
    try:
        async with snapshot(engine) as taken:
            return await taken.log_size()
    finally:
        await engine.dispose()

"""Put archives together from their parts: a database, recipients, a file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from infobank import __version__
from infobank.accesslog.entry import Entry, EntryKind
from infobank.app.installation import Databases
from infobank.app.parts import open_parts
from infobank.archives.age import decrypting, encrypting, identity_of, recipients_of
from infobank.archives.files import new_file, opened
from infobank.clock import SystemClock
from infobank.config import Settings
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import DATABASES, RECORDS, Which
from infobank.db.recovery import backups
from infobank.db.recovery.backups import Made
from infobank.db.recovery.restorations import barred
from infobank.db.recovery.snapshot import PATIENCE, snapshot
from infobank.errors import NotFoundError, UnavailableError
from infobank.keystore.service.wire import WEB
from infobank.recovery.archive import Head, Summary
from infobank.recovery.errors import ArchiveError
from infobank.usecases.recovery.backup import back_up
from infobank.usecases.recovery.restore import Opened

BACKUP = "infobank backup"


@dataclass(frozen=True)
class Backup:
    """Which database is backed up, for whom, and until when the archive may live."""

    which: Which
    recipients: tuple[str, ...]
    made_at: datetime
    keep: timedelta


async def write_archive(
    settings: Settings, found: Databases, backup: Backup, target: Path
) -> tuple[Summary, ...]:
    """Write an archive of a database; it appears under its name when it is whole.

    Raises:
        ConfigurationError: there is no recipient.
        ConflictError: the file exists.
        RestoredError: the database was restored itself and not replayed yet.
        UnavailableError: the database is away, or the file cannot be written.
    """
    recipients = recipients_of(backup.recipients)
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
                head = Head(
                    database=backup.which,
                    tenant=settings.tenant,
                    release=__version__,
                    revision=taken.revision,
                    log_size=size,
                    made_at=backup.made_at,
                    expires_at=backup.made_at + backup.keep,
                )
                file.write(head.encode())
                file.flush()
                async with encrypting(file, recipients) as write:
                    return await back_up(taken, head, write)
    finally:
        await engine.dispose()


async def note_backup(settings: Settings, found: Databases, backup: Backup) -> bool:
    """Log that an archive was made; False where the log cannot be reached from here.

    A backup is wanted most when something is away, so it does not wait for its entry.
    """
    shown: dict[str, str | int] = {
        "database": backup.which,
        "recipients": len(backup.recipients),
        "until": (backup.made_at + backup.keep).date().isoformat(),
    }
    entry = Entry(EntryKind.BACKUP, backup.made_at, None, shown, {})
    try:
        async with (
            open_parts(settings, found, WEB, SystemClock()) as parts,
            parts.units() as unit,
        ):
            made = Made(backup.which, backup.made_at, backup.made_at + backup.keep)
            await backups.add(unit, made)
            await parts.record(unit, entry)
            await unit.commit()
    except UnavailableError:
        return False
    return True


@asynccontextmanager
async def open_archive(
    path: Path, identity: Path, which: Which | None, settings: Settings
) -> AsyncIterator[Opened]:
    """Open an archive for its reader; with `which`, it must be of that database.

    Raises:
        NotFoundError: the archive or the identity cannot be read.
        ArchiveError: it is no archive, or of the other database, or of another bank.
        ConfigurationError: the identity file holds no identity.
    """
    secret = identity_of(_text(identity))
    with opened(path) as (head, file):
        if which is not None and head.database != which:
            raise ArchiveError(f"this is an archive of {head.database}, not of {which}")
        if head.tenant != settings.tenant:
            raise ArchiveError("this is an archive of another bank: INFOBANK_TENANT differs")
        async with decrypting(file, secret) as parts:
            yield Opened(head, parts)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
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

"""Say in the access log what is done with archives."""

from infobank.accesslog.entry import Entry, EntryKind
from infobank.app.installation import Databases
from infobank.app.parts import open_parts
from infobank.cli.recovery.archiving import Backup
from infobank.clock import SystemClock
from infobank.config import Settings
from infobank.db.recovery import backups
from infobank.db.recovery.backups import Made
from infobank.errors import UnavailableError
from infobank.keystore.service.wire import WEB
from infobank.recovery.archive import Head


async def note_backup(settings: Settings, found: Databases, backup: Backup) -> bool:
    """Log that an archive was made; False where the log cannot be reached from here.

    A backup is wanted most when something is away, so it does not wait for its entry.
    """
    until = backup.made_at + backup.keep
    shown: dict[str, str | int] = {
        "database": backup.which,
        "recipients": len(backup.recipients),
        "threshold": backup.threshold,
        "until": until.date().isoformat(),
    }
    entry = Entry(EntryKind.BACKUP, backup.made_at, None, shown, {})
    try:
        await _note(settings, found, entry, Made(backup.which, backup.made_at, until))
    except UnavailableError:
        return False
    return True


async def note_opening(settings: Settings, found: Databases, head: Head) -> None:
    """Log which archive is opened to be verified.

    INVARIANT: durable before anything of the archive is restored; without it nothing is.

    Raises:
        UnavailableError: the log cannot be reached from here.
    """
    shown: dict[str, str | int] = {
        "database": head.database,
        "made": head.made_at.date().isoformat(),
        "log_size": head.log_size,
    }
    entry = Entry(EntryKind.BACKUP_OPENED, SystemClock().now(), None, shown, {})
    await _note(settings, found, entry)


async def _note(
    settings: Settings, found: Databases, entry: Entry, made: Made | None = None
) -> None:
    """Record an entry, and in the same unit of work which archive was made."""
    async with open_parts(settings, found, WEB, SystemClock()) as parts, parts.units() as unit:
        if made:
            await backups.add(unit, made)
        await parts.record(unit, entry)
        await unit.commit()

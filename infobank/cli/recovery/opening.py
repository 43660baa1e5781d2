"""Say in the access log that an archive is opened, before it is."""

from infobank.accesslog.entry import Entry, EntryKind
from infobank.app.installation import Databases
from infobank.app.parts import open_parts
from infobank.clock import SystemClock
from infobank.config import Settings
from infobank.keystore.service.wire import WEB
from infobank.recovery.archive import Head


async def note_opening(settings: Settings, found: Databases, head: Head) -> None:
    """Log which archive is opened to be verified.

    INVARIANT: durable before anything of the archive is restored; without it nothing is.

    Raises:
        UnavailableError: the log cannot be reached from here.
    """
    clock = SystemClock()
    shown: dict[str, str | int] = {
        "database": head.database,
        "made": head.made_at.date().isoformat(),
        "log_size": head.log_size,
    }
    entry = Entry(EntryKind.BACKUP_OPENED, clock.now(), None, shown, {})
    async with open_parts(settings, found, WEB, clock) as parts, parts.units() as unit:
        await parts.record(unit, entry)
        await unit.commit()

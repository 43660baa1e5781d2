"""`infobank backup`: write, list, prune and verify archives."""

import argparse
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from infobank.app.installation import Databases
from infobank.archives.files import Kept, archives_in, prune
from infobank.cli.progress import Progress
from infobank.cli.recovery import share
from infobank.cli.recovery.archiving import Backup, add_identities, open_archive, write_archive
from infobank.cli.recovery.noting import note_backup, note_opening
from infobank.cli.running import Commands, say, warn, with_bank, with_databases
from infobank.clock import SystemClock
from infobank.config import Settings
from infobank.db.postgres.roles import DATABASES, Which
from infobank.recovery.archive import Head, Summary
from infobank.usecases.recovery.verify import restored_elsewhere


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("backup", help="write archives for offline recipients")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    for which in DATABASES:
        writing = inside.add_parser(which, help=f"back the {which} database up")
        writing.add_argument("--to", type=Path, required=True, metavar="FILE")
        writing.add_argument(
            "--recipient", action="append", default=[], metavar="age1...", help="who can open it"
        )
        writing.add_argument(
            "--threshold", type=int, metavar="K", help="how many of them it takes together"
        )
        writing.add_argument("--days", type=int, help="until it must be gone")
        writing.set_defaults(run=_write, which=which)
    listing = inside.add_parser("list", help="say what the archives of a folder are")
    listing.add_argument("folder", type=Path, metavar="FOLDER")
    listing.set_defaults(run=_list)
    pruning = inside.add_parser("prune", help="remove the archives whose time is over")
    pruning.add_argument("folder", type=Path, metavar="FOLDER")
    pruning.set_defaults(run=_prune)
    verifying = inside.add_parser("verify", help="restore an archive elsewhere and compare")
    verifying.add_argument("file", type=Path, metavar="FILE")
    add_identities(verifying)
    verifying.set_defaults(run=_verify)
    share.add_to(inside)


def _write(options: argparse.Namespace) -> int:
    which: Which = options.which

    async def work(settings: Settings, found: Databases) -> int:
        days = {"records": settings.backup_records_days, "keys": settings.backup_keys_days}
        backup = Backup(
            which=which,
            recipients=tuple(options.recipient) or settings.backup_recipients,
            made_at=SystemClock().now(),
            keep=timedelta(days=options.days or days[which]),
            threshold=_threshold(options.threshold, settings),
        )
        summaries = await write_archive(settings, found, backup, options.to)
        if not await note_backup(settings, found, backup):
            warn("the access log does not know of it: the key service is away")
        say(f"{options.to}: {counted(summaries)}, until {backup.made_at + backup.keep:%Y-%m-%d}")
        return 0

    return with_databases(work)


def _threshold(stated: int | None, settings: Settings) -> int:
    return settings.backup_threshold if stated is None else stated


def _list(options: argparse.Namespace) -> int:
    now = SystemClock().now()
    for kept in archives_in(options.folder):
        say(f"{_line(kept)}{'  OVER' if kept.over(now) else ''}")
    return 0


def _prune(options: argparse.Namespace) -> int:
    for kept in prune(options.folder, SystemClock().now()):
        say(f"removed {_line(kept)}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_archive(options.file, options.identity, None, settings) as archive:
            await note_opening(settings, found, archive.head)
            restored = Restored()
            now = SystemClock().now()
            async with restored_elsewhere(archive, settings.migrations, now, restored.show):
                restored.close()
                say(f"{options.file}: sound, {counted(restored.summaries)}")
        return 0

    return with_bank(work)


class Restored:
    """What came back so far, shown on a terminal."""

    def __init__(self) -> None:
        self.summaries: list[Summary] = []
        self._progress = Progress("restoring", sys.stderr)

    def show(self, summary: Summary) -> None:
        """Tell of one more table."""
        self.summaries.append(summary)
        self._progress.name = f"{summary.table} {summary.rows}"
        self._progress.show(len(self.summaries), 0)

    def close(self) -> None:
        """Leave the terminal's line."""
        self._progress.close()


def counted(summaries: Iterable[Summary]) -> str:
    """Return how much an archive holds, in words."""
    listed = list(summaries)
    return f"{len(listed)} tables, {sum(summary.rows for summary in listed)} rows"


def _together(head: Head) -> str:
    several = f"  {head.threshold} of {len(head.recipients)} together"
    return several if head.locked else ""


def _line(kept: Kept) -> str:
    head = kept.head
    return (
        f"{kept.path}  {head.database}  made {head.made_at:%Y-%m-%d %H:%M}  "
        f"until {head.expires_at:%Y-%m-%d}  release {head.release}  log {head.log_size}  "
        f"{kept.size} bytes{_together(head)}"
    )

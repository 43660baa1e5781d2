"""`infobank restore`: bring a bank back from its archives."""

import argparse
from pathlib import Path

from infobank.app.installation import Databases
from infobank.cli.recovery.archiving import add_identities, open_archive
from infobank.cli.recovery.backup import Restored, counted
from infobank.cli.recovery.replaying import open_replay
from infobank.cli.running import Commands, say, with_databases
from infobank.cli.serving.hardening import close_to_debuggers
from infobank.clock import SystemClock
from infobank.config import Settings
from infobank.db.postgres.migrate import upgrade
from infobank.db.postgres.roles import DATABASES, Which
from infobank.usecases.recovery.replay import Replayed
from infobank.usecases.recovery.restore import restore_into


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("restore", help="bring a bank back from its archives")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    for which in DATABASES:
        restoring = inside.add_parser(which, help=f"fill an empty {which} database")
        restoring.add_argument("file", type=Path, metavar="FILE")
        add_identities(restoring)
        restoring.set_defaults(run=_restore, which=which)
    replaying = inside.add_parser("replay", help="repeat what came after the backup, then open")
    replaying.add_argument("--log", type=Path, required=True, metavar="FOLDER")
    replaying.set_defaults(run=_replay)


def _restore(options: argparse.Namespace) -> int:
    which: Which = options.which

    async def work(settings: Settings, found: Databases) -> int:
        roles = DATABASES[which]
        url = found.url(roles, roles.owner)
        restored, now = Restored(), SystemClock().now()
        async with open_archive(options.file, options.identity, which, settings) as archive:
            try:
                await restore_into(url, archive, settings.migrations, now, restored.show)
            finally:
                restored.close()
        await upgrade(url, which, settings.migrations)
        say(f"restored {counted(restored.summaries)}")
        say("The bank answers nothing yet: infobank restore replay --log FOLDER comes next.")
        return 0

    return with_databases(work)


def _replay(options: argparse.Namespace) -> int:
    close_to_debuggers()  # this process holds what the key service holds

    async def work(settings: Settings, found: Databases) -> int:
        async with open_replay(settings, found, options.log, SystemClock()) as replay:
            told = await replay()
        say("\n".join(_report(told)))
        return 0

    return with_databases(work)


def _report(told: Replayed) -> list[str]:
    repeated = told.repeated
    lost = [f"  {count} x {kind}" for kind, count in sorted(repeated.lost.items())]
    return [
        f"replayed  {' and '.join(told.restored)}; {told.appended} log entries were put back",
        f"again     {repeated.withdrawn} consents withdrawn, {repeated.erased} residents erased",
        f"          {repeated.stopped} steps of restrictions, objections and closures",
        f"          {repeated.staff} proxies ended, holds set or released",
        f"          {repeated.spends} spends of privacy budget",
        f"buried    {told.buried} erased residents whose rows had come back",
        f"revoked   {told.revoked} sessions, requests, codes, tokens and proofs",
        f"aligned   {told.realigned} residents whose records and keys were of two instants",
        f"unkeyed   {told.unkeyed} residents with records that no key opens",
        f"unknown   {repeated.unknown} entries about residents who have no key here",
        *(["lost      since the backup, at most:", *lost] if lost else []),
        *(["to do     staff did this since the backup; do it again:"] if repeated.todo else []),
        *(f"  {act}" for act in repeated.todo),
        "The bank may be started.",
    ]

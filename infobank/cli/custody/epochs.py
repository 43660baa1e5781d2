"""`infobank keys rotate` and `infobank keys end-epoch`: replace the root key."""

import argparse
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from infobank.app.installation import Databases
from infobank.app.keyservice import open_keyservice
from infobank.cli.progress import Progress
from infobank.cli.recovery.archiving import add_identities, open_archive
from infobank.cli.recovery.backup import Restored
from infobank.cli.running import Commands, say, with_databases
from infobank.cli.serving.hardening import close_to_debuggers
from infobank.clock import SystemClock
from infobank.config import Settings
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import DATABASES, Which
from infobank.db.unit import Units
from infobank.errors import InvalidInputError
from infobank.keystore.rotation.ending import EndEpoch
from infobank.keystore.rotation.rotate import Rotate
from infobank.keystore.service.core import KeyCore
from infobank.usecases.recovery.verify import restored_elsewhere


def add_to(inside: Commands) -> None:
    """Add the actions to the grammar of `infobank keys`."""
    rotating = inside.add_parser("rotate", help="wrap every key anew under the next root key")
    rotating.set_defaults(run=_rotate)
    ending = inside.add_parser("end-epoch", help="destroy the root key that was rotated away")
    ending.add_argument("--backup", type=Path, metavar="FILE", help="a fresh one of the keys")
    add_identities(ending, required=False)
    ending.set_defaults(run=_end)


def rotation(core: KeyCore) -> Rotate:
    """Return the rotation of the keys that a key service holds."""
    shards = core.shards
    return Rotate(core.units, shards.roots, shards, core.alarms.journal, core.tenant, core.clock)


def ending(core: KeyCore) -> EndEpoch:
    """Return the end of the older of its epochs."""
    return EndEpoch(core.units, core.shards.roots, core.alarms.journal, core.tenant, core.clock)


@asynccontextmanager
async def restored_units(
    settings: Settings, path: Path, identities: Sequence[Path], which: Which
) -> AsyncIterator[Units]:
    """Restore an archive on a server of its own, compare it, and look at it as its owner.

    Raises:
        ArchiveError: it is not whole, or not of this bank.
    """
    restored, roles = Restored(), DATABASES[which]
    async with open_archive(path, identities, which, settings) as archive:
        now = SystemClock().now()
        async with restored_elsewhere(archive, settings.migrations, now, restored.show) as server:
            restored.close()
            url = server.url(roles.owner, roles.database)
            units = Units(create_engine(url, application="infobank keys"))
            try:
                yield units
            finally:
                await units.close()


def _rotate(_: argparse.Namespace) -> int:
    close_to_debuggers()

    async def work(settings: Settings, found: Databases) -> int:
        progress = Progress("wrapping", sys.stderr)
        async with open_keyservice(settings, found) as core:
            try:
                wrapped = await rotation(core)(progress.show)
            finally:
                progress.close()
        say(f"{wrapped} residents' keys are wrapped anew.")
        say("Next: a fresh backup of the keys, then infobank keys end-epoch.")
        return 0

    return with_databases(work)


def _end(options: argparse.Namespace) -> int:
    close_to_debuggers()
    if (options.backup is None) != (options.identity is None):
        raise InvalidInputError("--backup and --identity belong together")

    async def work(settings: Settings, found: Databases) -> int:
        async with open_keyservice(settings, found) as core:
            if options.backup is not None:
                restoring = restored_units(settings, options.backup, options.identity, "keys")
                async with restoring as restored:
                    opened = await ending(core).verify(restored)
                say(f"{options.backup}: sound, and the keys of {opened} residents open")
            ended = await ending(core)()
        say(f"The root key of epoch {ended} is destroyed: no older backup of the keys opens.")
        say("Destroy every copy of it now: those offline, too (keys/README.md).")
        return 0

    return with_databases(work)

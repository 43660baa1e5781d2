"""`infobank keys rekey-shard`: after a shard key leaked, give its residents new keys."""

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infobank.app.installation import Databases
from infobank.app.keyservice import open_keyservice
from infobank.cli.custody.epochs import rotation
from infobank.cli.progress import Progress
from infobank.cli.running import Commands, say, with_databases
from infobank.cli.serving.hardening import close_to_debuggers
from infobank.config import Settings
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import RECORDS
from infobank.db.recovery.restorations import barred
from infobank.db.unit import Units, Writers
from infobank.keystore.rotation.papers import Papers
from infobank.keystore.rotation.rekey import RekeyShard
from infobank.keystore.service.core import KeyCore
from infobank.keystore.service.server import shut
from infobank.usecases.accesslog.record import Record
from infobank.vault.bankkeys import PREFIX_LENGTH


def add_to(inside: Commands) -> None:
    """Add the action to the grammar of `infobank keys`."""
    giving = inside.add_parser("rekey-shard", help="after a shard key leaked: new keys below it")
    giving.add_argument("shard", type=int, metavar="N")
    giving.set_defaults(run=_rekey)


@asynccontextmanager
async def open_rekeying(found: Databases, core: KeyCore) -> AsyncIterator[RekeyShard]:
    """Open what gives a shard's residents new keys: the keys, and the records to seal anew."""
    role = RECORDS.granted["web"]
    writers = Writers(core.entropy, core.bank.writer_keys(core.entropy.bytes(PREFIX_LENGTH)))
    engine = barred(create_engine(found.url(RECORDS, role), application="infobank keys"))
    records = Units(engine, writers)
    try:
        yield RekeyShard(
            core.units,
            records,
            rotation(core),
            Record(core, core.entropy),
            Papers(core.rules.policies, core.tenant),
            core.tenant,
            core.clock,
        )
    finally:
        await records.close()


def _rekey(options: argparse.Namespace) -> int:
    close_to_debuggers()

    async def work(settings: Settings, found: Databases) -> int:
        progress = Progress("sealing anew", sys.stderr)
        async with (
            shut(settings.keyservice),
            open_keyservice(settings, found) as core,
            open_rekeying(found, core) as rekey,
        ):
            try:
                done = await rekey(options.shard, progress.show)
            finally:
                progress.close()
        say(f"{done} residents of shard {options.shard} have new keys.")
        say("Next: a fresh backup of the keys, infobank keys end-epoch, then start the bank.")
        return 0

    return with_databases(work)

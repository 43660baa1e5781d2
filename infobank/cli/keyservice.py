"""`infobank keyservice`: run the one process that holds the root key."""

import argparse
import asyncio
import signal

from infobank.app.installation import Databases
from infobank.app.keyservice import reread, serve_keys
from infobank.cli.running import Commands, with_databases
from infobank.cli.serving.collecting import leave_out_what_stays
from infobank.cli.serving.hardening import close_to_debuggers
from infobank.cli.serving.stopping import stop_asked
from infobank.config import Settings
from infobank.keystore.service.core import KeyCore


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("keyservice", help="run the process that holds the root key")
    parser.set_defaults(run=_run)


def _run(_: argparse.Namespace) -> int:
    close_to_debuggers()

    async def work(settings: Settings, found: Databases) -> int:
        stop = stop_asked()
        async with serve_keys(settings, found) as core:
            _reread_when_asked(core, settings)
            leave_out_what_stays()
            await stop
        return 0

    return with_databases(work)


def _reread_when_asked(core: KeyCore, settings: Settings) -> None:
    """Read the operator's rules again at each SIGHUP."""
    reading: set[asyncio.Task[None]] = set()  # the loop itself keeps no task

    def begin() -> None:
        task = asyncio.create_task(reread(core, settings))
        reading.add(task)
        task.add_done_callback(reading.discard)

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, begin)

"""`infobank keyservice`: run the one process that holds the root key."""

import argparse

from infobank.app.installation import Databases
from infobank.app.keyservice import serve_keys
from infobank.cli.running import Commands, with_databases
from infobank.cli.serving.hardening import close_to_debuggers
from infobank.cli.serving.stopping import stop_asked
from infobank.config import Settings


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("keyservice", help="run the process that holds the root key")
    parser.set_defaults(run=_run)


def _run(_: argparse.Namespace) -> int:
    close_to_debuggers()

    async def work(settings: Settings, found: Databases) -> int:
        stop = stop_asked()
        async with serve_keys(settings, found):
            await stop
        return 0

    return with_databases(work)

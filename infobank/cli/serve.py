"""`infobank serve`: run the bank on all cores, until told to stop."""

import argparse
import os

from infobank.app.installation import Databases
from infobank.cli.running import Commands, with_databases
from infobank.cli.serving.shut import answer_until_replayed
from infobank.cli.serving.supervision import supervise
from infobank.config import Settings


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("serve", help="run the bank")
    parser.add_argument(
        "--workers",
        type=_workers,
        metavar="N",
        default=os.cpu_count() or 1,
        help="web processes (default: one a core)",
    )
    parser.set_defaults(run=_run)


def _workers(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 64:  # noqa: PLR2004 - more than any machine of today has use for
        raise argparse.ArgumentTypeError("must be 1 to 64")
    return number


def _run(options: argparse.Namespace) -> int:
    async def serve(settings: Settings, found: Databases) -> int:
        if not await answer_until_replayed(settings, found):
            return 0
        return await supervise(settings, options.workers)

    # The databases are held open here, so that workers can come and go.
    return with_databases(serve)

"""`infobank log copy`: keep a copy of the log in another place."""

import argparse
import asyncio
import signal
from pathlib import Path

import structlog

from infobank.app.identity import verifier_key
from infobank.app.installation import Databases
from infobank.archives.logfolder import LogFolder
from infobank.cli.running import Commands, say, with_databases
from infobank.config import Settings
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import RECORDS
from infobank.db.recovery.restorations import barred
from infobank.db.unit import Units
from infobank.errors import UnavailableError
from infobank.usecases.recovery.logcopy import CopyLog, Elsewhere

LOG = structlog.get_logger()

BEAT = 1.0
"""Seconds between two looks at what is new."""
PAUSE = 5.0
"""Seconds before another try when the database was away."""


def add_to(actions: Commands) -> None:
    """Add the action to the grammar of `infobank log`."""
    copying = actions.add_parser("copy", help="keep a copy of the log in another place")
    copying.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    copying.add_argument("--follow", action="store_true", help="go on as the log grows")
    copying.set_defaults(run=_copy)


def _copy(options: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        folder = LogFolder(options.to)
        url = found.url(RECORDS, RECORDS.granted["backup"])
        units = Units(barred(create_engine(url, application="infobank log copy", pool_size=1)))
        place = Elsewhere(folder.fetch, folder.keep, folder.drop)
        copy = CopyLog(units, verifier_key(settings), place)
        try:
            with folder.claimed():
                copied = await _follow(copy) if options.follow else await copy_all(copy)
        finally:
            await units.close()
        say(f"{options.to}: {copied} entries more")
        return 0

    return with_databases(work)


async def copy_all(copy: CopyLog) -> int:
    """Copy until the copy is up to date; return how many entries were new."""
    copied = 0
    while more := await copy():
        copied += more
    return copied


async def _follow(copy: CopyLog) -> int:
    """Copy until the process is asked to end; a database that is away is waited for."""
    loop, stop, copied = asyncio.get_running_loop(), asyncio.Event(), 0
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        pause = BEAT
        try:
            copied += await copy_all(copy)
        except UnavailableError as error:
            LOG.warning("log_not_copied", code=error.code, error=error.detail)
            pause = PAUSE
        try:
            async with asyncio.timeout(pause):
                await stop.wait()
        except TimeoutError:
            continue
    return copied

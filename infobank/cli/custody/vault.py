"""`infobank vault scrub`: look whether all that is stored is what was deposited."""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from infobank.app.installation import Databases
from infobank.app.parts import open_parts
from infobank.cli.progress import Progress
from infobank.cli.running import Commands, say, with_bank
from infobank.clock import SystemClock
from infobank.config import Settings
from infobank.db.rotation.rewrapping import FIRST, LAST
from infobank.errors import InvalidInputError
from infobank.keystore.service.client import RemoteKeys
from infobank.keystore.service.wire import CARETAKER, WEB
from infobank.usecases.custody.evidence import Evidence
from infobank.usecases.custody.scrub import Scrub
from infobank.usecases.genuine import Genuine

FOUND = 2
"""The exit status that says: something stored is not what was deposited."""

CURSOR = "scrub.cursor"
"""The file in the state folder that says how far an interrupted scrub came."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("vault", help="look after what is stored")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    scrubbing = inside.add_parser("scrub", help="look whether all is as it was deposited")
    scrubbing.add_argument("--rate", type=int, default=0, help="residents a second at most")
    scrubbing.set_defaults(run=_scrub)


@asynccontextmanager
async def open_scrub(settings: Settings, found: Databases) -> AsyncIterator[Scrub]:
    """Open the scrub: the records as a web worker sees them, the keys as their caretaker."""
    caretaker = RemoteKeys(settings.keyservice / CARETAKER)
    async with open_parts(settings, found, WEB, SystemClock()) as parts:
        try:
            evidence = Evidence(Genuine(parts.keyservice), settings.tenant)
            yield Scrub(parts.units, caretaker, evidence, parts.record, parts.clock)
        finally:
            await caretaker.close()


def _scrub(options: argparse.Namespace) -> int:
    if options.rate < 0:
        raise InvalidInputError("--rate is a number of residents a second")

    async def work(settings: Settings, found: Databases) -> int:
        async with open_scrub(settings, found) as scrub:
            return await scrub_all(scrub, Cursor(settings.state / CURSOR), options.rate)

    return with_bank(work)


@dataclass(frozen=True)
class Cursor:
    """How far an interrupted scrub came."""

    path: Path

    def read(self) -> UUID:
        """Return after whom to go on."""
        try:
            return UUID(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return FIRST

    def keep(self, last: UUID) -> None:
        """Note that everybody up to one was looked at; at the end there is nothing to note."""
        if last == LAST:
            self.path.unlink(missing_ok=True)
        else:
            self.path.write_text(str(last), "utf-8")


async def scrub_all(scrub: Scrub, cursor: Cursor, rate: int) -> int:
    """Look at everybody who was not looked at before an interruption; return the exit status.

    `rate` bounds the residents a second; 0 bounds nothing.
    """
    after, looked, found = cursor.read(), 0, 0
    if after != FIRST:
        say("going on where the last scrub was interrupted")
    progress, begun = Progress("scrubbing", sys.stderr), time.monotonic()
    try:
        while after != LAST:
            step = await scrub(after)
            after, looked, found = step.last, looked + step.looked, found + len(step.found)
            for resident, faults in step.found.items():
                progress.close()
                say(f"{resident}  {', '.join(sorted(faults))}")
            cursor.keep(after)
            # Identifiers are random: how far through them is how far through the residents.
            progress.show(after.int, LAST.int)
            if rate:
                await asyncio.sleep(looked / rate - (time.monotonic() - begun))
    finally:
        progress.close()
    say(f"looked at {looked} residents; found something wrong with {found}")
    return FOUND if found else 0

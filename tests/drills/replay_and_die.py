"""Replay a restored bank in a process that kills itself at a commit, as a power cut would.

`python replay_and_die.py LOG NUMBER WHEN`, in the environment of a bank's process: it dies
`before` or `after` its commit of that number, counted from 1 over both databases.  Where it
does not come that far it ends well.  The parts are the real ones; only commits have a fault.
"""

import asyncio
import os
import signal
import sys
from itertools import count
from pathlib import Path

from infobank.app.installation import Databases
from infobank.cli.recovery.replaying import open_replay
from infobank.clock import SystemClock
from infobank.config import from_environment
from infobank.db.unit import Unit


def deadly(number: int, when: str) -> None:
    """Let one commit of this process be the last thing that happens."""
    commit, numbers = Unit.commit, count(1)

    async def last(unit: Unit) -> None:
        mine = next(numbers) == number
        if mine and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        await commit(unit)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)

    Unit.commit = last  # type: ignore[method-assign]


async def main(log: Path) -> None:
    """Replay; the commit that kills decides how far that comes."""
    settings = from_environment()
    async with open_replay(settings, Databases(settings, None), log, SystemClock()) as replay:
        await replay()


if __name__ == "__main__":
    deadly(int(sys.argv[2]), sys.argv[3])
    asyncio.run(main(Path(sys.argv[1])))

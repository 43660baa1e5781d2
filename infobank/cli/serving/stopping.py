"""Wait until a process is to end."""

import asyncio
import os
import signal
import stat
import sys


async def told_to_stop() -> None:
    """Return when the process is asked to end, or when its supervisor is gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # A supervisor of ours holds the other end of standard input for as long as it lives.
    if _held_by_supervisor():
        loop.add_reader(sys.stdin.fileno(), _at_end, stop)
    await stop.wait()


def _held_by_supervisor() -> bool:
    """Tell whether standard input is a pipe: under systemd or a terminal it is not."""
    kind = os.fstat(sys.stdin.fileno()).st_mode
    return stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)


def _at_end(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()

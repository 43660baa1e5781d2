"""Hear that a process is to end."""

import asyncio
import os
import signal
import stat
import sys


def stop_asked() -> "asyncio.Future[None]":
    """Return what is done once the process is asked to end, or its supervisor is gone.

    Call it before the process answers anybody: whoever hears an answer may ask it to end.
    """
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[None] = loop.create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _ask, stop)
    # A supervisor of ours holds the other end of standard input for as long as it lives.
    if _held_by_supervisor():
        loop.add_reader(sys.stdin.fileno(), _at_end, stop)
    return stop


def _ask(stop: "asyncio.Future[None]") -> None:
    if not stop.done():
        stop.set_result(None)


def _held_by_supervisor() -> bool:
    """Tell whether standard input is a pipe: under systemd or a terminal it is not."""
    kind = os.fstat(sys.stdin.fileno()).st_mode
    return stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)


def _at_end(stop: "asyncio.Future[None]") -> None:
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        _ask(stop)

"""The processes that `infobank serve` runs: web workers, and the log's sequencer."""

import argparse
import asyncio
import contextlib
import os
import signal
import stat
import sys

import structlog
from aiohttp import web

from infobank.accesslog.errors import LogTamperedError
from infobank.app import Databases, make_worker, open_sequencer
from infobank.cli.running import Commands, with_databases
from infobank.config import Settings
from infobank.db import accesslog
from infobank.db.unit import Unit
from infobank.demo.people import people
from infobank.errors import UnavailableError
from infobank.usecases.accesslog.sequence import LARGEST_BATCH, Sequence

LOG = structlog.get_logger()

BEAT = 0.5
"""Seconds between two looks at what waits to be sequenced."""

PAUSE = 5.0
"""Seconds before another try when sequencing failed."""


def add_hidden(commands: Commands) -> None:
    """Add the two commands that only the supervisor runs."""
    commands.add_parser("worker").set_defaults(run=_worker)
    commands.add_parser("sequencer").set_defaults(run=_sequencer)


def _worker(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        shown = people() if settings.demo else ()
        runner = web.AppRunner(
            make_worker(settings, found, shown), access_log=None, shutdown_timeout=5
        )
        await runner.setup()
        try:
            host, port = settings.listen
            await web.TCPSite(runner, host, port, reuse_port=True).start()
            await told_to_stop()
        finally:
            await runner.cleanup()
        return 0

    return with_databases(work)


def _sequencer(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_sequencer(settings, found) as (parts, sequence):
            stop = asyncio.create_task(told_to_stop())
            while not stop.done():
                with contextlib.suppress(UnavailableError):
                    async with parts.units() as unit:
                        await _sequence_when_elected(stop, unit, sequence)
                await asyncio.wait([stop], timeout=PAUSE)
        return 0

    return with_databases(work)


async def _sequence_when_elected(
    stop: "asyncio.Task[None]", unit: Unit, sequence: Sequence
) -> None:
    """Sequence for as long as this process is the elected one."""
    try:
        # INVARIANT: asked again before every batch: who lost the connection is elected no more.
        while not stop.done() and await accesslog.elected(unit):
            await _sequence_once(stop, sequence)
    finally:
        await accesslog.step_down(unit)


async def _sequence_once(stop: "asyncio.Task[None]", sequence: Sequence) -> None:
    try:
        count = await sequence()
    except LogTamperedError as error:
        LOG.critical("log_tampered", error=error.message)
        await asyncio.wait([stop], timeout=PAUSE)
        return
    if count < LARGEST_BATCH:
        await asyncio.wait([stop], timeout=BEAT)


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

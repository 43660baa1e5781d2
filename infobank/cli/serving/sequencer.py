"""The process of `infobank serve` that puts the access log into its order."""

import argparse
import asyncio
import contextlib

import structlog

from infobank.accesslog.errors import LogTamperedError
from infobank.app.installation import Databases
from infobank.app.processes import open_sequencer
from infobank.cli.running import Commands, with_databases
from infobank.cli.serving.stopping import stop_asked
from infobank.config import Settings
from infobank.db import accesslog
from infobank.db.unit import Unit
from infobank.errors import UnavailableError
from infobank.usecases.accesslog.sequence import LARGEST_BATCH, Sequence

LOG = structlog.get_logger()

BEAT = 0.5
"""Seconds between two looks at what waits to be sequenced."""

PAUSE = 5.0
"""Seconds before another try when sequencing failed."""


def add_to(commands: Commands) -> None:
    """Add the command, which the supervisor alone runs."""
    commands.add_parser("sequencer").set_defaults(run=_sequencer)


def _sequencer(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        stop = stop_asked()
        async with open_sequencer(settings, found) as (parts, sequence):
            while not stop.done():
                with contextlib.suppress(UnavailableError):
                    async with parts.units() as unit:
                        await _sequence_when_elected(stop, unit, sequence)
                await asyncio.wait([stop], timeout=PAUSE)
        return 0

    return with_databases(work)


async def _sequence_when_elected(
    stop: "asyncio.Future[None]", unit: Unit, sequence: Sequence
) -> None:
    """Sequence for as long as this process is the elected one."""
    try:
        # INVARIANT: asked again before every batch: who lost the connection is elected no more.
        while not stop.done() and await accesslog.elected(unit):
            await _sequence_once(stop, sequence)
    finally:
        await accesslog.step_down(unit)


async def _sequence_once(stop: "asyncio.Future[None]", sequence: Sequence) -> None:
    try:
        count = await sequence()
    except LogTamperedError as error:
        LOG.critical("log_tampered", error=error.message)
        await asyncio.wait([stop], timeout=PAUSE)
        return
    if count < LARGEST_BATCH:
        await asyncio.wait([stop], timeout=BEAT)

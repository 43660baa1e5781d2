"""`infobank keys mark-residents`: mark who was there before residents had marks."""

import argparse

from infobank.app.installation import Databases
from infobank.app.parts import open_parts
from infobank.cli.running import Commands, say, with_bank
from infobank.clock import SystemClock
from infobank.config import Settings
from infobank.keystore.service.wire import WEB
from infobank.usecases.custody.marking import MarkResidents


def add_to(inside: Commands) -> None:
    """Add the action to the grammar of `infobank keys`."""
    marking = inside.add_parser(
        "mark-residents", help="once, after an upgrade from before residents had marks"
    )
    marking.set_defaults(run=_mark)


def _mark(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_parts(settings, found, WEB, SystemClock()) as parts:
            mark = MarkResidents(parts.units, parts.record, parts.keyservice, parts.clock)
            say(f"{await mark()} residents had no mark and are believed as they stand")
        return 0

    return with_bank(work)

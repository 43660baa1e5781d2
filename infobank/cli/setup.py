"""`infobank setup`: what an empty installation needs once, after its keys and schema."""

import argparse

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.running import Commands, say, with_bank
from infobank.config import Settings


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("setup", help="register the bank's own publication desk")
    parser.set_defaults(run=_run)


def _run(_: argparse.Namespace) -> int:
    return with_bank(_setup)


async def _setup(settings: Settings, found: Databases) -> int:
    async with open_bank(settings, found) as bank:
        desk = await bank.register_provider.desk()
    say(f"publication desk  {desk.provider_id}")
    return 0

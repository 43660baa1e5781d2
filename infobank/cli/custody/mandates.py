"""`infobank mandates`: do what mandates call for, now instead of with the daily work."""

import argparse

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.running import Commands, say, with_bank
from infobank.config import Settings


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser(
        "mandates", help="answer open calls, and tell of providers newly inside mandates"
    )
    parser.set_defaults(run=_carry_out)


def _carry_out(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            told, answered = await bank.mandates()
        say(f"residents told of a provider  {told}")
        say(f"consents given by mandate     {answered}")
        return 0

    return with_bank(work)

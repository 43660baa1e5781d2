"""`infobank cohort`: how many residents would give a provider what it asks for; never who."""

import argparse
from datetime import date
from uuid import UUID

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.running import Commands, say, with_bank
from infobank.config import Settings
from infobank.usecases.decisions.cohort import Wanted
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("cohort", help="count whom a provider's request would reach")
    parser.add_argument("--provider", type=UUID, required=True, help="its client_id")
    parser.add_argument("--purpose", required=True)
    parser.add_argument("--category", required=True)
    parser.add_argument("--field", action="append", required=True)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument(
        "--mode", choices=[each.value for each in OutputMode], default=OutputMode.RECORDS.value
    )
    parser.set_defaults(run=_count)


def _count(options: argparse.Namespace) -> int:
    item = Item(options.category, tuple(options.field), Period(options.first, options.last))
    provider, mode = ProviderId(options.provider), OutputMode(options.mode)

    async def count(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            wanted = Wanted(provider, options.purpose, item, mode)
            counted = await bank.count_cohort(wanted, None)
        say(f"residents  {'more than ' if counted.more else ''}{counted.number}")
        return 0

    return with_bank(count)

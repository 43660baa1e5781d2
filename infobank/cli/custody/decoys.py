"""`infobank keys decoys`: add residents who do not exist."""

import argparse
from datetime import timedelta
from itertools import islice

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.running import Commands, say, with_bank
from infobank.clock import day_in
from infobank.config import Settings
from infobank.demo.city import make_city
from infobank.demo.city.cast import RESIDENTS
from infobank.entropy import SystemEntropy
from infobank.errors import InvalidInputError
from infobank.keystore.service.client import RemoteKeys
from infobank.keystore.service.wire import CARETAKER
from infobank.usecases.bank import Bank
from infobank.usecases.custody.decoys import MakeDecoys

DAYS = 90
"""How long decoys seem to have been with the bank."""

MOST = 1_000


def add_to(inside: Commands) -> None:
    """Add the action to the grammar of `infobank keys`."""
    making = inside.add_parser("decoys", help="add residents who do not exist")
    making.add_argument("count", type=int, metavar="N")
    making.add_argument("--source", required=True, help="where most residents' records come from")
    making.set_defaults(run=_make)


def _make(options: argparse.Namespace) -> int:
    if not 1 <= options.count <= MOST:
        raise InvalidInputError(f"a few dozen decoys are enough, and {MOST} the most")

    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            await make_decoys(settings, bank, options.source, options.count)
        say(f"{options.count} residents do not exist; an alarm tells who opens one.")
        return 0

    return with_bank(work)


async def make_decoys(settings: Settings, bank: Bank, source: str, count: int) -> None:
    """Make decoys whose records come from the synthetic city, drawn anew each time."""
    entropy, caretaker = SystemEntropy(), RemoteKeys(settings.keyservice / CARETAKER)
    yesterday = day_in(settings.zone, bank.clock.now()) - timedelta(days=1)
    seed = int.from_bytes(entropy.bytes(8), "big")
    # The cast comes first in every city: anybody knows them.
    city = make_city(bank.policies, seed, yesterday, len(RESIDENTS) + count, DAYS)
    make = MakeDecoys(bank.enrol, bank.deposit, caretaker, entropy, bank.policies, settings.demo)
    try:
        await make(source, [each.records for each in islice(city, len(RESIDENTS), None)])
    finally:
        await caretaker.close()

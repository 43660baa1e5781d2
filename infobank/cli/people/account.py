"""`infobank account`: let a resident who can no longer sign in do so by another name."""

import argparse

from infobank.accounts.account import Account
from infobank.cli.people.stewards import add_steward, by_steward, say_asked
from infobank.cli.running import Commands
from infobank.config import Settings
from infobank.usecases.bank import Bank


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("account", help="bring back who can no longer sign in")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    recovering = inside.add_parser("recover", help="ask for another sign-in name")
    recovering.add_argument("handle", help="the resident's sign-in name until now")
    recovering.add_argument("--new", required=True, help="the one from now on")
    add_steward(recovering)
    recovering.set_defaults(run=_recover)


def _recover(options: argparse.Namespace) -> int:
    async def work(bank: Bank, steward: Account, _: Settings) -> None:
        say_asked(await bank.stewardship.recover(options.handle, options.new, steward))

    return by_steward(options, work)

"""`infobank household`: register who lives together, and leave somebody out for safety."""

import argparse

from infobank.accounts.account import Account
from infobank.cli.people.stewards import add_steward, by_steward, named
from infobank.cli.running import Commands, say
from infobank.config import Settings
from infobank.usecases.bank import Bank


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("household", help="who lives together")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    registering = inside.add_parser("register", help="register a household")
    registering.add_argument("--adult", action="append", required=True, help="a sign-in name")
    registering.add_argument("--minor", action="append", default=[], help="a sign-in name")
    add_steward(registering)
    registering.set_defaults(run=_register)
    leaving = inside.add_parser("leave-out", help="ask a member no more, and tell nobody")
    leaving.add_argument("household", help="as printed when it was registered")
    leaving.add_argument("--member", required=True, help="the member's sign-in name")
    leaving.add_argument("--reason", required=True, help="why, such as a case's reference")
    add_steward(leaving)
    leaving.set_defaults(run=_leave_out)


def _register(options: argparse.Namespace) -> int:
    async def work(bank: Bank, steward: Account, _: Settings) -> None:
        household = await bank.households.register(options.adult, options.minor, steward)
        say(f"household  {household}")

    return by_steward(options, work)


def _leave_out(options: argparse.Namespace) -> int:
    household = named(options.household, "household")

    async def work(bank: Bank, steward: Account, _: Settings) -> None:
        await bank.households.leave_out(household, options.member, options.reason, steward)
        say("left out")

    return by_steward(options, work)

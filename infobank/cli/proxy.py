"""`infobank proxy`: ask that somebody may act for a resident, and end it."""

import argparse

from infobank.accounts.account import Account
from infobank.accounts.proxy import Scope
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.people.stewards import add_steward, by_steward, day, named, say_asked
from infobank.cli.running import Commands, say, with_bank
from infobank.clock import day_ends
from infobank.config import Settings
from infobank.usecases.accounts.grant_proxy import Standing
from infobank.usecases.bank import Bank


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("proxy", help="guardians and others who act for residents")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    adding = inside.add_parser("add", help="ask for one, on proof shown; another steward approves")
    adding.add_argument("--for", dest="ward", required=True, help="the resident's sign-in name")
    adding.add_argument("--by", dest="guardian", required=True, help="the proxy's sign-in name")
    adding.add_argument("--until", required=True, help="the last day, such as 2027-03-31")
    adding.add_argument(
        "--scope",
        action="append",
        choices=[scope.value for scope in Scope],
        help="what for, repeated; all of them when left out",
    )
    adding.add_argument("--label", default="", help="what the proxy calls the resident")
    adding.add_argument("--born", help="a minor's birthday; the proxy ends as she comes of age")
    add_steward(adding)
    adding.set_defaults(run=_add)
    ending = inside.add_parser("end", help="end a proxy, at once")
    ending.add_argument("proxy", help="as printed when it was approved")
    ending.set_defaults(run=_end)


def _add(options: argparse.Namespace) -> int:
    last = day(options.until, "until")
    born = day(options.born, "born") if options.born else None
    scopes = frozenset(Scope(scope) for scope in options.scope or Scope)

    async def work(bank: Bank, steward: Account, settings: Settings) -> None:
        standing = Standing(scopes, day_ends(settings.zone, last), options.label, born)
        say_asked(
            await bank.stewardship.grant_proxy(options.ward, options.guardian, standing, steward)
        )

    return by_steward(options, work)


def _end(options: argparse.Namespace) -> int:
    proxy_id = named(options.proxy, "proxy")

    async def end(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            await bank.proxies.end(proxy_id)
        say("ended")
        return 0

    return with_bank(end)

"""`infobank proxy`: let somebody act for a resident, and end it."""

import argparse
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from infobank.accounts.proxy import Scope
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.running import Commands, say, with_databases
from infobank.config import Settings
from infobank.errors import InvalidInputError


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("proxy", help="guardians and others who act for residents")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    adding = inside.add_parser("add", help="let somebody act for a resident, on proof shown")
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
    adding.set_defaults(run=_add)
    ending = inside.add_parser("end", help="end a proxy, at once")
    ending.add_argument("proxy", help="as printed when it was added")
    ending.set_defaults(run=_end)


def _add(options: argparse.Namespace) -> int:
    last = _day(options.until)
    scopes = frozenset(Scope(scope) for scope in options.scope or Scope)

    async def add(settings: Settings, found: Databases) -> int:
        end = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(settings.zone))
        async with open_bank(settings, found) as bank:
            proxy = await bank.proxies.add(
                options.ward, options.guardian, scopes, end, options.label
            )
        say(f"proxy  {proxy.proxy_id}")
        say(f"until  {last:%Y-%m-%d}")
        return 0

    return with_databases(add)


def _end(options: argparse.Namespace) -> int:
    try:
        proxy_id = UUID(options.proxy)
    except ValueError:
        raise InvalidInputError("a proxy is named as it was printed", field="proxy") from None

    async def end(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            await bank.proxies.end(proxy_id)
        say("ended")
        return 0

    return with_databases(end)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError("a day is written as 2027-03-31", field="until") from None

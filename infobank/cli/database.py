"""`infobank db`: roles, and the schema of both databases."""

import argparse

from infobank.app.installation import Databases
from infobank.app.schema import upgrade_schema
from infobank.cli.running import Commands, say, with_databases
from infobank.config import Settings
from infobank.db.postgres.roles import KEYS, RECORDS, setup_script


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("db", help="set up and upgrade the databases")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    inside.add_parser("upgrade", help="bring both databases to this release's schema").set_defaults(
        run=lambda _: with_databases(_upgrade)
    )
    roles = inside.add_parser("roles", help="print what a server's superuser runs once, with psql")
    roles.set_defaults(run=_print_roles)


async def _upgrade(settings: Settings, found: Databases) -> int:
    await upgrade_schema(settings, found)
    return 0


def _print_roles(_: argparse.Namespace) -> int:
    say(setup_script(RECORDS))
    say(setup_script(KEYS))
    return 0

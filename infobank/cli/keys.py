"""`infobank keys`: make the root key and the log's signing key."""

import argparse

from infobank.cli.running import Commands, say
from infobank.config import from_environment
from infobank.entropy import SystemEntropy
from infobank.keystore.file import public_half
from infobank.keystore.making import make_keys


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("keys", help="make the bank's keys")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    making = inside.add_parser("make", help="make the root key and the log's key, once")
    making.set_defaults(run=_make)


def _make(_: argparse.Namespace) -> int:
    settings = from_environment()
    make_keys(settings.root_key, settings.log_key, settings.log_origin, SystemEntropy())
    say(f"root key           {settings.root_key}")
    say(f"log's signing key  {settings.log_key}")
    say(f"log's public key   {public_half(settings.log_key)}")
    say("Back both private files up offline now: without the root key no record opens again.")
    return 0

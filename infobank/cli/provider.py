"""`infobank provider`: register a service provider from the command line."""

import argparse
from pathlib import Path

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.running import Commands, say, with_bank
from infobank.config import Settings
from infobank.errors import InvalidInputError
from infobank.vocabulary.language import Text


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("provider", help="register service providers")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    registering = inside.add_parser("register", help="register a provider, its keys by value")
    registering.add_argument("--name-ja", required=True)
    registering.add_argument("--name-en", required=True)
    registering.add_argument("--redirect-uri", action="append", required=True)
    registering.add_argument("--jwks", type=Path, required=True, help="a JWK Set of public keys")
    registering.set_defaults(run=_register)


def _register(options: argparse.Namespace) -> int:
    try:
        jwks = options.jwks.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidInputError("the key set cannot be read; name a JSON file") from None

    async def register(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            name = Text(options.name_ja, options.name_en)
            provider = await bank.register_provider(name, options.redirect_uri, jwks)
        say(f"client_id     {provider.provider_id}")
        say(f"vetted until  {provider.vetted_until:%Y-%m-%d}")
        return 0

    return with_bank(register)

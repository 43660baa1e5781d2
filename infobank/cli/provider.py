"""`infobank provider`: register service providers, and keep what they showed."""

import argparse
from pathlib import Path

from infobank.accounts.account import Account
from infobank.accounts.provider import HOME, Provider
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.people.stewards import add_steward, by_steward, day, named, say_asked
from infobank.cli.running import Commands, say, with_bank
from infobank.clock import day_ends
from infobank.config import Settings
from infobank.errors import InvalidInputError
from infobank.usecases.accounts.register_provider import SERVICE
from infobank.usecases.bank import Bank
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.text.language import Text


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("provider", help="register and certify service providers")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    registering = inside.add_parser("register", help="register a provider, its keys by value")
    registering.add_argument("--name-ja", required=True)
    registering.add_argument("--name-en", required=True)
    registering.add_argument("--redirect-uri", action="append", required=True)
    registering.add_argument("--jwks", type=Path, required=True, help="a JWK Set of public keys")
    registering.add_argument("--class", dest="kind", default=SERVICE, help="of recipients")
    registering.add_argument("--country", default=HOME, help="two letters, such as JP")
    registering.set_defaults(run=_register)
    keying = inside.add_parser("keys", help="ask for other keys; another steward approves")
    keying.add_argument("provider", help="its client_id")
    keying.add_argument("--jwks", type=Path, required=True, help="a JWK Set of public keys")
    add_steward(keying)
    keying.set_defaults(run=_keys)
    certifying = inside.add_parser("certify", help="keep a certificate that a provider showed")
    certifying.add_argument("provider", help="its client_id")
    certifying.add_argument("kind", help="as in policies/certificates.toml")
    certifying.add_argument("--until", required=True, help="the last day, such as 2027-03-31")
    certifying.add_argument("--reference", required=True, help="what its issuer calls it")
    add_steward(certifying)
    certifying.set_defaults(run=_certify)
    revoking = inside.add_parser("revoke", help="let a certificate count no more, at once")
    revoking.add_argument("provider", help="its client_id")
    revoking.add_argument("kind", help="as in policies/certificates.toml")
    add_steward(revoking)
    revoking.set_defaults(run=_revoke)


def _register(options: argparse.Namespace) -> int:
    jwks = _keys_in(options.jwks)

    async def register(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            provider = await bank.register_provider(
                Text(options.name_ja, options.name_en),
                options.redirect_uri,
                jwks,
                kind=options.kind,
                country=options.country,
            )
        say(f"client_id     {provider.provider_id}")
        say(f"vetted until  {provider.vetted_until:%Y-%m-%d}")
        return 0

    return with_bank(register)


def _keys(options: argparse.Namespace) -> int:
    provider, jwks = _provider(options), _keys_in(options.jwks)

    async def work(bank: Bank, steward: Account, _: Settings) -> None:
        say_asked(await bank.stewardship.replace_keys(provider, jwks, steward))

    return by_steward(options, work)


def _certify(options: argparse.Namespace) -> int:
    provider, last = _provider(options), day(options.until, "until")

    async def work(bank: Bank, steward: Account, settings: Settings) -> None:
        until, certify = day_ends(settings.zone, last), bank.stewardship.certify
        _say_all(await certify(provider, options.kind, until, options.reference, steward))

    return by_steward(options, work)


def _revoke(options: argparse.Namespace) -> int:
    provider = _provider(options)

    async def work(bank: Bank, steward: Account, _: Settings) -> None:
        _say_all(await bank.stewardship.certify.revoke(provider, options.kind, steward))

    return by_steward(options, work)


def _say_all(provider: Provider) -> None:
    for kind, until in sorted(provider.certificates.items()):
        say(f"{kind}  until {until:%Y-%m-%d}")
    if not provider.certificates:
        say("no certificates")


def _provider(options: argparse.Namespace) -> ProviderId:
    return ProviderId(named(options.provider, "provider"))


def _keys_in(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidInputError("the key set cannot be read; name a JSON file") from None

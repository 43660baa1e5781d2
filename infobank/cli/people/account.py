"""`infobank account`: open accounts, and bring back who lost every way into hers."""

import argparse

from infobank.accounts.account import Account, Role
from infobank.accounts.entrance.enrolment import spelled
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.people.stewards import add_steward, by_steward, named, say_asked
from infobank.cli.running import Commands, say, with_bank
from infobank.config import Settings
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.bank import Bank
from infobank.vocabulary.identifiers import ProviderId, ResidentId


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("account", help="open accounts, and bring people back")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    opening = inside.add_parser("open", help="open an account and print its enrolment code")
    opening.add_argument("handle", help="how commands shall name it; free to choose")
    opening.add_argument("--role", required=True, choices=[role.value for role in Role])
    opening.add_argument("--source", help="of a resident: where her identifier comes from")
    opening.add_argument("--identifier", help="of a resident: her identifier there")
    opening.add_argument("--provider", help="of a provider's staff: the provider")
    opening.set_defaults(run=_open)
    recovering = inside.add_parser("recover", help="ask that a resident come back")
    recovering.add_argument("handle", help="how the resident's account is named")
    add_steward(recovering)
    recovering.set_defaults(run=_recover)


def _open(options: argparse.Namespace) -> int:
    role, provider = Role(options.role), _provider(options)
    if (role is Role.RESIDENT) != bool(options.source and options.identifier):
        raise InvalidInputError("a resident, and nobody else, needs --source and --identifier")

    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            resident = await _resident(bank, options) if role is Role.RESIDENT else None
            code = await bank.entrance.enrolments.open(
                options.handle, role, resident=resident, provider=provider
            )
        say(f"code  {spelled(code)}")
        say(f"type it at {settings.public_url}/enrol within a day")
        return 0

    return with_bank(work)


def _provider(options: argparse.Namespace) -> ProviderId | None:
    if (options.role == Role.PROVIDER.value) != bool(options.provider):
        raise InvalidInputError("a provider's staff, and nobody else, needs --provider")
    return ProviderId(named(options.provider, "provider")) if options.provider else None


async def _resident(bank: Bank, options: argparse.Namespace) -> ResidentId:
    found = await bank.enrol(options.source, [options.identifier], create=False)
    if options.identifier not in found:
        raise NotFoundError("the bank holds nothing under this identifier of this source")
    return found[options.identifier]


def _recover(options: argparse.Namespace) -> int:
    async def work(bank: Bank, steward: Account, _: Settings) -> None:
        approval, half = await bank.stewardship.recover(options.handle, steward)
        say_asked(approval)
        say(f"first half of the code, for the person alone  {spelled(half)}")

    return by_steward(options, work)

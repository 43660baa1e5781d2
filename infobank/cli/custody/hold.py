"""`infobank hold`: keep a resident's data as it is while a matter is open."""

import argparse
from uuid import UUID

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.running import Commands, say, with_bank
from infobank.config import Settings
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.bank import Bank
from infobank.vocabulary.identifiers import ResidentId


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("hold", help="legal holds: they stop erasure and retention")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    setting = inside.add_parser("set", help="hold all of a resident's data")
    setting.add_argument("resident", help="SOURCE:IDENTIFIER, as the resident's data came in")
    setting.add_argument("--matter", required=True, help="the case's reference, never a name")
    setting.add_argument("--by", required=True, help="the steward's sign-in name")
    setting.set_defaults(run=_set)
    releasing = inside.add_parser("release", help="one of two stewards' word that it may end")
    releasing.add_argument("hold", help="as printed when it was set")
    releasing.add_argument("--by", required=True, help="the steward's sign-in name")
    releasing.set_defaults(run=_release)
    inside.add_parser("list", help="every hold that stands").set_defaults(run=_list)


async def named(bank: Bank, reference: str) -> ResidentId:
    """Return the resident whom an operator names by a source and its identifier.

    Raises:
        InvalidInputError: it is written otherwise.
        NotFoundError: the bank knows nobody of that identifier.
    """
    source, colon, identifier = reference.partition(":")
    if not (source and colon and identifier):
        raise InvalidInputError("a resident is named as SOURCE:IDENTIFIER", field="resident")
    found = await bank.enrol(source, [identifier], create=False)
    if identifier not in found:
        raise NotFoundError("the bank knows nobody of that identifier")
    return found[identifier]


def _set(options: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            steward = await bank.hold.steward(options.by)
            hold = await bank.hold(await named(bank, options.resident), options.matter, steward)
        say(f"hold  {hold.hold_id}")
        return 0

    return with_bank(work)


def _release(options: argparse.Namespace) -> int:
    try:
        hold_id = UUID(options.hold)
    except ValueError:
        raise InvalidInputError("a hold is named as it was printed", field="hold") from None

    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            hold = await bank.hold.release(hold_id, await bank.hold.steward(options.by))
        say("one more steward must say so" if hold.standing else "released")
        return 0

    return with_bank(work)


def _list(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            for hold in await bank.hold.standing():
                said = len(hold.releases)
                say(f"{hold.hold_id}  since {hold.set_at:%Y-%m-%d}  {hold.matter}  {said} of 2")
        return 0

    return with_bank(work)

"""What the stewards' commands share."""

import argparse
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from infobank.accounts.account import Account
from infobank.accounts.approval import Approval
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.running import say, with_bank
from infobank.config import Settings
from infobank.errors import InvalidInputError
from infobank.usecases.bank import Bank


def add_steward(parser: argparse.ArgumentParser) -> None:
    """Add the option that says on whose word a command acts."""
    parser.add_argument("--steward", required=True, help="the steward's sign-in name")


def by_steward(
    options: argparse.Namespace, work: Callable[[Bank, Account, Settings], Awaitable[None]]
) -> int:
    """Do a command's work on the word of the steward whom its options name."""

    async def opened(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            await work(bank, await bank.hold.steward(options.steward), settings)
        return 0

    return with_bank(opened)


def say_asked(approval: Approval) -> None:
    """Say under which name something waits for a second steward."""
    say(f"approval  {approval.approval_id}")
    say("another steward must approve it")


def named(text: str, what: str) -> UUID:
    """Return the name of something as it was printed.

    Raises:
        InvalidInputError: it is written otherwise.
    """
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInputError(f"this {what} is not named as it was printed", field=what) from None


def day(text: str, field: str) -> date:
    """Return the day that a text names.

    Raises:
        InvalidInputError: it is written otherwise.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError("a day is written as 2027-03-31", field=field) from None

"""`infobank approval`: what one steward asked for and another must approve."""

import argparse

from infobank.accounts.account import Account
from infobank.accounts.entrance.enrolment import spelled
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.people.stewards import add_steward, by_steward, named
from infobank.cli.running import Commands, say, with_bank
from infobank.config import Settings
from infobank.usecases.bank import Bank


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("approval", help="what takes two stewards")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    inside.add_parser("list", help="what waits for a second steward").set_defaults(run=_list)
    for action, about in (("approve", "do it"), ("refuse", "let it not be done")):
        deciding = inside.add_parser(action, help=about)
        deciding.add_argument("approval", help="as printed when it was asked for")
        add_steward(deciding)
        deciding.set_defaults(run=_decide, action=action)


def _list(_: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            for each in await bank.stewardship.approvals.waiting():
                about = " ".join(f"{name}={value}" for name, value in each.document.items())
                say(f"{each.approval_id}  {each.act}  until {each.lapses_at:%Y-%m-%d}  {about}")
        return 0

    return with_bank(work)


def _decide(options: argparse.Namespace) -> int:
    approval_id = named(options.approval, "approval")

    async def work(bank: Bank, steward: Account, _: Settings) -> None:
        waiting = bank.stewardship.approvals
        decide = waiting.approve if options.action == "approve" else waiting.refuse
        decided = await decide(approval_id, steward)
        if options.action == "refuse":
            say("refused")
            return
        if decided.asked_by == steward.account_id:
            say("noted: a provider asked for it, so another steward must approve too")
            return
        say("done")
        if "proxy" in decided.document:
            say(f"proxy  {decided.document['proxy']}")
        if decided.told:
            say(f"second half of the code, for the person alone  {spelled(decided.told)}")

    return by_steward(options, work)
